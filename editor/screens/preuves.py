"""Evidence seen from its other end: what shows a competence, what a document proves, and the document itself."""

from __future__ import annotations

import streamlit as st

from data.competences import Competence
from data.evidence import Evidence
from data.french import NBSP
from data.model import LISTES, Livret, Piece
from editor import drafts
from editor.incoming import new_piece
from editor.routes import SHOWN
from editor.screens.frame import acting, plain
from editor.screens.going import go
from editor.session import state
from editor.workshop import workshop
from site_builder.documents import say_media, say_size


def of_competence(row: Competence) -> None:
    """What shows a competence: the rows that name it, each a way there, and the documents behind them."""
    found = Evidence.of(workshop.livret).preuves(row.id)
    st.header("Ce qui la prouve", anchor=False)
    if not found:
        st.caption(
            "Rien pour l’instant. Ouvrez une expérience ou une formation et reliez-lui cette compétence, "
            "ou joignez un document ci-dessous."
        )
    with st.container(gap=None, key="proofs"):
        for liste, other in found.lignes:
            st.button(
                f"{LISTES[liste].pluriel}{NBSP}: {plain(other.intitule_ligne)}", key=f"proof_{row.id}_{other.id}",
                icon=":material/arrow_forward:", type="tertiary", on_click=go, args=(liste, other.id),
            )  # fmt: skip
    if found.indirectes:
        titles = ", ".join(piece.titre for piece in found.indirectes)
        st.caption(f"Documents derrière ces lignes{NBSP}: {plain(titles)}")


def of_piece(piece: Piece) -> None:
    """A document: what it proves, to be chosen among all rows, and what it looks like."""
    st.header("Ce qu’il prouve", anchor=False)
    livret = workshop.livret
    rows = {row.id: (row, liste) for liste in LISTES if liste != "pieces" for row in drafts.rows_of(livret, liste)}
    names = drafts.distinct(
        (one, f"{row.intitule_ligne} — {LISTES[liste].pluriel}") for one, (row, liste) in rows.items()
    )
    proved = [row.id for row in Evidence.of(livret).prouve.get(piece.id, ()) if row.id in rows]
    key = state.give(f"proves_{piece.id}", proved)
    st.multiselect(
        "Lignes que ce document prouve", list(names), default=proved, key=key,
        format_func=lambda one: names.get(one, one), placeholder="Choisir des lignes du livret…",
        on_change=lambda: _link(piece, key), disabled=workshop.read_only,
        help="Diplômes, formations, emplois, compétences… une ou plusieurs lignes.",
    )  # fmt: skip
    if proved:
        with st.container(horizontal=True, gap="small", key="proved_rows"):
            for one in proved:
                row, liste = rows[one]
                st.button(
                    plain(row.intitule_ligne), key=f"to_{piece.id}_{one}", icon=":material/arrow_forward:",
                    type="tertiary", on_click=go, args=(liste, one),
                )  # fmt: skip
    _looks(piece)


@acting
def _link(piece: Piece, key: str) -> None:
    wanted = list(state.value(key))
    if not state.heard(key, wanted):
        return
    workshop.change(f"relier «{NBSP}{piece.titre}{NBSP}»", lambda livret: drafts.link(livret, piece.id, wanted))


def _looks(piece: Piece) -> None:
    if not piece.detenue:
        if not workshop.read_only:
            st.caption("Le fichier n’est pas dans le livret. Dès que vous l’avez, déposez-le ici.")
            key = f"received_{piece.id}"
            st.file_uploader(
                "Le fichier", key=key, label_visibility="collapsed", on_change=lambda: _received(piece, key)
            )
        return
    pages = f", {piece.pages} page{'s' if piece.pages > 1 else ''}" if piece.pages else ""
    st.caption(f"{plain(piece.fichier)} · {say_media(piece.media)}, {say_size(piece.taille)}{pages}")
    with st.container(horizontal=True, gap="small"):
        if piece.media in SHOWN:
            st.link_button("Voir en grand", f"/piece/{piece.id}?voir", icon=":material/visibility:")
        st.link_button("Enregistrer une copie", f"/piece/{piece.id}", icon=":material/download:")
    if piece.media.startswith("image/") and piece.media in SHOWN:
        st.html(f'<img class="livret-piece" src="/piece/{piece.id}?voir" alt="">')
    elif piece.media in SHOWN:
        st.iframe(f"/piece/{piece.id}?voir", height=560, alt=piece.titre)


@acting
def _received(piece: Piece, key: str) -> None:
    """The file of a document that was noted as asked for or lost: its bytes come under the same identifier."""
    file = state.value(key)
    if not file or not (content := file.getvalue()):
        return
    read = new_piece(file.name, content)
    got = {nom: getattr(read, nom) for nom in ("fichier", "media", "taille", "pages", "etat")}

    def edit(livret: Livret) -> Livret:
        rows = [one.with_(**got) if one.id == piece.id else one for one in livret.pieces]
        return drafts.with_rows(livret, "pieces", rows)

    workshop.change(f"recevoir «{NBSP}{piece.titre}{NBSP}»", edit, {piece.id: content})
