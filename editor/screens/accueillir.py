"""The first steps of a new livret: the recovery sheet proved, the charter accepted, the holder named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from editor import drafts, guide
from editor.screens import identite, recovery_proof
from editor.screens.frame import acting, plain
from editor.session import state
from editor.workshop import workshop

STEPS = ("fiche", "charte", "identite", "fin")


def needed() -> bool:
    """Whether the first steps of the livret are still to be made; a livret without its charter begins them again."""
    if workshop.read_only:
        return False
    return workshop.livret.charte is None or bool(state.get("welcome", ""))


def show() -> None:
    """The step that is next."""
    step = state.get("welcome", "") or STEPS[0]
    with st.container(horizontal_alignment="center"), st.container(width=720, key="threshold"):
        {"fiche": _fiche, "charte": _charte, "identite": _identite, "fin": _fin}[step]()


def _to(step: str) -> Callable[[], None]:
    return lambda: state.set("welcome", step)


def _fiche() -> None:
    st.caption("Étape 2 sur 4")
    st.title("La fiche de secours", anchor=False)
    with st.container(border=True, key="sheet"):
        proved = recovery_proof.prove("first")

    def on() -> None:
        recovery_proof.forget("first")
        state.set("welcome", "charte")

    st.button("Continuer", type="primary", key="on", disabled=not proved, on_click=on)


def _charte() -> None:
    st.caption("Étape 3 sur 4")
    st.title("La charte", anchor=False)
    with st.container(border=True, key="charter"):
        st.markdown(guide.charte())

    @acting
    def accept() -> None:
        state.set("welcome", "identite")
        workshop.change(
            "accepter la charte",
            lambda livret: drafts.accept_charte(livret, date.today()),  # noqa: DTZ011 - the agent's own day
        )

    st.button("J’accepte cette charte", type="primary", icon=":material/check:", key="accept", on_click=accept)


def _identite() -> None:
    st.caption("Étape 4 sur 4")
    st.title("Vous", anchor=False)
    st.markdown("Deux lignes suffisent pour commencer ; tout peut être complété plus tard.")
    identite.form(("prenom", "nom", "titre", "courriel", "telephone", "ville"))
    st.button("Continuer", type="primary", key="on", on_click=_to("fin"))


def _fin() -> None:
    st.title("À vous de jouer !", anchor=False)
    name = plain(workshop.livret.titulaire.prenom)
    st.markdown(
        f"{name + ', votre' if name else 'Votre'} livret est prêt. Réunissez vos diplômes, vos attestations, votre "
        "CV ; remplissez par petites touches, dans l’ordre qui vous plaît. **Tout s’enregistre au fur et à mesure.**"
    )
    st.button("Ouvrir mon livret", type="primary", icon=":material/book_2:", key="on", on_click=_to(""))
