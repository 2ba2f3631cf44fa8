"""What is released, as tables: one a list, in words, for a spreadsheet or any program that reads columns.

Driven by the model: a field added there is a column here without a line of code. A day that is known is a date, a
vaguer one stays a text; a number stays a number; a length of training has its unit in a column of its own, so that
days and hours are never added together. What a row names by an identifier is said by its title.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from data.competences import Competence
from data.fields import Champ, Ligne, champs
from data.french import NBSP
from data.model import LISTES, Piece, Titulaire
from data.values import Duree, PartialDate
from site_builder.documents import say_media
from site_builder.figures import counted_as
from site_builder.markdown import typographic
from site_builder.outputs.exported import legal
from site_builder.outputs.lines import Line, Lines
from site_builder.outputs.plain_text import plain, styled
from site_builder.publish import Published
from site_builder.spelling import spell
from site_builder.view import DocumentView, LienView, TableauView

Cell = str | int | Decimal | date | None

SHORT = {  # a sheet's name has 31 signs at most
    "stages": "Stages et immersions",
    "activites": "Activités",
    "distinctions": "Distinctions et réseaux",
    "vae": "VAE",
    "concours": "Concours et examens",
}
_LISTED = f"{NBSP}; "
_NOT_COLUMNS = frozenset({"sensibilite"})  # how private a row is to the agent is nobody else's business
_UNITS = {"j": "jours", "h": "heures"}
_YES_NO = {True: "oui", False: "non"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    titre: str
    long: bool = False  # whether it holds texts of several lines


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table."""

    code: str
    titre: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def filled(self) -> Sheet:
        """The same without the columns in which nothing is said."""
        kept = [index for index in range(len(self.columns)) if any(row[index] not in ("", None) for row in self.rows)]
        return Sheet(
            self.code,
            self.titre,
            tuple(self.columns[index] for index in kept),
            tuple(tuple(row[index] for index in kept) for row in self.rows),
        )


def sheets(made: Published) -> list[Sheet]:
    """Every list that has rows, then the joined documents, then the tables that the procedure asks for."""
    lines = Lines(made)
    names = {row.id: typographic(row.intitule_ligne) for row in lines.livret.rows.values()}
    found = [_list_sheet(model, held, names) for model, held in lines if held]
    if made.view.documents:
        found.append(_documents(made, names))
    return found + [_tableau(tableau) for tableau in made.view.tableaux]


def identity(made: Published) -> list[tuple[str, str]]:
    """Who it is about: the label and the value of each field that the dossier shows."""
    who = made.released.titulaire
    interests = made.released.competences.centres_interet
    said = [
        (champ.titre, _text(champ, getattr(who, champ.nom)))
        for champ in champs(Titulaire)
        if not champ.interne and not champ.lien and getattr(who, champ.nom)
    ]
    return said + ([("Centres d’intérêt", legal(plain(interests)))] if interests else [])


def missing(made: Published) -> tuple[str, ...]:
    """What a table does not hold."""
    says = []
    texts = [text for _, row in made.released.placed_rows() for text in _long_texts(row)]
    who = made.released.titulaire
    texts += [who.presentation, who.projet, made.released.competences.centres_interet]
    if number := sum(map(styled, texts)):
        of = counted_as(number, "texte", "textes")
        says.append(
            f"La mise en forme de {of} (gras, italique, intertitres, tableaux) n’y est pas{NBSP}: le texte seul."
        )
    if number := len(made.view.documents):
        what = counted_as(number, "document joint", "documents joints")
        says.append(f"{what} n’y {'est' if number == 1 else 'sont'} que par leur titre et le nom de leur fichier.")
    if made.publication.introduction.strip():
        says.append("L’introduction du dossier n’y est pas.")
    return tuple(says)


def _long_texts(row: Ligne) -> Iterator[str]:
    return (getattr(row, champ.nom) for champ in champs(type(row)) if champ.genre == "markdown")


def _list_sheet(model: type[Ligne], held: Sequence[Line[Ligne]], names: Mapping[str, str]) -> Sheet:
    fields = [champ for champ in champs(model) if not champ.interne and champ.nom not in _NOT_COLUMNS]
    columns = [column for champ in fields for column in _columns(champ)]
    rows = [[cell for champ in fields for cell in _cells(champ, line.row, names)] for line in held]
    columns.append(Column("Justifié"))
    for row, line in zip(rows, held, strict=True):
        row.append(_YES_NO[line.view.justifie])
    if model is Competence:
        columns.append(Column("Preuves", long=True))
        for row, line in zip(rows, held, strict=True):
            row.append(_titles(line.view.preuves))
    code = next(place.rpartition(".")[2] for place, known in LISTES.items() if known is model)
    return Sheet(code, SHORT.get(code, model.pluriel), tuple(columns), tuple(map(tuple, rows)))


def _columns(champ: Champ) -> list[Column]:
    if champ.genre == "duree":
        return [Column(champ.titre), Column(f"{champ.titre} (unité)")]
    return [Column(champ.titre, champ.genre == "markdown" or bool(champ.lien))]


def _cells(champ: Champ, row: Ligne, names: Mapping[str, str]) -> list[Cell]:
    value: Any = getattr(row, champ.nom)
    match champ.genre:
        case "duree":
            return _length(value)
        case "date":
            return [_day(value)]
        case "entier" | "nombre":
            return [value]
        case "liens":
            return [legal(_LISTED.join(names[one] for one in value if one in names))]
    return [_text(champ, value)]


def _length(value: Duree | None) -> list[Cell]:
    return [value.valeur, _UNITS[value.unite]] if value else [None, ""]


def _day(value: PartialDate | None) -> Cell:
    """A real date when its day is known; a month or a year stays what the agent knows."""
    if value is None:
        return None
    return value.first if value.day else str(value)


def _text(champ: Champ, value: Any) -> str:
    if value in ("", None, ()):
        return ""
    return legal(plain(value) if champ.genre == "markdown" else spell(champ, value))


def _titles(links: Sequence[LienView]) -> str:
    return legal(_LISTED.join(link.intitule for link in links))


def _documents(made: Published, names: Mapping[str, str]) -> Sheet:
    pieces = {piece.id: piece for piece in made.released.pieces}
    fields = [c for c in champs(Piece) if c.nom in ("titre", "type", "date", "emetteur")]
    columns = [column for champ in fields for column in _columns(champ)]
    columns += [Column("Fichier"), Column("Nature"), Column("Pages"), Column("Prouve", long=True)]
    rows = []
    for document in made.view.documents:
        piece = pieces[document.ref]
        head = [cell for champ in fields for cell in _cells(champ, piece, names)]
        rows.append((*head, *_file(document, piece)))
    return Sheet("pieces", "Documents joints", tuple(columns), tuple(rows))


def _file(document: DocumentView, piece: Piece) -> tuple[Cell, ...]:
    name = document.fichier.rpartition("/")[2]
    return name, say_media(piece.media), document.pages or None, _titles(document.prouve)


def _tableau(tableau: TableauView) -> Sheet:
    rows = [*tableau.lignes, *([tableau.total] if tableau.total else [])]
    return Sheet(
        tableau.code,
        legal(tableau.titre),
        tuple(Column(legal(titre)) for titre in tableau.colonnes),
        tuple(tuple(legal(text) for text in row) for row in rows),
    )
