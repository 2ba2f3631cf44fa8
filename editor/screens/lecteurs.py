"""Who may open a protected form, and with which passphrase; a part of « Publier ».

A passphrase is kept in the tab alone: neither the livret nor the log ever holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from data.french import NBSP
from data.passphrase import passphrase
from data.passwords import strength
from data.publications import Publication
from editor.session import state
from site_builder.outputs import forms
from site_builder.outputs.forms import Form


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may open a protected form, and with what."""

    name: str
    phrase: str


def readers_of(dossier: Publication, form: Form) -> tuple[Reader, ...]:
    """Who may open it, each with a passphrase drawn by chance that can be replaced."""
    key = f"readers_{dossier.id}_{form.code}"
    drawn: list[Reader] = state.once(key, lambda: [Reader(dossier.destinataire, passphrase())])
    several = form.code == forms.PROTECTED
    with st.container(border=True, key="readers"):
        st.markdown("**Phrase de passe**" if not several else "**Destinataires et phrases de passe**")
        st.caption(
            f"Sept mots tirés au sort. Livret n’en garde rien{NBSP}: notez-les avant de quitter cet écran, et "
            "donnez-les **par un autre moyen** que le fichier (téléphone, SMS, de vive voix)."
        )
        found = [
            _reader(key, rank, reader, several=several, alone=len(drawn) == 1) for rank, reader in enumerate(drawn)
        ]
        if several:
            st.button(
                "Ajouter un destinataire", icon=":material/person_add:", key=f"{key}_more", type="tertiary",
                on_click=partial(_add, key), help="Une seule page, une phrase de passe pour chacun.",
            )  # fmt: skip
    return tuple(found)


def _reader(key: str, rank: int, drawn: Reader, *, several: bool, alone: bool) -> Reader:
    """One reader: a name for the log, a passphrase to copy, another one, or one's own."""
    own = f"{key}_{rank}_{drawn.phrase[:8]}"  # another phrase, another reader: fields of their own
    name = drawn.name
    if several:
        name = st.text_input(
            "Destinataire", value=drawn.name, key=f"{own}_name", placeholder="Qui ouvrira cette page", max_chars=200
        )
    phrase = drawn.phrase
    if state.get(f"{own}_mine", default=False):
        phrase = st.text_input("Votre phrase de passe", key=f"{own}_phrase", autocomplete="off", max_chars=99)
        if not strength(phrase or "").enough:
            st.markdown(f":red[:material/error: Trop facile à deviner{NBSP}: prenez sept mots sans rapport entre eux.]")
    else:
        st.code(phrase, language=None, wrap_lines=True)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Une autre", icon=":material/casino:", key=f"{own}_again", type="tertiary",
            on_click=partial(_redraw, key, drawn), help="Tirer une autre phrase au sort.",
        )  # fmt: skip
        if not alone:
            st.button(
                "Retirer", icon=":material/close:", key=f"{own}_less", type="tertiary",
                on_click=partial(_withdraw, key, drawn),
            )  # fmt: skip
        st.toggle("Écrire la mienne", key=f"{own}_mine")
    return Reader(name or "", phrase or "")


def _redraw(key: str, reader: Reader) -> None:
    _replace(key, reader, [Reader(reader.name, passphrase())])


def _withdraw(key: str, reader: Reader) -> None:
    _replace(key, reader, [])


def _replace(key: str, reader: Reader, by: list[Reader]) -> None:
    """A second press of the same button finds its reader gone, and leaves the others alone."""
    held = state.get(key, list[Reader]())
    if reader in held:
        at = held.index(reader)
        state.set(key, [*held[:at], *by, *held[at + 1 :]])


def _add(key: str) -> None:
    state.set(key, [*state.get(key, list[Reader]()), Reader("", passphrase())])
