"""The career of Anaïs D’Orvanne-Lestrac, who does not exist: a whole livret to try everything on.

The career is data, one TOML file for each part of the livret, to be read and corrected by people of the trade; the
text of its documents is data too (``documents.toml``). ``livret`` reads the one and ``build`` makes the other.
Everything in them is invented but the CNFPT, the ANFH, Pix, and the names of grades, diplomas and procedures.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from data.migrations import SCHEMA
from data.model import Livret

__all__ = ["build", "livret"]


def livret() -> Livret:
    """The career alone, in a few milliseconds; the sizes of its documents are those of the data file."""
    return Livret.from_data(
        {
            "schema_version": SCHEMA,
            **_read("titulaire"),
            "formations": _read("formations"),
            "experiences": _read("experiences"),
            "competences": _read("competences"),
            **_read("pieces"),
            **_read("dossiers"),
        }
    )


def build() -> tuple[Livret, dict[str, bytes]]:
    """The career with its 46 documents, by identifier, and their exact sizes: what an archive takes.

    The same bytes every time on one machine; another version of Typst or Pillow may draw them otherwise.
    """
    from data.demo.documents import documents  # noqa: PLC0415 - Typst and Pillow, which the career alone does not need

    career = livret()
    made = documents(career)
    sized = tuple(p.with_(taille=len(made[p.id])) if p.id in made else p for p in career.pieces)
    return career.with_(pieces=sized), made


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))
