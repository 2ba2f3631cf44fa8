"""What must not leave unawares: classes 0 to 3, and a scan of every text for numbers and words that reveal too much.

Nothing is blocked and nothing is changed: the agent is warned, in their own file. A social-security number or an
IBAN is recognised by its check digits, so that other numbers pass in silence, and is never repeated in a message.
Words come from the nomenclature ``mots_sensibles``, which says in which sentences each is innocent.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from data.codes import attribute
from data.evidence import Place
from data.fields import Element, Ligne, champs
from data.model import Livret, Piece
from data.mots import find
from data.nomenclatures import load
from data.numeros import numbers

PARTICULIERE, INTERDITE = 3, 4  # art. 9 of the RGPD; and what no dossier may hold (class X of the nomenclature)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing seen in a text, and what to do about it; ``says`` never repeats a number."""

    kind: str  # « nir », « iban », or the code of a word: « syndicat », « conge-maladie »
    groupe: str  # « interdit », « syndical », « sante », « famille »…
    classe: int
    place: Place
    says: str


def suggested_class(row: Ligne) -> int:
    """The class that a row's type calls for, whatever the agent chose: union training, mandate, parental leave."""
    if isinstance(row, Piece):
        return int(attribute("types_piece", row.type, "sensibilite", 0))
    for nom, liste in _revealing_fields(type(row)):
        if attribute(liste, getattr(row, nom), "sensible", default=False):
            return PARTICULIERE
    return 0


def scan_text(text: str) -> list[Finding]:
    """Everything to warn about in one text, in reading order; places are empty."""
    return _scan([((), text)])


def scan(livret: Livret) -> list[Finding]:
    """Everything to warn about in a livret: texts, file names, and rows classed below what their type calls for.

    A word is not told where the row is already classed 3, nor in a private note, which never leaves.
    """
    rows = list(livret.placed_rows())
    closed = {place for place, row in rows if row.sensibilite >= PARTICULIERE}
    found = _scan(_texts(livret, rows))
    words = [
        finding
        for finding in found
        if finding.classe == INTERDITE
        or not (finding.place[-1] in {"note_privee", "a_corriger"} or _row_place(finding.place) in closed)
    ]
    return words + [_underclassed(place, row) for place, row in rows if suggested_class(row) > row.sensibilite]


def _scan(texts: Iterable[tuple[Place, str]]) -> list[Finding]:
    """Scan texts as one; each kind of finding is told once per text, in the order of the texts."""
    held = [(place, text) for place, text in texts if text]
    found: dict[tuple[int, str], tuple[int, Finding]] = {}
    starts = list(accumulate((len(text) + 1 for _, text in held), initial=0))
    for at, kind, says in numbers("\n".join(text for _, text in held)):
        index = bisect_right(starts, at) - 1
        told = Finding(kind, "interdit", INTERDITE, held[index][0], says)
        found.setdefault((index, kind), (at - starts[index], told))
    for hit in find([text for _, text in held]):
        says = hit.word.phrase.replace("{mot}", hit.typed)
        told = Finding(hit.word.code, hit.word.groupe, PARTICULIERE, held[hit.index][0], says)
        found[hit.index, hit.word.code] = (hit.at, told)
    in_order = sorted(found.items(), key=lambda item: (item[0][0], item[1][0]))
    return [finding for _, (_, finding) in in_order]


# ── Where the texts of a livret are ──────────────────────────────────────────────────────────────────────────────────


@cache
def _revealing_fields(model: type[Element]) -> tuple[tuple[str, str], ...]:
    """The fields of a row whose list has sensitive entries: field and list."""
    return tuple(
        (champ.nom, champ.liste)
        for champ in champs(model)
        if champ.liste in {"types_formation", "engagements", "statuts", "positions"} and champ.genre == "choix"
    )


@cache
def _text_fields(model: type[Element]) -> tuple[tuple[str, str, frozenset[str]], ...]:
    """The fields that hold text: name, genre, and what their list offers (which is no text of the agent's)."""
    return tuple(
        (champ.nom, champ.genre, frozenset((*load(champ.liste).codes, *load(champ.liste).libelles)))
        if champ.genre == "choix"
        else (champ.nom, champ.genre, frozenset[str]())
        for champ in champs(model)
        if champ.genre in {"texte", "markdown", "choix", "textes", "etapes"} and champ.nom != "id"
    )


def _texts(livret: Livret, rows: Iterable[tuple[Place, Element]]) -> Iterator[tuple[Place, str]]:
    """Every text of a livret with its place, file names and pending entries included."""
    groups: list[tuple[Place, Element]] = [(("titulaire",), livret.titulaire), (("competences",), livret.competences)]
    dossiers = [(("publications", index), dossier) for index, dossier in enumerate(livret.publications)]
    for place, row in (*groups, *rows, *dossiers):
        for nom, genre, offered in _text_fields(type(row)):
            value = getattr(row, nom)
            if genre == "textes":
                yield from (((*place, nom, index), str(item)) for index, item in enumerate(value or ()))
            elif genre == "etapes":
                yield from (((*place, nom, index), step.libelle) for index, step in enumerate(value))
            elif isinstance(value, str) and value and value not in offered:
                yield (*place, nom), value
        pending: Mapping[str, str] = getattr(row, "a_corriger", {})
        yield from (((*place, "a_corriger"), text) for text in pending.values())


def _row_place(place: Place) -> Place:
    """The row of a place in it: the first steps, up to the row's number."""
    return place[: next((index + 1 for index, step in enumerate(place) if isinstance(step, int)), 0)]


def _underclassed(place: Place, row: Ligne) -> Finding:
    wanted = suggested_class(row)
    libelle = load("classes_sensibilite").label(str(wanted)).lower()
    says = (
        f"Ce type de ligne est d’ordinaire classé {wanted} ({libelle}) ; celle-ci est classée {row.sensibilite}. "
        "Changez sa confidentialité si vous ne voulez pas qu’elle parte sans que vous y pensiez."
    )
    return Finding("classe", "classe", wanted, (*place, "sensibilite"), says)
