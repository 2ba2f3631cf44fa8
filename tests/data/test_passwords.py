"""How hard a password is to guess: a floor of 80 bits, said in plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import PasswordTooWeak
from data.passwords import FLOOR, require, strength


@pytest.mark.parametrize(
    "password",
    ["", " ", "essai", "motdepasse", "Soleil2024!", "12345678901234567890", "a" * 100, "abcdefghijklmnopqrstuvwxyz",
     "deux mots", "un deux trois", "le le le le le le le le le", "chat chien lapin souris", "0" * 40,
     "\U0001f600" * 40],
)  # fmt: skip
def test_what_a_computer_would_find_is_refused(password):
    """Short, repeated, sequential passwords and a few words are refused, with what would do."""
    assert not strength(password).enough
    with pytest.raises(PasswordTooWeak, match="Prenez sept mots") as told:
        require(password)
    assert told.value.exit_code == 4
    assert password == "" or len(password) < 8 or password not in str(told.value)


@pytest.mark.parametrize(
    "password",
    ["citron vallon registre plume douze hameau lanterne", "citron-vallon-registre-plume-douze-hameau-lanterne",
     "kT7#pQ2!vX9z&m", "kHYbq0RwtXk2Zs", "Ma grand’mère plantait 14 dahlias bleus à Quimper en juin"],
)  # fmt: skip
def test_what_the_cnil_recommends_is_accepted(password):
    """Seven words, or twelve to fourteen varied signs, reach the floor: no rule about capitals on top."""
    require(password)
    assert strength(password).bits >= FLOOR


def test_a_passphrase_is_worth_its_words():
    """Seven different words count seven, a repeated one counts once, whatever its capitals."""
    seven = strength("citron vallon registre plume douze hameau lanterne").bits
    assert seven == pytest.approx(7 * 12.925, abs=0.01)
    assert strength("citron Citron vallon registre plume douze hameau lanterne").bits == pytest.approx(seven)


@pytest.mark.parametrize(
    ("password", "words"),
    [("", "beaucoup trop faible"), ("kT7#pQ2!v", "insuffisant"), ("kT7#pQ2!vX9z&", "solide"),
     ("kT7#pQ2!vX9z&m8L", "très solide"), ("kT7#pQ2!vX9z&m8Lw4Rs", "excellent")],
)  # fmt: skip
def test_the_judgement_is_in_words(password, words):
    """The agent reads a judgement, not a number of bits."""
    assert strength(password).words == words


@given(st.text(max_size=200))
def test_any_text_has_a_strength(password):
    """No text breaks the estimate, and repeating its last sign never makes it stronger."""
    bits = strength(password).bits
    assert bits >= 0
    if password:
        assert strength(password + password[-1]).bits <= bits + 1e-9


@pytest.mark.parametrize(
    "password", ["zgzgzgzgzgzgzgzgzgzg", "azertyuiopqsdfghjklm", "Mot9!Mot9!Mot9!Mot9!", "qwertyuiopasdfghjkl"]
)
def test_a_pattern_is_no_password(password):
    """A part said again and a row of keys count for little, however long."""
    assert not strength(password).enough
