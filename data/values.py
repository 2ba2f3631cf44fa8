"""Small values of a career: partial dates, periods, durations, dated steps; ordered, printable, exact in JSON.

A diploma of 1998 has a month at best and a training session has days: dates keep the precision they were
given and never invent a day. In JSON every value is a short string (EDTF for dates and periods), so the
archive stays readable without this program. It has more
than 300 lines because all values share one way into and out of pydantic.

============  ==========================  =================================
value         in JSON                     as an agent types and reads it
============  ==========================  =================================
PartialDate   ``2009-03``                 ``03/2009``, ``mars 2009``
Periode       ``2014-02-03/2014-02-07``   ``03/02/2014 – 07/02/2014``
Periode       ``2023-01/..``              ``depuis 01/2023``
Duree         ``3.5 j``                   ``3,5 j``
Etape         ``2019-12 | jury``          ``12/2019 : jury``
Quotite       ``90 | 2024-09``            ``90 % depuis 09/2024``
============  ==========================  =================================
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache, total_ordering
from typing import Any, Literal, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from data.french import MOIS, NBSP, fold, plain_number, say_number

OLDEST, NEWEST = 1900, 2100  # years a living agent's career can touch; beyond them a typing slip is certain


class _Spelled:
    """A value whose JSON form is its ``iso`` string; gives pydantic the way in and out."""

    _pattern = ""

    @classmethod
    def parse(cls, text: str) -> Self:  # pragma: no cover - every subclass has its own
        raise NotImplementedError

    @property
    def iso(self) -> str:  # pragma: no cover - every subclass has its own
        raise NotImplementedError

    @classmethod
    def _coerce(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        if isinstance(value, str):
            return cls.parse(value)
        raise ValueError(f"« {value} » n’est pas un texte")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._coerce,
            serialization=core_schema.plain_serializer_function_ser_schema(
                _iso, return_schema=core_schema.str_schema()
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": cls._pattern}


def _iso(value: _Spelled) -> str:
    return value.iso


# One separator throughout: « 02-06/2009 » is two months, not a day, and must not be read as one.
_ISO_DATE = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?")
_FRENCH_DATE = re.compile(r"(?:(\d{1,2})([-/. ])(\d{1,2})\2|(\d{1,2})[-/. ])(\d{4})")
_WORDED_DATE = re.compile(r"(?:(\d{1,2})(?:er)?\s+)?([a-z]{3,9})\.?\s+(\d{4})")


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate(_Spelled):
    """A year, a month or a day, as precise as the agent knows it.

    Order is by earliest possible day, the vaguer first (``2009`` < ``2009-01`` < ``2009-01-01``).
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not OLDEST <= self.year <= NEWEST:
            raise ValueError(f"l’année {self.year} n’est pas possible (de {OLDEST} à {NEWEST})")
        if self.month is None:
            if self.day is not None:
                raise ValueError("un jour demande un mois")
        elif not 1 <= self.month <= 12:  # noqa: PLR2004 - months
            raise ValueError(f"il n’y a pas de mois n° {self.month}")
        elif self.day is not None and not 1 <= self.day <= monthrange(self.year, self.month)[1]:
            raise ValueError(f"le {self.day} {MOIS[self.month - 1]} {self.year} n’existe pas")

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read ``2009``, ``2009-03``, ``03/2009``, ``15/03/2009``, ``mars 2009``, ``1er mars 2009``.

        Raises:
            ValueError: with a French sentence, for anything else or a day that does not exist.
        """
        return _parse_date(text)

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """The precise date of a calendar day."""
        return cls(day.year, day.month, day.day)

    @property
    def iso(self) -> str:
        """``2009``, ``2009-03`` or ``2009-03-15``."""
        parts = [f"{self.year:04d}"]
        if self.month is not None:
            parts.append(f"{self.month:02d}")
        if self.day is not None:
            parts.append(f"{self.day:02d}")
        return "-".join(parts)

    @property
    def first(self) -> date:
        """The earliest day it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def words(self) -> str:
        """``15 mars 2009``, ``mars 2009``, ``2009``, with no-break spaces: for reading."""
        if self.month is None:
            return str(self.year)
        if self.day is None:
            return f"{MOIS[self.month - 1]}{NBSP}{self.year}"
        return f"{'1er' if self.day == 1 else self.day}{NBSP}{MOIS[self.month - 1]}{NBSP}{self.year}"

    def __str__(self) -> str:
        return "/".join(reversed(self.iso.split("-")))

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, PartialDate):
            return NotImplemented
        return self._key() < other._key()

    def _key(self) -> tuple[int, int, int]:
        return self.year, self.month or 0, self.day or 0


PartialDate._pattern = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"  # noqa: SLF001 - set here: a slotted dataclass takes no default


@lru_cache(maxsize=4096)
def _parse_date(text: str) -> PartialDate:
    plain = fold(text).strip()
    day: str | None
    month: str | None
    if found := _ISO_DATE.fullmatch(plain):
        year, _, month, day = found.groups()
    elif found := _FRENCH_DATE.fullmatch(plain):
        day, year = found[1], found[5]
        month = found[3] or found[4]
    elif found := _WORDED_DATE.fullmatch(plain):
        day, name, year = found.groups()
        named = [n for n, mois in enumerate(MOIS, 1) if fold(mois).startswith(name)]
        if len(named) != 1:
            raise ValueError(f"« {text} » : quel mois ?")
        month = str(named[0])
    else:
        raise ValueError(f"« {text} » n’est pas une date : écrivez 2009, 03/2009 ou 15/03/2009")
    return PartialDate(int(year), int(month) if month else None, int(day) if day else None)


_EN_COURS = frozenset({"", "..", "en cours", "aujourd'hui", "ce jour", "present"})
# How a period is written, once folded: EDTF, then a dash or « au » between spaces, then a bare hyphen.
_SINCE = re.compile(r"depuis (?:le |l')?(.+)")
_INTERVAL = re.compile(r"(\d{4}(?:-\d{2}){0,2}) ?/ ?(\d{4}(?:-\d{2}){0,2}|\.\.|)")
_SPACED = re.compile(r"(?:du |de |d'|le )?(.+?)(?: (?:-|au|a) | ?[–—→] ?| -(?=$))(?:le )?(.*)")
_HYPHENED = re.compile(r"(\d{4}|\d{1,2}(?:[/.]\d{1,2})?(?:[/.]\d{4})?)-(\d{4}|\d{1,2}[/.](?:\d{1,2}[/.])?\d{4})")


@total_ordering
@dataclass(frozen=True, slots=True)
class Periode(_Spelled):
    """From a partial date to another, to the same (a single date), or still running (``fin`` is None)."""

    debut: PartialDate
    fin: PartialDate | None = None

    def __post_init__(self) -> None:
        if self.fin is not None and self.fin.last < self.debut.first:
            raise ValueError(f"la fin ({self.fin}) précède le début ({self.debut})")

    @classmethod
    def parse(cls, text: str) -> Periode:
        """Read ``2014-02-03/2014-02-07``, ``03/02/2014 – 07/02/2014``, ``depuis 01/2023``, ``14/05/2013``.

        Also what French says aloud: ``du 3 au 7 février 2014``, ``juin – juillet 2012``, ``14-16/05/2002``.

        Raises:
            ValueError: with a French sentence.
        """
        plain = " ".join(fold(text).split())
        if found := _SINCE.fullmatch(plain):
            return cls(PartialDate.parse(found[1]))
        found = _INTERVAL.fullmatch(plain) or _SPACED.fullmatch(plain) or _HYPHENED.fullmatch(plain)
        if not found:
            debut = PartialDate.parse(text)
            return cls(debut, debut)
        head, tail = found.groups()
        if tail.strip() in _EN_COURS:
            return cls(PartialDate.parse(head))
        fin = PartialDate.parse(tail)
        return cls(_parse_head(head, fin), fin)

    @property
    def iso(self) -> str:
        """``2014-02-03/2014-02-07``, ``2014-02-03`` when a single date, ``2023-01/..`` when running."""
        if self.fin is None:
            return f"{self.debut.iso}/.."
        return self.debut.iso if self.fin == self.debut else f"{self.debut.iso}/{self.fin.iso}"

    @property
    def en_cours(self) -> bool:
        """Whether it has no end yet."""
        return self.fin is None

    @property
    def words(self) -> str:  # noqa: PLR0911 - one return for each way French says a period
        """For reading: ``du 3 au 7 février 2014``, ``mars – mai 2000``, ``2009 – 2019``, ``depuis janvier 2023``."""
        d, f = self.debut, self.fin
        if f is None:
            return f"depuis {'le ' if d.day else ''}{d.words}"
        if d == f:
            return d.words
        if d.day and f.day:
            if (d.year, d.month) == (f.year, f.month):
                return f"du {'1er' if d.day == 1 else d.day} au {f.words}"
            if d.year == f.year and d.month:
                return f"du {'1er' if d.day == 1 else d.day}{NBSP}{MOIS[d.month - 1]} au {f.words}"
            return f"du {d.words} au {f.words}"
        if d.year == f.year and d.month and f.month and not d.day and not f.day:
            return f"{MOIS[d.month - 1]} – {f.words}"
        return f"{d.words} – {f.words}"

    def days(self, until: date) -> int:
        """Calendar days covered, both ends included, taking the widest reading; a running period stops at ``until``."""
        end = until if self.fin is None else min(self.fin.last, until)
        return max(0, (end - self.debut.first).days + 1)

    def __str__(self) -> str:
        if self.fin is None:
            return f"depuis {self.debut}"
        return str(self.debut) if self.fin == self.debut else f"{self.debut} – {self.fin}"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Periode):
            return NotImplemented
        return self._key() < other._key()

    def _key(self) -> tuple[PartialDate, date, date]:
        return (self.debut, self.fin.last, self.fin.first) if self.fin else (self.debut, date.max, date.max)


Periode._pattern = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?(/([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|\.\.))?$"  # noqa: SLF001


def _parse_head(head: str, fin: PartialDate) -> PartialDate:
    """The start of a period; French leaves out of it what the end says anyway (« du 3 au 7 février »)."""
    if fin.month and (found := re.fullmatch(r"(\d{1,2})(?:er)?", head)):
        number = int(found[1])
        return PartialDate(fin.year, fin.month, number) if fin.day else PartialDate(fin.year, number)
    if re.fullmatch(r"\d{1,2}[/.]\d{1,2}", head):
        return PartialDate.parse(f"{head}{head.strip('0123456789')}{fin.year}")
    if re.fullmatch(r"(?:\d{1,2}(?:er)? )?[a-z]{3,9}\.?", head):
        return PartialDate.parse(f"{head} {fin.year}")
    return PartialDate.parse(head)


Unite = Literal["j", "h"]
_DUREE = re.compile(r"(\d{1,6}(?:[.,]\d+)?)\s*(j|jours?|h|heures?)\.?")
LONGEST = Decimal(10_000)  # more hours than a doctorate: a typing slip


@dataclass(frozen=True, slots=True)
class Duree(_Spelled):
    """A length of training in days or in hours, never converted: the attestation's own unit is the proof."""

    valeur: Decimal
    unite: Unite = "j"

    def __post_init__(self) -> None:
        if not 0 < self.valeur <= LONGEST:
            raise ValueError(f"une durée de {say_number(self.valeur)} n’est pas possible")

    @classmethod
    def parse(cls, text: str) -> Duree:
        """Read ``3 j``, ``0,5 jour``, ``14 h``, ``24 heures``.

        Raises:
            ValueError: with a French sentence, among others when the unit is missing.
        """
        plain = re.sub(r"(?<=\d)\s(?=\d{3})", "", fold(text).strip())
        found = _DUREE.fullmatch(re.sub(r"(\d*)\s?½", lambda half: f"{half[1] or 0}.5", plain))
        if not found:
            raise ValueError(f"« {text} » n’est pas une durée : écrivez 3 j, 0,5 j ou 14 h")
        try:
            valeur = Decimal(found[1].replace(",", "."))
        except InvalidOperation:  # pragma: no cover - the pattern admits numbers only
            raise ValueError(f"« {text} » n’est pas une durée") from None
        return cls(valeur, "h" if found[2].startswith("h") else "j")

    @property
    def iso(self) -> str:
        """``3.5 j`` or ``14 h``: a point, a space, the unit."""
        return f"{plain_number(self.valeur)} {self.unite}"

    @property
    def words(self) -> str:
        """``3,5 jours``, ``1 jour``, ``14 heures``: for reading."""
        unit = "jour" if self.unite == "j" else "heure"
        return f"{say_number(self.valeur)}{NBSP}{unit}{'s' if self.valeur >= 2 else ''}"  # noqa: PLR2004 - French plural

    def heures(self, par_jour: Decimal) -> Decimal:
        """In hours, at ``par_jour`` hours a training day (a setting of the livret)."""
        return self.valeur if self.unite == "h" else self.valeur * par_jour

    def __str__(self) -> str:
        return f"{say_number(self.valeur)}{NBSP}{self.unite}"


Duree._pattern = r"^[0-9]{1,6}(\.[0-9]+)? [jh]$"  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class Etape(_Spelled):
    """A dated step of something longer: a grade taken on a date, a phase of a VAE."""

    date: PartialDate
    libelle: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "libelle", self.libelle.strip())
        if not self.libelle:
            raise ValueError(f"dites ce qui s’est passé à cette date ({self.date})")

    @classmethod
    def parse(cls, text: str) -> Etape:
        """Read ``2019-12 | jury : validation partielle`` or ``12/2019 : jury``.

        Raises:
            ValueError: with a French sentence.
        """
        head, found, tail = text.partition(min("|:", key=lambda mark: text.find(mark) % (len(text) + 1)))
        if not found or not tail.strip():
            raise ValueError(f"« {text} » : écrivez une date, deux-points, puis l’étape (12/2019 : jury)")
        return cls(PartialDate.parse(head.strip()), tail.strip())

    @property
    def iso(self) -> str:
        """``2019-12 | jury``."""
        return f"{self.date.iso} | {self.libelle}"

    def __str__(self) -> str:
        return f"{self.date}{NBSP}: {self.libelle}"


Etape._pattern = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)? \| \S"  # noqa: SLF001
_QUOTITE = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*%?(?:\s*(?:\||depuis(?:\s+le)?|a partir d[eu])\s*(.+))?")
FULL_TIME = Decimal(100)


@dataclass(frozen=True, slots=True)
class Quotite(_Spelled):
    """A share of full time, in percent, from a date on (None: from the start of the post)."""

    pourcent: Decimal
    depuis: PartialDate | None = None

    def __post_init__(self) -> None:
        if not 0 < self.pourcent <= FULL_TIME:
            raise ValueError("une quotité est un pourcentage, de plus de 0 à 100")

    @classmethod
    def parse(cls, text: str) -> Quotite:
        """Read ``90``, ``90 %``, ``90 % depuis 09/2024``, ``90 | 2024-09``.

        Raises:
            ValueError: with a French sentence.
        """
        found = _QUOTITE.fullmatch(fold(text).strip())
        if not found:
            raise ValueError(f"« {text} » n’est pas une quotité : écrivez 90 % ou 90 % depuis 09/2024")
        return cls(Decimal(found[1].replace(",", ".")), PartialDate.parse(found[2]) if found[2] else None)

    @property
    def iso(self) -> str:
        """``90`` or ``90 | 2024-09``."""
        since = f" | {self.depuis.iso}" if self.depuis else ""
        return plain_number(self.pourcent) + since

    def __str__(self) -> str:
        since = f" depuis {self.depuis}" if self.depuis else ""
        return f"{say_number(self.pourcent)}{NBSP}%{since}"


Quotite._pattern = r"^[0-9]{1,3}(\.[0-9]+)?( \| [0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$"  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class Anciennete:
    """A length of service in years, months and days, counted the administrative way: months of 30 days."""

    jours: int  # of 30-day months

    @property
    def annees(self) -> int:
        """Whole years."""
        return self.jours // 360

    @property
    def mois(self) -> int:
        """Whole months beyond the years."""
        return self.jours % 360 // 30

    @property
    def words(self) -> str:
        """``12 ans et 4 mois``, ``8 mois``, ``12 jours``."""
        parts = []
        if self.annees:
            parts.append(f"{self.annees}{NBSP}an{'s' if self.annees > 1 else ''}")
        if self.mois:
            parts.append(f"{self.mois}{NBSP}mois")
        if not parts:
            parts.append(f"{self.jours}{NBSP}jour{'s' if self.jours > 1 else ''}")
        return " et ".join(parts)

    def __str__(self) -> str:
        return self.words


def days360(start: date, end: date) -> int:
    """Days from ``start`` to ``end``, both included, in months of 30 days (a whole calendar month is 30).

    The French administration counts service this way, so that 1 Jan to 31 Dec is exactly one year.
    """
    if end < start:
        return 0
    after = end + timedelta(days=1)
    return (after.year - start.year) * 360 + (after.month - start.month) * 30 + min(after.day, 30) - min(start.day, 30)
