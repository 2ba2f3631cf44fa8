"""The editor's help as data: topics, the labels of every field and the legal references, all found by one search.

A topic is a Markdown file in ``aide/`` with a TOML head between ``+++``. What the program knows already is never
written twice: field helps come from the model, obligations and legal references from the nomenclatures, each with
the day it was checked. Knows no screen.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from data.competences import Competences
from data.fields import Champ, Element, champs
from data.french import NBSP
from data.model import LISTES, Reglages, Titulaire
from data.nomenclatures import CONFIANCES, Entry, load
from data.publications import Publication
from data.values import PartialDate
from editor.finding import Page, marks, plain, wanted
from site_builder.markdown import typographic

GROUPES = ("Commencer", "Remplir", "Présenter son parcours", "Protéger", "Au quotidien")
ECRANS = (
    "accueil", "formations", "experiences", "competences", "justificatifs", "identite", "apercu", "publier",
    "remarques", "historique", "securite",
)  # fmt: skip
CHARTE, FICHE_INFORMATIQUE = "charte", "fiche-informatique"
REFERENCES = "references-juridiques"  # what a hit on a legal reference opens: the list, which is no topic

_HEAD = re.compile(r"\+\+\+\n(.*?)\n\+\+\+\n+(.*)", re.DOTALL)
_HOMES = {
    "formations": "mes-formations",
    "experiences": "mes-experiences",
    "competences": "mes-competences",
    "pieces": "justificatifs",
}
_CATEGORIES = ("A", "B", "C")
_TOLD_IN_WORDS = {"pm-continue-b", "pm-continue-c", "sapeurs-pompiers"}  # what is known of them is told with its doubts
_DOUBTS = {
    "secondaire": "d’après une source secondaire",
    "déduction": "d’après notre lecture",
    "connaissance générale": "non vérifié",
    "non confirmé": "non confirmé",
}
_NAMED = 3  # lists; beyond, their number says enough
_EVERYWHERE = {"sensibilite": "confidentialite", "note_privee": "confidentialite", "pieces": "justificatifs"}
_VALUES = {"date": "dates", "periodes": "dates", "etapes": "dates", "quotites": "dates", "duree": "durees"}


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of the help; ``texte`` is Markdown, with French spaces, its headings of the second level."""

    slug: str
    titre: str
    resume: str
    groupe: str
    ordre: int
    mots: tuple[str, ...]
    ecrans: tuple[str, ...]
    voir: tuple[str, ...]  # the topics to read next
    references: tuple[str, ...]  # codes of the nomenclature ``references_juridiques``
    texte: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One legal text, as it may be shown."""

    code: str
    libelle: str
    objet: str
    note: str
    adresse: str
    verifie_le: str  # « 23 novembre 2026 »
    confiance: str
    principale: bool
    historique: bool

    @property
    def doute(self) -> str:
        """What keeps it from being shown as official, in words; empty when a text or an official page was read."""
        return _DOUBTS.get(self.confiance, "")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something a search found: its title, where it opens, and an excerpt with the places of the words in it."""

    titre: str
    ouvre: str  # the slug of a topic, or ``REFERENCES``
    extrait: str
    marques: tuple[tuple[int, int], ...]
    topic: Topic | None = None  # None for a field or a legal reference
    champ: str = ""
    rubriques: tuple[str, ...] = ()


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic, in the order of the contents."""
    read = (_topic(file) for file in _home().iterdir() if file.name.endswith(".md"))
    return tuple(sorted(read, key=lambda topic: topic.ordre))


def topic(slug: str) -> Topic:
    """The topic of that name.

    Raises:
        KeyError: there is none, which is a mistake of the program and not of the agent.
    """
    return _by_slug()[slug]


def charte() -> str:
    """The charter in Markdown, as the first start shows it."""
    return topic(CHARTE).texte


def for_screen(ecran: str) -> tuple[Topic, ...]:
    """The topics that help on a screen."""
    return tuple(topic for topic in topics() if ecran in topic.ecrans)


@cache
def legal_references() -> tuple[Reference, ...]:
    """Every legal text the help and the model rest on, the one to cite first at the head, those of the past last."""
    found = [_reference(entry) for entry in load("references_juridiques").entries]
    return tuple(sorted(found, key=lambda one: (not one.principale, one.historique)))


def references_of(topic: Topic) -> tuple[Reference, ...]:
    """The legal texts a topic rests on, in the order it names them."""
    known = {one.code: one for one in legal_references()}
    return tuple(known[code] for code in topic.references)


def search(words: str) -> tuple[Hit, ...]:
    """What holds every word, or a word that begins so, best first; accents, capitals and plurals apart."""
    found = wanted(words)
    if not found:
        return ()
    scored = [(entry.page.score(found), entry) for entry in _entries()]
    best = sorted((one for one in scored if one[0]), key=lambda one: -one[0])
    return tuple(entry.hit(found) for _, entry in best)


# Reading


def _home() -> Traversable:
    return files("editor") / "aide"


@cache
def _by_slug() -> dict[str, Topic]:
    return {topic.slug: topic for topic in topics()}


def _topic(file: Traversable) -> Topic:
    found = _HEAD.fullmatch(file.read_text("utf-8"))
    if found is None:
        raise ValueError(f"{file.name} has no head between two lines of +++")
    head = tomllib.loads(found[1])
    texte = found[2].replace("[[obligations]]\n", _obligations()) if "[[obligations]]" in found[2] else found[2]
    return Topic(
        slug=file.name.removesuffix(".md"),
        titre=head["titre"],
        resume=head["resume"],
        groupe=head["groupe"],
        ordre=head["ordre"],
        mots=tuple(head["mots"]),
        ecrans=tuple(head["ecrans"]),
        voir=tuple(head["voir"]),
        references=tuple(head["references"]),
        texte=texte.strip(),
    )


def _reference(entry: Entry) -> Reference:
    said = entry.attributs
    return Reference(
        code=entry.code,
        libelle=entry.libelle,
        objet=typographic(said.get("objet", "")),
        note=typographic(said.get("note", "")),
        adresse=said.get("adresse", ""),
        verifie_le=PartialDate.parse(said["verified_on"]).words,
        confiance=said["confiance"],
        principale=said.get("principale", False),
        historique=said.get("historique", False),
    )


def _obligations() -> str:
    """The statutory trainings as a Markdown table, from the list the tracker itself goes by."""
    lines = ["| Formation | Durée |", "| --- | --- |"]
    for entry in load("obligations").entries:
        said = entry.attributs
        if entry.code in _TOLD_IN_WORDS:
            continue
        doubt = "" if said["confiance"] == CONFIANCES[0] else " *(s.)*"
        lines.append(f"| **{typographic(entry.libelle)}**{doubt}. {typographic(said['quand'])} | {_lengths(entry)} |")
    return "\n".join(lines) + "\n"


def _lengths(entry: Entry) -> str:
    """How long a training lasts: « 5 à 10 j (A, B), 3 à 10 j (C) »; the categories only where they differ."""
    said = entry.attributs
    lengths = {category: _days(span) for category, span in said.get("jours", {}).items()}
    lengths |= {category: f"{months}{NBSP}mois" for category, months in said.get("duree_mois", {}).items()}
    by_length: dict[str, list[str]] = {}
    for category, length in lengths.items():
        by_length.setdefault(length, []).append(category)
    if len(lengths) == len(_CATEGORIES) and len(by_length) == 1:
        return next(iter(by_length))
    return ", ".join(f"{length}{NBSP}({f',{NBSP}'.join(held)})" for length, held in by_length.items()) or "–"


def _days(span: dict[str, int]) -> str:
    least, most = span["min"], span["max"]
    return f"{least}{NBSP}j" if least == most else f"{least}{NBSP}à{NBSP}{most}{NBSP}j"


# Searching


@dataclass(frozen=True, slots=True)
class _Entry:
    """A page to be found, and what a hit on it shows."""

    page: Page
    titre: str
    ouvre: str
    topic: Topic | None = None
    champ: str = ""
    rubriques: tuple[str, ...] = ()

    def hit(self, words: tuple[str, ...]) -> Hit:
        extrait = self.page.excerpt(words)
        return Hit(self.titre, self.ouvre, extrait, marks(extrait, words), self.topic, self.champ, self.rubriques)


@cache
def _entries() -> tuple[_Entry, ...]:
    """Topics, then fields, then legal references: at equal worth, what explains comes before what it explains."""
    return (*map(_of_topic, topics()), *_of_fields(), *map(_of_reference, legal_references()))


def _of_topic(topic: Topic) -> _Entry:
    page = Page(topic.titre, " ".join(topic.mots), topic.resume, plain(topic.texte))
    return _Entry(page, topic.titre, topic.slug, topic)


def _of_reference(one: Reference) -> _Entry:
    return _Entry(Page(one.libelle, one.code, one.objet, one.note), f"Texte › {one.libelle}", REFERENCES)


def _of_fields() -> Iterator[_Entry]:
    """One entry for a label and its help, whatever the number of lists that have it."""
    places: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for rubrique, home, champ in _fields():
        places.setdefault((champ.titre, champ.aide), []).append((rubrique, home))
    for (titre, aide), held in places.items():
        rubriques = tuple(rubrique for rubrique, _ in held)
        page = Page(titre, " ".join(rubriques), typographic(aide), "")
        shown = f"Champ › {titre} ({_named(rubriques)})"
        yield _Entry(page, shown, held[0][1], champ=titre, rubriques=rubriques)


def _fields() -> Iterator[tuple[str, str, Champ]]:
    """Every field an agent can fill in: the list it is in, the topic that explains it, itself."""
    models: list[tuple[str, str, type[Element]]] = [
        ("Informations personnelles", "par-ou-commencer", Titulaire),
        *((row.pluriel, _HOMES[liste.split(".")[0]], row) for liste, row in LISTES.items()),
        (Publication.pluriel, "publier", Publication),
        ("Réglages", "mot-de-passe", Reglages),
    ]
    for rubrique, home, model in models:
        for champ in champs(model):
            if not champ.interne:
                yield rubrique, _EVERYWHERE.get(champ.nom) or _VALUES.get(champ.genre, home), champ
    yield from (
        ("Mes compétences", "mes-competences", champ) for champ in champs(Competences) if champ.nom == "centres_interet"
    )


def _named(rubriques: tuple[str, ...]) -> str:
    if len(rubriques) >= len(LISTES):
        return "toutes les rubriques"
    return " · ".join(rubriques) if len(rubriques) <= _NAMED else f"{len(rubriques)}{NBSP}rubriques"
