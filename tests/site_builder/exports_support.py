"""Portfolios for the tests of exports: the whole demonstration released, its mobility dossier, an empty livret."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from data.model import Livret
from data.publications import Publication
from site_builder.outputs import europass, json_resume, livret_json, spreadsheet
from site_builder.outputs.exported import Exported
from site_builder.publish import Published, publish
from tests.data.samples import livret
from tests.site_builder.support import JOUR, publication

EXPORTS: Mapping[str, Callable[[Published], tuple[Exported, ...]]] = {
    "json": lambda made: (livret_json.export(made),),
    "json-resume": lambda made: (json_resume.export(made),),
    "europass": lambda made: (europass.export(made),),
    "xlsx": lambda made: (spreadsheet.xlsx(made),),
    "csv": spreadsheet.csv,
}


def everything(book: Livret) -> Publication:
    """A dossier that takes all there is: a copy for oneself."""
    return book.publications[0].with_(
        confidentiel=True,
        notes=True,
        coordonnees=("courriel", "telephone", "ville"),
        documents=tuple(piece.id for piece in book.pieces if piece.detenue),
        consentements=tuple({"ligne": row, "date": "2026"} for row in book.rows),
    )


def made_of(book: Livret, wish: Publication | None = None, contents: Mapping[str, bytes] | None = None) -> Published:
    """A portfolio of a livret, in the plainest theme."""
    content = (contents or {}).__getitem__
    return publish(book, content, wish or publication(), jour=JOUR, theme="base")


def made(*, dossier: dict[str, object] | None = None, **listes: object) -> Published:
    """A portfolio from the lists of a livret: ``made(emplois=[…])``."""
    return made_of(livret(**listes), publication(**(dossier or {})))  # type: ignore[arg-type]


def text_of(exported: Exported) -> str:
    """All that an export holds, unpacked, as one text."""
    if not exported.name.endswith(".xlsx"):
        return exported.content.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(exported.content)) as packed:
        return "\n".join(name + packed.read(name).decode("utf-8") for name in packed.namelist())
