"""The reference lists of the profession, one TOML file each, with its source and the day it was checked.

A list helps whoever types; it never forbids. Careers of 25 years hold grades and bodies that no longer exist,
so ``label`` gives back any text it does not know, and an old entry is never rewritten when a list changes.

A file's head says ``titre``, ``source`` (and ``adresse``), ``source_date``, ``verified_on``, ``confiance`` and
perhaps a ``note``; then come its ``[[entree]]`` tables, each with ``code``, ``libelle`` and what the list needs. A
list whose entries are much more than that says ``ailleurs``: they are one file each, and another package reads them.
``confiance`` is one of ``CONFIANCES``; an entry without its own takes its file's. Only « confirmé » may be shown
as official.

``mots_sensibles`` says how it is to be read: on ``flat(text)``, each of ``motifs`` is a regular expression between
word boundaries, and a hit inside a passage that ``sauf`` covers is dropped; ``casse`` keeps the capitals, for
acronyms that are also words.

A file is read on its first use only.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

__all__ = [
    "CONFIANCES",
    "Entry",
    "Nomenclature",
    "ancien_niveau",
    "cadre_of_grade",
    "flat",
    "grades",
    "label",
    "load",
    "names",
    "niveaux_from_ancien",
]

CONFIANCES = ("confirmé", "secondaire", "déduction", "connaissance générale", "non confirmé")
"""Surest first: a legal text or official page; a secondary source; ours; unverified; sought and not found."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list; ``attributs`` holds what is particular to the list, and always ``confiance``."""

    code: str
    libelle: str
    attributs: Mapping[str, Any] = field(hash=False)

    def __str__(self) -> str:
        return self.libelle


@dataclass(frozen=True, slots=True)
class Nomenclature:
    """One list and where it comes from."""

    nom: str
    titre: str
    source: str
    adresse: str
    source_date: str
    verified_on: str
    confiance: str
    note: str
    entries: tuple[Entry, ...]
    _known: Mapping[str, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = {_key(entry.libelle): entry for entry in self.entries}
        known |= {_key(entry.code): entry for entry in self.entries}
        object.__setattr__(self, "_known", MappingProxyType(known))

    @property
    def codes(self) -> tuple[str, ...]:
        """What is stored, in the order to offer."""
        return tuple(entry.code for entry in self.entries)

    @property
    def libelles(self) -> tuple[str, ...]:
        """What is shown, in the order to offer."""
        return tuple(entry.libelle for entry in self.entries)

    def get(self, value: str) -> Entry | None:
        """The entry of that code or label, whatever its capitals and accents; None for a free value."""
        return self._known.get(_key(value))

    def label(self, value: str) -> str:
        """The label of a code; a free value is given back as it was typed."""
        entry = self.get(value)
        return entry.libelle if entry else value


def names() -> list[str]:
    """Every list there is, in alphabetical order."""
    return sorted(_files())


@cache
def load(nom: str) -> Nomenclature:
    """Read one list, once.

    Raises:
        ValueError: no list has that name, which is a mistake of the program and not of the agent.
    """
    if nom not in _files():
        raise ValueError(f"no reference list named {nom!r}")
    raw = tomllib.loads((files(__name__) / f"{nom}.toml").read_text(encoding="utf-8"))
    confiance = raw["confiance"]
    return Nomenclature(
        nom=nom,
        titre=raw["titre"],
        source=raw["source"],
        adresse=raw.get("adresse", ""),
        source_date=raw["source_date"],
        verified_on=raw["verified_on"].isoformat(),
        confiance=confiance,
        note=raw.get("note", ""),
        entries=tuple(_entry(table, confiance) for table in (_demarches() if "ailleurs" in raw else raw["entree"])),
    )


def label(nom: str, value: str) -> str:
    """The label of a code in a list; a free value is given back as it was typed."""
    return load(nom).label(value)


def ancien_niveau(niveau: str) -> str | None:
    """The Roman numeral that a level bore from 1969 to 2019, None where there was none."""
    entry = load("niveaux").get(niveau)
    return entry.attributs.get("ancien") if entry else None


def niveaux_from_ancien(roman: str) -> tuple[str, ...]:
    """The levels of today that an old Roman numeral may be; two for « I », where the agent must be asked."""
    wanted = _key(roman).removeprefix("niveau").strip().upper()
    return tuple(entry.code for entry in load("niveaux").entries if wanted and entry.attributs.get("ancien") == wanted)


def grades(cadre: str) -> tuple[str, ...]:
    """The grades of a cadre d'emplois from lowest to highest, none for a cadre that is not in the list."""
    entry = load("cadres_emplois").get(cadre)
    return tuple(entry.attributs["grades"]) if entry else ()


def cadre_of_grade(grade: str) -> Entry | None:
    """The cadre d'emplois of a grade, written in either gender, with or without « territorial ».

    None for a grade that is not in the list, and for a name that several cadres share (« cadre de santé »):
    a guess would end up in an official document.
    """
    found = _cadres_by_grade().get(_neutral(grade), ())
    return found[0] if len(found) == 1 else None


def flat(text: str, *, casse: bool = False) -> str:
    """Text made comparable: no accents, no ligatures, apostrophes and hyphens as spaces, small letters.

    Args:
        text: what was typed.
        casse: keep the capitals.
    """
    text = re.sub("œ", "oe", re.sub("Œ", "OE", text))
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    spaced = re.sub(r"['’‐‑–-]", " ", bare)
    return spaced if casse else spaced.lower()


@cache
def _files() -> frozenset[str]:
    found = (entry.name for entry in files(__name__).iterdir())
    return frozenset(name.removesuffix(".toml") for name in found if name.endswith(".toml"))


def _demarches() -> list[dict[str, Any]]:
    """The entries of the one list that is kept as a file each."""
    from data import demarches  # noqa: PLC0415 - it reads lists itself

    return [{"code": code, "libelle": libelle} for code, libelle in demarches.labels().items()]


def _entry(table: dict[str, Any], confiance: str) -> Entry:
    attributs = {"confiance": confiance} | table
    return Entry(attributs.pop("code"), attributs.pop("libelle"), _frozen(attributs))


def _frozen(value: Any) -> Any:
    """A cached list is shared by all its readers: nobody may change it."""
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    return value


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    return " ".join(flat(text).split())


@cache
def _cadres_by_grade() -> Mapping[str, tuple[Entry, ...]]:
    found: dict[str, tuple[Entry, ...]] = {}
    for cadre in load("cadres_emplois").entries:
        written = (*cadre.attributs["grades"], *cadre.attributs.get("appellations", ()))
        for neutral in {_neutral(grade) for grade in written}:
            found[neutral] = (*found.get(neutral, ()), cadre)
    return MappingProxyType(found)


_ENDINGS = tuple(
    (re.compile(ending), neutral)
    for ending, neutral in (
        (r"^(?:1re|1ere|1er|premiere|premier)$", "1"),
        (r"^(?:2e|2eme|2nde|2nd|deuxieme|seconde|second)$", "2"),
        (r"trices?$", "teur"),
        (r"euses?$", "eur"),
        (r"ives?$", "if"),
        (r"e*s?$", ""),
        (r"(.)\1$", r"\1"),
    )
)
"""What separates « rédactrice principale » from « rédacteur principal », applied to both in turn."""


def _neutral(grade: str) -> str:
    words = re.findall(r"\w+", flat(grade))
    for ending, neutral in _ENDINGS:
        words = [ending.sub(neutral, word, count=1) for word in words]
    return " ".join(word for word in words if word not in {"territorial", "territoriaux"})
