"""The history: every version kept, what changed in it in words, and how to take one up again without losing any."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby, pairwise

import streamlit as st

from data.archive import Version
from data.errors import LivretError
from data.french import NBSP, say_number
from data.model import LISTES, VOLETS, Livret
from editor.changes import changes
from editor.drafts import rows_of
from editor.moments import say_day, say_moment, say_time, today
from editor.past import past
from editor.screens.frame import heading, notify, plain
from editor.session import state
from editor.workshop import workshop
from site_builder.documents import say_size
from site_builder.markdown import typographic

PAGE = 12  # versions read at once
TOLD = 30  # sentences before the rest is folded away
LOOKED = "history_looked"
SURE = "history_sure"
AT = "history_page"


def show() -> None:
    """Draw the screen: one version when it was chosen, else the list."""
    heading(
        "Historique", "Chaque enregistrement est une version. Aucune n’est perdue quand vous en reprenez une autre."
    )
    versions = workshop.opened.versions()
    looked = next((one for one in versions if one.numero == state.get(LOOKED, 0)), None)
    if looked is not None:
        _version(looked, versions)
    else:
        _list(versions)


# The list


def _list(versions: Sequence[Version]) -> None:
    pages = -(-len(versions) // PAGE)
    page = max(0, min(state.get(AT, 0), pages - 1))
    shown = versions[page * PAGE : (page + 1) * PAGE + 1]  # one more: the oldest shown is compared with it
    before = {after.numero: older for after, older in pairwise(shown)}
    jour = today()
    for day, held in groupby(shown[:PAGE], key=lambda one: one.date.astimezone().date()):
        name = say_day(day, jour)
        st.markdown(f"**{name[:1].upper()}{name[1:]}**")
        with st.container(border=True, gap=None, key=f"day_{day:%Y%m%d}"):
            for version in held:
                _line(version, before.get(version.numero), newest=version is versions[0])
    if pages > 1:
        _pager(page, pages, len(versions))


def _line(version: Version, before: Version | None, *, newest: bool) -> None:
    numero = version.numero
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"version_{numero}", wrap=True):
        with st.container(gap=None, width="stretch", key=f"say_{numero}"):
            st.markdown(_told(version, before))
            badge = f"{NBSP} :green-badge[Version actuelle]" if newest else ""
            st.markdown(f":small[:gray[{say_time(version.date)} · version {say_number(numero)}]]{badge}")
        st.button(
            "Regarder", key=f"look_{numero}", icon=":material/visibility:", type="tertiary", on_click=_look,
            args=(numero,), help=f"Ce que contenait la version {numero}, sans rien changer",
        )  # fmt: skip


def _told(version: Version, before: Version | None) -> str:
    """What changed since the version before, or why it cannot be said."""
    if before is None:
        return "La plus ancienne version gardée"
    try:
        says = past.says(workshop.opened, before.numero, version.numero) or "aucun changement visible"
    except LivretError:
        return ":gray[Ce qui a changé ne peut pas être dit\u00a0: l’une des deux versions est illisible.]"
    return plain(typographic(says[:1].upper() + says[1:]))


def _pager(page: int, pages: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="center", key="pager"):
        st.button(
            "Plus récentes", icon=":material/chevron_left:", disabled=page == 0, key="newer", on_click=state.set,
            args=(AT, page - 1),
        )  # fmt: skip
        st.markdown(f"Page {page + 1} sur {pages} · {say_number(count)} versions", width="content")
        st.button(
            "Plus anciennes", icon=":material/chevron_right:", icon_position="right", disabled=page == pages - 1,
            key="older", on_click=state.set, args=(AT, page + 1),
        )  # fmt: skip


# One version


def _look(numero: int) -> None:
    state.set(LOOKED, numero)
    state.set(SURE, value=False)


def _version(version: Version, versions: Sequence[Version]) -> None:
    """One version, to be looked at; nothing in it can be touched."""
    numero = version.numero
    st.button("Retour à la liste", icon=":material/arrow_back:", type="tertiary", key="back", on_click=_look, args=(0,))
    when = say_moment(version.date, today())
    st.header(f"Version {say_number(numero)}, {when}", anchor=False)
    try:
        old = past.livret(workshop.opened, numero)
    except LivretError as error:
        st.error(plain(str(error)), icon=":material/broken_image:")
        st.caption(
            "Les autres versions ne sont pas touchées. Une copie de sauvegarde plus ancienne peut l’avoir gardée."
        )
        return
    st.caption(_counts(old))
    if version is versions[0]:
        st.info("C’est la version actuelle.", icon=":material/check:")
    else:
        _offer(numero)
        _since(old)
    _contents(old)


def _offer(numero: int) -> None:
    """Take the version up again, once it is said that nothing is destroyed by it."""
    if workshop.read_only:
        st.info("Ce livret est ouvert en lecture seule\u00a0: on peut regarder ses versions, pas en reprendre une.")
        return
    if not state.get(SURE, default=False):
        st.button(
            "Reprendre cette version", icon=":material/settings_backup_restore:", key="restore", on_click=state.set,
            args=(SURE, True),
        )  # fmt: skip
        return
    with st.container(border=True, key="restore_sure"):
        st.markdown(
            f"**Reprendre la version {say_number(numero)}{NBSP}?** Elle deviendra une nouvelle version, la plus "
            "récente. Rien n’est détruit\u00a0: la version actuelle reste dans cette liste, et «\u00a0Annuler\u00a0» y "
            "revient aussitôt."
        )
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Oui, la reprendre", type="primary", icon=":material/check:", key="restore_yes", on_click=_restore,
                args=(numero,),
            )  # fmt: skip
            st.button("Non, ne rien changer", type="tertiary", key="restore_no", on_click=state.set, args=(SURE, False))


def _restore(numero: int) -> None:
    try:
        workshop.restored(numero)
    except LivretError as error:
        notify(plain(str(error)))
        return
    _look(0)
    state.set(AT, 0)
    notify(f"La version {numero} est reprise. «{NBSP}Annuler{NBSP}» revient à ce qui précédait.")


def _since(old: Livret) -> None:
    """What changed from then to now."""
    found = changes(old, workshop.livret)
    st.markdown("**Ce qui a changé depuis**")
    if not found:
        st.caption("Rien\u00a0: le livret est redevenu tel qu’il était.")
        return
    says = [one.says for one in found]
    st.html(_bullets(says[:TOLD]))
    if len(says) > TOLD:
        with st.expander(f"Et {say_number(len(says) - TOLD)} changements de plus"):
            st.html(_bullets(says[TOLD:]))


def _contents(old: Livret) -> None:
    st.markdown("**Ce qu’elle contient**")
    groups = {**VOLETS, "pieces": LISTES["pieces"].pluriel}
    for volet, titre in groups.items():
        held = [
            (model.pluriel, rows)
            for liste, model in LISTES.items()
            if liste.split(".")[0] == volet and (rows := rows_of(old, liste))
        ]
        count = sum(len(rows) for _, rows in held)
        with st.expander(f"{titre}{NBSP}: {_plural(count, 'ligne')}"):
            if not held:
                st.caption("Rien encore à cette date.")
            for name, rows in held:
                if volet in VOLETS:
                    st.markdown(f"**{name}**")
                lines = []
                for row in rows:
                    periode = row.periode_ligne
                    lines.append(f"{row.intitule_ligne} ({periode.words})" if periode else row.intitule_ligne)
                st.html(_bullets(lines))


def _counts(old: Livret) -> str:
    """``75 lignes, 46 documents (4,1 Mo), 3 dossiers``."""
    rows = sum(len(rows_of(old, liste)) for liste in LISTES if liste != "pieces")
    held = [piece for piece in old.pieces if piece.detenue]
    size = f" ({say_size(sum(piece.taille for piece in held))})" if held else ""
    return ", ".join(
        [_plural(rows, "ligne"), f"{_plural(len(held), 'document')}{size}", _plural(len(old.publications), "dossier")]
    )


def _plural(number: int, noun: str) -> str:
    return (
        f"{say_number(number)}{NBSP}{noun}{'s' if number > 1 else ''}"
        if number
        else f"aucun{'e' * (noun == 'ligne')} {noun}"
    )


def _bullets(says: Sequence[str]) -> str:
    return f'<ul class="livret-says">{"".join(f"<li>{escape(typographic(one))}</li>" for one in says)}</ul>'
