"""A text in Markdown with a few buttons, sent while it is typed; its preview is what the portfolio will show.

Streamlit's own text area sends its value only when it is left; here saving and the preview follow the typing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import streamlit as st

from editor.session import state
from site_builder import markdown

HTML = """
<div class="tools" role="toolbar" aria-label="Mise en forme">
  <button type="button" data-around="**" title="Gras (Ctrl+B)" aria-label="Gras"><b>G</b></button>
  <button type="button" data-around="_" title="Italique (Ctrl+I)" aria-label="Italique"><i>I</i></button>
  <button type="button" data-before="- " title="Liste à puces" aria-label="Liste à puces">•</button>
  <button type="button" data-before="1. " title="Liste numérotée" aria-label="Liste numérotée">1.</button>
  <button type="button" data-link title="Lien" aria-label="Lien">↗</button>
  <span class="state" aria-live="polite"></span>
</div>
<textarea spellcheck="true" lang="fr"></textarea>
"""


@cache
def _component() -> Any:
    home = files("editor") / "static"
    return st.components.v2.component(
        "livret_markdown",
        html=HTML,
        css=(home / "markdown.css").read_text("utf-8"),
        js=(home / "markdown.js").read_text("utf-8"),
    )


def markdown_field(label: str, text: str, *, key: str, help_: str, on_change: Callable[[], None]) -> None:
    """Draw the field and, beside it, its preview.

    Args:
        label: what it is.
        text: what it holds.
        key: the widget's key, as ``state.tell`` gives it: another one when the text was changed from elsewhere and
            must replace what is on the screen. ``typed(key)`` reads the widget in ``on_change``.
        help_: the field's help.
        on_change: called while typing pauses.
    """
    st.markdown(f"**{label}**", help=help_)
    with st.container(key=f"pair_{key}"):
        left, right = st.columns(2, gap="medium")
        with left:
            _component()(
                key=key,
                data={"label": label, "text": text, "key": key},
                default={"text": text},
                on_text_change=on_change,
            )
        with right, st.container(key=f"preview_{key}"):
            shown = markdown.render(text)
            st.html(f'<div class="livret-apercu">{shown}</div>' if shown else _NOTHING)


_NOTHING = '<div class="livret-apercu livret-vide">L’aperçu de ce texte s’affichera ici.</div>'


def typed(key: str) -> str:
    """What was typed in the field."""
    held = state.value(key)
    return str(held["text"]) if held else ""
