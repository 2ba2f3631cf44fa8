"""« Ce qui sort » : what a dossier would let out, said to the agent before anything is written; and what stays in.

What leaves is read off what the gate releases, never worked out a second time; only the reason why a row stays is
told here. Nothing is raised: what forbids publishing is listed like the rest, with its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from data.fields import Ligne, champs, lists_of
from data.french import NBSP
from data.model import LISTES, LISTS_GROUPS, Livret, Titulaire
from data.publications import Publication
from site_builder import gate
from site_builder.documents import neutral_names, say_media, say_size
from site_builder.publish import Looked, look_over

# Why a row stays in: a code, and a heading for all the rows of it.
REASONS = {
    "retiree": "Lignes retirées de ce dossier",
    "non-designee": "Lignes non désignées une à une",
    "rubrique": "Rubriques non reprises",
    "date": "Terminé avant la date choisie",
    "a-acquerir": "Compétences encore à acquérir",
    "personnel": "Personnel, non ajouté ligne à ligne",
    "confidentiel": "Confidentiel",
    "particuliere": "Catégorie particulière, sans votre accord",
    "non-joint": "Documents non joints",
    "sans-fichier": "Documents demandés ou perdus",
}
WHO = ("titre", "presentation", "projet")  # the texts about oneself, beside the name and the contact details


@dataclass(frozen=True, slots=True)
class Named:
    """A row by its name: nothing more of it needs to be shown."""

    ref: str
    titre: str
    rubrique: str


@dataclass(frozen=True, slots=True)
class ListLeaving:
    """The rows of one list that leave."""

    code: str
    titre: str
    lignes: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class DocumentLeaving:
    """A document that leaves: its nature, its size as kept (cleaning changes it a little), its neutral file name."""

    ref: str
    titre: str
    media: str
    taille: str
    pages: int
    fichier: str


@dataclass(frozen=True, slots=True)
class Staying:
    """The rows that stay in for one reason."""

    code: str
    raison: str
    lignes: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Everything that would leave, and what would not."""

    jour: date
    listes: tuple[ListLeaving, ...]
    documents: tuple[DocumentLeaving, ...]
    identite: str  # the name shown; empty when none was given
    textes: tuple[str, ...]  # the labels of the texts about oneself that leave
    coordonnees: tuple[tuple[str, str], ...]  # label and value of each contact detail shown
    photo: bool
    restent: tuple[Staying, ...]
    consenties: tuple[Named, ...]  # rows of a special category that leave because the agent agreed
    a_corriger: tuple[Named, ...]  # rows that leave without something that is still to be corrected
    warnings: tuple[str, ...]  # words that may reveal more than the agent means to, each with its place
    blocked: tuple[str, ...]  # what forbids publishing, each with its place; never the number itself

    @property
    def total(self) -> int:
        """How many rows leave."""
        return sum(len(liste.lignes) for liste in self.listes)

    @property
    def refs(self) -> frozenset[str]:
        """Every row and document that leaves."""
        return frozenset(
            [row.ref for liste in self.listes for row in liste.lignes] + [document.ref for document in self.documents]
        )

    @property
    def stay(self) -> int:
        """How many rows stay in, documents included."""
        return sum(len(group.lignes) for group in self.restent)


def leaving(livret: Livret, publication: Publication, jour: date, *, previous: Looked | None = None) -> Leaving:
    """What a dossier would let out on a day.

    Args:
        livret: the whole livret.
        publication: the dossier.
        jour: the day; a dossier closed since then is told.
        previous: an earlier look over what leaves, to scan only what changed; it changes nothing in the answer.
    """
    released = gate.release(livret, publication)
    looked = look_over(released, publication, previous)
    rows = livret.rows
    consented = {
        row.id for row in released.rows.values() if gate.effective_class(rows[row.id]) >= gate.CATEGORIE_PARTICULIERE
    }
    return Leaving(
        jour=jour,
        listes=tuple(_lists(released)),
        documents=tuple(_documents(released)),
        identite=" ".join(filter(None, (released.titulaire.prenom, released.titulaire.nom))),
        textes=tuple(_texts(released, publication)),
        coordonnees=tuple(_contact(released, publication)),
        photo=bool(released.titulaire.photo),
        restent=_staying(livret, released, publication),
        consenties=tuple(_named(row, place) for place, row in _placed(released) if row.id in consented),
        a_corriger=tuple(_named(row, place) for place, row in _placed(released) if rows[row.id].a_corriger),
        warnings=(*_closed(publication, jour), *looked.told(forbidden=False)),
        blocked=tuple(looked.told(forbidden=True)),
    )


def named_rows(released: Livret) -> Iterator[Named]:
    """Every row and document of what was released, by its name."""
    return (_named(row, place) for place, row in _placed(released))


def _placed(livret: Livret) -> Iterator[tuple[str, Ligne]]:
    """Every row with the name of its list."""
    for place, row in livret.placed_rows():
        yield ("pieces" if place[0] == "pieces" else f"{place[0]}.{place[1]}"), row


def _named(row: Ligne, liste: str) -> Named:
    return Named(row.id, row.intitule_ligne, LISTES[liste].pluriel)


def _lists(released: Livret) -> Iterator[ListLeaving]:
    for volet, group in LISTS_GROUPS.items():
        for nom, model in lists_of(group):
            if rows := getattr(getattr(released, volet), nom):
                place = f"{volet}.{nom}"
                yield ListLeaving(place, model.pluriel, tuple(_named(row, place) for row in rows))


def _documents(released: Livret) -> Iterator[DocumentLeaving]:
    names = neutral_names(released.pieces)
    for piece in released.pieces:
        size = say_size(piece.taille)
        yield DocumentLeaving(
            piece.id, piece.intitule_ligne, say_media(piece.media), size, piece.pages or 0, names[piece.id]
        )


def _texts(released: Livret, publication: Publication) -> Iterator[str]:
    yield from (
        champ.titre for champ in champs(Titulaire) if champ.nom in WHO and getattr(released.titulaire, champ.nom)
    )
    if released.competences.centres_interet:
        yield next(c.titre for c in champs(type(released.competences)) if c.nom == "centres_interet")
    if publication.introduction.strip():
        yield next(c.titre for c in champs(Publication) if c.nom == "introduction")


def _contact(released: Livret, publication: Publication) -> Iterator[tuple[str, str]]:
    for champ in champs(Titulaire):
        if champ.nom in publication.coordonnees and (value := getattr(released.titulaire, champ.nom)):
            yield champ.titre, value


def _closed(publication: Publication, jour: date) -> Iterator[str]:
    closed = publication.fermee_le
    if closed is not None and closed.first <= jour:
        yield f"Ce dossier est fermé depuis{NBSP}: {closed.words}. Vérifiez que c’est bien lui que vous voulez publier."


def _staying(livret: Livret, released: Livret, publication: Publication) -> tuple[Staying, ...]:
    kept: dict[str, list[Named]] = {code: [] for code in REASONS}
    for liste, row in _placed(livret):
        if row.id not in released.rows:
            kept[_reason(liste, row, publication)].append(_named(row, liste))
    return tuple(Staying(code, REASONS[code], tuple(rows)) for code, rows in kept.items() if rows)


def _reason(liste: str, row: Ligne, publication: Publication) -> str:
    """Why the gate kept a row: the first of its rules that does, in its own order."""
    if liste == "pieces":
        if row.id not in publication.documents:
            return "non-joint"
        if not getattr(row, "detenue"):  # noqa: B009 - a document has it
            return "sans-fichier"
    elif found := _not_chosen(liste, row, publication):
        return found
    if gate.only_a_project(row, publication):
        return "a-acquerir"
    level = gate.effective_class(row)
    if level >= gate.CATEGORIE_PARTICULIERE:
        return "particuliere"
    return "confidentiel" if level == gate.CONFIDENTIEL else "personnel"


def _not_chosen(liste: str, row: Ligne, publication: Publication) -> str:
    """Why a row was not chosen in the first place; empty when it was."""
    if row.id in publication.exclus:
        return "retiree"
    if row.id in publication.inclus:
        return ""
    if publication.selection:
        return "non-designee"
    if publication.listes is not None and liste not in publication.listes:
        return "rubrique"
    period = row.periode_ligne
    ended = period.fin if period else None
    return "date" if publication.depuis and ended and ended.last < publication.depuis.first else ""
