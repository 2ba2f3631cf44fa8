"""What opens the livret: its password, its recovery key, and the sheet that must be in safe hands."""

from __future__ import annotations

import re

import streamlit as st

from data.errors import MistypedKey
from data.french import NBSP
from data.keys import RecoveryKey
from editor.screens import recovery_proof, secret_fields
from editor.screens.attempts import attempt
from editor.screens.frame import notify, plain
from editor.session import state
from editor.workshop import workshop

CHANGED = "password_changed"
PROVING = "key_to_prove"
VERIFIED = "key_verified"
_GROUPS, _SIGNS = 7, 4
_GAP = re.compile(r"[\s\-_.\u2010-\u2015\u2212]+")
_LOOKALIKES = str.maketrans("OIL", "011")


# The password


def password() -> None:
    """Change it, and give an old one today's protection."""
    if state.take(CHANGED, default=False):  # before the fields are drawn again: none of it stays in the tab
        secret_fields.forget("change")
        for name in ("password_now", "upgrade_now"):
            state.take(name, default="")
    if workshop.opened.needs_upgrade:
        _upgrade()
    st.markdown("Il n’est connu que de vous et n’est écrit nulle part. Le changer ne touche à rien de votre livret.")
    with st.expander("Changer de mot de passe", icon=":material/password:"):
        if workshop.read_only:
            st.caption("Pas en lecture seule.")
            return
        now = st.text_input(
            "Mot de passe actuel, ou clé de secours", type="password", key="password_now",
            autocomplete="current-password", live=True,
        )  # fmt: skip
        st.markdown("Nouveau mot de passe\u00a0:")
        new = secret_fields.new_password("change")
        if st.button(
            "Changer de mot de passe", type="primary", key="password_go", disabled=not (now and new)
        ) and attempt("Vérification et réécriture…", lambda: _change(str(now), str(new))):
            _done(
                "Mot de passe changé. L’ancien n’ouvre plus ce fichier\u00a0; il ouvre toujours vos copies plus "
                "anciennes."
            )


def _change(now: str, new: str) -> None:
    workshop.opened.verify(now)
    workshop.opened.change_password(new)


def _upgrade() -> None:
    with st.container(border=True, key="upgrade"):
        st.markdown(
            ":material/gpp_maybe: La protection de votre mot de passe est d’un modèle ancien. La renforcer prend une "
            "seconde et ne change pas le mot de passe."
        )
        typed = st.text_input(
            "Votre mot de passe", type="password", key="upgrade_now", autocomplete="current-password",
            disabled=workshop.read_only, live=True,
        )  # fmt: skip
        if st.button("Renforcer la protection", key="upgrade_go", disabled=not typed) and attempt(
            "Renforcement…", lambda: workshop.opened.upgrade(str(typed))
        ):
            _done("La protection de votre mot de passe est renforcée.")


def _done(says: str) -> None:
    state.set(CHANGED, value=True)
    notify(says)
    st.rerun()


# The recovery key


def recovery() -> None:
    """Verify the key as it is on paper, print it again, replace it."""
    st.markdown(
        "Elle ouvre le livret si le mot de passe est oublié, même sans ce programme. **Vous seul en avez une.**"
    )
    with st.expander("Vérifier la clé que j’ai sur papier", icon=":material/task_alt:"):
        _verify()
    with st.expander("Imprimer de nouveau la fiche", icon=":material/print:"):
        _print_again()
    with st.expander("Remplacer la clé", icon=":material/autorenew:"):
        _replace()


def _verify() -> None:
    with st.form("verify_key", border=False):
        typed = st.text_input(
            "Clé de secours, telle qu’elle est écrite sur la fiche", key="key_typed", autocomplete="off",
            placeholder="XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX",
            help="Sept groupes de quatre signes. Majuscules, espaces et tirets sont indifférents.",
        )  # fmt: skip
        asked = st.form_submit_button("Vérifier", icon=":material/key:", key="key_check")
    if not (asked and typed):
        return
    if wrong := judged(typed, workshop.recovery_key):
        st.error(plain(wrong), icon=":material/error:")
    elif attempt("Vérification…", lambda: workshop.opened.verify(typed)):
        state.set(VERIFIED, value=True)
        st.success("Cette clé ouvre ce livret. Rangez la fiche loin de l’ordinateur.", icon=":material/check:")


def judged(typed: str, key: RecoveryKey) -> str:
    """What is wrong with a key copied from paper, its groups named when they can be told; empty when it is right."""
    try:
        found = RecoveryKey.parse(typed)
    except MistypedKey as mistyped:
        wrong = wrong_groups(typed, key)
        if not 0 < len(wrong) < _GROUPS - 1:
            return str(mistyped)
        numbers = " et ".join([", ".join(map(str, wrong[:-1])), str(wrong[-1])] if len(wrong) > 1 else [str(wrong[0])])
        where = f"dans les groupes {numbers}" if len(wrong) > 1 else f"dans le groupe {numbers}"
        return f"Cette clé de secours n’est pas recopiée exactement{NBSP}: l’erreur est {where}. Regardez la fiche."
    if found == key:
        return ""
    return (
        f"Cette clé est bien recopiée, mais elle n’ouvre pas ce livret{NBSP}: elle vient d’un autre livret, ou d’une "
        "fiche remplacée depuis. Imprimez une nouvelle fiche ci-dessous."
    )


def wrong_groups(typed: str, key: RecoveryKey) -> tuple[int, ...]:
    """The groups, counted from 1, that are not those of the key; none when they cannot be told apart."""
    parts = [part for part in _GAP.split(typed.strip().upper().translate(_LOOKALIKES)) if part]
    whole = "".join(parts)
    if len(whole) == _GROUPS * _SIGNS:
        parts = [whole[at : at + _SIGNS] for at in range(0, len(whole), _SIGNS)]
    if len(parts) != _GROUPS:
        return ()
    return tuple(rank for rank, (part, group) in enumerate(zip(parts, key.groups, strict=True), 1) if part != group)


def _print_again() -> None:
    st.caption("Votre mot de passe est demandé\u00a0: qui tient cette fiche et le fichier peut tout lire.")
    with st.form("print_again", border=False, clear_on_submit=True):
        typed = st.text_input("Mot de passe", type="password", key="print_now", autocomplete="current-password")
        asked = st.form_submit_button("Montrer la fiche", key="print_go")
    if asked and typed and attempt("Vérification…", lambda: workshop.opened.verify(typed)):
        state.set(PROVING, "Votre fiche de secours")
        st.rerun()


def _replace() -> None:
    if workshop.read_only:
        st.caption("Pas en lecture seule.")
        return
    st.markdown(
        "À faire si la fiche est perdue ou si quelqu’un a pu la lire. Tout est chiffré de nouveau, et **l’ancienne "
        "fiche n’ouvrira plus ce fichier**\u00a0; elle ouvrira toujours vos copies plus anciennes."
    )
    with st.form("replace_key", border=False, clear_on_submit=True):
        typed = st.text_input("Mot de passe", type="password", key="replace_now", autocomplete="current-password")
        sure = st.checkbox("J’imprimerai la nouvelle fiche maintenant et je détruirai l’ancienne.", key="replace_sure")
        asked = st.form_submit_button("Remplacer la clé", key="replace_go")
    if asked and not (typed and sure):
        st.caption(":red[Tapez votre mot de passe et cochez la case.]")
    elif asked and attempt("Rechiffrement de tout le livret…", lambda: workshop.opened.new_recovery_key(typed)):
        state.set(PROVING, "Votre nouvelle fiche de secours")
        state.take(VERIFIED, default=False)
        st.rerun()


def to_prove() -> bool:
    """Show the sheet until two of its groups were typed back; whether it is being shown."""
    title = state.get(PROVING, "")
    if not title:
        return False
    with st.container(border=True, key="card_proof"):
        st.header(title, anchor=False)
        proved = recovery_proof.prove("sheet")
        with st.container(horizontal=True, gap="small"):
            st.button("C’est fait, la fiche est en lieu sûr", type="primary", key="proof_done", disabled=not proved,
                      on_click=_proved, icon=":material/check:")  # fmt: skip
            if "nouvelle" not in title:
                st.button("Fermer", type="tertiary", key="proof_close", on_click=_closed)
    return True


def _proved() -> None:
    _closed()
    state.set(VERIFIED, value=True)
    notify("Clé vérifiée. Rangez la fiche loin de l’ordinateur.")


def _closed() -> None:
    recovery_proof.forget("sheet")
    state.take(PROVING, default="")
