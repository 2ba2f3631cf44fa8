"""Words that may reveal a special category, from the nomenclature ``mots_sensibles``, found fast.

A livret has thousands of short texts and the list has hundreds of patterns. All texts are searched as one, and a
pattern is tried only where a word begins with letters it may begin with: one quick search finds such places.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from data.nomenclatures import flat, load

_HEAD = 3  # letters


class _Flattened(dict[int, str]):
    """``flat``, sign by sign and remembered: what ``str.translate`` takes, and places can be followed back.

    An underscore is a space: file names and Markdown put it around words.
    """

    def __missing__(self, sign: int) -> str:
        shown = self[sign] = " " if sign == ord("_") else flat(chr(sign), casse=True)
        return shown


FLAT = _Flattened()


@dataclass(frozen=True, slots=True)
class Word:
    """One entry of the nomenclature, compiled."""

    code: str
    groupe: str
    motif: re.Pattern[str]
    sauf: tuple[re.Pattern[str], ...]
    phrase: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A word found: in which text, where in it, as it was typed."""

    word: Word
    index: int
    at: int
    typed: str


@dataclass(frozen=True, slots=True)
class _Gate:
    """The entries to try where a word begins with certain letters; ``""`` has those to try everywhere."""

    begins: re.Pattern[str]
    words: Mapping[str, tuple[Word, ...]]


def find(texts: list[str]) -> Iterator[Hit]:
    """The words found in each text, each entry told once per text; hits that ``sauf`` covers are left out."""
    flattened = [text.translate(FLAT) for text in texts]
    starts = list(accumulate((len(text) + 1 for text in flattened), initial=0))
    capitals = "\n".join(flattened)
    # In small letters every sign keeps its place: none that is longer so is left after ``flat``.
    for subject, gate in zip((capitals.lower(), capitals), _gates(), strict=True):
        spared: dict[tuple[int, str], list[tuple[int, int]]] = {}
        told: set[tuple[int, str]] = set()
        for hit, word in _hits(subject, gate):
            index = bisect_right(starts, hit.start()) - 1
            begin, end = starts[index], starts[index + 1] - 1
            key = index, word.code
            if key in told:
                continue
            if key not in spared:
                spared[key] = _merged(p.span() for sauf in word.sauf for p in sauf.finditer(subject, begin, end))
            if not _inside(hit.span(), spared[key]):
                told.add(key)
                at = hit.start() - begin
                yield Hit(word, index, at, _typed(texts[index], at, hit.end() - begin))


def _hits(subject: str, gate: _Gate) -> Iterator[tuple[re.Match[str], Word]]:
    for start in gate.begins.finditer(subject):
        at = start.start()
        for word in gate.words[start[0]]:
            if hit := word.motif.match(subject, at):
                yield hit, word
    for word in gate.words.get("", ()):
        for hit in word.motif.finditer(subject):
            yield hit, word


@cache
def _gates() -> tuple[_Gate, _Gate]:
    """The entries looked for in small letters, and those whose capitals matter."""
    tables: tuple[dict[str, list[Word]], ...] = ({}, {})
    for entry in load("mots_sensibles").entries:
        rules = entry.attributs
        motif = re.compile(rf"\b(?:{'|'.join(rules['motifs'])})\b")
        sauf = tuple(re.compile(passage) for passage in rules["sauf"])
        word = Word(entry.code, rules["groupe"], motif, sauf, rules["phrase"])
        for head in {head for one in rules["motifs"] for head in heads(one)}:
            tables[rules["casse"]].setdefault(head, []).append(word)
    small, capitals = map(_gate, tables)
    return small, capitals


def _gate(table: Mapping[str, list[Word]]) -> _Gate:
    """One search for every head; a head that another begins with takes over its entries."""
    words: dict[str, tuple[Word, ...]] = {}
    for head in sorted(table):
        owner = next((short for n in range(1, len(head)) if (short := head[:n]) in words), head)
        words[owner] = tuple(dict.fromkeys((*words.get(owner, ()), *table[head])))
    rests: dict[str, list[str]] = {}
    for head in words:
        if head:
            rests.setdefault(head[0], []).append(re.escape(head[1:]))
    begins = "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rests.items())
    return _Gate(re.compile(rf"\b(?:{begins})" if begins else r"(?!)"), words)


def heads(motif: str) -> set[str]:
    """The letters, three at most, that whatever a motif matches may begin with; ``{""}`` when that may be anything.

    The nomenclature's motifs are plain words with groups; a form not foreseen here is looked for everywhere.
    """
    found = {head for branch in _branches(motif) for head in _heads_of(branch)}
    return {""} if "" in found else found


def _branches(motif: str) -> list[str]:
    """The alternatives of a motif, outside its groups."""
    depth, start, found = 0, 0, []
    for place, sign in enumerate(motif):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            found.append(motif[start:place])
            start = place + 1
    return [*found, motif[start:]]


def _heads_of(branch: str) -> set[str]:
    if branch.startswith("(?:"):
        inner, rest = _group(branch)
        if rest.startswith(("*", "+", "{")):
            return {""}
        if rest.startswith("?"):  # a match with the group is also one without it, a word further on
            after, inside = _heads_of(rest[1:]), heads(inner)
            return after if inside == {""} else inside | after
        return {head for one in _branches(inner) for head in _heads_of(one + rest)}
    plain = re.match(r"[\w ]*", branch, re.ASCII)
    literal = plain[0] if plain else ""
    if branch[len(literal) : len(literal) + 1] in {"?", "*", "{"}:
        literal = literal[:-1]
    if not literal and branch:
        return {""}
    if len(literal) < _HEAD and "(?:" in branch[len(literal) : len(literal) + 3]:
        return {literal + more for more in _heads_of(branch[len(literal) :]) if more} or {literal}
    return {literal[:_HEAD]}


def _group(branch: str) -> tuple[str, str]:
    """The inside of the group a branch begins with, and what follows it."""
    depth = 0
    for place, sign in enumerate(branch):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return branch[3:place], branch[place + 1 :]
    raise ValueError(f"unclosed group in {branch!r}")


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _inside(span: tuple[int, int], passages: list[tuple[int, int]]) -> bool:
    at = bisect_right(passages, span[0], key=lambda passage: passage[0]) - 1
    return at >= 0 and span[1] <= passages[at][1]


def _typed(text: str, begin: int, end: int) -> str:
    """The passage of the original text that became ``begin:end`` once flattened."""
    places = list(accumulate((len(FLAT[ord(sign)]) for sign in text), initial=0))
    first, last = bisect_right(places, begin) - 1, bisect_left(places, end)
    return " ".join(text[first:last].split())
