"""Copies of the file, and what is kept of its past."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from data.archive import ArchiveInfo
from data.french import NBSP, fold, say_number
from data.history import worth_keeping
from editor import backup as copying
from editor.moments import today
from editor.screens.attempts import attempt
from editor.screens.frame import notify
from editor.session import state
from editor.workshop import workshop
from site_builder.documents import say_size

MOST_DOWNLOAD = 250_000_000  # bytes; a browser holds the whole of it in memory, a copy to a folder does not
ERASE = "effacer"
CLEAN = "erase_clean"
MADE = "backup_made"  # where the last copy of this tab went


def backup(info: ArchiveInfo) -> None:
    """Copy the file to a folder, or let the browser save it."""
    st.markdown(
        "Un seul fichier à copier, déjà chiffré\u00a0: sur une clé USB, un disque, un espace en ligne. La copie "
        "s’ouvre avec le même mot de passe et la même clé de secours."
    )
    if workshop.failure:
        st.warning("Vos dernières saisies ne sont pas encore enregistrées\u00a0: la copie ne les contiendrait pas.")
    jour = today()
    name = copying.name_of_copy(info.path, jour)
    with st.form("backup", border=False):
        typed = st.text_input(
            "Dossier de la copie", value=str(info.path.absolute().parent), key="backup_place",
            help=f"La copie s’appellera «{NBSP}{name}{NBSP}». Vous pouvez aussi donner un nom complet en .livret.",
        )  # fmt: skip
        asked = st.form_submit_button("Copier dans ce dossier", icon=":material/content_copy:", key="backup_go")
    if asked:
        state.take(MADE, default="")
        target = copying.place_of_copy(typed, info.path.absolute(), jour)
        if attempt("Copie et relecture…", lambda: copying.copy(workshop.opened, target)):
            state.set(MADE, str(target))
    if made := state.get(MADE, ""):
        st.success(f"Copie faite et relue{NBSP}:", icon=":material/check:")
        st.code(made, language=None, wrap_lines=True)
    if info.size <= MOST_DOWNLOAD:
        archive = workshop.opened
        st.download_button(
            f"Enregistrer une copie par le navigateur ({say_size(info.size)})", lambda: copying.content(archive),
            file_name=name, mime="application/octet-stream", key="backup_download", icon=":material/download:",
            type="tertiary", on_click="ignore",
        )  # fmt: skip
    else:
        st.caption("Ce livret est trop gros pour passer par le navigateur\u00a0: copiez-le dans un dossier.")


def history(info: ArchiveInfo) -> None:
    """Thin the history, or erase it; how much would go is told first."""
    if state.take(CLEAN, default=False):
        state.take("erase_typed", default="")
    st.markdown(f"Ce fichier garde **{_versions(info.versions)}** de votre livret.")
    if workshop.read_only:
        st.caption("En lecture seule, l’historique ne peut être ni allégé ni effacé.")
        return
    now = datetime.now(UTC)
    gone = info.versions - len(worth_keeping(workshop.opened.versions(), now))
    if gone:
        st.caption(
            "Alléger garde tout ce qui date de 24 heures, puis une version par jour pendant un mois, puis une par mois."
        )
        if st.button(f"Alléger{NBSP}: retirer {_versions(gone)}", icon=":material/compress:", key="thin"):
            _shorten("Allègement…", erase=False, now=now)
    else:
        st.caption("Il n’y a rien à alléger pour l’instant.")
    if info.versions > 1:
        with st.expander("Effacer tout l’historique", icon=":material/delete_forever:"):
            _erase(info)


def _erase(info: ArchiveInfo) -> None:
    st.markdown(
        f"Seule la version actuelle resterait\u00a0: **{_versions(info.versions - 1)}**, et les documents qu’elle ne "
        "cite plus, disparaîtraient pour toujours. Utile avant de confier une copie du fichier."
    )
    with st.form("erase", border=False):
        typed = st.text_input(f"Pour confirmer, tapez «{NBSP}{ERASE}{NBSP}»", key="erase_typed", autocomplete="off")
        asked = st.form_submit_button("Effacer l’historique", icon=":material/delete_forever:", key="erase_go")
    if not asked:
        return
    if fold(typed or "").strip() != ERASE:
        st.caption(f":red[Rien n’a été effacé{NBSP}: il faut taper «{NBSP}{ERASE}{NBSP}».]")
        return
    _shorten("Effacement…", erase=True, now=datetime.now(UTC))


def _shorten(doing: str, *, erase: bool, now: datetime) -> None:
    archive = workshop.opened
    before = archive.info().size
    removed: list[int] = []
    if attempt(doing, lambda: removed.append(archive.erase_history() if erase else archive.thin(now))):
        plural = "s" if removed[0] > 1 else ""
        state.set(CLEAN, value=True)
        notify(
            f"{say_number(removed[0])} version{plural} retirée{plural}\u00a0; "
            f"{say_size(before)} → {say_size(archive.info().size)}."
        )
        st.rerun()


def _versions(number: int) -> str:
    return f"{say_number(number)}{NBSP}version{'s' if number > 1 else ''}"
