"""How hard a password is to guess, in bits and in plain words; never a rule about capitals or digits.

The archive is attacked offline, without any limit on attempts, so the CNIL's 80 bits for a password alone
(recommendation of July 2022) are a floor here, not a comfort.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from data.errors import PasswordTooWeak

FLOOR = 80  # bits
WORD_BITS = math.log2(7776)  # a word drawn from a list of 7 776; a word somebody thinks of is worth no more
FEWEST_WORDS = 3  # from here on a text is judged as a passphrase
_POOLS = ((r"[a-z]", 26), (r"[A-Z]", 26), (r"[0-9]", 10), (r"[^A-Za-z0-9]", 37))  # 37 special signs: the CNIL's count
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm")  # French and English keyboards
_REPEATED = re.compile(r"(.{1,20}?)\1+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Strength:
    """An estimate, and what to say of it."""

    bits: float

    @property
    def enough(self) -> bool:
        """Whether it reaches the floor."""
        return self.bits >= FLOOR

    @property
    def words(self) -> str:
        """A plain French judgement."""
        for least, says in ((128, "excellent"), (100, "très solide"), (FLOOR, "solide"), (50, "insuffisant")):
            if self.bits >= least:
                return says
        return "beaucoup trop faible"


def strength(password: str) -> Strength:
    """Estimate a password.

    A sign that only repeats or follows the one before it (``aaaa``, ``1234``, ``azerty``) counts for nothing, nor
    does a part said again (``zgzgzg``); a text of several words is worth at most what its words are worth.
    """
    pool = sum(size for pattern, size in _POOLS if re.search(pattern, password))
    if not pool:
        return Strength(0.0)
    once = _REPEATED.sub(r"\1", password)
    telling = [sign for before, sign in zip(" " + once, once, strict=False) if not _follows(before, sign)]
    by_signs = len(telling) * math.log2(pool)
    words = [word for word in re.split(r"[\s\-_.,;:']+", password) if word]
    if len(words) < FEWEST_WORDS:
        return Strength(by_signs)
    return Strength(min(by_signs, len(set(map(str.casefold, words))) * WORD_BITS))


def _follows(before: str, sign: str) -> bool:
    """Whether a sign is the one before it again, or its neighbour in the alphabet or on a row of keys."""
    pair = (before + sign).casefold()
    return abs(ord(sign) - ord(before)) <= 1 or any(pair in row or pair[::-1] in row for row in _ROWS)


def require(password: str) -> None:
    """Refuse a password below the floor.

    Raises:
        PasswordTooWeak: saying how far it falls short and what would do.
    """
    found = strength(password)
    if not found.enough:
        raise PasswordTooWeak(found.words)
