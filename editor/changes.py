"""What changed between two livrets, in words: for the screen « Historique » and for what an undo says it will undo.

Driven by ``champs()``: a new field, list or setting needs no line here. Parts and rows that are the very same object
are passed over without a look, so that one edited row among thousands is found in a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from data.fields import Element, champs
from data.french import NBSP, say_number
from data.model import LISTES, VOLETS, Livret
from data.publications import Envoi, Publication
from data.remarques import ETATS, Remarque
from editor.change_words import Names, Row, agreed, called, cut, ended, field_says, name, row_says, several, titled

Kind = Literal["ajout", "modification", "suppression", "deplacement"]
Key = tuple[str, int]

_HEADINGS = {"titulaire": "Informations personnelles", "reglages": "Réglages", **VOLETS}
_ROWS: dict[str, type[Row]] = {**LISTES, "publications": Publication}
_VERBS: dict[Kind, str] = {
    "ajout": "ajouté", "modification": "modifié", "suppression": "supprimé", "deplacement": "déplacé",
}  # fmt: skip
_WHOLE: dict[tuple[Kind, str], str] = {
    ("modification", "titulaire"): "informations personnelles modifiées",
    ("modification", "reglages"): "réglages modifiés",
    ("modification", "competences.centres_interet"): "centres d’intérêt modifiés",
    ("modification", "envois"): "journal des envois modifié",
    ("ajout", "charte"): "charte acceptée",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: in which list, which row (or none), and the sentence to show."""

    kind: Kind
    liste: str
    ligne: str
    says: str


def changes(before: Livret, after: Livret) -> tuple[Change, ...]:
    """Everything that changed from one livret to the other, in the order of the livret; nothing when they are equal."""
    return tuple(_inside("", "", before, after, Names(before, after)))


def summary(changes: Sequence[Change], most: int = 3) -> str:
    """The changes counted by list on one line: « 2 formations suivies ajoutées, 1 emploi modifié »; empty for none."""
    groups: dict[tuple[Kind, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.kind, change.liste), []).append(change)
    said = list(dict.fromkeys(_count(kind, liste, group) for (kind, liste), group in groups.items()))
    rest = len(said) - most
    if rest > 1:
        said[most:] = [f"et {say_number(rest)} autres changements"]
    return ", ".join(said)


def _count(kind: Kind, liste: str, group: Sequence[Change]) -> str:
    if liste == "envois" and kind != "modification":
        verb = agreed("noté" if kind == "ajout" else "effacé", plural=len(group) > 1)
        return f"{several(len(group), 'envoi')} {verb}"
    if liste == "remarques":
        verb = agreed({"ajout": "reçu"}.get(kind, _VERBS[kind]), feminine=True, plural=len(group) > 1)
        return f"{several(len(group), 'remarque')} {verb}"
    if liste not in _ROWS:
        return _WHOLE.get((kind, liste), "autres informations modifiées")
    rows = {change.ligne for change in group}
    if rows == {""}:
        return f"ordre modifié dans «{NBSP}{_ROWS[liste].pluriel}{NBSP}»"
    noun, feminine = called(_ROWS[liste])
    return f"{several(len(rows), noun)} {agreed(_VERBS[kind], feminine=feminine, plural=len(rows) > 1)}"


def _inside(place: str, liste: str, before: Element, after: Element, names: Names) -> Iterator[Change]:
    """The changes within the livret, or within one of its parts."""
    for champ in champs(type(after)):
        old, new = getattr(before, champ.nom), getattr(after, champ.nom)
        path = f"{liste}.{champ.nom}" if liste else champ.nom
        if old is new:
            continue
        if path in _ROWS:
            yield from _rows(path, old, new, names)
        elif path == "envois":
            yield from _envois(old, new, names)
        elif path == "remarques":
            yield from _remarques(old, new)
        elif isinstance(new, Element):
            yield from _inside(_HEADINGS.get(path, champ.titre), path, old, new, names)
        elif old != new:
            where = path if liste in ("", *VOLETS) else liste
            for says in field_says(place, champ, old, new, names):
                yield Change("ajout" if where == "charte" and old is None else "modification", where, "", says)
    yield from _newer(place, liste, "", before, after)


def _rows(liste: str, old: Sequence[Row], new: Sequence[Row], names: Names) -> Iterator[Change]:
    """The changes within a list of rows."""
    before, after = _keyed(old), _keyed(new)
    for key, row in after.items():
        was = before.get(key)
        if was is None:
            yield Change("ajout", liste, row.id, row_says(row, _VERBS["ajout"]))
        elif was is not row and was != row:
            yield from _row(liste, was, row, names)
    for key, row in before.items():
        if key not in after:
            yield Change("suppression", liste, row.id, row_says(row, _VERBS["suppression"]))
    yield from _moved(liste, [key for key in before if key in after], [key for key in after if key in before], after)


def _row(liste: str, was: Row, row: Row, names: Names) -> Iterator[Change]:
    """The changes within one row, field by field."""
    place = f"{row.pluriel} › {name(row if titled(row) else was)}"
    for champ in champs(type(row)):
        old, new = getattr(was, champ.nom), getattr(row, champ.nom)
        if old is not new and old != new:
            for says in field_says(place, champ, old, new, names):
                yield Change("modification", liste, row.id, says)
    yield from _newer(place, liste, row.id, was, row)


def _keyed(rows: Sequence[Row]) -> dict[Key, Row]:
    """Rows by identifier and, should one come twice, by how many times it came before."""
    found: dict[Key, Row] = {}
    for row in rows:
        key = row.id, 0
        while key in found:
            key = row.id, key[1] + 1
        found[key] = row
    return found


def _moved(liste: str, old: Sequence[Key], new: Sequence[Key], rows: Mapping[Key, Row]) -> Iterator[Change]:
    """The row that was moved, when moving one is enough to explain the new order."""
    if old == new:
        return
    differing = [place for place, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
    first, last = differing[0], differing[-1]
    was, now = old[first : last + 1], new[first : last + 1]
    if [*was[-1:], *was[:-1]] == now:
        key, origin, target = now[0], last, first
    elif [*was[1:], *was[:1]] == now:
        key, origin, target = now[-1], first, last
    else:
        yield Change("deplacement", liste, "", f"{_ROWS[liste].pluriel}{NBSP}: ordre des lignes modifié.")
        return
    where = f", de la {_ordinal(origin)} à la {_ordinal(target)} place"
    yield Change("deplacement", liste, rows[key].id, row_says(rows[key], _VERBS["deplacement"], where))


def _envois(old: Sequence[Envoi], new: Sequence[Envoi], names: Names) -> Iterator[Change]:
    """The lines added to the export log, or taken from it."""
    added, gone = [one for one in new if one not in old], [one for one in old if one not in new]
    for one in added:
        yield Change("ajout", "envois", "", ended(f"Envoi noté{NBSP}: {names.envoi(one)}"))
    for one in gone:
        yield Change("suppression", "envois", "", ended(f"Envoi effacé du journal{NBSP}: {names.envoi(one)}"))
    if not added and not gone and old != new:
        yield Change("modification", "envois", "", "Journal des envois modifié.")


def _remarques(old: Sequence[Remarque], new: Sequence[Remarque]) -> Iterator[Change]:
    """The remarks received, dealt with, taken away; what they say is never quoted."""
    before, after = ({one.id: one for one in held} for held in (old, new))
    for one in after.values():
        was = before.get(one.id)
        if was is None:
            yield Change("ajout", "remarques", one.id, f"{_by(one)} reçue.")
        elif was.etat != one.etat:
            yield Change("modification", "remarques", one.id, f"{_by(one)}{NBSP}: {ETATS[one.etat].lower()}.")
        elif was != one:
            yield Change("modification", "remarques", one.id, f"{_by(one)} modifiée.")
    for identifier in before.keys() - after.keys():
        yield Change("suppression", "remarques", identifier, f"{_by(before[identifier])} supprimée.")
    if list(before) != list(after) and before.keys() == after.keys():
        yield Change("deplacement", "remarques", "", "Ordre des remarques modifié.")


def _by(one: Remarque) -> str:
    return f"Remarque de {cut(one.auteur)}" if one.auteur.strip() else "Remarque sans nom"


def _newer(place: str, liste: str, ligne: str, before: Element, after: Element) -> Iterator[Change]:
    """What a newer version of Livret keeps there and this one cannot name."""
    if before.__pydantic_extra__ != after.__pydantic_extra__:
        at = f"{place}{NBSP}: information" if place else "Information"
        yield Change("modification", liste, ligne, f"{at} d’une version plus récente de Livret modifiée.")


def _ordinal(index: int) -> str:
    return "1re" if index == 0 else f"{say_number(index + 1)}e"
