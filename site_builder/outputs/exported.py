"""What an export gives: a file, and in plain words what it could not hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.french import NBSP
from site_builder.figures import counted_as

# What XML 1.0 forbids, and with it XLSX: a control character pasted from a PDF would make a file that nothing opens.
_FORBIDDEN = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Exported:
    """One exported file, whole and in memory."""

    name: str  # in plain ASCII
    content: bytes
    missing: tuple[str, ...]  # what had no equivalent in that format: French sentences, with how many


def legal(text: str) -> str:
    """A text without the characters that XML forbids, its line ends all alike."""
    return _FORBIDDEN.sub("", _LINE_END.sub("\n", text))


def filled(**values: Any) -> dict[str, Any]:
    """Only the values that say something: an absent key is clearer to another program than an empty text."""
    return {key: value for key, value in values.items() if value not in ("", None, [], {}, ())}


def unlinked(documents: int, links: int) -> list[str]:
    """What a format without links nor attachments leaves behind."""
    says = []
    if documents:
        verb = "n’y est pas" if documents == 1 else "n’y sont pas"
        says.append(f"{counted_as(documents, 'document joint', 'documents joints')} {verb}.")
    if links:
        what = counted_as(links, "lien entre une ligne et une compétence", "liens entre lignes et compétences")
        says.append(f"{what} n’{'a' if links == 1 else 'ont'} pas d’équivalent.")
    return says


def without_equivalent(fields: Mapping[str, Mapping[str, int]]) -> list[str]:
    """A sentence a list: which of its fields had no equivalent, and in how many rows at most."""
    says = []
    for liste, counts in fields.items():
        named = ", ".join(counts)
        rows = counted_as(max(counts.values()), "ligne", "lignes")
        verb = "n’a" if len(counts) == 1 else "n’ont"
        says.append(f"«{NBSP}{liste}{NBSP}», {rows}{NBSP}: {named} {verb} pas d’équivalent.")
    return says
