"""What every screen has around it: its heading, the state of saving, undo and redo, notices."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec

import streamlit as st

from data.errors import ReadOnly
from data.french import NBSP
from editor.moments import say_time
from editor.session import state
from editor.workshop import Locked, workshop

P = ParamSpec("P")


OPENING = "opening"  # in the tab: which of the livrets opened in turn it shows


def heading(title: str, intro: str = "") -> None:
    """The top of a screen: what it is, whether everything is saved, a step back and forth."""
    with st.container(key="heading", gap="small"), st.container(horizontal=True, vertical_alignment="center"):
        with st.container(gap=None, width="stretch"):
            st.title(title, anchor=False)
            if intro:
                st.caption(intro)
        with st.container(width="content", key=f"saved_{workshop.version}"):  # drawn anew at every change
            st.markdown(saved_badge(), width="content")
        if not workshop.read_only:
            _steps()
    _failure()
    for text in state.take("notices", list[str]()):
        st.toast(text, icon=":material/info:", duration="long")


def saved_badge() -> str:
    """The state of saving, in a few words."""
    if workshop.read_only:
        return ":gray-badge[:material/visibility: Lecture seule]"
    if workshop.failure:
        return ":red-badge[:material/error: Non enregistré]"
    when = workshop.saved_at
    return f":green-badge[:material/lock: Enregistré à{NBSP}{say_time(when)}]" if when else ""


def plain(text: str) -> str:
    """An agent's own words without any Markdown of their own, for a label or a sentence that quotes them."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+!|$:<>~" else sign for sign in text)


def acting(callback: Callable[P, None]) -> Callable[P, None]:
    """What a widget does, unless its livret was locked meanwhile elsewhere: the next run shows what is open."""

    @wraps(callback)
    def acted(*args: P.args, **kwargs: P.kwargs) -> None:
        if state.get(OPENING, workshop.opening) == workshop.opening:
            with suppress(Locked, ReadOnly):
                callback(*args, **kwargs)

    return acted


def notify(text: str) -> None:
    """Show a sentence at the next run of the screen."""
    state.set("notices", [*state.get("notices", list[str]()), text])


def _steps() -> None:
    undo, redo = workshop.undoable, workshop.redoable
    st.button(
        "Annuler", icon=":material/undo:", type="tertiary", key="undo", disabled=not undo, on_click=_undo,
        help=f"Annuler{NBSP}: {undo} (Ctrl+Z)" if undo else None,
    )  # fmt: skip
    st.button(
        "Rétablir", icon=":material/redo:", type="tertiary", key="redo", disabled=not redo, on_click=_redo,
        help=f"Rétablir{NBSP}: {redo} (Ctrl+Y)" if redo else None,
    )  # fmt: skip


@acting
def _undo() -> None:
    if what := workshop.undo():
        notify(f"Annulé{NBSP}: {what}")


@acting
def _redo() -> None:
    if what := workshop.redo():
        notify(f"Rétabli{NBSP}: {what}")


def _failure() -> None:
    """What could not be written, why, and what to do; what is shown stays here meanwhile."""
    if not workshop.failure:
        return
    with st.container(border=True, key="failure"):
        st.error(workshop.failure, icon=":material/error:")
        st.caption("Ce que vous voyez ici est gardé tant que cette fenêtre reste ouverte.")
        with st.container(horizontal=True):
            st.button("Réessayer", key="retry", icon=":material/refresh:", on_click=acting(workshop.retry))
            st.button(
                "Relire le fichier et y ajouter ma version", key="keep_mine", on_click=acting(workshop.reopen_and_keep),
                help="Les versions écrites par l’autre programme restent dans l’historique.",
            )  # fmt: skip
