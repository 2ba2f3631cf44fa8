"""The zip's central directory, read with distrust: format 1 allows one layout, and everything else is refused.

Entries follow one another from byte 0 without a gap, in the order of the directory, which ends the file. Each local
header can then be computed from its directory record, so overlaps, hidden entries, prepended or trailing data and
lying headers are all the same mistake: bytes that differ from those computed. No ZIP64, no comment, no extra field
but WinZip's; the names are those of FORMAT.md and no other.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Self

from data.errors import ArchiveFull, DamagedArchive
from data.winzip import DEFLATED, OVERHEAD, STORED, seal

README, KEYS = "LISEZMOI.txt", "cle.json"
VERSION_NAME = re.compile(r"livret/([0-9]{8})\.json\Z", re.ASCII)
PIECE_NAME = re.compile(r"pieces/([A-Za-z0-9][A-Za-z0-9_-]{0,63})\Z", re.ASCII)

FEWEST_ENTRIES = 3  # the two clear ones and a version
MOST_ENTRIES = 65_000  # ZIP itself stops at 65 535 without its 64-bit extension
MOST_BYTES = 0xFFFF_0000
MOST_CLEAR = 16 * 1024
MOST_VERSION = 32 << 20
MOST_PIECE = 256 << 20
MOST_RATIO = 200  # of inflated to deflated; what compresses better is stored

END = struct.Struct("<4s4H2LH")
_RECORD = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_AES = struct.Struct("<HHH2sBH")
_AES_HEAD = (0x9901, 7, 2, b"AE", 3)  # AE-2, 256 bits: never the CRC, never a shorter key
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what its directory record says, and where it lies."""

    name: str
    method: int
    encrypted: bool
    size: int
    packed: int
    crc: int
    when: datetime
    offset: int
    record: bytes

    @property
    def local(self) -> bytes:
        """The local header this entry must have, byte for byte."""
        fields = _RECORD.unpack_from(self.record)
        tail = self.record[_RECORD.size :]
        return _LOCAL.pack(b"PK\3\4", *fields[2:10], len(self.name), len(tail) - len(self.name)) + tail

    @property
    def start(self) -> int:
        """Where its data begin."""
        return self.offset + _LOCAL.size + len(self.record) - _RECORD.size

    @property
    def end(self) -> int:
        """Where the next entry begins."""
        return self.start + self.packed

    def at(self, offset: int) -> Entry:
        """The same entry, moved."""
        record = self.record[:42] + struct.pack("<L", offset) + self.record[46:]
        fields = (self.name, self.method, self.encrypted, self.size, self.packed, self.crc, self.when)
        return Entry(*fields, offset, record)


@dataclass(frozen=True)
class Directory:
    """All entries, in the order of the file."""

    entries: tuple[Entry, ...]

    @cached_property
    def by_name(self) -> dict[str, Entry]:
        """Each entry under its name."""
        return {entry.name: entry for entry in self.entries}

    @cached_property
    def written(self) -> bytes:
        """The central directory and its end record."""
        records = b"".join(entry.record for entry in self.entries)
        count = len(self.entries)
        return records + END.pack(b"PK\5\6", 0, 0, count, count, len(records), self.start, 0)

    @property
    def start(self) -> int:
        """Where the directory begins: where the last entry ends."""
        return self.entries[-1].end

    @property
    def head(self) -> int:
        """Where the clear entries end; these bytes name the archive until its password changes."""
        return self.entries[1].end

    @property
    def file_size(self) -> int:
        """The size of the whole file."""
        return self.start + len(self.written)

    def extended(self, added: Iterable[Entry]) -> Directory:
        """This directory with entries added at its end, each moved to its place."""
        return laid_out([*self.entries, *added])

    @classmethod
    def parse(cls, written: bytes, start: int) -> Self:
        """Read a directory that begins at ``start`` and ends the file.

        Raises:
            DamagedArchive: it is not, to the byte, one that format 1 allows.
        """
        if len(written) < END.size:
            raise DamagedArchive("il est tronqué")
        magic, *_, count, size, offset, comment = END.unpack(written[-END.size :])
        if magic != b"PK\5\6" or comment or offset != start or size != len(written) - END.size:
            raise DamagedArchive("sa table des matières n’est pas à sa place")
        if not FEWEST_ENTRIES <= count <= MOST_ENTRIES or start > MOST_BYTES:
            raise DamagedArchive("le nombre ou la taille de ses éléments est hors des bornes")
        entries, at, expected = [], 0, 0
        for _ in range(count):
            entry = _read_record(written, at, expected)
            entries.append(entry)
            at += len(entry.record)
            expected = entry.end
        directory = cls(tuple(entries))
        if expected != start or directory.written != written:
            raise DamagedArchive("sa table des matières ne correspond pas à son contenu")
        if [entry.name for entry in entries[:2]] != [README, KEYS]:
            raise DamagedArchive("ses éléments ne sont pas ceux d’un livret")
        if len({entry.name.lower() for entry in entries}) != count:  # Windows would extract one over the other
            raise DamagedArchive("deux de ses éléments portent le même nom")
        return directory


def laid_out(entries: Sequence[Entry]) -> Directory:
    """Entries put one after the other from byte 0.

    Raises:
        ArchiveFull: the format has no room for so many, or for so much.
    """
    moved, at = [], 0
    for entry in entries:
        placed = entry if entry.offset == at else entry.at(at)
        moved.append(placed)
        at = placed.end
    if len(moved) > MOST_ENTRIES:
        raise ArchiveFull(f"un livret garde au plus {MOST_ENTRIES} versions et documents, allégez son historique")
    if at > MOST_BYTES:
        raise ArchiveFull("un livret ne peut dépasser 4 Gio, retirez des documents ou allégez son historique")
    return Directory(tuple(moved))


def clear_entry(name: str, data: bytes, when: datetime = _EPOCH) -> tuple[Entry, bytes]:
    """An unencrypted entry with its local header, to stand at the head of the file."""
    import zlib  # noqa: PLC0415 - writers only

    raw, crc, size = name.encode("ascii"), zlib.crc32(data), len(data)
    dated = _dos(when)
    record = _RECORD.pack(
        b"PK\1\2", 0x0314, 20, 0, STORED, *dated, crc, size, size, len(raw), 0, 0, 0, 0, 0o600 << 16, 0
    )
    entry = _read_record(record + raw, 0, 0)
    return entry, entry.local + data


def sealed_entry(name: str, data: bytes, password: bytes, when: datetime = _EPOCH) -> tuple[Entry, bytes]:
    """An encrypted entry with its local header; JSON is deflated, documents are left as they are.

    Raises:
        ArchiveFull: more bytes than the format allows in one entry.
    """
    if len(data) > _most(name):
        what = "un document" if name.startswith("pieces/") else "le texte du livret"
        raise ArchiveFull(f"{what} ne peut dépasser {_most(name) >> 20} Mio")
    if not name.startswith("pieces/"):
        with suppress(DamagedArchive):  # it deflates so well that a reader would take it for a bomb: store it
            return _split(seal(name, data, password, DEFLATED, when))
    return _split(seal(name, data, password, STORED, when))


def _split(one: bytes) -> tuple[Entry, bytes]:
    """Take a zip of one entry apart."""
    start = END.unpack(one[-END.size :])[6]
    entry = _read_record(one[start : -END.size], 0, 0)
    if one[: entry.start] != entry.local or entry.end != start:
        raise AssertionError("pyzipper no longer writes entries as format 1 wants them")
    return entry, one[:start]


def _read_record(written: bytes, at: int, expected: int) -> Entry:
    try:
        fields = _RECORD.unpack_from(written, at)
    except struct.error:
        raise DamagedArchive("sa table des matières est tronquée") from None
    magic, made, needed, flags, method, time, date, crc, packed, size, names, extras, comment, *rest = fields
    disk, _internal, _external, offset = rest
    record = written[at : at + _RECORD.size + names + extras]
    tail = record[_RECORD.size :]
    if magic != b"PK\1\2" or comment or disk or needed > 51 or made >> 8 not in (0, 3) or offset != expected:  # noqa: PLR2004
        raise DamagedArchive("sa table des matières est altérée")
    try:
        name = tail[:names].decode("ascii")
        when = _EPOCH.replace(
            year=1980 + (date >> 9),
            month=date >> 5 & 15,
            day=date & 31,
            hour=time >> 11,
            minute=time >> 5 & 63,
            second=2 * (time & 31),
        )
    except ValueError:
        raise DamagedArchive("un de ses éléments a un nom ou une date impossible") from None
    clear = name in (README, KEYS)
    if not clear:
        method = _actual_method(name, flags, method, crc, tail[names:])
    elif flags or method != STORED or extras or packed != size or size > MOST_CLEAR:
        raise DamagedArchive("un élément en clair n’est pas écrit comme il le devrait")
    entry = Entry(name, method, not clear, size, packed, crc, when, offset, record)
    if not clear:
        _bound(entry)
    return entry


def _actual_method(name: str, flags: int, method: int, crc: int, extra: bytes) -> int:
    if not VERSION_NAME.match(name) and not PIECE_NAME.match(name):
        raise DamagedArchive("il contient un élément au nom inattendu")
    if flags != 1 or method != 99 or crc or len(extra) != _AES.size:  # noqa: PLR2004 - 99 is WinZip-AES
        raise DamagedArchive("un de ses éléments n’est pas protégé comme il le devrait")
    *head, actual = _AES.unpack(extra)
    if tuple(head) != _AES_HEAD or actual not in (STORED, DEFLATED):
        raise DamagedArchive("un de ses éléments n’est pas protégé comme il le devrait")
    return int(actual)


def _bound(entry: Entry) -> None:
    """Refuse what would cost too much to open, before opening anything."""
    content = entry.packed - OVERHEAD
    honest = content == entry.size if entry.method == STORED else content > 0 and entry.size <= MOST_RATIO * content
    if content < 0 or not honest or entry.size > _most(entry.name):
        raise DamagedArchive("un de ses éléments annonce une taille invraisemblable")


def _most(name: str) -> int:
    return MOST_PIECE if name.startswith("pieces/") else MOST_VERSION


def _dos(when: datetime) -> tuple[int, int]:
    return when.hour << 11 | when.minute << 5 | when.second // 2, when.year - 1980 << 9 | when.month << 5 | when.day
