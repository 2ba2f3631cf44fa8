"""Numbers that no dossier may hold: the social-security number (NIR) and bank accounts (IBAN).

Check digits tell them from other numbers, so that a warning is believed; a message never repeats one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

# Sex, year, month (pseudo-months beyond 12 exist), département, commune, order, and perhaps the key.
_GAP = r"[ \u00a0\u202f\t._/-]?"
_NIR = re.compile(
    rf"(?<!\d)([12])({_GAP})(\d\d){_GAP}(\d\d){_GAP}(\d\d|2[ABab]){_GAP}(\d{{3}}){_GAP}(\d{{3}})"
    rf"(?:{_GAP}(\d\d)(?!\d)|(?!{_GAP}\d))",
    re.ASCII,
)
IBAN_LENGTHS: Mapping[str, int] = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MA": 28, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "VA": 22,
}  # fmt: skip
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d\d", re.ASCII)
_MONTHS, _WITH_KEY, _DEPARTEMENTS = 12, 97, 95


def _nir_holds(found: re.Match[str]) -> bool:
    _, _, _, month, departement, commune, order, key = found.groups()
    if not (int(commune) and int(order)):
        return False
    if key is not None:
        corse = {"2A": "19", "2B": "18"}.get(departement.upper(), departement)
        number = f"{found[1]}{found[3]}{month}{corse}{commune}{order}"
        return int(key) == _WITH_KEY - int(number) % _WITH_KEY
    # Without a key only the plainest form counts, else any barcode of 13 digits would do.
    place = 20 if departement.upper() in {"2A", "2B"} else int(departement)
    return 1 <= int(month) <= _MONTHS and (1 <= place <= _DEPARTEMENTS or place >= _WITH_KEY)


def _iban_at(text: str, start: int) -> str:
    """The account number that begins there, separators left out; empty when it is not one."""
    wanted = IBAN_LENGTHS.get(text[start : start + 2].upper(), 0)
    signs, place = "", start
    while len(signs) < wanted and place < min(len(text), start + 3 * wanted):
        sign = text[place]
        if sign.isascii() and sign.isalnum():
            signs += sign
        elif sign not in " \u00a0\u202f._-":
            break
        place += 1
    whole = place >= len(text) or not text[place].isalnum()
    return signs if whole and is_iban(signs) else ""


def is_nir(digits: str) -> bool:
    """Whether 13 or 15 signs are a plausible social-security number; the key settles it when it is there."""
    found = _NIR.fullmatch(digits)
    return found is not None and _nir_holds(found)


def is_iban(text: str) -> bool:
    """Whether a text without spaces is a bank account number: right length for its country, right check digits."""
    if len(text) != IBAN_LENGTHS.get(text[:2].upper(), 0) or not text.isalnum() or not text.isascii():
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def numbers(text: str) -> Iterator[tuple[int, str, str]]:
    """Where the forbidden numbers are, of which kind, and the sentence to show."""
    for hit in _NIR.finditer(text):
        if _nir_holds(hit):
            yield hit.start(), "nir", _NIR_SAYS.format(f"{hit[1]} •• •• •• ••• •••")
    for hit in _IBAN_START.finditer(text):
        if _iban_at(text, hit.start()):
            yield hit.start(), "iban", _IBAN_SAYS.format(f"{hit[0][:2].upper()}•• •••• ••••")


_NIR_SAYS = (
    "Un numéro de sécurité sociale semble écrit ici ({}). Aucun dossier n’a à le contenir : effacez-le, "
    "ou masquez-le sur le document."
)
_IBAN_SAYS = (
    "Des coordonnées bancaires semblent écrites ici ({}). Aucun dossier n’a à les contenir : effacez-les, "
    "ou masquez-les sur le document."
)
