"""Cells copied from a spreadsheet, read before they are added: what is not understood is said, and kept."""

from __future__ import annotations

import streamlit as st

from data.fields import champs
from data.french import NBSP
from data.model import LISTES
from data.tables import to_shown
from editor import drafts, grids
from editor.pasting import pasted
from editor.screens import fiche
from editor.screens.frame import plain
from editor.workshop import workshop

TALLEST, ROW = 320, 35  # pixels


@st.dialog("Coller depuis un tableur", width="large", icon=":material/content_paste:")
def paste(liste: str) -> None:
    """Ask for the cells, show what was recognised, and add it."""
    model = LISTES[liste]
    columns = [champ for champ in grids.columns(liste) if champ.genre != "liens"]
    st.caption(
        f"Copiez des cellules dans Excel ou LibreOffice, puis collez-les ici. Si la première ligne porte les noms des "
        f"colonnes, leur ordre est libre. Sinon{NBSP}: " + " · ".join(champ.titre for champ in columns)
    )
    text = st.text_area("Cellules copiées", height=180, key="pasted", placeholder="Ctrl+V ici, puis Ctrl+Entrée")
    if not text:
        return
    read = pasted(text, model, columns)
    if not read.rows:
        st.warning("Aucune ligne reconnue dans ce texte.", icon=":material/search_off:")
        return
    shown = list(dict.fromkeys(champ.nom for champ in read.columns))
    titles = {champ.nom: champ.titre for champ in champs(model)}
    frame = to_shown(read.rows, model, shown, {}).rename(columns=titles)
    st.dataframe(frame, hide_index=True, alt="Lignes reconnues", height=min(TALLEST, ROW * (len(read.rows) + 1) + 3))
    if read.remarks:
        st.warning("\n".join(f"- {plain(one)}" for one in read.remarks[:8]), icon=":material/edit_note:")
        st.caption(f"Ces lignes seront ajoutées quand même{NBSP}: ce qui n’est pas compris y reste, à corriger.")
    count = len(read.rows)
    if st.button(
        f"Ajouter {count} ligne{'s' if count > 1 else ''}", type="primary", icon=":material/add:", key="pasted_add"
    ):
        workshop.change(
            f"coller {count} ligne{'s' if count > 1 else ''}", lambda livret: drafts.add_rows(livret, liste, read.rows)
        )
        fiche.choose(liste, read.rows[0].id)
        st.rerun()
