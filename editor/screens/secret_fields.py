"""Choosing a new password: how strong it is in plain words, and a passphrase offered."""

from __future__ import annotations

import streamlit as st

from data.french import NBSP
from data.passphrase import passphrase
from data.passwords import FLOOR, strength
from editor.session import state


def new_password(prefix: str) -> str | None:
    """Draw the fields of a new password; give it once it is strong enough and typed twice the same, None until then."""
    first, again = f"{prefix}_first", f"{prefix}_again"
    password = st.text_input(
        "Mot de passe", type="password", key=first, autocomplete="new-password", live=True,
        help="Sept mots sans rapport entre eux, ou quatorze signes variés. Il ne doit servir nulle part ailleurs.",
    )  # fmt: skip
    _offer(prefix, first)
    if not password:
        return None
    found = strength(password)
    st.progress(
        min(1.0, found.bits / 128),
        f"Solidité{NBSP}: **{found.words}** :small[:gray[(environ {found.bits:.0f} bits, il en faut {FLOOR})]]",
    )
    if not found.enough:
        st.caption("Un ordinateur finirait par le trouver. Ajoutez des mots, ou prenez la phrase proposée.")
        return None
    repeated = st.text_input(
        "Le même, une seconde fois", type="password", key=again, autocomplete="new-password", live=True
    )
    if not repeated:
        return None
    if repeated != password:
        st.caption(":red[Les deux saisies diffèrent.]")
        return None
    st.caption(":green[:material/check: Les deux saisies sont identiques.]")
    return str(password)


def forget(prefix: str) -> None:
    """Leave no password behind in the tab."""
    for name in ("first", "again", "offered"):
        state.take(f"{prefix}_{name}", default="")


def _offer(prefix: str, first: str) -> None:
    """A passphrase drawn by chance: the surest choice, and one that can be noted on paper."""
    key = f"{prefix}_offered"

    def draw() -> None:
        state.set(key, passphrase())

    def use() -> None:
        state.set(first, state.get(key, ""))

    offered = state.get(key, "")
    if not offered:
        st.button(
            "Proposer une phrase de passe", icon=":material/casino:", type="tertiary", key=f"{key}_b", on_click=draw
        )
        return
    with st.container(border=True, key=f"{key}_box"):
        st.caption("Sept mots tirés au sort. Recopiez-la sur papier avant de l’adopter.")
        st.markdown(f"### {offered}")
        with st.container(horizontal=True, gap="small"):
            st.button("Adopter", key=f"{key}_use", icon=":material/check:", on_click=use)
            st.button("Une autre", key=f"{key}_b", icon=":material/casino:", type="tertiary", on_click=draw)
