"""What is left to do: what expires, which documents are missing, how complete each list is, what looks wrong.

Nothing here refuses anything: a livret is filled over years, and an incomplete row is worth more than a row that
could not be saved. Every remark has its place and a French sentence that says what to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from data.codes import attribute, code
from data.competences import Competence, Competences
from data.errors import Problem
from data.evidence import Evidence, Place
from data.experiences import Emploi
from data.fields import Champ, Element, Ligne, champs
from data.french import fold
from data.model import LISTES, VOLETS, Livret, Piece, Titulaire
from data.publications import Publication
from data.values import FULL_TIME, Etape, PartialDate, Periode

# Décret n° 2008-830, art. 5: copies of diplomas and certificates, attestations of trainings, internships and posts.
PROUVEES = (
    "formations.diplomes",
    "formations.certifications",
    "formations.actions",
    "experiences.emplois",
    "experiences.stages",
)
_ENDS = (("debut", "fin"), ("date_obtention", "date_echeance"), ("date_certification", "date_echeance"),
         ("debut", "date_echeance"), ("date", "liste_aptitude_fin"))  # fmt: skip
_TO_COME = frozenset({"fin", "date_echeance", "liste_aptitude_fin"})  # dates that may lie ahead
_DAYS_A_MONTH = 30.44


@dataclass(frozen=True, slots=True)
class Echeance:
    """Something that expires, or has: a certificate, a language test, an habilitation."""

    place: Place
    ligne: Ligne
    fin: date  # the last day it holds
    expiree: bool
    says: str


@dataclass(frozen=True, slots=True)
class Manquante:
    """A row that the decree wants proved, without a document in the archive."""

    place: Place
    ligne: Ligne
    annoncees: tuple[Piece, ...]  # asked for, lost, or noted without their file
    says: str


@dataclass(frozen=True, slots=True)
class Completude:
    """How complete a list is: what is there out of what its rows ask for, and what to do next."""

    liste: str
    titre: str
    lignes: int
    presents: int
    attendus: int
    says: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """From 0 to 1; an empty list lacks nothing."""
        return self.presents / self.attendus if self.attendus else 1.0


def expiring(livret: Livret, jour: date, *, months: int = 12) -> tuple[Echeance, ...]:
    """What has expired or will within some months, soonest first; what was renewed or is over is left out."""
    latest: dict[tuple[type[Ligne], str], tuple[date, Place, Ligne]] = {}
    for place, row in livret.placed_rows():
        until: PartialDate | None = getattr(row, "date_echeance", None)
        over: PartialDate | None = getattr(row, "fin", None)
        if until is None or (over is not None and over.last < jour):
            continue
        key = type(row), fold(row.intitule_ligne)
        if key not in latest or latest[key][0] < until.last:
            latest[key] = until.last, place, row
    horizon = jour + timedelta(days=round(months * _DAYS_A_MONTH))
    found = []
    for end, place, row in latest.values():
        if end <= horizon:
            said = PartialDate.of(end).words
            gone = end < jour
            says = f"« {row.intitule_ligne} » {'a expiré' if gone else 'expire'} le {said}."
            found.append(Echeance(place, row, end, gone, says))
    return tuple(sorted(found, key=lambda one: one.fin))


def missing(livret: Livret, evidence: Evidence | None = None) -> tuple[Manquante, ...]:
    """The rows of the decree's lists that no document held in the archive proves, in the livret's order."""
    evidence = evidence or Evidence.of(livret)
    pieces = {piece.id: piece for piece in livret.pieces}
    found = []
    for place, row in livret.placed_rows():
        if _liste(place) in PROUVEES and evidence.etat(row) == "declare":
            announced = tuple(pieces[cible] for cible in row.pieces if cible in pieces)
            states = {code("etats_piece", piece.etat) for piece in announced}
            if "demandee" in states:
                says = f"« {row.intitule_ligne} » : justificatif demandé, pas encore reçu."
            elif "perdue" in states:
                says = f"« {row.intitule_ligne} » : justificatif perdu, à redemander."
            else:
                says = f"« {row.intitule_ligne} » : justificatif à joindre ou à demander."
            found.append(Manquante(place, row, announced, says))
    return tuple(found)


def completeness(livret: Livret, evidence: Evidence | None = None) -> tuple[Completude, ...]:
    """How complete every list is, in the livret's order, from required fields and evidence."""
    evidence = evidence or Evidence.of(livret)
    rows: dict[str, list[Ligne]] = {liste: [] for liste in LISTES}
    for place, row in livret.placed_rows():
        rows[_liste(place)].append(row)
    return tuple(_completude(liste, held, evidence) for liste, held in rows.items())


def _completude(liste: str, rows: list[Ligne], evidence: Evidence) -> Completude:
    model = LISTES[liste]
    required = [champ for champ in champs(model) if champ.requis]
    lacking: Counter[str] = Counter()
    for row in rows:
        lacking.update(champ.titre for champ in required if _blank(row, champ))
        if liste in PROUVEES and evidence.etat(row) == "declare":
            lacking["justificatif"] += 1
        if isinstance(row, Competence) and not evidence.preuves(row.id):
            lacking["preuve"] += 1
    asked = len(required) + (liste in PROUVEES) + (model is Competence)
    says = [_lack(what, count) for what, count in lacking.items()]
    if not rows:
        says = [f"Rien encore. {model.intro}"]
    return Completude(
        liste, model.pluriel, len(rows), asked * len(rows) - lacking.total(), asked * len(rows), tuple(says)
    )


def _lack(what: str, count: int) -> str:
    many = f"{count} lignes" if count > 1 else "une ligne"
    if what == "justificatif":
        return f"Joignez le justificatif {'de ' if count > 1 else 'd’'}{many}."
    if what == "preuve":
        return f"Reliez {many} à une expérience, une formation ou un document qui la prouve."
    return f"Remplissez « {what} » sur {many}."


def problems(livret: Livret, jour: date, evidence: Evidence | None = None) -> list[Problem]:
    """Everything that looks wrong or unfinished, in the order of the livret, each at its place."""
    evidence = evidence or Evidence.of(livret)
    found = list(_element_problems(("titulaire",), livret.titulaire, jour))
    for place, row in livret.placed_rows():
        found += _element_problems(place, row, jour)
        if isinstance(row, Emploi):
            found += _quotite_problems(place, row)
        if isinstance(row, Competence) and not evidence.preuves(row.id):
            found.append(Problem(place, "rien ne prouve encore cette compétence : reliez-lui une ligne ou un document"))
        if isinstance(row, Piece):
            found += _piece_problems(place, row)
    for index, dossier in enumerate(livret.publications):
        found += _element_problems(("publications", index), dossier, jour)
    found += [Problem(link.place, f"ce lien ({link.cible}) ne mène plus à rien") for link in evidence.rompus]
    found += [
        Problem(evidence.places[piece.id], "ce document n’est relié à aucune ligne")
        for piece in evidence.orphelines
        if not attribute("types_piece", piece.type, "complement", default=False)
    ]
    return sorted(found, key=lambda problem: reading_order(problem.where))


def _element_problems(place: Place, row: Element, jour: date) -> Iterator[Problem]:
    """What any row may have: an empty field, an inverted or future date, an entry to correct."""
    pending: dict[str, str] = getattr(row, "a_corriger", {})
    for nom, text in pending.items():
        yield Problem((*place, nom), f"« {text} » n’a pas été compris : corrigez cette saisie")
    for champ in champs(type(row)):
        if champ.requis and champ.nom not in pending and _blank(row, champ):
            yield Problem((*place, champ.nom), f"« {champ.titre} » reste à remplir")
        if champ.nom not in _TO_COME:
            for day in _days(getattr(row, champ.nom)):
                if day.first > jour:
                    yield Problem((*place, champ.nom), f"{day} est dans le futur : vérifiez l’année")
    for start, end in _ENDS:
        first, last = getattr(row, start, None), getattr(row, end, None)
        if first is not None and last is not None and last.last < first.first:
            yield Problem((*place, end), f"la fin ({last}) précède le début ({first})")


def _quotite_problems(place: Place, post: Emploi) -> Iterator[Problem]:
    """What makes a length of service uncertain."""
    where = (*place, "quotites")
    kind = code("temps_travail", post.temps_travail)
    if kind in {"partiel", "non-complet"} and not post.quotites:
        yield Problem(where, "indiquez la quotité : sans elle, ce poste est compté à temps complet")
    if kind == "complet" and any(one.pourcent < FULL_TIME for one in post.quotites):
        yield Problem(where, "une quotité inférieure à 100 % ne va pas avec un temps complet")
    dates = [one.depuis.first if one.depuis else None for one in post.quotites]
    if len(set(dates)) < len(dates):
        yield Problem(where, "deux quotités commencent à la même date : datez chaque changement")
    for one in post.quotites:
        if one.depuis and post.fin and one.depuis.first > post.fin.last:
            yield Problem(where, f"cette quotité ({one}) commence après la fin du poste")


def _piece_problems(place: Place, piece: Piece) -> Iterator[Problem]:
    here = attribute("etats_piece", piece.etat, "disponible", default=True)
    if here and not piece.detenue:
        yield Problem((*place, "etat"), "ce document est noté reçu, mais son fichier n’est pas dans le livret")
    if not here and piece.detenue:
        yield Problem((*place, "etat"), "ce document est dans le livret : notez-le reçu")


def reading_order(place: Place) -> tuple[int, ...]:
    """A key that sorts places as the livret reads: the holder, lists and fields in their order, dossiers last."""
    liste = _liste(place)
    rank = _RANKS.get(liste, -1 if liste == "titulaire" else len(_RANKS))
    fields = _field_ranks(_PLACES[liste][1] if liste in _PLACES else Livret)
    steps = place[liste.count(".") + 1 :]
    return rank, *(step if isinstance(step, int) else fields.get(step, len(fields)) for step in steps)


@cache
def _field_ranks(model: type[Element]) -> dict[str, int]:
    return {champ.nom: number for number, champ in enumerate(champs(model))}


_PLACES: dict[str, tuple[str, type[Element]]] = {liste: (model.pluriel, model) for liste, model in LISTES.items()} | {
    "titulaire": ("Titulaire", Titulaire),
    "publications": (Publication.pluriel, Publication),
    "competences": (VOLETS["competences"], Competences),
}
_RANKS = {liste: rank for rank, liste in enumerate(LISTES)}


def _liste(place: Place) -> str:
    first = str(place[0]) if place else ""
    return f"{first}.{place[1]}" if first in VOLETS and len(place) > 1 else first


def _blank(row: Element, champ: Champ) -> bool:
    value = getattr(row, champ.nom)
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def _days(value: Any) -> list[PartialDate]:
    """The dates a value holds that should be past."""
    if isinstance(value, PartialDate):
        return [value]
    if isinstance(value, tuple):
        return [
            one.debut if isinstance(one, Periode) else one.date for one in value if isinstance(one, Periode | Etape)
        ]
    return []
