"""A table on the screen: what it was given, and what of its edits has been taken. Pure, without Streamlit.

The browser's grid sends all its differences against the frame it was given, again and again, until it is given
another. A ``Grid`` keeps that frame still while somebody types, so that the cursor stays where it is, and takes of
each report only what is new; rows typed below the others get an identifier with their first filled cell.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from data.fields import Champ, Ligne, champs, new_id
from data.model import LISTES, Livret
from data.tables import edited, to_shown
from editor import drafts

Report = Mapping[str, Any]  # ``edited_rows``, ``added_rows``, ``deleted_rows``, as the grid sends them


@cache
def _layouts() -> Mapping[str, Mapping[str, int]]:
    raw = tomllib.loads((files("editor") / "colonnes.toml").read_text("utf-8"))
    return {
        nom if part == "documents" else f"{part}.{nom}": columns
        for part, lists in raw.items()
        for nom, columns in lists.items()
    }


def widths(liste: str) -> Mapping[str, int]:
    """The fields a table shows and their widths, in pixels."""
    return _layouts()[liste]


def columns(liste: str) -> tuple[Champ, ...]:
    """The fields a table shows, in order."""
    known = {champ.nom: champ for champ in champs(LISTES[liste])}
    return tuple(known[nom] for nom in widths(liste))


@dataclass
class Grid:
    """One table as it was last given to the browser.

    ``version`` is that of the workshop it agrees with: when the livret changes from elsewhere, the table must be given
    anew, under another key.
    """

    liste: str
    ids: tuple[str, ...]
    frame: Any
    version: int
    serial: int = 0
    added: list[str] = field(default_factory=list)  # identifiers of the rows typed below; "" while one is empty
    seen: dict[tuple[str, int, str], Any] = field(default_factory=dict)
    typed: list[Mapping[str, Any]] = field(default_factory=list)  # the rows typed below, as last reported
    given: Any = None  # what the screen made of it for the browser, which must not change either

    @property
    def key(self) -> str:
        """The widget's key: another one for each frame."""
        return f"grid_{self.liste.replace('.', '_')}_{self.serial}"

    def row_at(self, place: int) -> str:
        """The identifier of the row at a place on the screen; empty below the last filled one."""
        every = (*self.ids, *self.added)
        return every[place] if 0 <= place < len(every) else ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a report comes down to."""

    livret: Livret
    what: str  # in a few words; empty when nothing is new
    touched: str = ""  # the row that changed last, to be shown in its form
    anew: bool = False  # rows went away: the table must be given again


def make(livret: Livret, liste: str, rows: Sequence[Ligne], version: int, serial: int) -> Grid:
    """A table of some rows of a list."""
    links = {"competences": drafts.names(livret, "competences.competences"), "pieces": drafts.names(livret, "pieces")}
    frame = to_shown(rows, LISTES[liste], tuple(widths(liste)), links)
    return Grid(liste, tuple(row.id for row in rows), frame, version, serial)


def take(grid: Grid, livret: Livret, report: Report) -> Taken:
    """Apply what a report says that had not been taken yet; the grid remembers it as taken."""
    by_row: dict[str, dict[str, Any]] = {}
    for place, cells in report.get("edited_rows", {}).items():
        index = int(place)
        if index < len(grid.ids) and (fresh := _fresh(grid, "edited", index, cells)):
            by_row[grid.ids[index]] = fresh
    added: list[Mapping[str, Any]] = list(report.get("added_rows", ()))
    gone = [grid.ids[place] for place in report.get("deleted_rows", ()) if place < len(grid.ids)]
    anew = bool(gone) or len(added) < len(grid.typed)
    fresh_rows: list[Ligne] = []
    if len(added) < len(grid.typed):
        gone += _taken_away(grid, added, by_row)
    else:
        fresh_rows = _typed_below(grid, livret, added, by_row)
    taken = _applied(grid.liste, livret, by_row, fresh_rows)
    if not anew:
        return taken
    ids = [one for one in gone if one]
    what = "supprimer une ligne" if len(ids) == 1 else f"supprimer {len(ids)} lignes" if ids else taken.what
    return Taken(drafts.remove_rows(taken.livret, grid.liste, ids) if ids else taken.livret, what, anew=True)


def _typed_below(
    grid: Grid, livret: Livret, added: list[Mapping[str, Any]], by_row: dict[str, dict[str, Any]]
) -> list[Ligne]:
    """The rows that got their first filled cell; what changed in the others goes to ``by_row``."""
    made: list[Ligne] = []
    grid.added += [""] * (len(added) - len(grid.added))
    for index, cells in enumerate(added):
        fresh = _fresh(grid, "added", index, cells)
        if grid.added[index]:
            if fresh:
                by_row[grid.added[index]] = fresh
        elif any(map(_filled, fresh.values())):
            grid.added[index] = new_id()
            values = _cells(livret, grid.liste, cells)
            made.append(edited(LISTES[grid.liste](id=grid.added[index]), values))
    grid.typed = added
    return made


def _applied(liste: str, livret: Livret, by_row: Mapping[str, Mapping[str, Any]], added: list[Ligne]) -> Taken:
    changed = drafts.edit_rows(livret, liste, {one: _cells(livret, liste, cells) for one, cells in by_row.items()})
    if added:
        changed = drafts.add_rows(changed, liste, added)
    titles = {champ.nom: champ.titre for champ in champs(LISTES[liste])}
    count = sum(map(len, by_row.values()))
    what = ""
    if added:
        what = "ajouter une ligne" if len(added) == 1 else f"ajouter {len(added)} lignes"
    elif count == 1:
        ((_, cells),) = by_row.items()
        what = f"modifier « {titles[next(iter(cells))]} »"
    elif count:
        what = f"modifier {count} cellules"
    touched = added[-1].id if added else next(reversed(list(by_row)), "")
    return Taken(changed, what, touched)


def _fresh(grid: Grid, kind: str, index: int, cells: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a row that differ from what was taken before, private columns of the screen apart."""
    found = {}
    for nom, value in cells.items():
        if nom.startswith("_"):
            continue
        place = (kind, index, nom)
        if place not in grid.seen or grid.seen[place] != value:
            grid.seen[place] = value
            found[nom] = value
    return found


def _forgotten(grid: Grid, report: Report) -> bool:
    """Whether the browser has lost the edits it had told: nothing may be deleted on the strength of that."""
    edited_rows = report.get("edited_rows", {})
    return any(kind == "edited" and not _holds(edited_rows, index) for kind, index, _ in grid.seen)


def _holds(edited_rows: Mapping[Any, Any], index: int) -> bool:
    return index in edited_rows or str(index) in edited_rows


def _filled(value: Any) -> bool:
    """Whether a cell says something: a nought does, a box that is not ticked does not."""
    return value is not False and value not in (None, "", [])


def _taken_away(grid: Grid, left: list[Mapping[str, Any]], by_row: dict[str, dict[str, Any]]) -> list[str]:
    """Which of the rows typed below went away; what changed in those left, in the same report, goes to ``by_row``."""
    kept = _places(grid.typed, left)
    for place, cells in zip(kept, left, strict=True):
        changed = {nom: value for nom, value in cells.items() if grid.typed[place].get(nom) != value}
        if changed and grid.added[place]:
            by_row[grid.added[place]] = changed
    return [one for place, one in enumerate(grid.added) if place not in kept]


def _places(before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]) -> list[int]:
    """Where the rows that are left stood: in the same order, with as many cells unchanged as can be."""
    start = 0
    while start < len(after) and before[start] == after[start]:
        start += 1
    end = 0
    while end < len(after) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    rows, wanted = before[start : len(before) - end], after[start : len(after) - end]
    none: list[int] = []
    best = [(0, none)] + [(-1, none)] * len(wanted)  # for the first rows wanted: how alike, and where they stood
    for place, row in enumerate(rows, start):
        for count in range(len(wanted), 0, -1):
            score, places = best[count - 1]
            alike = score + 1 + sum(row.get(nom) == value for nom, value in wanted[count - 1].items())
            if score >= 0 and alike > best[count][0]:
                best[count] = alike, [*places, place]
    tail = range(len(before) - end, len(before))
    return [*range(start), *best[len(wanted)][1], *tail]


def _cells(livret: Livret, liste: str, cells: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed or chosen on the screen, as the model keeps it: codes for labels, identifiers for names."""
    known = {champ.nom: champ for champ in champs(LISTES[liste])}
    return {nom: _kept(livret, known[nom], value) for nom, value in cells.items() if nom in known}


def _kept(livret: Livret, champ: Champ, value: Any) -> Any:
    if champ.genre == "liens":
        ids = {name: identifier for identifier, name in drafts.link_names(livret, champ).items()}
        return [ids[name] for name in value or () if name in ids]
    if champ.genre == "textes":
        return [drafts.code(champ, one) for one in value or ()]
    return drafts.code(champ, value) if champ.genre == "choix" and value else value
