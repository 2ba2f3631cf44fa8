"""Passphrases drawn by chance: the words they are made of, and how they are drawn."""

from __future__ import annotations

import inspect
import math
import re
import secrets
from collections import Counter
from importlib.resources import files

import pytest

from data.passphrase import LEAST, passphrase, words
from data.passwords import FLOOR, WORD_BITS, require, strength

# What may not be drawn, as a sample: vulgar, violent, frightening, or naming people in a way that could hurt.
UNWANTED = {
    "abruti", "arabe", "bagarre", "bite", "bombe", "bordel", "cadavre", "cancer", "cercueil", "chier", "connard",
    "crime", "crever", "cruel", "drogue", "esclave", "fesse", "fusil", "gifle", "guerre", "haine", "harem", "horreur",
    "juif", "juive", "lubrique", "malade", "massacre", "merde", "meurtre", "morgue", "mort", "mourir", "nazi",
    "otage", "pendu", "pistolet", "poison", "putain", "race", "racial", "salaud", "salope", "sexe", "suicide",
    "terreur", "tombe", "torture", "tuer", "tumeur", "victime", "viol", "violence", "vomir",
}  # fmt: skip


def test_a_word_is_worth_what_the_strength_of_a_password_counts():
    """There are exactly as many words as the estimate of a passphrase supposes, none of them twice."""
    assert len(words()) == len(set(words())) == 7776
    assert math.log2(len(words())) == WORD_BITS


def test_every_word_can_be_typed_on_any_keyboard():
    """A word is 4 to 9 small letters without accent, apostrophe or hyphen."""
    assert [word for word in words() if not re.fullmatch(r"[a-z]{4,9}", word)] == []


def test_no_word_is_the_plural_of_another():
    """Nobody has to remember whether a word had an s."""
    known = set(words())
    assert [word for word in words() if word[-1] in "sx" and word[:-1] in known] == []


def test_the_words_are_in_order():
    """The file is sorted, so that a word is found, and a change to it seen, at a glance."""
    assert list(words()) == sorted(words())


def test_no_unwanted_word_is_in_the_list():
    """Nothing vulgar, violent or frightening is proposed to an agent."""
    assert UNWANTED & set(words()) == set()


def test_the_words_come_with_their_sources_and_licences():
    """The sources, their licences, the date and the notice the MIT licence asks for are shipped beside the words."""
    notice = (files("data") / "mots_de_passe.LICENCE.txt").read_text(encoding="utf-8")
    for needed in ("diceware", "CC0 1.0", "an-array-of-french-words", "Copyright (c) 2016 Zeke Sikelianos", "2026"):
        assert needed in notice
    first, second = (int("".join(found)) for found in re.findall(r"^[12]\. (\d) (\d{3}) words", notice, re.MULTILINE))
    assert first + second == len(words())


@pytest.mark.parametrize("count", [LEAST, 8, 12])
def test_a_passphrase_is_that_many_different_words(count):
    """The words are different ones of the list, joined by single spaces."""
    drawn = passphrase(count).split(" ")
    assert len(drawn) == len(set(drawn)) == count
    assert set(drawn) <= set(words())


def test_seven_words_by_default():
    """Without being asked otherwise, seven words are drawn."""
    assert len(passphrase().split()) == 7


@pytest.mark.parametrize("count", [6, 1, 0, -1])
def test_fewer_words_are_refused(count):
    """A passphrase below the floor is a mistake of the program, not a choice."""
    with pytest.raises(ValueError, match="too weak"):
        passphrase(count)


def test_chance_comes_from_the_operating_system():
    """Words are drawn by ``secrets``, and each of a passphrase's words by a draw of its own."""
    assert inspect.signature(passphrase).parameters["choose"].default is secrets.choice
    asked = []
    passphrase(9, choose=lambda left: asked.append(len(left)) or left[0])
    assert asked == list(range(7776, 7767, -1))


def test_every_word_may_come_first_or_last():
    """A draw chooses among all the words left: the first of the list as well as the last."""
    assert passphrase(choose=lambda left: left[0]).split() == list(words()[:7])
    assert passphrase(choose=lambda left: left[-1]).split() == list(words()[:-8:-1])


def test_the_draw_is_even():
    """Over many draws no stretch of the alphabet is favoured: a skew of a few percent would be seen."""
    rank = {word: index for index, word in enumerate(words())}
    drawn = Counter(rank[word] * 8 // 7776 for _ in range(600) for word in passphrase().split())
    assert sum(drawn.values()) == 4200
    assert all(abs(drawn[eighth] - 525) < 130 for eighth in range(8)), drawn  # six standard deviations


def test_what_is_drawn_is_strong_enough():
    """A drawn passphrase is accepted as a password: seven words are worth 90 bits."""
    assert passphrase() != passphrase()
    for _ in range(50):
        drawn = passphrase()
        require(drawn)
        assert strength(drawn).bits == pytest.approx(7 * WORD_BITS)
    assert 7 * WORD_BITS > FLOOR
