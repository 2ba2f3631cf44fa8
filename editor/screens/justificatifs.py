"""The documents of the livret: drop them, see them, know what each proves and what still lacks one."""

from __future__ import annotations

import streamlit as st

from data.completeness import missing
from data.evidence import Evidence
from data.french import NBSP
from data.model import LISTES, Piece
from editor.screens import depot, volet
from editor.screens.frame import heading, plain
from editor.screens.going import go
from editor.workshop import workshop

MOST_LACKING = 30  # lines on the screen; the others are counted


def show() -> None:
    """The screen « Justificatifs »."""
    heading(Piece.pluriel, Piece.intro)
    livret = workshop.livret
    evidence = Evidence.of(livret)
    lacking = missing(livret, evidence)
    held = [piece for piece in livret.pieces if piece.detenue]
    with st.container(horizontal=True, gap="small", key="counts"):
        st.metric("Documents dans le livret", len(held))
        st.metric("Lignes à justifier", len(lacking))
        st.metric("Documents reliés à rien", len(evidence.orphelines))
    if not workshop.read_only:
        st.caption(
            "Déposez ici un ou plusieurs fichiers : PDF, photos, textes. Ils sont aussitôt chiffrés dans le livret."
        )
        depot.drop("drop_any")
    if lacking:
        with st.expander(
            f"{len(lacking)} ligne{'s' if len(lacking) > 1 else ''} sans justificatif",
            icon=":material/pending_actions:",
        ):
            for one in lacking[:MOST_LACKING]:
                liste = ".".join(map(str, one.place[:2]))
                st.button(
                    f"{LISTES[liste].pluriel}{NBSP}: {plain(one.says)}", key=f"lack_{one.ligne.id}", type="tertiary",
                    icon=":material/arrow_forward:", on_click=go, args=(liste, one.ligne.id),
                )  # fmt: skip
            if len(lacking) > MOST_LACKING:
                st.caption(f"… et {len(lacking) - MOST_LACKING} autres.")
    volet.table("pieces")
