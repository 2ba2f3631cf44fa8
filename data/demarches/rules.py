"""What each kind of rule checks in what a dossier lets out; a rule's own sentence says it to the agent.

In a sentence ``{ligne}`` is the row's title, ``{champ}`` the label of the field, ``{compte}`` what was counted and
``{date}`` a date. Nothing here blocks anything: a dossier may always leave as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from data.codes import code
from data.completeness import expiring
from data.demarches.model import Gravite, Regle
from data.experiences import Emploi
from data.fields import Ligne, champs
from data.french import NBSP, NNBSP, say_number
from data.model import LISTES, VOLETS, Livret, Titulaire
from data.nomenclatures import label
from data.obligations import statutory
from data.publications import Publication
from data.sensibilite import PARTICULIERE, scan
from data.service import EtatServices, length_of_service, say_hours
from data.values import PartialDate

DOSSIER, TITULAIRE = "publication", "titulaire"  # the places that are not lists of rows
EMPLOIS, ACTIONS = "experiences.emplois", "formations.actions"
DAYS_A_YEAR = 360  # as the administration counts


@dataclass(frozen=True, slots=True)
class Constat:
    """One thing that a dossier lacks, or that would help it, with its place and what it rests on."""

    genre: str  # the kind of rule; « piece », « laisse » or « masquer » for what holds of documents and of lists
    gravite: Gravite
    says: str
    base: str = ""  # the legal anchor, in words
    liste: str = ""  # « experiences.emplois », « pieces », « titulaire », « publication »
    ligne: str = ""  # the row's identifier
    champ: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What rules look at: what the gate let out, and nothing else."""

    released: Livret
    publication: Publication
    jour: date
    pages: int | None

    def rows(self, liste: str) -> tuple[Ligne, ...]:
        """The rows of a list that leave."""
        volet, _, nom = liste.partition(".")
        found: tuple[Ligne, ...] = getattr(getattr(self.released, volet), nom)
        return found

    @property
    def latest(self) -> Emploi | None:
        """The current post, else the one that ended last."""
        ended = max(
            self.released.experiences.emplois, key=lambda post: post.fin.last if post.fin else date.min, default=None
        )
        return self.released.emploi_actuel or ended

    def joined(self, row: Ligne, regle: Regle) -> bool:
        """Whether a joined document proves a row, of the types that the rule names if it names any."""
        types = regle.parametres.get("types")
        kinds = {piece.id: code("types_piece", piece.type) for piece in self.released.pieces}
        return any(types is None or kinds[one] in types for one in row.pieces if one in kinds)

    def place(self, where: tuple[str | int, ...]) -> tuple[str, str]:
        """The list and the row that a place is in."""
        if where[0] == "publications":
            return DOSSIER, ""
        if where[0] == "pieces":
            return "pieces", self.released.pieces[int(where[1])].id
        liste = f"{where[0]}.{where[1]}"
        if where[0] in VOLETS and liste in LISTES:
            return liste, self.rows(liste)[int(where[2])].id
        return str(where[0]), ""


def check(regle: Regle, checked: Checked) -> Iterator[Constat]:
    """What one rule finds, with its legal anchor in words."""
    base = say_references(regle.references)
    for found in _KINDS[regle.genre](regle, checked):
        yield replace(found, base=base)


def say_references(codes: Sequence[str]) -> str:
    """``art. L. 512-25 du CGFP ; art. 9 du RGPD``."""
    return f"{NNBSP}; ".join(label("references_juridiques", one) for one in codes)


def experience(released: Livret, jour: date) -> EtatServices:
    """Every post in whatever sector, which is what a waiver or a validation counts."""
    return length_of_service(released, jour, secteurs=None)


def years_before(jour: date, years: int) -> date:
    """The same day so many years ago."""
    day = 28 if (jour.month, jour.day) == (2, 29) else jour.day
    return date(jour.year - years, jour.month, day)


def _said(regle: Regle, liste: str, row: Ligne | None = None, nom: str = "", **words: str) -> Constat:
    """The rule's sentence about a place, its words filled in."""
    if row is not None:
        words["ligne"] = row.intitule_ligne
    if nom:
        words["champ"] = _titre(liste, nom)
    says = regle.phrase
    for name, text in words.items():
        says = says.replace(f"{{{name}}}", text)
    return Constat(regle.genre, regle.gravite, says, liste=liste, ligne=row.id if row else "", champ=nom)


def _titre(liste: str, nom: str) -> str:
    model = {DOSSIER: Publication, TITULAIRE: Titulaire}.get(liste) or LISTES[liste]
    return next(champ.titre for champ in champs(model) if champ.nom == nom)


def _blank(value: Any) -> bool:
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def _matching(regle: Regle, rows: Iterable[Ligne]) -> list[Ligne]:
    """The rows whose field has one of the values that the rule names; all of them when it names none."""
    nom = regle.parametres.get("champ")
    return [row for row in rows if nom is None or _value(row, nom) in regle.parametres["valeurs"]]


def _value(row: Ligne, nom: str) -> str:
    value = getattr(row, nom)
    liste = next(champ.liste for champ in champs(type(row)) if champ.nom == nom)
    if isinstance(value, bool):
        return "oui" if value else "non"
    return code(liste, str(value)) if liste else str(value)


def _dossier(regle: Regle, at: Checked) -> Iterator[Constat]:
    """Fields of the dossier itself that are empty."""
    for nom in regle.parametres["champs"]:
        if _blank(getattr(at.publication, nom)):
            yield _said(regle, DOSSIER, nom=nom)


def _titulaire(regle: Regle, at: Checked) -> Iterator[Constat]:
    """What is said about oneself, and is empty."""
    for nom in regle.parametres["champs"]:
        if _blank(getattr(at.released.titulaire, nom)):
            yield _said(regle, TITULAIRE, nom=nom)


def _coordonnees(regle: Regle, at: Checked) -> Iterator[Constat]:
    """No way at all of reaching the agent."""
    if not (at.released.titulaire.courriel or at.released.titulaire.telephone):
        yield _said(regle, DOSSIER, nom="coordonnees")


def _lignes(regle: Regle, at: Checked) -> Iterator[Constat]:
    """Fewer rows than it takes, in one list or in several together."""
    listes = regle.parametres["listes"]
    found = [row for liste in listes for row in _matching(regle, at.rows(liste))]
    if len(found) < regle.parametres.get("minimum", 1):
        yield _said(regle, listes[0], compte=say_number(len(found)))


def _champs(regle: Regle, at: Checked) -> Iterator[Constat]:
    """Fields that are empty: on every row, on the latest post (``seulement``), or on all of them at once (``une``)."""
    liste = regle.parametres["liste"]
    rows: Sequence[Ligne] = at.rows(liste)
    if regle.parametres.get("seulement"):
        rows = [at.latest] if at.latest else []
    rows = _matching(regle, rows)
    for nom in regle.parametres["champs"]:
        empty = [row for row in rows if _blank(getattr(row, nom))]
        if not regle.parametres.get("une"):
            yield from (_said(regle, liste, row, nom) for row in empty)
        elif rows and len(empty) == len(rows):
            yield _said(regle, liste, nom=nom)


def _justificatifs(regle: Regle, at: Checked) -> Iterator[Constat]:
    """Rows that no joined document proves."""
    for liste in regle.parametres["listes"]:
        yield from (_said(regle, liste, row, "pieces") for row in at.rows(liste) if not at.joined(row, regle))


def _pieces(regle: Regle, at: Checked) -> Iterator[Constat]:
    """No document of these types is joined."""
    if not any(code("types_piece", piece.type) in regle.parametres["types"] for piece in at.released.pieces):
        yield _said(regle, "pieces")


def _experience(regle: Regle, at: Checked) -> Iterator[Constat]:
    """Less experience than it takes, unless a diploma may stand in for it."""
    counted = experience(at.released, at.jour)
    titles = (*at.released.formations.diplomes, *at.released.formations.certifications)
    titled = regle.parametres.get("ou_titre") and any(one.niveau.isdigit() for one in titles)
    if counted.jours < regle.parametres["annees"] * DAYS_A_YEAR and not titled:
        yield _said(regle, EMPLOIS, compte=counted.corrige.words)


def _heures(regle: Regle, at: Checked) -> Iterator[Constat]:
    """Fewer hours of work than a certifier used to ask for."""
    heures = experience(at.released, at.jour).heures
    if heures < regle.parametres["minimum"]:
        yield _said(regle, EMPLOIS, compte=say_hours(heures))


def _obligations(regle: Regle, at: Checked) -> Iterator[Constat]:
    """Statutory trainings that are late or to come, and those followed whose attestation is not joined."""
    told: set[str] = set()
    for line in statutory(at.released, at.jour):
        if line.obligation.code not in regle.parametres["codes"]:
            continue
        if line.etat in {"en_retard", "en_cours"}:
            says = f"{line.obligation.libelle}{NBSP}: {line.says[0].lower()}{line.says[1:]} {regle.phrase}"
            gravite = regle.gravite if line.etat == "en_retard" else "conseil"
            post = line.emploi.id if line.emploi else ""
            yield Constat(regle.genre, gravite, says, liste=EMPLOIS, ligne=post)
        for action in line.actions:
            if not action.pieces and action.id not in told:
                told.add(action.id)
                says = f"«{NBSP}{action.intitule_ligne}{NBSP}»{NBSP}: joignez l’attestation. {regle.phrase}"
                yield Constat(regle.genre, regle.gravite, says, liste=ACTIONS, ligne=action.id, champ="pieces")


def _recente(regle: Regle, at: Checked) -> Iterator[Constat]:
    """The latest date of a list, when it is not so many years old."""
    nom, liste = regle.parametres["date"], regle.parametres["liste"]
    dated = [(day, row) for row in _matching(regle, at.rows(liste)) if (day := getattr(row, nom)) is not None]
    if not dated:
        return
    day, row = max(dated, key=lambda one: one[0].last)
    if years_before(at.jour, regle.parametres["annees"]) < day.last <= at.jour:
        yield _said(regle, liste, row, nom, date=day.words)


def _perimee(regle: Regle, at: Checked) -> Iterator[Constat]:
    """What has expired and was not renewed."""
    for one in expiring(at.released, at.jour, months=0):
        liste = ".".join(str(step) for step in one.place[:2])
        if one.expiree and liste in regle.parametres["listes"]:
            yield _said(regle, liste, one.ligne, "date_echeance", date=PartialDate.of(one.fin).words)


def _valeur(regle: Regle, at: Checked) -> Iterator[Constat]:
    """Rows that have a value which does not suit this procedure."""
    liste, nom = regle.parametres["liste"], regle.parametres["champ"]
    yield from (_said(regle, liste, row, nom) for row in _matching(regle, at.rows(liste)))


def _mots(regle: Regle, at: Checked) -> Iterator[Constat]:
    """Words that reveal a special category, in any text that leaves."""
    groupes = regle.parametres.get("groupes", ())
    told = at.released.with_(publications=(at.publication,))
    for found in scan(told):
        if found.classe == PARTICULIERE and found.kind != "classe" and (not groupes or found.groupe in groupes):
            liste, row = at.place(found.place)
            nom = next((str(step) for step in reversed(found.place) if isinstance(step, str)), "")
            yield Constat(regle.genre, regle.gravite, f"{found.says} {regle.phrase}", liste=liste, ligne=row, champ=nom)


def _pages(regle: Regle, at: Checked) -> Iterator[Constat]:
    """More pages than are read, when somebody counted them."""
    if at.pages is not None and at.pages > regle.parametres["maximum"]:
        yield _said(regle, DOSSIER, compte=f"{say_number(at.pages)}{NBSP}pages")


_KINDS: dict[str, Callable[[Regle, Checked], Iterator[Constat]]] = {
    "dossier": _dossier,
    "titulaire": _titulaire,
    "coordonnees": _coordonnees,
    "lignes": _lignes,
    "champs": _champs,
    "justificatifs": _justificatifs,
    "pieces": _pieces,
    "experience": _experience,
    "heures": _heures,
    "obligations": _obligations,
    "recente": _recente,
    "perimee": _perimee,
    "valeur": _valeur,
    "mots": _mots,
    "pages": _pages,
}
