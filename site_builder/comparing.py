"""Two dossiers side by side: what one lets out and the other does not, and how their settings differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from data.fields import champs
from data.model import Livret
from data.nomenclatures import label
from data.publications import Publication
from site_builder import gate
from site_builder.leaving import Named, named_rows

# Fields of a dossier that its rows and documents tell already, or that say nothing of what leaves.
_TOLD = frozenset({"id", "listes", "depuis", "inclus", "exclus", "selection", "documents", "consentements", "options"})
_ABSENT = "—"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting that differs: its label, and its value in each dossier, in words."""

    titre: str
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What sets two dossiers apart."""

    only_one: tuple[Named, ...]  # rows and documents that leave with the first alone
    only_other: tuple[Named, ...]
    common: int  # how many leave with both
    settings: tuple[Setting, ...]


def compare(one: tuple[Livret, Publication], other: tuple[Livret, Publication]) -> Comparison:
    """Compare two dossiers, each with the livret it shows: a closed one has its own."""
    first, second = _leaving(*one), _leaving(*other)
    return Comparison(
        only_one=tuple(named for ref, named in first.items() if ref not in second),
        only_other=tuple(named for ref, named in second.items() if ref not in first),
        common=len(first.keys() & second.keys()),
        settings=tuple(_settings(one[1], other[1])),
    )


def _leaving(livret: Livret, publication: Publication) -> dict[str, Named]:
    return {named.ref: named for named in named_rows(gate.release(livret, publication))}


def _settings(one: Publication, other: Publication) -> Iterator[Setting]:
    for champ in champs(Publication):
        if champ.nom in _TOLD or champ.interne:
            continue
        mine, its = getattr(one, champ.nom), getattr(other, champ.nom)
        if mine != its:
            yield Setting(champ.titre, _said(champ.liste, mine), _said(champ.liste, its))


def _said(liste: str, value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or _ABSENT
    if value in (None, "", 0):
        return _ABSENT
    return label(liste, value) if liste else getattr(value, "words", str(value))
