"""French as it is written: months, accents, spaces, numbers; knows nothing of careers."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from decimal import Decimal

NBSP, NNBSP = "\u00a0", "\u202f"
MOIS = ("janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre")  # fmt: skip


def fold(text: str) -> str:
    """Lower-case ASCII skeleton of a text, for comparing and sorting French (« Élu » → ``elu``, « œ » → ``oe``)."""
    text = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def plain_number(value: Decimal) -> str:
    """``3``, ``3.5``: a decimal without trailing zeros nor exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def say_number(value: Decimal | int) -> str:
    """``1 607``, ``104,5``: French decimal comma, narrow no-break thousands."""
    whole, _, part = plain_number(Decimal(value)).partition(".")
    return f"{int(whole):,}".replace(",", NNBSP) + (f",{part}" if part else "")


def say_hour(moment: datetime) -> str:
    """``14 h 32``, ``9 h 05``: in the zone that the moment bears."""
    return f"{moment.hour}{NBSP}h{NBSP}{moment:%M}"
