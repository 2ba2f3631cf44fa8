"""A field's value as it is read, whatever its kind: a label, a date in words, a French number."""

from __future__ import annotations

from typing import Any

from data import nomenclatures
from data.fields import Champ
from data.french import NBSP, say_number
from site_builder import markdown


def spell(champ: Champ, value: Any) -> str:  # noqa: PLR0911 - one return a kind of field
    """A field's value as it is read: the label of its nomenclature, a date in words, a French number."""
    match champ.genre:
        case "oui_non":
            return "oui" if value else ""
        case "choix":
            return nomenclatures.label(champ.liste, str(value))
        case "date" | "duree":
            return str(value.words)
        case "entier" | "nombre":
            return say_number(value)
        case "textes":
            return ", ".join(nomenclatures.label(champ.liste, v) if champ.liste else v for v in value)
        case "periodes":
            return " ; ".join(period.words for period in value)
        case "etapes":
            return f"{NBSP}; ".join(f"{etape.libelle} ({etape.date.words})" for etape in value)
        case "quotites":
            return f"{NBSP}; ".join(str(quotite) for quotite in value)
    return markdown.typographic(str(value))
