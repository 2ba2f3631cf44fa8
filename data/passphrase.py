"""Passphrases drawn by chance from 7 776 French words, for those who would rather not think of a password.

The words are ``mots_de_passe.txt``, one a line: 4 to 9 letters without accents, so that a foreign keyboard is no
trap, and none that an agent would mind reading aloud to an advisor. ``mots_de_passe.LICENCE.txt`` says where they
come from and under which licences (CC0 and MIT).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

LEAST = 7  # words: 90 bits, the first count above the floor of data.passwords with a margin
_LIST = "mots_de_passe.txt"


@cache
def words() -> tuple[str, ...]:
    """The words, in alphabetical order; read once."""
    return tuple((files(__package__) / _LIST).read_text(encoding="ascii").split())


def passphrase(count: int = LEAST, *, choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """Draw different words and join them by single spaces.

    A word is worth 12.9 bits (log2 of 7 776): seven are worth 90, above the 80 of ``data.passwords.FLOOR``. No word
    comes twice, which costs seven of them less than a hundredth of a bit: a repeated one looks like a mistake,
    and ``strength`` counts it once.

    Args:
        count: how many words.
        choose: how one is chosen among those left; anything but ``secrets.choice`` is for tests.

    Raises:
        ValueError: fewer than seven words, which a computer would find.
    """
    if count < LEAST:
        raise ValueError(f"a passphrase of {count} words is too weak, it takes {LEAST}")
    left, drawn = list(words()), list[str]()
    for _ in range(count):
        drawn.append(choose(left))
        left.remove(drawn[-1])
    return " ".join(drawn)
