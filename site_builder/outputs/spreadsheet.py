"""XLSX and CSV: the released rows as tables, for Excel, LibreOffice or any program.

Nothing in a cell is ever computed. In XLSX every text is written as a text; in CSV a text that a spreadsheet would
take for a formula begins with an apostrophe. Numbers and dates are what they are.
"""

from __future__ import annotations

import csv as csv_module
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from data.french import fold, plain_number
from data.values import PartialDate
from site_builder.figures import counted_as
from site_builder.outputs.exported import Exported, legal
from site_builder.outputs.sheets import Cell, Column, Sheet, identity, missing, sheets
from site_builder.publish import Published

if TYPE_CHECKING:
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

XLSX: Final = "tableaux.xlsx"
READ_ME: Final = "Lisez-moi"
LONGEST_SHEET_NAME, LONGEST_CELL = 31, 32_767  # Excel's limits; a cell's is counted in UTF-16
_CUT = "… (suite coupée)"
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_FIRST_SAFE_DAY = date(1900, 3, 1)  # Excel believes in 29 February 1900
_NARROW, _WIDE, _WIDEST_LONG = 10, 34, 60  # signs
_A4 = 9
_INK, _HEAD, _RULE = "#1f2933", "#e3e8ee", "#9aa5b1"

# What makes a cell a formula, in its own script too, whatever blank stands before.
_FORMULA = re.compile(r"[\s\ufeff\u200b\u2060]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def xlsx(made: Published) -> Exported:
    """One workbook: a sheet that says what it is, then one a list; columns in which nothing is said are left out."""
    from xlsxwriter.workbook import Workbook  # noqa: PLC0415 - only when a workbook is made

    tables = [sheet.filled() for sheet in sheets(made)]
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(buffer, options)
    book.set_properties({"title": legal(made.view.titre), "created": datetime.combine(made.jour, time())})
    styles = _Styles(book)
    names = _sheet_names(tables)
    _read_me(book.add_worksheet(READ_ME), styles, made, list(zip(names, tables, strict=True)))
    cut = sum(_table(book.add_worksheet(name), styles, table) for name, table in zip(names, tables, strict=True))
    book.close()
    return Exported(XLSX, buffer.getvalue(), (*missing(made), *_cut_says(cut)))


def csv(made: Published) -> tuple[Exported, ...]:
    """One file a list, as French Excel opens it: semicolons, UTF-8 with its mark, CRLF; and one for who it is about."""
    says = missing(made)
    head = (Column("Champ"), Column("Valeur"))
    who = Sheet("titulaire", "Titulaire", head, tuple(identity(made)))
    found = [who, *sheets(made)]
    return tuple(
        Exported(f"{name}.csv", _csv_bytes(sheet), says) for name, sheet in zip(_file_names(found), found, strict=True)
    )


class _Styles:
    """The few formats of the workbook."""

    def __init__(self, book: Workbook) -> None:
        base: dict[str, Any] = {"font_name": "Calibri", "font_size": 10, "font_color": _INK, "valign": "top"}
        self.title: Format = book.add_format(base | {"bold": True, "font_size": 16})
        self.label: Format = book.add_format(base | {"bold": True, "text_wrap": True})
        self.head: Format = book.add_format(
            base | {"bold": True, "bg_color": _HEAD, "bottom": 1, "bottom_color": _RULE, "text_wrap": True}
        )
        self.text: Format = book.add_format(base | {"text_wrap": True, "num_format": "@"})
        self.number: Format = book.add_format(base | {"num_format": "General", "align": "left"})
        self.whole: Format = book.add_format(base | {"num_format": "0", "align": "left"})
        self.day: Format = book.add_format(base | {"num_format": "dd/mm/yyyy", "align": "left"})


def _read_me(page: Worksheet, styles: _Styles, made: Published, tables: Sequence[tuple[str, Sheet]]) -> None:
    """What this workbook is, about whom, of when, and its sheets with how many rows each has."""
    page.hide_gridlines(2)
    page.set_column(0, 0, 30, styles.label)
    page.set_column(1, 1, 90, styles.text)
    _printed(page)
    page.write_string(0, 0, _fitting(legal(made.view.titre)) or "Livret individuel de formation", styles.title)
    said = [
        ("Ce que c’est", "Ce que le dossier montre du livret individuel de formation, une rubrique par feuille."),
        ("Démarche", made.view.demarche),
        ("Établi le", PartialDate.of(made.jour).words),
        *identity(made),
        ("À savoir", "\n".join(missing(made))),
    ]
    row = 2
    for label, text in said:
        if text:
            page.write_string(row, 0, label, styles.label)
            _write(page, row, 1, text, styles)
            row += 1
    row += 1
    page.write_string(row, 0, "Feuille", styles.head)
    page.write_string(row, 1, "Contenu", styles.head)
    for rank, (name, table) in enumerate(tables, row + 1):
        page.write_string(rank, 0, name, styles.text)
        page.write_string(rank, 1, counted_as(len(table.rows), "ligne", "lignes"), styles.text)


def _table(page: Worksheet, styles: _Styles, table: Sheet) -> int:
    """Lay one table out; gives how many of its texts had to be cut."""
    for index, column in enumerate(table.columns):
        page.write_string(0, index, column.titre, styles.head)
        page.set_column(index, index, _width(column, (row[index] for row in table.rows)))
    cut = 0
    for rank, row in enumerate(table.rows, 1):
        for index, cell in enumerate(row):
            cut += _write(page, rank, index, cell, styles)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    page.repeat_rows(0)
    _printed(page)
    return cut


def _printed(page: Worksheet) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&L&A&R&P / &N")


def _write(page: Worksheet, row: int, column: int, cell: Cell, styles: _Styles) -> bool:
    """Write a cell as what it is; gives whether its text had to be cut."""
    if cell is None or cell == "":
        return False
    if isinstance(cell, date) and cell >= _FIRST_SAFE_DAY:
        page.write_datetime(row, column, datetime.combine(cell, time()), styles.day)
    elif isinstance(cell, date):
        page.write_string(row, column, str(PartialDate.of(cell)), styles.text)
    elif isinstance(cell, int):
        page.write_number(row, column, cell, styles.whole)
    elif isinstance(cell, Decimal):
        page.write_number(row, column, float(cell), styles.number)
    else:
        text = _fitting(cell)
        page.write_string(row, column, text, styles.text)
        return text != cell
    return False


def _fitting(text: str) -> str:
    """A text that a cell can hold."""
    if len(text) * 2 <= LONGEST_CELL or len(units := text.encode("utf-16-le")) <= LONGEST_CELL * 2:
        return text
    return units[: (LONGEST_CELL - len(_CUT)) * 2].decode("utf-16-le", "ignore") + _CUT


def _cut_says(cut: int) -> tuple[str, ...]:
    if not cut:
        return ()
    return (f"{counted_as(cut, 'texte trop long a été coupé', 'textes trop longs ont été coupés')} (limite d’Excel).",)


def _width(column: Column, cells: Iterable[Cell]) -> float:
    """A width that shows most cells on one line, within reason; long texts wrap."""
    longest = max((len(line) for cell in cells for line in str(cell or "").split("\n")), default=0)
    most = _WIDEST_LONG if column.long else _WIDE
    return min(most, max(_NARROW, longest + 2, min(len(column.titre), _WIDE // 2) + 2))


def _sheet_names(tables: Sequence[Sheet]) -> list[str]:
    """A name for each sheet: its title, without what Excel refuses, never twice the same."""
    taken = {fold(READ_ME)}
    names = []
    for table in tables:
        plain = _NOT_IN_SHEET_NAME.sub(" ", table.titre).strip(" '\n\t") or table.code
        name, rank = plain[:LONGEST_SHEET_NAME].rstrip(" '"), 2
        while fold(name) in taken:
            end = f" ({rank})"
            name, rank = plain[: LONGEST_SHEET_NAME - len(end)] + end, rank + 1
        taken.add(fold(name))
        names.append(name)
    return names


def _file_names(found: Sequence[Sheet]) -> list[str]:
    """A file name for each table, in ASCII, never twice the same."""
    names: list[str] = []
    for sheet in found:
        plain = re.sub(r"[^a-z0-9]+", "-", fold(sheet.titre)).strip("-")[:60] or "tableau"
        name, rank = plain, 2
        while name in names:
            name, rank = f"{plain}-{rank}", rank + 1
        names.append(name)
    return names


def _csv_bytes(sheet: Sheet) -> bytes:
    buffer = io.StringIO()
    writer = csv_module.writer(buffer, delimiter=";", quoting=csv_module.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([harmless(column.titre) for column in sheet.columns])
    writer.writerows([_csv_cell(cell) for cell in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return str(PartialDate.of(cell))
    if isinstance(cell, int | Decimal):
        return plain_number(Decimal(cell)).replace(".", ",")
    return harmless(cell)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: behind an apostrophe when it might."""
    return f"'{text}" if _FORMULA.match(text) else text
