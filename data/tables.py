"""Rows ⇄ pandas DataFrame, driven by ``champs()`` and without loss: the one module that imports pandas.

==================  ================  ==================================================================
genre               dtype             a cell
==================  ================  ==================================================================
texte, markdown     string            the text; empty: ``""``
choix               string or Int64   the code or free value; empty: ``<NA>`` (a list has no blank choice)
date, duree         string            as an agent types it: ``03/2009``, ``3,5 j``; empty: ``""``
periodes, quotites  string            the same, separated by semicolons: ``03/02/2014 ; 06/10/2014``
etapes              string            the same; a semicolon, backslash or line end inside a step is escaped
entier              Int64             the number; empty: ``<NA>``
oui_non             boolean           ``<NA>`` only where the model has « neither »
liens, textes       object            a list of texts (an editor's list or multi-select column)
table               string            JSON: what no cell can show (``a_corriger``, a dossier's options)
==================  ================  ==================================================================

Columns bear the fields' names, in the order of ``champs()``; ``_autres`` comes last and holds as JSON the keys
of a newer version. Reading takes what people and spreadsheets give back: ``None``, ``NaN``, ``""``, numbers and
days where text was written, « ; » texts where a list was, French labels as headings. Other columns that begin
with an underscore are computed ones, and are not read. Longer than 300 lines because what is shown, what is kept and
what is read of a cell are told side by side, genre by genre.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, TypeVar, get_args

import pandas as pd
from pydantic import ValidationError

from data.errors import ContentError, Problem
from data.fields import Champ, Element, champs
from data.french import fold
from data.model import problems_of
from data.nomenclatures import label
from data.values import Duree, Etape, PartialDate, Periode, Quotite

AUTRES = "_autres"
SEPARATOR = " ; "
E = TypeVar("E", bound=Element)
Dtype = Literal["string", "Int64", "boolean", "object"]

_YES = frozenset({"oui", "o", "vrai", "true", "1", "x", "yes"})
_NO = frozenset({"non", "n", "faux", "false", "0", "no"})
_LISTED = frozenset({"liens", "textes"})
_UNREADABLE = object()


def to_frame(rows: Iterable[E], model: type[E]) -> pd.DataFrame:
    """Lay rows out as a table, one column per field, whatever their number; ``from_frame`` gives them back equal."""
    held = list(rows)
    columns: dict[str, Any] = {}
    for champ in champs(model):
        cells = [_cell(row, champ) for row in held]
        dtype = _dtype(model, champ)
        columns[champ.nom] = pd.Series(cells, dtype=dtype)
    others = [json.dumps(row.__pydantic_extra__, ensure_ascii=False) if row.__pydantic_extra__ else "" for row in held]
    columns[AUTRES] = pd.Series(others, dtype="string")
    return pd.DataFrame(columns, index=pd.RangeIndex(len(held)))


def from_frame(
    frame: pd.DataFrame, model: type[E], *, base: Iterable[E] = (), forgiving: bool = False
) -> tuple[E, ...]:
    """Read a table back into rows; a row without identifier gets one.

    Args:
        frame: columns by field name or French label; the index is not read.
        model: the rows' model, with an ``a_corriger`` field when forgiving.
        base: the rows as they were: what the table has no column for is taken from the one with the same identifier.
        forgiving: do not raise; keep what cannot be read in ``a_corriger``, and drop from it what now can.

    Raises:
        ContentError: with every Problem at once, each at (row, field).
    """
    problems: list[Problem] = []
    known, strangers = _columns(frame, model)
    if strangers and not forgiving:
        problems += [Problem((nom,), "cette colonne n’existe pas dans cette rubrique") for nom in strangers]
    before = {_text(getattr(row, "id", "")): row for row in base}
    cells = {nom: frame[column].tolist() for nom, column in known.items()}
    stray = {nom: frame[nom].tolist() for nom in strangers} if forgiving else {}
    rows: list[E] = []
    seen: set[str] = set()
    for index in range(len(frame)):
        row_cells = {nom: column[index] for nom, column in cells.items()}
        values, refused = _read_row(row_cells, model, new=_missing(row_cells.get("id")))
        values = _kept(before.get(values.get("id", "")), known) | values
        if values.get("id") in seen:
            refused["id"] = (values.pop("id"), "cet identifiant sert déjà à une autre ligne")
        if forgiving:
            lost = {nom: _text(column[index]) for nom, column in stray.items() if not _missing(column[index])}
            _keep_typed(values, refused, lost)
        problems += [Problem((index, nom), says) for nom, (_, says) in refused.items() if not forgiving]
        row = _validated(values, model, index, problems)
        if row is not None:
            rows.append(row)
            seen.add(_text(getattr(row, "id", "")))
    if problems:
        raise ContentError(problems)
    return tuple(rows)


def to_shown(
    rows: Iterable[E], model: type[E], columns: Sequence[str], links: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """Lay rows out for eyes and hands: labels instead of codes, names instead of identifiers, pending text in place.

    Args:
        rows: what to show.
        model: their model.
        columns: the fields to show, in order.
        links: by list (``competences``, ``pieces``), the name of each identifier; a link to nothing is left out.
    """
    held = list(rows)
    by_name = {champ.nom: champ for champ in champs(model)}
    table: dict[str, Any] = {}
    for nom in columns:
        champ = by_name[nom]
        cells = [_shown(row, champ, links) for row in held]
        listed = champ.genre in _LISTED
        dtype: Dtype = "object" if listed else "Int64" if champ.genre == "entier" else "string"
        table[nom] = pd.Series(cells, dtype="boolean" if champ.genre == "oui_non" else dtype)
    return pd.DataFrame(table, index=pd.RangeIndex(len(held)))


def _shown(row: Element, champ: Champ, links: Mapping[str, Mapping[str, str]]) -> Any:
    value = getattr(row, champ.nom)
    if champ.genre in {"liens", "textes"}:
        names = links.get(champ.lien, {}) if champ.lien else {one: label(champ.liste, one) for one in value or ()}
        return [names[one] for one in value or () if one in names]
    if champ.genre in {"entier", "oui_non"}:
        return value
    if typed := getattr(row, "a_corriger", {}).get(champ.nom):
        return typed
    cell = _cell(row, champ)
    if champ.genre == "choix" and cell is not None:
        return label(champ.liste, str(cell))
    return "" if cell is None else cell


def edited(row: E, cells: Mapping[str, Any]) -> E:
    """A row with some cells typed anew, forgivingly: what cannot be read is kept in ``a_corriger``.

    A cell that can be read, or was emptied, takes what was pending for its field away. A class of confidentiality that
    cannot be read stays as it was: none would let the row out.
    """
    model = type(row)
    values, refused = _read_row(cells, model, new=False)
    pending = {nom: text for nom, text in getattr(row, "a_corriger", {}).items() if nom not in cells}
    pending |= {nom: text for nom, (text, _) in refused.items() if nom != "id"}
    emptied = {
        nom: _empty(champ)
        for champ in champs(model)
        if (nom := champ.nom) in refused and nom != "id" and champ.liste != "classes_sensibilite"
    }
    return row.with_(**emptied, **values, a_corriger=pending)


def refusals(row: Element) -> dict[str, str]:
    """Why each entry that waits to be corrected was not understood: a French sentence by field."""
    says = {}
    for nom, text in getattr(row, "a_corriger", {}).items():
        try:
            _reader(type(row), nom)(text)
            says[nom] = f"« {text} » n’a pas été compris"
        except ValueError as error:
            says[nom] = str(error)
        except StopIteration:  # a column of a spreadsheet that is no field
            says[nom] = f"« {text} » : cette colonne n’existe pas dans cette rubrique"
    return says


def _validated(values: dict[str, Any], model: type[E], index: int, problems: list[Problem]) -> E | None:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems += [Problem((index, *problem.where), problem.says) for problem in problems_of(error)]
        return None


def _columns(frame: pd.DataFrame, model: type[Element]) -> tuple[dict[str, str], list[str]]:
    """The table's columns by field name, and those that are no field's."""
    by_title = {fold(champ.titre): champ.nom for champ in champs(model)}
    names = {champ.nom for champ in champs(model)} | {AUTRES}
    known: dict[str, str] = {str(column): str(column) for column in frame.columns if str(column) in names}
    strangers = []
    for column in map(str, frame.columns):
        nom = by_title.get(fold(column).strip(), "")
        if nom and nom not in known:
            known[nom] = column
        elif column not in known and not column.startswith("_"):
            strangers.append(column)
    return known, strangers


def _kept(row: Element | None, known: Mapping[str, str]) -> dict[str, Any]:
    """What a row held in the fields the table has no column for."""
    if row is None:
        return {}
    kept = {champ.nom: getattr(row, champ.nom) for champ in champs(type(row)) if champ.nom not in known}
    return kept if AUTRES in known else {**(row.__pydantic_extra__ or {}), **kept}


def _read_row(
    cells: Mapping[str, Any], model: type[Element], *, new: bool
) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """One row's values, and what was refused: by field, the text typed and the French reason."""
    values: dict[str, Any] = {}
    refused: dict[str, tuple[str, str]] = {}
    if not _missing(others := cells.get(AUTRES)):
        try:
            values |= _read_json(others, dict)
        except ValueError as error:
            refused[AUTRES] = (_text(others), str(error))
    for champ in champs(model):
        cell = cells.get(champ.nom)
        if champ.nom not in cells or (_missing(cell) and (new or champ.nom == "id")):
            continue
        try:
            values[champ.nom] = _empty(champ) if _missing(cell) else _reader(model, champ.nom)(cell)
        except ValueError as error:
            refused[champ.nom] = (_text(cell), str(error))
    return values, refused


def _keep_typed(values: dict[str, Any], refused: dict[str, tuple[str, str]], lost: dict[str, str]) -> None:
    """Move what could not be read to ``a_corriger``, from which what now can be read goes away."""
    pending = {nom: text for nom, text in dict(values.get("a_corriger") or {}).items() if not values.get(nom)}
    pending |= {nom: text for nom, (text, _) in refused.items() if nom != "id"}
    values["a_corriger"] = pending | lost


def _empty(champ: Champ) -> Any:
    """What an emptied cell means: the field's empty value, not the proposal that a new row starts with."""
    return "" if isinstance(champ.defaut, str) else champ.defaut


def _dtype(model: type[Element], champ: Champ) -> Dtype:
    if champ.genre == "choix":
        return "Int64" if _whole(model, champ.nom) else "string"
    dtypes: dict[str, Dtype] = {"entier": "Int64", "oui_non": "boolean", "liens": "object", "textes": "object"}
    return dtypes.get(champ.genre, "string")


def _whole(model: type[Element], nom: str) -> bool:
    annotation = model.model_fields[nom].annotation
    return annotation is int or int in get_args(annotation)


_CELLS: dict[str, Callable[[Any], Any]] = {
    "choix": lambda value: None if value == "" else value,
    **dict.fromkeys(("date", "duree"), lambda value: "" if value is None else str(value)),
    **dict.fromkeys(("periodes", "quotites"), lambda value: SEPARATOR.join(map(str, value))),
    "etapes": lambda value: SEPARATOR.join(_escape(str(step)) for step in value),
    "liens": list,
    "textes": lambda value: None if value is None else list(value),
}


def _cell(row: Element, champ: Champ) -> Any:
    """One field as its cell."""
    value = getattr(row, champ.nom)
    if champ.genre == "table":
        plain = row.model_dump(mode="json", include={champ.nom})[champ.nom]
        return json.dumps(plain, ensure_ascii=False) if value else ""
    return _CELLS.get(champ.genre, lambda held: held)(value)


@cache
def _reader(model: type[Element], nom: str) -> Callable[[Any], Any]:
    """What reads a filled cell of one field; each raises ValueError with a French sentence."""
    champ = next(champ for champ in champs(model) if champ.nom == nom)
    if champ.genre in _LISTED:
        return _read_list
    if champ.genre == "choix":
        return _read_whole if _whole(model, nom) else _text
    readers: dict[str, Callable[[Any], Any]] = {
        "date": lambda cell: PartialDate.parse(_text(cell)),
        "duree": lambda cell: Duree.parse(_text(cell)),
        "periodes": lambda cell: tuple(map(Periode.parse, _pieces(cell))),
        "quotites": lambda cell: tuple(map(Quotite.parse, _pieces(cell))),
        "etapes": lambda cell: tuple(Etape.parse(part) for part in _steps(cell)),
        "entier": _read_whole,
        "oui_non": _read_bool,
        "table": _read_json,
    }
    return readers.get(champ.genre, _text)


def _missing(cell: Any) -> bool:
    """None, NaN, NaT, <NA> or an empty text, and never a list."""
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return True
    return cell == "" if isinstance(cell, str) else isinstance(cell, float) and cell != cell  # noqa: PLR0124 - NaN


def _text(cell: Any) -> str:
    """A cell as text: spreadsheets turn « 2009 » into 2009.0 and a day into a timestamp."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return str(PartialDate(cell.year, cell.month, cell.day))
    if _iterable(cell):
        return SEPARATOR.join(map(_text, cell))
    return str(cell)


def _iterable(cell: Any) -> bool:
    return not isinstance(cell, str | bytes) and hasattr(cell, "__iter__")


def _read_list(cell: Any) -> tuple[str, ...]:
    if not _iterable(cell):
        cell = _pieces(cell)
    return tuple(_text(item) for item in cell if item is not None)


def _read_whole(cell: Any) -> int:
    text = re.sub(r"(?<=\d)\s(?=\d)", "", _text(cell).strip())
    if isinstance(cell, bool) or not re.fullmatch(r"-?\d{1,18}", text):
        raise ValueError(f"« {_text(cell)} » : un nombre entier est attendu")
    return int(text)


def _read_bool(cell: Any) -> bool:
    text = fold(_text(cell)).strip()
    if text not in _YES | _NO:
        raise ValueError(f"« {_text(cell)} » : oui ou non est attendu")
    return text in _YES


def _read_json(cell: Any, kind: type = object) -> Any:
    try:
        value = json.loads(_text(cell))
    except (ValueError, RecursionError):
        value = _UNREADABLE
    if value is _UNREADABLE or not isinstance(value, kind):
        raise ValueError("cette cellule technique a été modifiée et n’est plus lisible")
    return value


def _pieces(cell: Any) -> list[str]:
    """The parts of a « ; » text, or of a list; blank ones are dropped."""
    parts: Sequence[str] = [_text(part) for part in cell] if _iterable(cell) else re.split(r"[;\n\r]", _text(cell))
    return [part.strip() for part in parts if part.strip()]


_ESCAPES = {"\\": "\\\\", ";": "\\;", "\n": "\\n", "\r": "\\r"}


def _escape(text: str) -> str:
    return re.sub(r"[\\;\n\r]", lambda found: _ESCAPES[found[0]], text)


def _steps(cell: Any) -> list[str]:
    """The steps of a cell; a part that is not « date : text » goes on with the step before it."""
    if _iterable(cell):
        return [_text(part) for part in cell]
    steps: list[str] = []
    for part in re.findall(r"(?:\\[\\;nr]|[^;\n\r])+", _text(cell)):
        text = re.sub(r"\\([\\;nr])", lambda found: {"n": "\n", "r": "\r"}.get(found[1], found[1]), part).strip()
        if steps and text and not re.search(r"[:|]", text):
            steps[-1] += f" ; {text}"
        elif text:
            steps.append(text)
    return steps
