"""What proves what: computed from the links of the livret, never typed twice.

A row names its documents and its competences; everything else follows: what proves a competence, what a
document proves, which row is *justifiée* and which only *déclarée*, which link leads nowhere. One pass
over the livret answers for all its rows, so a screen or a site asks as often as it likes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from data.competences import Competence
from data.fields import Ligne
from data.model import LISTES, Livret, Piece

Place = tuple[str | int, ...]
Etat = Literal["justifie", "declare"]
ETATS: dict[Etat, str] = {"justifie": "Justifié", "declare": "Déclaré"}


@dataclass(frozen=True, slots=True)
class Preuves:
    """What proves one competence: the rows that name it, and the documents behind it.

    ``propres`` are attached to the competence itself; ``indirectes`` only to those rows, each said once.
    """

    lignes: tuple[tuple[str, Ligne], ...] = ()  # with the list they are in: « experiences.emplois »
    propres: tuple[Piece, ...] = ()
    indirectes: tuple[Piece, ...] = ()

    def in_(self, liste: str) -> tuple[Ligne, ...]:
        """The rows of one list (``formations.actions``), or of a whole part (``formations``)."""
        return tuple(row for place, row in self.lignes if place == liste or place.startswith(f"{liste}."))

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Every document, its own first."""
        return self.propres + self.indirectes

    @property
    def prouvee(self) -> bool:
        """Whether a row or a document held in the archive stands behind it."""
        return bool(self.lignes) or any(piece.detenue for piece in self.propres)

    def __bool__(self) -> bool:
        return bool(self.lignes or self.propres)


@dataclass(frozen=True, slots=True)
class LienRompu:
    """A link that leads nowhere: where it stands, what it names, in which list it was looked for."""

    place: Place
    cible: str
    liste: str


_NO_PROOF = Preuves()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Every proof of a livret, by identifier; ``Evidence.of`` makes it."""

    competences: Mapping[str, Preuves]
    prouve: Mapping[str, tuple[Ligne, ...]]  # by document: the rows it is attached to
    places: Mapping[str, Place]  # by row: where it stands
    justifiees: frozenset[str]  # the rows with a document held in the archive
    orphelines: tuple[Piece, ...]  # documents that no row, dossier or photo uses
    rompus: tuple[LienRompu, ...]

    @classmethod
    def of(cls, livret: Livret) -> Evidence:
        """Read every link of the livret once."""
        pieces = {piece.id: piece for piece in livret.pieces}
        known = {row.id for row in livret.competences.competences}
        lignes: dict[str, list[tuple[str, Ligne]]] = {}
        prouve: dict[str, list[Ligne]] = {}
        places: dict[str, Place] = {}
        justifiees: set[str] = set()
        rompus: list[LienRompu] = []
        for place, row in livret.placed_rows():
            places[row.id] = place
            for index, cible in enumerate(row.pieces):
                if cible not in pieces:
                    rompus.append(LienRompu((*place, "pieces", index), cible, "pieces"))
                    continue
                prouve.setdefault(cible, []).append(row)
                if pieces[cible].detenue:
                    justifiees.add(row.id)
            liste = f"{place[0]}.{place[1]}"
            named: tuple[str, ...] = getattr(row, "competences", ())
            for index, cible in enumerate(named):
                if cible in known:
                    lignes.setdefault(cible, []).append((liste, row))
                else:
                    rompus.append(LienRompu((*place, "competences", index), cible, "competences"))
        used = set(prouve)
        for link in _other_links(livret):
            if link.cible in (pieces if link.liste == "pieces" else places):
                used.add(link.cible)
            else:
                rompus.append(link)
        return cls(
            competences={c.id: _preuves(c, lignes.get(c.id, []), pieces) for c in livret.competences.competences},
            prouve={cible: tuple(_once(rows)) for cible, rows in prouve.items()},
            places=places,
            justifiees=frozenset(justifiees),
            orphelines=tuple(piece for piece in livret.pieces if piece.id not in used),
            rompus=tuple(rompus),
        )

    def etat(self, row: Ligne) -> Etat:
        """*Justifié* when a document held in the archive is attached to the row, else *déclaré*."""
        return "justifie" if row.id in self.justifiees else "declare"

    def preuves(self, competence: str) -> Preuves:
        """What proves a competence, nothing for an unknown one."""
        return self.competences.get(competence, _NO_PROOF)

    def liste(self, row: str) -> str:
        """The list a row is in, such as ``formations.actions``; empty for an unknown row."""
        place = ".".join(str(step) for step in self.places.get(row, ())[:2])
        return place if place in LISTES else place.partition(".")[0]


def _preuves(competence: Competence, lignes: list[tuple[str, Ligne]], pieces: Mapping[str, Piece]) -> Preuves:
    propres = {cible: pieces[cible] for cible in competence.pieces if cible in pieces}
    indirectes = {
        cible: pieces[cible] for _, row in lignes for cible in row.pieces if cible in pieces and cible not in propres
    }
    unique = {row.id: (liste, row) for liste, row in lignes}
    return Preuves(tuple(unique.values()), tuple(propres.values()), tuple(indirectes.values()))


def _once(rows: list[Ligne]) -> list[Ligne]:
    return list({row.id: row for row in rows}.values())


def _other_links(livret: Livret) -> Iterator[LienRompu]:
    """The links that prove nothing and must lead somewhere all the same: the photo, and what each dossier chose."""
    if livret.titulaire.photo:
        yield LienRompu(("titulaire", "photo"), livret.titulaire.photo, "pieces")
    for number, dossier in enumerate(livret.publications):
        place: Place = ("publications", number)
        for index, cible in enumerate(dossier.documents):
            yield LienRompu((*place, "documents", index), cible, "pieces")
        for nom in ("inclus", "exclus"):
            for index, cible in enumerate(getattr(dossier, nom)):
                yield LienRompu((*place, nom, index), cible, "")
        for index, accord in enumerate(dossier.consentements):
            yield LienRompu((*place, "consentements", index), accord.ligne, "")
