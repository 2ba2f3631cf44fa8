"""Migrations: old livrets open, newer ones are refused with a sentence, steps are pure."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import ContentError, NewerFormat
from data.migrations import SCHEMA, STEPS, migrate
from data.model import Livret
from tests.data.samples import json_values

RENAMES = {
    1: lambda data: {**{k: v for k, v in data.items() if k != "nom"}, "prenom": data.get("nom", "")},
    2: lambda data: {**data, "ajoute": True},
}


def test_every_version_has_its_step():
    """From each version before the current one there is exactly one step."""
    assert sorted(STEPS) == list(range(1, SCHEMA))


def test_steps_are_taken_in_order():
    """A livret of version 1 goes through every step; one of version 2 only through the last."""
    assert migrate({"nom": "x"}, RENAMES, 3) == {"prenom": "x", "ajoute": True, "schema_version": 3}
    assert migrate({"nom": "x", "schema_version": 2}, RENAMES, 3) == {"nom": "x", "ajoute": True, "schema_version": 3}
    assert migrate({"schema_version": 3}, RENAMES, 3) == {"schema_version": 3}


@given(st.dictionaries(st.text(max_size=5).filter(lambda key: key != "schema_version"), json_values, max_size=4))
def test_a_livret_of_this_version_is_left_as_it_is(data):
    """Nothing is touched when there is nothing to migrate, and the caller's own data never."""
    before = copy.deepcopy(data)
    assert migrate(data) == data
    migrate(data, RENAMES, 3)
    assert data == before


@pytest.mark.parametrize("version", [0, -1, "1", 1.0, None, True, [1]])
def test_a_version_that_is_no_number_is_refused(version):
    """A damaged version number is told at its place."""
    with pytest.raises(ContentError) as caught:
        Livret.from_data({"schema_version": version})
    assert [problem.where for problem in caught.value.problems] == [("schema_version",)]


def test_a_newer_livret_is_refused_before_anything_is_lost():
    """A later program's file says to upgrade, and is not read by guesswork."""
    with pytest.raises(NewerFormat, match=str(SCHEMA + 1)):
        Livret.from_data({"schema_version": SCHEMA + 1, "formations": "autre chose"})
