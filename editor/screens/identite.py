"""Personal information: whose livret it is, and nothing that must not be asked."""

from __future__ import annotations

import streamlit as st

from data.fields import champs
from data.french import NBSP
from data.model import Titulaire
from data.tables import refusals
from editor import drafts
from editor.screens.fields import Form
from editor.screens.frame import heading
from editor.session import state
from editor.workshop import workshop


def show() -> None:
    """The screen « Informations personnelles »."""
    heading("Informations personnelles", "Vos coordonnées ne sortent que si vous les cochez, dossier par dossier.")
    form()
    st.caption(
        f"Livret ne demande jamais{NBSP}: numéro de sécurité sociale, compte bancaire, date de naissance, famille, "
        "nationalité. Aucun recruteur n’a à les connaître."
    )


def form(only: tuple[str, ...] = ()) -> None:
    """The fields of the holder, all or some of them."""
    holder = workshop.livret.titulaire
    current = workshop.version
    fresh = state.get("holder_version", -1) != current

    def saved(before: int) -> None:
        if state.get("holder_version", -1) == before:
            state.set("holder_version", workshop.version)

    fields = Form(
        "holder", holder, rows=(), problems=refusals(holder), edit=drafts.edit_titulaire, fresh=fresh, saved=saved
    )
    fields_of = [one for one in champs(Titulaire) if not one.interne and one.nom != "photo"]
    shown = [one for one in fields_of if not only or one.nom in only]
    short = [one for one in shown if one.genre != "markdown"]
    with st.container(border=True, key="holder"):
        for pair in (short[at : at + 2] for at in range(0, len(short), 2)):
            for column, one in zip(st.columns(2, gap="small"), pair, strict=False):
                with column:
                    fields.draw(one)
        for one in shown:
            if one.genre == "markdown":
                fields.draw(one)
    state.set("holder_version", current)
