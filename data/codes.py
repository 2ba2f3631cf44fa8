"""From what was typed or chosen in a list to the list's own entry: the livret stores either."""

from __future__ import annotations

from typing import Any

from data.nomenclatures import Entry, load


def entry(liste: str, value: str) -> Entry | None:
    """The entry that a code or a label names, whatever its capitals and accents; None for a free or empty value."""
    return load(liste).get(value) if value else None


def code(liste: str, value: str) -> str:
    """The code of what was typed or chosen, the text itself when it is a free one."""
    found = entry(liste, value)
    return found.code if found else value


def attribute(liste: str, value: str, nom: str, default: Any = None) -> Any:
    """What a list says of a value; ``default`` for a free one, or where the list says nothing."""
    found = entry(liste, value)
    return found.attributs.get(nom, default) if found else default
