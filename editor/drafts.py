"""Edits of a livret: each takes one and gives another. Pure, without Streamlit, without the disk.

Whatever is deleted takes its links away with it, everywhere in the livret; whatever cannot be understood is kept in
``a_corriger`` rather than refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.errors import Problem
from data.fields import Champ, Element, Ligne, champs, new_id
from data.french import fold
from data.model import LISTES, Livret, Piece
from data.nomenclatures import label, load
from data.tables import edited, refusals
from data.values import PartialDate

Rows = tuple[Ligne, ...]


def rows_of(livret: Livret, liste: str) -> Rows:
    """The rows of a list such as ``formations.actions``."""
    held: Any = livret
    for step in liste.split("."):
        held = getattr(held, step)
    found: Rows = held
    return found


def with_rows(livret: Livret, liste: str, rows: Iterable[Ligne]) -> Livret:
    """The livret with other rows in a list."""
    volet, _, nom = liste.partition(".")
    if not nom:
        return livret.with_(**{volet: tuple(rows)})
    return livret.with_(**{volet: getattr(livret, volet).with_(**{nom: tuple(rows)})})


def liste_of(livret: Livret, identifier: str) -> str:
    """The list a row is in; empty when it is in none."""
    return next((liste for liste in LISTES if any(row.id == identifier for row in rows_of(livret, liste))), "")


def add_rows(livret: Livret, liste: str, rows: Iterable[Ligne], *, first: bool = False) -> Livret:
    """Rows added to a list, at its end or before all others."""
    held, added = rows_of(livret, liste), tuple(rows)
    return with_rows(livret, liste, added + held if first else held + added)


def edit_rows(livret: Livret, liste: str, cells: Mapping[str, Mapping[str, Any]]) -> Livret:
    """Cells typed anew, by row and field; a cell that is not understood is kept to be corrected."""
    changed = {row.id: edited(row, cells[row.id]) for row in rows_of(livret, liste) if cells.get(row.id)}
    if not changed:
        return livret
    return with_rows(livret, liste, [changed.get(row.id, row) for row in rows_of(livret, liste)])


def remove_rows(livret: Livret, liste: str, removed: Collection[str]) -> Livret:
    """A list without some rows, and no link to them anywhere."""
    gone = frozenset(removed)
    livret = with_rows(livret, liste, [row for row in rows_of(livret, liste) if row.id not in gone])
    for other, model in LISTES.items():
        linked = [champ.nom for champ in champs(model) if champ.genre == "liens"]
        rows = rows_of(livret, other)
        bare = [_unlinked(row, linked, gone) for row in rows]
        if any(after is not before for after, before in zip(bare, rows, strict=True)):
            livret = with_rows(livret, other, bare)
    if livret.titulaire.photo in gone:
        livret = livret.with_(titulaire=livret.titulaire.with_(photo=""))
    dossiers = tuple(
        dossier.with_(
            inclus=_without(dossier.inclus, gone),
            exclus=_without(dossier.exclus, gone),
            documents=_without(dossier.documents, gone),
            consentements=tuple(one for one in dossier.consentements if one.ligne not in gone),
        )
        for dossier in livret.publications
    )
    return livret if dossiers == livret.publications else livret.with_(publications=dossiers)


def _unlinked(row: Ligne, fields: Sequence[str], gone: frozenset[str]) -> Ligne:
    changes = {nom: _without(held, gone) for nom in fields if gone.intersection(held := getattr(row, nom))}
    return row.with_(**changes) if changes else row


def _without(ids: Iterable[str], gone: frozenset[str]) -> tuple[str, ...]:
    return tuple(one for one in ids if one not in gone)


def move_row(livret: Livret, liste: str, identifier: str, by: int) -> Livret:
    """A row some places further down (or up) its list, as far as there is room."""
    rows = list(rows_of(livret, liste))
    at = next((index for index, row in enumerate(rows) if row.id == identifier), None)
    if at is None:
        return livret
    to = max(0, min(len(rows) - 1, at + by))
    if to == at:
        return livret
    rows.insert(to, rows.pop(at))
    return with_rows(livret, liste, rows)


def duplicate_row(livret: Livret, liste: str, identifier: str) -> tuple[Livret, str]:
    """A copy of a row just after it, with an identifier of its own, which is given too: none when it is gone."""
    rows = list(rows_of(livret, liste))
    at = next((index for index, row in enumerate(rows) if row.id == identifier), None)
    if at is None:
        return livret, ""
    copy = rows[at].with_(id=new_id())
    rows.insert(at + 1, copy)
    return with_rows(livret, liste, rows), copy.id


def edit_titulaire(livret: Livret, cells: Mapping[str, Any]) -> Livret:
    """Personal information typed anew."""
    return livret.with_(titulaire=edited(livret.titulaire, cells))


def edit_interets(livret: Livret, text: str) -> Livret:
    """The free text « Centres d’intérêt »."""
    return livret.with_(competences=livret.competences.with_(centres_interet=text))


def edit_reglages(livret: Livret, **values: int) -> Livret:
    """Settings of the livret."""
    return livret.with_(reglages=livret.reglages.with_(**values))


def accept_charte(livret: Livret, jour: date) -> Livret:
    """The charter accepted on a day; a first acceptance is never overwritten."""
    return livret if livret.charte else livret.with_(charte=PartialDate.of(jour))


# Documents


def attach(livret: Livret, liste: str, identifier: str, pieces: Iterable[Piece]) -> Livret:
    """New documents, proving a row when one is named."""
    added = tuple(pieces)
    livret = add_rows(livret, "pieces", added)
    if not identifier:
        return livret
    rows = [
        row.with_(pieces=(*row.pieces, *(one.id for one in added))) if row.id == identifier else row
        for row in rows_of(livret, liste)
    ]
    return with_rows(livret, liste, rows)


def link(livret: Livret, piece: str, rows: Collection[str]) -> Livret:
    """A document proves exactly these rows."""
    wanted = frozenset(rows)
    for liste in LISTES:
        if liste == "pieces":
            continue
        held = rows_of(livret, liste)
        changed = [_proved(row, piece, proves=row.id in wanted) for row in held]
        if any(after is not before for after, before in zip(changed, held, strict=True)):
            livret = with_rows(livret, liste, changed)
    return livret


def _proved(row: Ligne, piece: str, *, proves: bool) -> Ligne:
    if proves == (piece in row.pieces):
        return row
    return row.with_(pieces=(*row.pieces, piece) if proves else _without(row.pieces, frozenset({piece})))


# What a table shows


def names(livret: Livret, liste: str) -> dict[str, str]:
    """A name for each row of a list, told apart when two are called the same: « X », « X (2) »."""
    return unique_names(rows_of(livret, liste))


def link_names(livret: Livret, champ: Champ) -> dict[str, str]:
    """A name for each row that a field may link to; none for a field that links to nothing."""
    liste = "competences.competences" if champ.lien == "competences" else champ.lien
    return names(livret, liste) if liste else {}


def unique_names(rows: Iterable[Ligne]) -> dict[str, str]:
    """A distinct name for each row."""
    return distinct((row.id, row.intitule_ligne) for row in rows)


def distinct(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The name of each identifier, told apart when two are called the same: a list of choices knows names only."""
    held = list(named)
    own = {name for _, name in held}
    seen: dict[str, int] = {}
    found = {}
    for identifier, name in held:
        shown, number = name, seen.get(name, 0) + 1
        while number > 1 and (shown := f"{name} ({number})") in own:
            number += 1
        seen[name] = number
        found[identifier] = shown
    return found


def matching(rows: Iterable[Ligne], words: str) -> list[Ligne]:
    """The rows that hold every word somewhere, accents and capitals apart; private notes are searched too."""
    wanted = fold(words).split()
    return [row for row in rows if not wanted or all(word in _searched(row) for word in wanted)]


def _searched(row: Ligne) -> str:
    parts = []
    for champ in champs(type(row)):
        value = getattr(row, champ.nom)
        if champ.nom == "id" or champ.genre in {"liens", "table"} or value in (None, "", ()):
            continue
        if champ.genre == "choix":
            parts.append(label(champ.liste, str(value)))
        elif isinstance(value, tuple):
            parts += map(str, value)
        else:
            parts.append(str(value))
    return fold(" ".join([*parts, *row.a_corriger.values()]))


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort a list: what the agent reads, and how rows compare."""

    titre: str
    key: Callable[[Ligne], Any] | None
    descending: bool = False


OWN_ORDER = "Mon ordre"
_DATED = frozenset({"debut", "sessions", "date", "date_obtention", "date_decision", "etapes"})


def orders(model: type[Ligne]) -> tuple[Order, ...]:
    """The ways to sort a list: by date, by title, and as the livret holds it."""
    dated = not _DATED.isdisjoint(model.model_fields)
    by_date = (Order("Du plus récent au plus ancien", _date_key, descending=True),
               Order("Du plus ancien au plus récent", _date_key)) if dated else ()  # fmt: skip
    own, alphabetical = Order(OWN_ORDER, None), Order("Par ordre alphabétique", _title_key)
    return (*by_date, alphabetical, own) if dated else (own, alphabetical)


def _title_key(row: Ligne) -> str:
    return fold(row.intitule_ligne)


def in_order(rows: Iterable[Ligne], order: Order) -> list[Ligne]:
    """Rows sorted; those without a date come first, where they will be seen, and equals stay in their own order."""
    held = list(rows)
    if order.key is None:
        return held
    keys = [(order.key(row), row) for row in held]
    sortable = [pair for pair in keys if pair[0] is not None]
    sortable.sort(key=lambda pair: pair[0], reverse=order.descending)
    return [row for key, row in keys if key is None] + [row for _, row in sortable]


def _date_key(row: Ligne) -> tuple[int, int] | None:
    periode = row.periode_ligne
    if periode is None:
        return None
    last = periode.fin.last if periode.fin else date.max
    return last.toordinal(), periode.debut.first.toordinal()


def choices(champ: Champ, rows: Iterable[Element]) -> list[Any]:
    """What a drop-down offers: the nomenclature, then the free values already used in the list."""
    whole = champ.defaut is None or isinstance(champ.defaut, int)
    codes = load(champ.liste).codes
    offered: list[Any] = [int(code) for code in codes if code.isdigit()] if whole else list(codes)
    known = set(offered)
    used = {getattr(row, champ.nom) for row in rows}
    return offered + sorted((one for one in used if one not in known and one not in (None, "")), key=str)


def code(champ: Champ, text: str) -> str:
    """The code of a label; a free value as it is."""
    entry = load(champ.liste).get(text) if champ.liste else None
    return entry.code if entry else text


def to_correct(livret: Livret, liste: str = "", row: str = "") -> list[Problem]:
    """Every entry that waits to be corrected, with its reason, in the livret's order; of one list, or of one row of it.

    Only what is asked for is read: a table asks at each edit.
    """
    placed: Iterable[tuple[tuple[str | int, ...], Ligne]] = (
        (((*liste.split("."), index), one) for index, one in enumerate(rows_of(livret, liste)))
        if liste
        else livret.placed_rows()
    )
    return [
        Problem((*place, nom), says)
        for place, one in placed
        if not row or one.id == row
        for nom, says in refusals(one).items()
    ]
