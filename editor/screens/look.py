"""The look of a dossier: the choice of a theme, and the form that its options declare; a part of « Aperçu »."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from data.errors import ThemeError
from data.french import NBSP
from data.publications import Publication
from editor.screens.chosen import TRIED, change, fixed, tried
from editor.screens.frame import plain
from editor.session import state
from editor.showcase import showcase
from editor.workshop import workshop
from site_builder import dossiers, themes
from site_builder.options import Option
from site_builder.themes import Theme

CARD = (560, 560)  # pixels at most: twice what a card shows, for fine screens
FEW_CHOICES = 4  # side by side; more are a list


def look(dossier: Publication) -> None:
    """The choice of a theme, and the form that its options declare."""
    if dossier.fermee_le is not None:
        st.caption(
            f":material/lock: Ce dossier est fermé{NBSP}: rouvrez-le dans «{NBSP}Publier{NBSP}» pour en changer."
        )
    try:
        chosen: Theme | None = showcase.theme(tried() or dossier.theme)
    except ThemeError:  # told where the site would be; another one can be chosen
        chosen = None
    if chosen and chosen.options:
        st.markdown("**Réglages du thème**")
        held = dossiers.options_of(dossier, chosen.name, chosen.options)
        for option in chosen.options.values():
            _option(dossier, chosen, option, held[option.name])
    st.markdown("**Thème**")
    offered = themes.available()
    if chosen and all(theme.name != chosen.name for theme in offered):
        offered.append(chosen)
    with st.container(height=560, border=False, key="theme_list"):
        for theme in offered:
            _card(dossier, theme, chosen=chosen is not None and theme.name == chosen.name)
    if any(not theme.bundled for theme in offered):
        st.button(
            "Relire les thèmes", icon=":material/refresh:", type="tertiary", key="themes_again",
            on_click=showcase.refresh, help="Un thème que vous êtes en train d’écrire est relu depuis son dossier.",
        )  # fmt: skip


def _card(dossier: Publication, theme: Theme, *, chosen: bool) -> None:
    with st.container(border=True, key=f"theme_card_{'chosen_' if chosen else ''}{theme.name}"):
        picture = theme.home / "preview.png"
        if picture.is_file() and (small := _thumbnail(picture, picture.stat().st_mtime_ns)):
            st.image(small, width="stretch", alt=f"Aperçu du thème {theme.title}")
        with st.container(gap=None):
            st.markdown(f"**{plain(theme.title)}**")
            st.caption(plain(theme.summary))
        st.button(
            "Thème choisi" if chosen else "Choisir ce thème", key=f"theme_{theme.name}", width="stretch",
            icon=":material/check:" if chosen else None, on_click=_choose, args=(dossier, theme),
            disabled=chosen or dossier.fermee_le is not None,
        )  # fmt: skip


@cache
def _thumbnail(picture: Path, _when: int) -> bytes:
    """A picture at the size of its card, made once: Streamlit would shrink the whole of it at every run."""
    from PIL import Image  # noqa: PLC0415 - only on this screen

    out = io.BytesIO()
    try:
        with Image.open(picture) as image:
            shown = image.convert("RGB")
            shown.thumbnail(CARD)
            shown.save(out, "JPEG", quality=85)
    except (OSError, ValueError, SyntaxError):  # a theme of the agent's with a picture that is none
        return b""
    return out.getvalue()


def _choose(dossier: Publication, theme: Theme) -> None:
    name = theme.name if theme.bundled or theme.home.parent == themes.user_home() else str(theme.home)
    if workshop.read_only:
        state.set(TRIED, name)
        return
    change(f"choisir le thème {theme.title}", dossier, lambda now: dossiers.with_look(now, name))


def _option(dossier: Publication, theme: Theme, option: Option, value: Any) -> None:
    """The widget for an option; it always shows what the dossier holds."""
    key = state.give(f"option_{dossier.id}_{theme.name}_{option.name}", value)
    said: dict[str, Any] = {
        "label": option.label, "key": key, "help": option.help or None, "disabled": fixed(dossier),
        "on_change": _take, "args": (dossier, theme, option, key),
    }  # fmt: skip
    match option.type:
        case "bool":
            st.toggle(**said, value=value)
        case "color":
            st.color_picker(**said, value=value)
        case "integer":
            st.number_input(**said, value=value, min_value=option.minimum, max_value=option.maximum, step=1)
        case "string":
            st.text_input(**said, value=value)
        case "choice":
            _choice(option, said, value)


def _choice(option: Option, said: dict[str, Any], value: str) -> None:
    labels = dict(zip(option.choices, option.labels or option.choices, strict=False))

    def named(code: str) -> str:
        return labels.get(code, code)

    if len(option.choices) <= FEW_CHOICES:
        st.segmented_control(
            **said, default=value, options=list(option.choices), format_func=named, required=True, wrap=True
        )
    else:
        st.selectbox(**said, index=option.choices.index(value), options=list(option.choices), format_func=named)


def _take(dossier: Publication, theme: Theme, option: Option, key: str) -> None:
    value = state.value(key)
    value = value.lower() if option.type == "color" and value else value
    if not state.heard(key, value) or value is None or option.refusal(value):
        return
    change(
        f"régler «{NBSP}{option.label}{NBSP}»", dossier,
        lambda now: dossiers.with_option(now, theme.name, option, value), merging=key,
    )  # fmt: skip
