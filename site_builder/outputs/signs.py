"""Texts as the fonts at hand can show them: a sign that none of them has becomes an empty square.

An archivable PDF refuses to hold a sign it cannot show, and one emoji must not cost somebody their portfolio.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

ABSENT = "□"
LONGEST_WORD = 32  # letters; a longer one may be cut anywhere, or it would leave the page
_CUT = "\u200b"
_STEP = 8
_LONG = re.compile(rf"[^\s{_CUT}-]{{{LONGEST_WORD + 1},}}")  # a hyphen is a place to cut already
_JOINT = re.compile(r"(?<=[/.@_?&=])(?=\w)")
# What every font of every theme has: the signs of French, as themes/parcours/README.md lists them.
_FRENCH = "\u0152\u0153\u0178\u2009\u2013\u2014\u2018-\u201a\u201c-\u201e\u2022\u2026\u202f\u2039\u203a\u20ac"
_USUAL = re.compile(rf"[ -~\n\u00a0-\u00ff{_FRENCH}]*")
_ABSENTS = re.compile(rf"(?:{ABSENT}[\u200d\ufe0e\ufe0f]*)+")  # an emoji made of several is one sign
_NOT_A_SIGN = frozenset({"Cc", "Cn", "Co", "Cs"})


class Signs:
    """Knows which words can be shown, asking once for each that holds an unusual sign."""

    def __init__(self, shown: Callable[[str], bool]) -> None:
        """``shown`` says whether a text can be shown, whole."""
        self._shown = shown
        self._known: dict[str, str] = {}

    def readable(self, text: str) -> str:
        """The text with what cannot be shown replaced, and words too long for a line made breakable."""
        if not _USUAL.fullmatch(text):
            text = re.sub(r"\S+", lambda word: self._word(word[0]), _plain(text))
        return text if len(text) <= LONGEST_WORD else _LONG.sub(lambda word: _breakable(word[0]), text)

    def _word(self, word: str) -> str:
        if _USUAL.fullmatch(word):
            return word
        if word not in self._known:
            self._known[word] = word if self._shown(word) else self._mended(word)
        return self._known[word]

    def _mended(self, word: str) -> str:
        kept = "".join(sign if self._sign(sign) else ABSENT for sign in unicodedata.normalize("NFC", word))
        return _ABSENTS.sub(ABSENT, kept)

    def _sign(self, sign: str) -> bool:
        return bool(_USUAL.fullmatch(sign)) or self._shown(sign)


def _breakable(word: str) -> str:
    """A long word with places to cut it: at the joints of an address, else anywhere."""
    if _JOINT.search(word):
        return _CUT.join(_LONG.sub(lambda part: _breakable(part[0]), part) for part in _JOINT.split(word))
    return _CUT.join(word[i : i + _STEP] for i in range(0, len(word), _STEP))


def _plain(text: str) -> str:
    """Without controls, private and unassigned signs, nor halves of signs: what no font can show."""
    return "".join(
        sign if sign == "\n" or unicodedata.category(sign) not in _NOT_A_SIGN else " " if sign == "\t" else ABSENT
        for sign in text
    )
