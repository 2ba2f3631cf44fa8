"""A new dossier for a démarche: everything its file says, on the rows that this livret holds. A proposal, to be read.

It asks the gate what would leave, so that no document is proposed for a row that stays in; and it never agrees to
anything in the agent's place: a row of a special category waits for its own consent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from data.codes import code
from data.demarches.model import Demarche, PieceAttendue
from data.fields import Ligne
from data.model import Livret, Piece
from data.publications import Publication
from data.values import PartialDate
from site_builder import gate


def prepare(livret: Livret, demarche: Demarche, titre: str, jour: date) -> Publication:
    """The dossier that a démarche proposes.

    Args:
        livret: the whole livret.
        demarche: what for.
        titre: its title; the démarche's name when empty.
        jour: the day it is made, from which its years are counted.
    """
    wish = demarche.reprend
    said: dict[str, Any] = {"coordonnees": wish.coordonnees}  # checked by whoever read the file
    bare = Publication(
        **said,
        titre=titre.strip() or demarche.libelle,
        demarche=demarche.code,
        listes=wish.listes,
        depuis=PartialDate(jour.year - wish.annees, jour.month) if wish.annees else None,
        confidentiel=wish.confidentiel,
        notes=wish.notes,
        niveaux=wish.niveaux,
        theme=wish.theme,
        options={theme: dict(chosen) for theme, chosen in wish.options.items()},
        creee_le=PartialDate.of(jour),
    )
    chosen = bare.with_(inclus=tuple(_added(livret, demarche, bare)))
    return chosen.with_(documents=tuple(_documents(livret, demarche, chosen)))


def _added(livret: Livret, demarche: Demarche, bare: Publication) -> Iterator[str]:
    """Rows to name one by one: those that no date should drop, and the projects where they are asked for."""
    taken = gate.release(livret, bare).rows
    for place, row in livret.placed_rows():
        liste = f"{place[0]}.{place[1]}"
        wanted = liste in demarche.reprend.toujours or (
            demarche.reprend.a_acquerir and getattr(row, "niveau", None) == gate.A_ACQUERIR
        )
        if wanted and row.id not in taken and gate.effective_class(row) == gate.PUBLIABLE:
            yield row.id


def _documents(livret: Livret, demarche: Demarche, chosen: Publication) -> Iterator[str]:
    """The documents to propose, in the livret's order."""
    wanted = set()
    if demarche.reprend.documents == "tous":
        wanted = {piece.id for piece in livret.pieces}
    elif demarche.reprend.documents == "attendus":
        taken = gate.release(livret, chosen).rows
        wanted = {one for expected in demarche.pieces for one in _expected(livret, expected, taken)}
    most = gate.CONFIDENTIEL if chosen.confidentiel else gate.PERSONNEL
    for piece in livret.pieces:
        allowed = piece.detenue and gate.effective_class(piece) <= most and not _proves_special(livret, piece)
        if piece.id in wanted and allowed and code("types_piece", piece.type) not in demarche.jamais:
            yield piece.id


def _expected(livret: Livret, expected: PieceAttendue, taken: dict[str, Ligne]) -> Iterator[str]:
    held = [p for p in livret.pieces if p.detenue and code("types_piece", p.type) in expected.types]
    if expected.attente != "attendue" or not held or expected.choix == "aucune":
        return
    if expected.choix == "derniere":
        yield max(held, key=lambda piece: piece.date.last if piece.date else date.min).id
        return
    proving = {one for row in livret.rows.values() if row.id in taken for one in row.pieces}
    yield from (piece.id for piece in held if piece.id in proving)


def _proves_special(livret: Livret, piece: Piece) -> bool:
    """Whether a document is also about a row of a special category: it would tell of it."""
    return any(
        piece.id in row.pieces and gate.effective_class(row) >= gate.CATEGORIE_PARTICULIERE
        for row in livret.rows.values()
    )
