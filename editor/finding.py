"""Find words in short French texts: accents, capitals and plurals apart, a word by its beginning, best first.

Knows nothing of what it searches: a ``Page`` is four texts, from the one that counts most to the one that counts
least. The help is a few hundred of them, so each question looks at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from data.french import fold

_WORD = re.compile(r"[^\W_]+")
_WORTH = (27, 9, 3, 1)  # of a word in each zone; a whole word is worth 1 more, which never outweighs a better zone
_BEFORE, _AFTER = 60, 130  # signs of an excerpt around what was found
_SHORTEST_PLURAL = 4

# What Markdown adds to the words: at the head of a line, around a word, around a link.
_LINE_MARKS = re.compile(r"(?m)^[ \t]*(?:#+|>|[-*]|\d+\.|```.*)(?:[ \t]+|$)|^\|[-| ]+\|$|\|")
_WORD_MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|\*\*|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_BLANKS = re.compile(r"[ \t\n]+")  # no-break spaces are part of the text


@dataclass(frozen=True)
class Page:
    """Something to be found, in four zones: its title, its key words, its summary, its text."""

    titre: str
    mots: str
    resume: str
    texte: str

    @cached_property
    def zones(self) -> tuple[frozenset[str], ...]:
        """The words of each zone, folded."""
        return tuple(map(_folded, (self.titre, self.mots, self.resume, self.texte)))

    def score(self, words: tuple[str, ...]) -> int:
        """How well it answers; 0 when one of the words is nowhere in it."""
        each = [self._worth(word) for word in words]
        return sum(each) if all(each) else 0

    def _worth(self, word: str) -> int:
        for zone, worth in zip(self.zones, _WORTH, strict=True):
            if found := [held for held in zone if held.startswith(word)]:
                return worth + (word in found)
        return 0

    def excerpt(self, words: tuple[str, ...]) -> str:
        """The summary, or the part of the text around the first word that title, key words and summary lack."""
        said: frozenset[str] = frozenset().union(*self.zones[:3])
        missing = [word for word in words if not any(held.startswith(word) for held in said)]
        return _around(self.texte, missing[0]) if missing else self.resume


def wanted(words: str) -> tuple[str, ...]:
    """The words to look for: without the « s » or « x » of a plural, nor the « l » of « l’emploi »."""
    found = [one[0] for one in _WORD.finditer(fold(words))]
    telling = [word for word in found if len(word) > 1 or word.isdigit()] or found
    return tuple(word[:-1] if len(word) >= _SHORTEST_PLURAL and word[-1] in "sx" else word for word in telling)


def marks(text: str, words: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Where the words stand in a text, to be set off."""
    return tuple(one.span() for one in _WORD.finditer(text) if fold(one[0]).startswith(words))


def plain(markdown: str) -> str:
    """A Markdown text as words only."""
    return _BLANKS.sub(" ", _WORD_MARKS.sub(r"\1", _LINE_MARKS.sub(" ", markdown))).strip()


def _folded(text: str) -> frozenset[str]:
    return frozenset(one[0] for one in _WORD.finditer(fold(text)))


def _around(text: str, word: str) -> str:
    """The part of a text around a word, cut between words."""
    at = next(one.start() for one in _WORD.finditer(text) if fold(one[0]).startswith(word))
    start, end = max(0, at - _BEFORE), min(len(text), at + _AFTER)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = text.rfind(" ", at, end) if end < len(text) and " " in text[at:end] else end
    return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"
