"""The recovery sheet handed over, and proved: a key that nobody noted saves nobody."""

from __future__ import annotations

import secrets

import streamlit as st

from editor.session import state
from editor.workshop import workshop

PROVED_GROUPS = 2


def prove(prefix: str) -> bool:
    """Show the sheet, the key on demand, and ask two of its groups back; whether both are right."""
    key = workshop.recovery_key
    st.markdown(
        "Imprimez cette page, ou enregistrez-la puis effacez-la une fois imprimée. **Rangez le papier loin de "
        "l’ordinateur.** Sans mot de passe et sans cette fiche, personne ne pourra rouvrir le livret."
    )
    with st.container(horizontal=True, gap="small", key=f"{prefix}_sheet"):
        st.link_button("Fiche à imprimer (PDF)", "/fiche-de-secours.pdf", icon=":material/print:", type="primary")
        st.link_button("La même, page web", "/fiche-de-secours.html", icon=":material/open_in_new:")
    if st.toggle("Pas d’imprimante : montrer la clé pour la recopier", key=f"{prefix}_show"):
        st.code(str(key), language=None)
    asked = state.once(
        f"{prefix}_asked", lambda: sorted(secrets.SystemRandom().sample(range(len(key.groups)), PROVED_GROUPS))
    )
    st.markdown("Pour vérifier, recopiez deux groupes de la fiche que vous avez sous les yeux :")
    right = []
    for column, index in zip(st.columns(PROVED_GROUPS), asked, strict=True):
        with column:
            typed = st.text_input(f"Groupe n° {index + 1}", key=f"{prefix}_group_{index}", live=True)
            good = (typed or "").strip().upper() == key.groups[index]
            right.append(good)
            if typed and len(typed.strip()) >= len(key.groups[index]):
                st.caption(
                    ":green[:material/check: C’est bien ce groupe.]" if good else ":red[Ce n’est pas ce groupe.]"
                )
    return all(right)


def forget(prefix: str) -> None:
    """Leave no group behind in the tab."""
    for index in state.take(f"{prefix}_asked", default=list[int]()):
        state.take(f"{prefix}_group_{index}", default="")
    state.take(f"{prefix}_show", default=False)
