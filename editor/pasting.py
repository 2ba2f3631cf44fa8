"""Cells copied from a spreadsheet, read as rows: nothing that was pasted is lost without a word."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from data.fields import Champ, Ligne, champs
from data.french import fold
from data.tables import edited, refusals
from editor.drafts import Rows, code


@dataclass(frozen=True, slots=True)
class Pasted:
    """Rows read from a spreadsheet's cells, and what should be looked at again."""

    rows: Rows
    columns: tuple[Champ, ...]
    remarks: tuple[str, ...]


def pasted(text: str, model: type[Ligne], columns: Sequence[Champ]) -> Pasted:
    """Read cells copied from a spreadsheet: tabs between columns, or semicolons.

    A first line made of the fields' own labels says which column is which; otherwise they follow ``columns``. What is
    not understood is kept in its row, to be corrected; what has no place is told.
    """
    lines = _lines(text)
    by_title = {fold(champ.titre): champ for champ in champs(model) if not champ.interne and champ.genre != "liens"}
    titles = lines[0] if lines else []
    heads = [by_title.pop(fold(cell).strip(), None) for cell in titles]  # the second of a name has no place
    known = [head for head in heads if head]
    if len(known) >= max(1, (len(heads) + 1) // 2):
        lines, layout = lines[1:], heads
    else:
        layout = list(columns)
    rows, remarks = [], []
    if layout is heads:
        remarks += [
            f"Colonne « {cell.strip()} » : elle n’a pas sa place dans cette rubrique, et a été laissée de côté"
            for cell, head in zip(titles, heads, strict=True)
            if head is None and cell.strip()
        ]
    for number, line in enumerate(lines, 1):
        cells = {
            champ.nom: _cell(champ, cell) for champ, cell in zip(layout, line, strict=False) if champ and cell.strip()
        }
        if not cells:
            continue
        row = edited(model(), cells)
        remarks += [f"Ligne {number} : {says}" for says in refusals(row).values()]
        if len(line) > len(layout):
            remarks.append(f"Ligne {number} : {len(line) - len(layout)} cellule(s) de trop, laissées de côté")
        rows.append(row)
    return Pasted(tuple(rows), tuple(champ for champ in layout if champ), tuple(remarks))


def _lines(text: str) -> list[list[str]]:
    """The cells of a text, line by line; blank lines are dropped."""
    delimiter = "\t" if "\t" in text else ";"
    whole = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    lines = [line.split(delimiter) for line in whole.split("\n")]
    if not whole.count('"') % 2:  # one that is never closed would swallow all that follows
        with suppress(csv.Error):  # a cell too long for it
            lines = list(csv.reader(io.StringIO(whole), delimiter=delimiter))
    return [line for line in lines if any(map(str.strip, line))]


def _cell(champ: Champ, cell: str) -> Any:
    """A cell as the model keeps it: a label of the nomenclature becomes its code."""
    text = cell.strip()
    if champ.genre == "textes":
        return [code(champ, part.strip()) for part in text.split(";") if part.strip()]
    return code(champ, text) if champ.genre == "choix" else text
