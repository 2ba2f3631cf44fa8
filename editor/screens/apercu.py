"""« Aperçu »: the portfolio as it would leave today, in any theme, beside what is typed; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from data.french import NBSP
from data.publications import Publication
from editor.screens.chosen import DOSSIER, pick, style, tried
from editor.screens.frame import heading, plain
from editor.screens.look import look
from editor.session import state
from editor.showcase import Shown, showcase
from editor.workshop import workshop
from site_builder import dossiers
from site_builder.build import ENTRY
from site_builder.plan import PATHS

SCREENS = {
    "ordinateur": ("Ordinateur", ":material/computer:"),
    "tablette": ("Tablette", ":material/tablet:"),
    "telephone": ("Téléphone", ":material/smartphone:"),
    "ensemble": ("Côte à côte", ":material/devices:"),
}
PHONE = (404, 794)  # pixels, the frame around the screen included
TALL = {"ordinateur": 1080, "tablette": 1000, "telephone": PHONE[1]}


def show() -> None:
    """The screen."""
    heading("Aperçu", f"Le portfolio tel qu’il sortirait aujourd’hui{NBSP}: rien n’est écrit, rien ne part.")
    style()
    settings, site = st.columns([1.2, 3], gap="medium")
    with site:  # drawn first, for it is what is waited for
        _site(dossiers.current(workshop.livret, state.get(DOSSIER, "")))
    with settings:
        look(pick())


def beside(volet: str = "", ref: str = "", *, height: int = 720) -> None:
    """The portfolio in a column beside a table.

    Args:
        volet: the part being edited, whose page is shown; the first page without one.
        ref: the row being edited, to which the editor's script may scroll the page.
        height: in pixels.
    """
    style()
    dossier = dossiers.current(workshop.livret, state.get(DOSSIER, ""))
    shown = showcase.show(dossier.id if dossiers.kept(workshop.livret, dossier) else "", tried())
    if not _told(shown):
        st.caption(f":material/visibility: {plain(dossier.titre)}")
        address = shown.address(PATHS.get(volet, ENTRY), ref)
        with st.container(key="screen_beside"):
            st.iframe(address, height=height, alt="Aperçu du portfolio")


def _site(dossier: Publication) -> None:
    kept = dossiers.kept(workshop.livret, dossier)
    shown = showcase.show(dossier.id if kept else "", tried())
    if _told(shown):
        return
    pages = dict(shown.pages)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="apercu_tools"):
        screen = _screen()
        path = _page(pages)
    _screens(shown, path, screen)
    st.link_button(
        "Ouvrir seul", shown.address(path), icon=":material/open_in_new:", type="tertiary",
        help=f"L’aperçu en pleine fenêtre, dans un autre onglet{NBSP}; il se ferme avec le livret.",
    )  # fmt: skip
    if shown.warnings:
        count = len(shown.warnings)
        with st.expander(
            f"{count} passage{'s' if count > 1 else ''} à relire avant de publier", icon=":material/warning:"
        ):
            st.markdown("\n".join(f"- {plain(warning)}" for warning in shown.warnings))


def _screen() -> str:
    """The size of the screen, remembered by the tab even while something else is shown."""
    held = _held("apercu_screen", SCREENS)
    st.segmented_control(
        "Taille de l’écran", list(SCREENS), key="apercu_screen_choice", label_visibility="collapsed", required=True,
        format_func=lambda code: f"{SCREENS[code][1]} {SCREENS[code][0]}", wrap=True, on_change=_remember,
        args=("apercu_screen",),
    )  # fmt: skip
    return held


def _page(pages: dict[str, str]) -> str:
    """The page to begin with: the site's own menu leads to the others."""
    held = _held("apercu_page", pages)
    st.selectbox(
        "Page", list(pages), key="apercu_page_choice", label_visibility="collapsed", format_func=pages.__getitem__,
        width=165, on_change=_remember, args=("apercu_page",),
    )  # fmt: skip
    return held


def _held(name: str, options: Mapping[str, Any]) -> str:
    held = state.get(name, "")
    held = held if held in options else next(iter(options))
    state.set(f"{name}_choice", held)
    return held


def _remember(name: str) -> None:
    if chosen := state.value(f"{name}_choice"):
        state.set(name, chosen)


def _screens(shown: Shown, path: str, screen: str) -> None:
    if screen != "ensemble":
        _iframe(shown, path, screen)
        return
    wide, narrow = st.columns([3, 1.25], gap="medium")
    with wide:
        _iframe(shown, path, "ordinateur")
    with narrow:
        _iframe(shown, path, "telephone")


def _iframe(shown: Shown, path: str, screen: str) -> None:
    with st.container(key=f"screen_{screen}"):
        st.iframe(
            shown.address(path), height=TALL[screen], alt=f"Aperçu du portfolio, {SCREENS[screen][0].lower()}",
        )  # fmt: skip


def _told(shown: Shown) -> bool:
    """Whether there is nothing to see; the reason is said."""
    for error in shown.errors:
        lines = [plain(line) for line in error.splitlines()]
        st.error("  \n".join(lines), icon=":material/visibility_off:")
    return bool(shown.errors)
