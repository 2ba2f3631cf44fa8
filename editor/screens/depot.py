"""Documents dropped on a row or on the page, shown, taken off a row."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from data.fields import Ligne
from data.french import NBSP
from data.model import Livret, Piece
from data.nomenclatures import label
from editor import drafts
from editor.incoming import new_piece
from editor.routes import SHOWN
from editor.screens.frame import acting, notify, plain
from editor.session import state
from editor.workshop import workshop
from site_builder.documents import say_media, say_size

KINDS = ["pdf", "jpg", "jpeg", "png", "webp", "gif", "txt", "odt", "ods", "docx", "xlsx"]
MOST_MEGABYTES = 100


def draw(liste: str, row: Ligne) -> None:
    """The documents of a row, and a place to drop others."""
    held = {piece.id: piece for piece in workshop.livret.pieces}
    for piece in (held[one] for one in row.pieces if one in held):
        line(piece, f"{row.id}_{piece.id}", lambda piece=piece: _take_off(liste, row.id, piece))  # type: ignore[misc]
    if not workshop.read_only:
        drop(f"drop_{row.id}", liste, row.id)


def line(piece: Piece, key: str, take_off: Callable[[], None] | None = None) -> None:
    """One document on a line: its name, its state, what can be done with it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"line_{key}"):
        detail = (
            f"{say_media(piece.media)}, {say_size(piece.taille)}" if piece.detenue else label("etats_piece", piece.etat)
        )
        st.markdown(f":material/description: {plain(piece.titre)} :small[:gray[{detail}]]", width="stretch")
        if piece.detenue:
            if piece.media in SHOWN:
                st.link_button("Voir", f"/piece/{piece.id}?voir", icon=":material/visibility:", type="tertiary")
            st.link_button("Enregistrer", f"/piece/{piece.id}", icon=":material/download:", type="tertiary")
        if take_off and not workshop.read_only:
            st.button(
                "Détacher", key=f"off_{key}", icon=":material/link_off:", type="tertiary", on_click=take_off,
                help="Le document reste dans vos justificatifs.",
            )  # fmt: skip


def drop(key: str, liste: str = "", identifier: str = "") -> None:
    """A place to drop files; each becomes a document, proving the row when one is named."""
    serial = state.get(f"{key}_serial", 0)
    widget = f"{key}_{serial}"
    st.file_uploader(
        "Déposer des documents", accept_multiple_files=True, key=widget, type=KINDS, max_upload_size=MOST_MEGABYTES,
        label_visibility="collapsed", on_change=lambda: _receive(widget, key, serial, liste, identifier),
    )  # fmt: skip


@acting
def _receive(widget: str, key: str, serial: int, liste: str, identifier: str) -> None:
    known = state.get("received_files", frozenset[str]())
    files = [file for file in state.value(widget) or [] if file.file_id not in known]
    if not files:
        return
    state.set("received_files", known.union(file.file_id for file in files))  # a report may come twice
    made = [(new_piece(file.name, content), content) for file in files if (content := file.getvalue())]
    if empty := len(files) - len(made):
        notify(
            "Un fichier vide a été laissé de côté."
            if empty == 1
            else f"{empty} fichiers vides ont été laissés de côté."
        )
    if made:
        pieces = [piece for piece, _ in made]
        what = "joindre un document" if len(made) == 1 else f"joindre {len(made)} documents"
        workshop.change(
            what,
            lambda livret: drafts.attach(livret, liste, identifier, pieces),
            {piece.id: content for piece, content in made},
        )
        if not liste:
            state.set("row_pieces", pieces[-1].id)
    state.set(f"{key}_serial", serial + 1)  # an emptied place for the next ones


@acting
def _take_off(liste: str, row: str, piece: Piece) -> None:
    def edit(livret: Livret) -> Livret:
        cells = {
            one.id: {"pieces": [held for held in one.pieces if held != piece.id]}
            for one in drafts.rows_of(livret, liste)
            if one.id == row
        }
        return drafts.edit_rows(livret, liste, cells)

    workshop.change(f"détacher «{NBSP}{piece.titre}{NBSP}»", edit)
