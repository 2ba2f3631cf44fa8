"""Livrets and Hypothesis strategies for the tests of the model; rows are generated from ``champs()`` itself."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from data.fields import ID_ALPHABET, Champ, Ligne, champs
from data.model import LISTES, Livret
from data.values import NEWEST, OLDEST, Duree, Etape, PartialDate, Periode, Quotite

MODELS: list[type[Ligne]] = list(LISTES.values())


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    year = draw(st.integers(OLDEST, NEWEST))
    month = draw(st.none() | st.integers(1, 12))
    day = draw(st.none() | st.integers(1, monthrange(year, month)[1])) if month else None
    return PartialDate(year, month, day)


@st.composite
def near_dates(draw: st.DrawFn) -> PartialDate:
    """Dates close enough to each other for every case of precision and order to come up."""
    month = draw(st.none() | st.integers(1, 3))
    return PartialDate(draw(st.integers(2009, 2010)), month, draw(st.none() | st.integers(1, 3)) if month else None)


@st.composite
def periodes(draw: st.DrawFn) -> Periode:
    dates = draw(st.sampled_from([partial_dates(), near_dates()]))
    debut, fin = draw(dates), draw(st.none() | dates)
    if fin is not None and fin.last < debut.first:
        debut, fin = fin, debut
    return Periode(debut, fin)


def decimals(most: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value="0.01", max_value=most, places=2)


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
# Text made to break a table's own syntax: separators, escapes, dashes, quotes, spaces and lines.
tricky = st.text(st.sampled_from("ab é;|:\\/–-\n\r\t\"'[]{}=,. 0129"), max_size=20)
texts = words | tricky
durees = st.builds(Duree, decimals(10_000), st.sampled_from(["j", "h"]))
etapes = st.builds(Etape, partial_dates(), texts.filter(lambda text: bool(text.strip())))
quotites = st.builds(Quotite, decimals(100), st.none() | partial_dates())
ids = st.text(ID_ALPHABET, min_size=4, max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)

BY_GENRE: Mapping[str, st.SearchStrategy[Any]] = {
    "texte": texts,
    "markdown": texts,
    "choix": texts,
    "date": st.none() | partial_dates(),
    "periodes": st.lists(periodes(), max_size=3).map(tuple),
    "duree": st.none() | durees,
    "etapes": st.lists(etapes, max_size=3).map(tuple),
    "quotites": st.lists(quotites, max_size=3).map(tuple),
    "entier": st.none() | st.integers(0, 10**6),
    "oui_non": st.booleans(),
    "liens": st.lists(ids, max_size=3, unique=True).map(tuple),
    "textes": st.lists(texts, max_size=3).map(tuple),
}


BY_NAME: Mapping[str, st.SearchStrategy[Any]] = {
    "a_corriger": st.dictionaries(texts, texts, max_size=2),
    "id": ids,
    "sensibilite": st.integers(0, 3),
    "original": st.none() | st.booleans(),
    "taille": st.integers(0, 10**9),
}


def of_champ(champ: Champ) -> st.SearchStrategy[Any]:
    """Values that a field takes."""
    if champ.nom == "taille" and champ.genre == "texte":  # how big an employer is, not a file
        return texts
    if champ.nom == "niveau" and champ.defaut is None:
        return st.none() | st.integers(0, 4)
    return BY_NAME.get(champ.nom, BY_GENRE.get(champ.genre, st.nothing()))


def rows_of(model: type[Ligne]) -> st.SearchStrategy[Ligne]:
    """Rows of a model, with some fields left out and some keys of a newer version."""
    known = st.fixed_dictionaries(
        {"id": ids}, optional={champ.nom: of_champ(champ) for champ in champs(model) if champ.nom != "id"}
    )
    return st.builds(_row, st.just(model), known, newer_keys())


def newer_keys() -> st.SearchStrategy[dict[str, Any]]:
    """Keys of a newer version of the model, which must come back untouched."""
    return st.dictionaries(st.from_regex(r"futur_[a-z]{1,4}", fullmatch=True), json_values, max_size=2)


def _row(model: type[Ligne], known: dict[str, Any], extra: dict[str, Any]) -> Ligne:
    return model.model_validate({**extra, **known})


def livret(**listes: list[dict[str, Any]]) -> Livret:
    """A livret from its lists: ``livret(emplois=[…], pieces=[…])``; what is not said stays empty."""
    data: dict[str, Any] = {}
    for place in LISTES:
        *volet, nom = place.split(".")
        held = data.setdefault(volet[0], {}) if volet else data
        if (rows := listes.pop(nom, None)) is not None:
            held[nom] = rows
    return Livret.from_data(data | listes)
