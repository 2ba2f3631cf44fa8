"""What Streamlit runs: which screen to show, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from importlib.resources import files

import streamlit as st

from data.french import NBSP
from data.model import LISTES, VOLETS
from data.remarques import A_TRAITER, Remarque
from editor import server
from editor.screens import ouverture
from editor.screens.frame import OPENING, acting, notify
from editor.session import state
from editor.workshop import Locked, workshop

Show = Callable[[], None]


def _screen(module: str, *arguments: str) -> Show:
    """A screen whose module is loaded when it is shown: the first one does not wait for the others."""

    def show() -> None:
        import_module(f"editor.screens.{module}").show(*arguments)

    return show


SCREENS: tuple[tuple[str, str, str, Show], ...] = (
    ("accueil", "Accueil", ":material/home:", _screen("accueil")),
    ("formations", VOLETS["formations"], ":material/school:", _screen("volet", "formations")),
    ("experiences", VOLETS["experiences"], ":material/work:", _screen("volet", "experiences")),
    ("competences", VOLETS["competences"], ":material/psychology:", _screen("volet", "competences")),
    ("justificatifs", LISTES["pieces"].pluriel, ":material/folder_open:", _screen("justificatifs")),
    ("identite", "Informations personnelles", ":material/badge:", _screen("identite")),
    ("portfolio", "Aperçu", ":material/visibility:", _screen("apercu")),
    ("publier", "Publier", ":material/send:", _screen("publier")),
    ("remarques", Remarque.pluriel, ":material/rate_review:", _screen("remarques")),
    ("historique", "Historique", ":material/history:", _screen("historique")),
    ("securite", "Sécurité", ":material/shield_lock:", _screen("securite")),
    ("aide", "Aide", ":material/help:", _screen("aide")),
)


def main() -> None:
    """One run of the script."""
    icon = str(files("editor") / "static" / "icon.svg")
    st.set_page_config("Livret", icon, layout="wide", initial_sidebar_state="auto")
    shown = state.get(OPENING, 0)
    if shown and not (workshop.open and shown == workshop.opening):
        state.forget()  # locked elsewhere, and another livret perhaps opened since: nothing of it stays in this tab
    if not workshop.open:
        _only(ouverture.show)
        return
    state.set(OPENING, workshop.opening)
    workshop.touch()
    from editor.screens import accueillir  # noqa: PLC0415 - like the screens

    if accueillir.needed():
        _only(accueillir.show)
        _watch()
    else:
        _screens()


def _only(show: Show) -> None:
    """A screen without the menu, whatever address the page was reloaded at."""
    guarded = _guarded(show)
    pages = [st.Page(guarded, title="Livret", url_path=nom, default=nom == "accueil") for nom, *_ in SCREENS]
    st.navigation(pages, position="hidden").run()


def _screens() -> None:
    pages = {
        nom: st.Page(
            _guarded(show, fragment=True), title=_named(nom, title), icon=icon, url_path=nom, default=nom == "accueil"
        )
        for nom, title, icon, show in SCREENS
    }
    # A flat list: with headings Streamlit makes list items outside of any list, which screen readers stumble over.
    current = st.navigation(list(pages.values()))
    with st.sidebar:
        _watch()
        _foot()
    if (target := state.take("goto", default=("", ""))) != ("", ""):
        _go(pages, *target)
    current.run()


def _named(nom: str, title: str) -> str:
    """A screen's name in the menu, with how many remarks wait there."""
    if nom != "remarques":
        return title
    with suppress(Locked):
        count = sum(one.etat == A_TRAITER for one in workshop.livret.remarques)
        state.set("remarks_waiting", count)  # the screen asks for another run of this one when it has changed
        return f"{title} ({count})" if count else title
    return title


def _go(pages: dict[str, st.Page], liste: str, row: str) -> None:
    """Show the screen, the list and the row that were asked for."""
    screen = liste.partition(".")[0]
    if liste in LISTES:
        state.set(f"row_{liste}", row)
        state.set(f"search_{liste}", "")
        if liste == "pieces":
            screen = "justificatifs"
        else:
            state.set(f"liste_{screen}", liste)
    elif screen == "titulaire":
        screen = "identite"
    st.switch_page(pages.get(screen, pages["accueil"]))


def _guarded(show: Show, *, fragment: bool = False) -> Show:
    """A screen that gives way when the livret is locked under it; run alone when only it changed."""

    def guarded() -> None:
        if fragment and (not workshop.open or state.has("goto")):
            st.rerun()
        try:
            show()
        except Locked:
            st.rerun()

    return st.fragment(guarded) if fragment else guarded


@st.fragment(run_every="5s")
def _watch() -> None:
    """Locked by the clock or from another tab: this one empties itself too, without waiting for a click."""
    if not workshop.open or state.get(OPENING, 0) != workshop.opening:
        st.rerun()


def _foot() -> None:
    if workshop.path is not None:
        st.caption(f":material/lock: {workshop.path.name}")
    with st.container(horizontal=True, gap="small", key="foot"):
        st.button("Verrouiller", icon=":material/lock:", key="lock", on_click=_lock)
        st.button("Quitter", icon=":material/logout:", key="quit", type="tertiary", on_click=_quit)


def _may_leave() -> bool:
    """Whether nothing would be lost, or the agent has been told and asks again."""
    told = state.take("told_unsaved", default=False)
    if workshop.failure:
        acting(workshop.retry)()
    if not workshop.failure or told:
        return True
    state.set("told_unsaved", value=True)
    notify("Des changements n’ont pas pu être enregistrés et seraient perdus. Pour partir quand même, recommencez.")
    return False


def _lock() -> None:
    if not _may_leave():
        return
    workshop.lock()
    state.forget()


def _quit() -> None:
    if not _may_leave():
        return
    workshop.lock()
    state.forget()
    state.set("closed", value=True)
    server.stop()


if state.get("closed", default=False):
    st.container(key="closed").caption(f"À bientôt{NBSP}!")
else:
    main()
