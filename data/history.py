"""Versions of a livret: their JSON form, their chain, and which of them are worth keeping as they age.

Pure: bytes in, values out. Every save is a version; a version names the digest of the one before it and the digest of
every document it cites, so that entries exchanged, renamed or dropped by somebody without the key are noticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from data.errors import DamagedArchive, NewerFormat
from data.keys import FORMAT

_SHA256 = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
_DAY, _MONTH = timedelta(days=1), timedelta(days=30)
LAST_NUMBER = 99_999_999


@dataclass(frozen=True, slots=True)
class Version:
    """One saved state, as a list of versions shows it.

    Args:
        numero: rises by one at every save, whatever is thinned away.
        date: in UTC, to the even second, which is as finely as a zip can say it.
        size: of the JSON, in bytes.
        digest: SHA-256 of the JSON; None when listing, which decrypts nothing.
    """

    numero: int
    date: datetime
    size: int
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class PieceRecord:
    """What a version remembers of a document: enough to know its bytes again."""

    sha256: str
    size: int

    @classmethod
    def of(cls, data: bytes) -> Self:
        """The record of these bytes."""
        return cls(hashlib.sha256(data).hexdigest(), len(data))


@dataclass(frozen=True, slots=True)
class Saved:
    """A version's whole content; ``livret`` is the raw JSON form, not yet read by the model."""

    numero: int
    precedent: str | None
    date: datetime
    pieces: Mapping[str, PieceRecord]
    livret: Mapping[str, Any]

    def to_bytes(self) -> bytes:
        """The JSON of the entry."""
        return written(
            {
                "format": FORMAT,
                "numero": self.numero,
                "precedent": self.precedent,
                "date": self.date.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "pieces": {name: {"sha256": p.sha256, "taille": p.size} for name, p in self.pieces.items()},
                "livret": self.livret,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the JSON of an entry; unknown keys are ignored, for a later minor version may add some.

        Raises:
            NewerFormat: it announces a later format.
            DamagedArchive: it is not what a version is.
        """
        try:
            fields = json.loads(data)
            if fields["format"] != FORMAT:
                raise NewerFormat(int(fields["format"]), FORMAT)
            date = datetime.strptime(fields["date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            pieces = {str(name): PieceRecord(p["sha256"], p["taille"]) for name, p in fields["pieces"].items()}
            saved = cls(fields["numero"], fields["precedent"], date, pieces, fields["livret"])
            sound = (
                type(saved.numero) is int
                and (saved.precedent is None or _SHA256.match(saved.precedent))
                and isinstance(saved.livret, dict)
                and all(_SHA256.match(p.sha256) and type(p.size) is int for p in pieces.values())
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            sound = False
        if not sound:
            raise DamagedArchive("une version du livret n’a pas la forme attendue")
        return saved


def written(data: Mapping[str, Any]) -> bytes:
    """JSON as the archive writes it: compact UTF-8, keys in the order given."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def even_second(moment: datetime | None) -> datetime:
    """A moment (now, by default) in UTC, as finely as a zip says it and within the years it knows."""
    when = (moment or datetime.now(UTC)).astimezone(UTC)
    when = when.replace(second=when.second // 2 * 2, microsecond=0)
    return max(datetime(1980, 1, 1, tzinfo=UTC), min(when, datetime(2107, 12, 31, tzinfo=UTC)))


def worth_keeping(versions: Iterable[Version], now: datetime) -> set[int]:
    """The numbers that stay when a history is thinned.

    All of the last 24 hours, the last of each day for 30 days, the last of each month before that, and always the
    newest. Days and months are those of UTC.
    """
    kept: set[int] = set()
    seen: set[int | str] = set()
    for version in sorted(versions, key=lambda version: version.numero, reverse=True):
        age = now - version.date
        slot: int | str
        if not kept or age <= _DAY:
            slot = version.numero
        else:
            slot = version.date.strftime("%Y-%m-%d" if age <= _MONTH else "%Y-%m")
        if slot not in seen:
            seen.add(slot)
            kept.add(version.numero)
    return kept
