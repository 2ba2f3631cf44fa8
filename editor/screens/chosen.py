"""The dossier looked at in this tab, on « Aperçu », on « Publier » and beside the tables; and how it is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files

import streamlit as st

from data.model import Livret
from data.publications import Publication
from editor.session import state
from editor.workshop import workshop
from site_builder import dossiers

DOSSIER = "dossier"
TRIED = "theme_tried"  # a theme tried on a livret that can only be looked at


def pick() -> Publication:
    """The choice of the dossier, kept from one screen to the other; gives the one chosen."""
    livret = workshop.livret
    dossier = dossiers.current(livret, state.get(DOSSIER, ""))
    titles = {known.id: known.titre or "(sans titre)" for known in (*livret.publications, dossier)}
    ids = list(titles)
    key = state.give("dossier_choice", dossier.id)
    st.selectbox(
        "Dossier", ids, index=ids.index(dossier.id), key=key, format_func=titles.__getitem__,
        on_change=_picked, args=(key,), help=Publication.intro,
    )  # fmt: skip
    return dossier


def _picked(key: str) -> None:
    chosen = state.value(key)
    if state.heard(key, chosen):
        state.set(DOSSIER, chosen)


def change(what: str, dossier: Publication, edit: Callable[[Publication], Publication], *, merging: str = "") -> None:
    """Change the dossier looked at; the one that is used while there is none comes into being with its first change."""
    today = date.today()  # noqa: DTZ011 - the agent's own day
    settled = dossiers.settled(dossier, workshop.livret, today)

    def edited(livret: Livret) -> Livret:
        now = next((known for known in livret.publications if known.id == settled.id), settled)
        return dossiers.with_dossier(livret, edit(now))

    workshop.change(what, edited, merging=merging)
    state.set(DOSSIER, settled.id)


def fixed(dossier: Publication) -> bool:
    """Whether a dossier cannot be changed: it was closed, or the livret can only be looked at."""
    return workshop.read_only or dossier.fermee_le is not None


@cache
def _sheet() -> str:
    home = files("editor") / "static"
    return "\n".join((home / name).read_text("utf-8") for name in ("reports.css", "portfolio.css"))


def style() -> None:
    """The style of both screens."""
    st.html(f"<style>{_sheet()}</style>")


def tried() -> str:
    """The theme being tried where nothing can be saved; empty elsewhere."""
    return state.get(TRIED, "") if workshop.read_only else ""
