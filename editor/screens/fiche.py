"""The form of one row: all its fields, its links both ways, its documents, what it lets out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from data.competences import Competence
from data.fields import Champ, Ligne, champs
from data.french import NBSP
from data.model import Livret, Piece
from data.nomenclatures import label
from data.sensibilite import suggested_class
from data.tables import refusals
from editor import drafts, grids
from editor.screens import depot, preuves, remarques
from editor.screens.fields import Form
from editor.screens.frame import acting
from editor.session import state
from editor.workshop import workshop

ABREAST = 3  # fields on a line


@dataclass
class Seen:
    """What the form shows, and the version of the workshop it agrees with."""

    row: str = ""
    version: int = -1


def draw(liste: str, rows: Sequence[Ligne]) -> None:
    """The form of the row that is chosen among ``rows``, and the way to the others."""
    ids = [row.id for row in rows]
    chosen = state.get(f"row_{liste}", "")
    if chosen not in ids:
        chosen = ids[0]
        state.set(f"row_{liste}", chosen)
    at = ids.index(chosen)
    row = rows[at]
    seen = state.once(f"fiche_{liste}", Seen)
    current = (row.id, workshop.version)

    def saved(before: int) -> None:
        if seen.version == before:
            seen.version = workshop.version

    form = Form(
        f"f_{liste.replace('.', '_')}_{row.id}",
        row,
        rows=drafts.rows_of(workshop.livret, liste),
        problems=refusals(row),
        edit=lambda livret, cells: drafts.edit_rows(livret, liste, {row.id: cells}),
        fresh=(seen.row, seen.version) != current,
        saved=saved,
    )
    with st.container(border=True, key="fiche"):
        _choose(liste, rows, at)
        remarques.at_row(row.id)
        _fields(liste, row, form)
        if isinstance(row, Competence):
            preuves.of_competence(row)
        if isinstance(row, Piece):
            preuves.of_piece(row)
        else:
            with st.container(key="fiche_pieces"):
                st.header("Justificatifs", anchor=False)
                form.draw(_named(row, "pieces"))
                depot.draw(liste, row)
        _confidentiality(row, form)
        if not workshop.read_only:
            _actions(liste, row, at, len(rows))
    seen.row, seen.version = current  # a run that was interrupted before has not shown everything


def _named(row: Ligne, nom: str) -> Champ:
    return next(champ for champ in champs(type(row)) if champ.nom == nom)


def _choose(liste: str, rows: Sequence[Ligne], at: int) -> None:
    ids = [row.id for row in rows]
    names = drafts.unique_names(rows)
    key = state.give(f"choose_{liste}", ids[at])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="fiche_choice"):
        st.selectbox(
            f"Fiche {at + 1} sur {len(ids)}", ids, index=at, format_func=lambda one: names.get(one, ""), key=key,
            width="stretch", on_change=_chosen, args=(liste, key),
        )  # fmt: skip
        st.button(
            "Précédente", icon=":material/chevron_left:", key="previous", disabled=at == 0,
            on_click=choose, args=(liste, ids[max(0, at - 1)]),
        )  # fmt: skip
        st.button(
            "Suivante", icon=":material/chevron_right:", icon_position="right", key="next",
            disabled=at == len(ids) - 1, on_click=choose, args=(liste, ids[min(at + 1, len(ids) - 1)]),
        )  # fmt: skip


def _chosen(liste: str, key: str) -> None:
    wanted = state.value(key)
    if state.heard(key, wanted):
        choose(liste, wanted)


def choose(liste: str, identifier: str) -> None:
    """Show another row in the form."""
    if identifier:
        state.set(f"row_{liste}", identifier)


def _fields(liste: str, row: Ligne, form: Form) -> None:
    """First what the table shows too, then the rest folded away, then the long texts and the competences."""
    shown = [champ.nom for champ in grids.columns(liste)]
    fields = [champ for champ in champs(type(row)) if not champ.interne and champ.nom not in _ELSEWHERE]
    short = [champ for champ in fields if champ.genre not in {"markdown", "liens"}]
    first = [champ for champ in short if champ.nom in shown or champ.requis]
    rest = [champ for champ in short if champ not in first]
    _in_columns(form, first)
    if rest:
        filled = sum(_filled(row, champ) for champ in rest)
        said = f"Précisions{NBSP}: {filled} sur {len(rest)} remplies"
        with st.expander(said, key=f"more_{liste}", icon=":material/tune:"):
            _in_columns(form, rest)
    for champ in fields:
        if champ.genre == "markdown":
            form.draw(champ)
    for champ in fields:
        if champ.genre == "liens":
            form.draw(champ)


_ELSEWHERE = frozenset({"pieces", "sensibilite", "note_privee"})


def _in_columns(form: Form, fields: Sequence[Champ]) -> None:
    """Fields three by three; a title and dated steps have a line of their own."""
    line: list[Champ] = []

    def lay() -> None:
        if line:
            for column, champ in zip(st.columns(ABREAST, gap="small"), line, strict=False):
                with column:
                    form.draw(champ)
        line.clear()

    for champ in fields:
        if champ.genre == "etapes" or (champ.requis and champ is fields[0] and champ.genre == "texte"):
            lay()
            form.draw(champ)
            continue
        line.append(champ)
        if len(line) == ABREAST:
            lay()
    lay()


def _filled(row: Ligne, champ: Champ) -> bool:
    return getattr(row, champ.nom) not in ("", None, (), champ.defaut) or champ.nom in row.a_corriger


def _confidentiality(row: Ligne, form: Form) -> None:
    classe = label("classes_sensibilite", str(row.sensibilite))
    noted = " · note privée" if row.note_privee else ""
    with st.expander(
        f"Confidentialité{NBSP}: {classe.lower()}{noted}", icon=":material/shield_lock:", key="fiche_private"
    ):
        form.draw(_named(row, "sensibilite"))
        if (wanted := suggested_class(row)) > row.sensibilite:
            named = label("classes_sensibilite", str(wanted)).lower()
            st.warning(
                f"Ce type de ligne est d’ordinaire classé «{NBSP}{named}{NBSP}»{NBSP}: "
                "à l’envoi, il sera traité ainsi.",
                icon=":material/shield_lock:",
            )
        form.draw(_named(row, "note_privee"))


def _actions(liste: str, row: Ligne, at: int, count: int) -> None:
    def change(what: str, edit: Callable[[Livret], Livret]) -> Callable[[], None]:
        return acting(lambda: workshop.change(what, edit))

    with st.container(horizontal=True, gap="small", key="fiche_actions"):
        if state.get(f"order_{liste}", "") == drafts.OWN_ORDER:
            st.button(
                "Monter", key="up", icon=":material/arrow_upward:", type="tertiary", disabled=at == 0,
                on_click=change("monter la ligne", lambda livret: drafts.move_row(livret, liste, row.id, -1)),
            )  # fmt: skip
            st.button(
                "Descendre", key="down", icon=":material/arrow_downward:", type="tertiary", disabled=at == count - 1,
                on_click=change("descendre la ligne", lambda livret: drafts.move_row(livret, liste, row.id, 1)),
            )  # fmt: skip
        if not isinstance(row, Piece):
            st.button(
                "Dupliquer", key="duplicate", icon=":material/content_copy:", type="tertiary",
                on_click=_duplicate, args=(liste, row.id),
            )  # fmt: skip
        st.space("stretch")
        st.button(
            "Supprimer", key="delete", icon=":material/delete:", type="tertiary", on_click=_delete, args=(liste, row),
            help="Une suppression s’annule, et l’historique la garde.",
        )  # fmt: skip


@acting
def _duplicate(liste: str, identifier: str) -> None:
    made: list[str] = []

    def edit(livret: Livret) -> Livret:
        after, copy = drafts.duplicate_row(livret, liste, identifier)
        made.append(copy)
        return after

    workshop.change("dupliquer une ligne", edit)
    choose(liste, made[0])


@acting
def _delete(liste: str, row: Ligne) -> None:
    title = row.intitule_ligne
    workshop.change(f"supprimer «{NBSP}{title}{NBSP}»", lambda livret: drafts.remove_rows(livret, liste, {row.id}))
