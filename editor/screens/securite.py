"""The security screen: where the file is, its secrets, its copies, its history, and the livret's own settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape

import streamlit as st

from data.archive import ArchiveInfo
from data.errors import LivretError
from data.fields import champs
from data.french import NBSP, say_number
from data.model import Reglages
from data.values import PartialDate
from editor.drafts import edit_reglages
from editor.moments import say_time
from editor.screens import cles, copies
from editor.screens.frame import heading, plain
from editor.session import state
from editor.workshop import workshop
from site_builder.documents import say_size

BOUNDS = {"heures_par_jour": (1, 12), "verrouillage_minutes": (1, 240)}
UNITS = {"heures_par_jour": "heures", "verrouillage_minutes": "minutes"}


def show() -> None:
    """Draw the screen."""
    heading("Sécurité", "Votre fichier, ce qui l’ouvre, et ce qui vous permettrait de le retrouver.")
    if workshop.read_only:
        st.info(
            "Ce livret est ouvert en lecture seule\u00a0: un autre programme l’écrit. Vous pouvez le copier et le "
            "vérifier, rien de plus.",
            icon=":material/visibility:",
        )
    if cles.to_prove():
        return  # nothing else until the new sheet is in safe hands
    info = workshop.opened.info()
    left, right = st.columns(2, gap="medium")
    with left:
        _card("Où est mon livret", "file", lambda: _file(info))
        _card("Mot de passe", "password", cles.password)
        _card("Clé de secours", "key", cles.recovery)
    with right:
        _card("Copie de sauvegarde", "backup", lambda: copies.backup(info))
        _card("Historique", "history", lambda: copies.history(info))
        _card("Intégrité", "check", lambda: _check(info))
        _card("Réglages", "settings", _settings)


def _card(title: str, key: str, draw: Callable[[], None]) -> None:
    with st.container(border=True, key=f"card_{key}"):
        st.header(title, anchor=False)
        draw()


def _file(info: ArchiveInfo) -> None:
    """Where the file is, how big, since when: nothing that tells anything of what it holds."""
    st.code(str(info.path.absolute()), language=None, wrap_lines=True)
    facts = {
        "Taille": say_size(info.size),
        "Versions": f"{say_number(info.versions)}, de la première ({_day(info.oldest)}) à la dernière "
        f"({_day(info.newest)} à {say_time(info.newest)})",
        "Documents": f"{say_number(info.pieces)} ({say_size(info.pieces_size)})" if info.pieces else "aucun",
        "Protection": f"AES-256 ; mot de passe protégé par Argon2id, profil «{NBSP}{info.profile.name}{NBSP}»",
        "Format": f"{info.format} ; s’ouvre aussi avec 7-Zip et la clé de secours",
    }
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    st.html(f'<dl class="livret-facts">{lines}</dl>')


def _day(moment: datetime) -> str:
    return PartialDate.of(moment.astimezone().date()).words


def _check(info: ArchiveInfo) -> None:
    """Read everything again, when asked: the only way to know that a disk has kept its word."""
    st.markdown("Relit et déchiffre chaque version et chaque document, et dit tout ce qui ne serait plus intact.")
    if not st.button("Vérifier le fichier", icon=":material/fact_check:", key="check"):
        return
    what = f"{say_number(info.versions)} versions et {say_number(info.pieces)} documents"
    with st.status(f"Relecture de {what}…") as status:
        try:
            found = workshop.opened.check()
        except LivretError as error:
            status.update(label="La vérification n’a pas pu se faire.", state="error", expanded=True)
            st.markdown(plain(str(error)))
            return
        if found:
            status.update(label=f"À regarder de près{NBSP}: {say_number(len(found))}.", state="error", expanded=True)
            for says in found:
                st.markdown(f"- {plain(says)}")
            st.caption("Reprenez ce qui manque dans une copie de sauvegarde. Rien n’a été modifié.")
        else:
            status.update(label=f"Tout est intact{NBSP}: {what} relus.", state="complete")


def _settings() -> None:
    for champ in champs(Reglages):
        held = int(getattr(workshop.livret.reglages, champ.nom))
        low, high = BOUNDS[champ.nom]
        key = f"setting_{champ.nom}_{held}"  # another value, from « Annuler » for instance, is another widget
        st.number_input(
            f"{champ.titre} ({UNITS[champ.nom]})", min_value=min(low, held), max_value=max(high, held), value=held,
            step=1, key=key, help=champ.aide, disabled=workshop.read_only, on_change=_set,
            args=(champ.nom, champ.titre, key),
        )  # fmt: skip
    st.caption("Ces réglages sont gardés dans le livret et le suivent d’un ordinateur à l’autre.")


def _set(nom: str, titre: str, key: str) -> None:
    value = state.value(key)
    if value is not None:
        workshop.change(f"régler «{NBSP}{titre}{NBSP}»", lambda livret: edit_reglages(livret, **{nom: int(value)}))
