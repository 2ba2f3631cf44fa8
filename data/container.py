"""The zip on its disk: entries read one by one, added at the end, or copied raw into a file that takes its place.

A save costs what it adds, whatever the archive holds: the new entries and a new directory overwrite the old
directory, which a journal keeps meanwhile (``journal.py``). No handle stays open between two calls, so that a reader
never stops Windows from replacing the file. Knows entries and passwords of entries; no key derivation, no livret.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from data.directory import KEYS, MOST_CLEAR, README, Directory, Entry, laid_out
from data.errors import ArchiveError, ArchiveExists, ArchiveMissing, ChangedOutside, DamagedArchive, StorageFailure
from data.journal import Journal, digest
from data.recovery import draft_path, journal_path, recovered, restore, span
from data.storage import Disk
from data.winzip import unseal

_CHUNK = 1 << 20
_GLANCE = 64  # of the last entry: its salt is random, so no two files share these bytes
_LOOKS = 6  # at a file somebody else is writing, before calling it damaged
_PAUSE = 0.05
_LOCAL_HEADER = 30


@dataclass(frozen=True, slots=True)
class Fresh:
    """An entry to be written, with its bytes; its offset is given when it is laid out."""

    entry: Entry
    data: bytes


class Container:
    """The entries of one file, as they were when it was last read or written by us."""

    def __init__(self, path: Path, disk: Disk, directory: Directory, mark: str) -> None:
        self.path = path
        self.directory = directory
        self._disk = disk
        self._mark = mark
        self._torn = False
        self._guard = threading.RLock()

    @classmethod
    def create(cls, path: Path, entries: Iterable[Fresh], disk: Disk) -> Container:
        """Write a new file, aside, then under its name.

        Raises:
            ArchiveExists: something stands there already.
            StorageFailure: the disk or the folder refuses.
        """
        with _reported(path):
            if path.exists():
                raise ArchiveExists(path)
            directory = _rewrite(path, disk, entries, None)
            return cls(path, disk, directory, _mark(path, directory))

    @classmethod
    def open(cls, path: Path, disk: Disk, *, read_only: bool) -> Container:
        """Read the directory of a file, coming back from an interrupted save first.

        A reader writes nothing: it takes the old directory from the journal, and so sees the state that the next
        writer will restore. A writer must hold the lock.
        """
        with _reported(path, reading=True):
            for _ in range(_LOOKS):
                before = path.stat()
                try:
                    directory = recovered(path, disk, read_only=read_only)
                    return cls(path, disk, directory, _mark(path, directory))
                except DamagedArchive as damaged:
                    problem = damaged
                if not read_only or (path.stat() == before and not journal_path(path).exists()):
                    break
                time.sleep(_PAUSE)
            raise problem

    def clear(self, name: str) -> bytes:
        """The content of an entry in clear.

        Raises:
            DamagedArchive: its local header or its checksum is wrong.
        """
        entry = self.directory.by_name[name]
        data = self._raw(entry)
        if zlib.crc32(data) != entry.crc:
            raise DamagedArchive(f"{name} a été altéré")
        return data

    def read(self, name: str, password: bytes) -> bytes:
        """The content of an encrypted entry.

        Raises:
            WrongPassword: the password is not this entry's.
            DamagedArchive: its bytes are not those that were written.
            ChangedOutside: they are not, because another program has replaced the file.
        """
        entry = self.directory.by_name[name]
        try:
            return unseal(self._raw(entry), password, entry.method, entry.size)
        except ArchiveError:
            self._blame_change()
            raise

    def check_unchanged(self) -> None:
        """Raise ChangedOutside unless the file is still the one this object knows."""
        with _reported(self.path):
            if self._torn:
                recovered(self.path, self._disk, read_only=False)
                self._torn = False
            try:
                found = _mark(self.path, self.directory)
            except FileNotFoundError:
                raise ChangedOutside(self.path) from None
        if found != self._mark:
            raise ChangedOutside(self.path)

    def append(self, added: Iterable[Fresh]) -> None:
        """Add entries at the end of the file: all of them, or none.

        Raises:
            ChangedOutside: somebody else has written to the file.
            ArchiveFull: the format has no room for them.
            StorageFailure: the disk refused; the file is as it was, or will be when it is next opened.
        """
        with self._guard, _reported(self.path):
            added = list(added)
            following = self.directory.extended(fresh.entry for fresh in added)
            self.check_unchanged()
            journal = Journal(
                digest(span(self.path, 0, self.directory.head)), self.directory, digest(following.written)
            )
            try:
                self._append(journal, [fresh.data for fresh in added], following)
            except BaseException:
                self._torn = True
                with suppress(OSError):
                    self._undo()
                raise
            self.directory = following
            self._mark = _mark(self.path, following)

    def _append(self, journal: Journal, data: list[bytes], following: Directory) -> None:
        disk, beside = self._disk, journal_path(self.path)
        with disk.writing(beside, new=True) as kept:
            disk.write(kept, 0, journal.to_bytes())
            disk.flush(kept)
            disk.flush_folder(self.path.parent)
            with disk.writing(self.path) as file:
                at = journal.old.start
                for part in (*data, following.written):
                    disk.write(file, at, part)
                    at += len(part)
                disk.flush(file)
            disk.truncate(kept, 0)  # from here on the save is done, on every system, whatever becomes of the name
            disk.flush(kept)
        with suppress(OSError):
            disk.remove(beside)

    def _undo(self) -> None:
        """Come back, within the same session, from a save that failed; the journal stays until that is done."""
        restore(self.path, self._disk, self.directory)
        self._disk.remove(journal_path(self.path))
        self._torn = False

    def rewrite(self, entries: Iterable[Entry | Fresh]) -> None:
        """Put in the file's place one that holds ``entries``: those of this file are copied as they are."""
        with self._guard, _reported(self.path):
            self.check_unchanged()
            self.directory = _rewrite(self.path, self._disk, entries, self.path)
            self._mark = _mark(self.path, self.directory)

    def _raw(self, entry: Entry) -> bytes:
        with _reported(self.path, reading=True):
            data = span(self.path, entry.offset, entry.end)
        local = entry.local
        if len(data) != entry.end - entry.offset or not data.startswith(local):
            self._blame_change()
            raise DamagedArchive("un de ses éléments n’est pas à sa place")
        return data[len(local) :]

    def _blame_change(self) -> None:
        """Say that the file was replaced when that is why it cannot be read."""
        if not self._torn:
            self.check_unchanged()


def read_head(path: Path) -> bytes:
    """``cle.json``, read from the front of the file: every format, now and later, begins with the two clear entries.

    Raises:
        ArchiveMissing: no such file.
        DamagedArchive: the file does not begin as an archive does.
    """
    with _reported(path, reading=True):
        head = span(path, 0, 3 * MOST_CLEAR)
    at = 0
    for name in (README, KEYS):
        size = int.from_bytes(head[at + 18 : at + 22], "little")
        start = at + _LOCAL_HEADER + len(name)
        if head[at : at + 4] != b"PK\3\4" or head[at + _LOCAL_HEADER : start] != name.encode() or size > MOST_CLEAR:
            raise DamagedArchive("il ne commence pas comme un livret")
        content, crc = head[start : start + size], int.from_bytes(head[at + 14 : at + 18], "little")
        at = start + size
    if len(content) != size or zlib.crc32(content) != crc:
        raise DamagedArchive("son en-tête a été altéré")
    return content


def _mark(path: Path, directory: Directory) -> str:
    """What tells this very file from any other: its directory, and the salt of its last entry."""
    last = directory.entries[-1].start
    return digest(span(path, last, last + _GLANCE) + span(path, directory.start, directory.file_size + 1))


def _rewrite(path: Path, disk: Disk, entries: Iterable[Entry | Fresh], source: Path | None) -> Directory:
    """Write entries to a draft, one after the other, then put it at ``path``."""
    draft = draft_path(path)
    placed: list[Entry] = []
    try:
        with disk.writing(draft, new=True) as file:
            at = 0
            for item in entries:
                entry, parts = (
                    (item.entry, iter([item.data])) if isinstance(item, Fresh) else (item, _copy(source, item))
                )
                placed.append(entry.at(at))
                for part in parts:
                    disk.write(file, at, part)
                    at += len(part)
            directory = laid_out(placed)
            disk.write(file, at, directory.written)
            disk.flush(file)
        disk.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            disk.remove(draft)
        raise
    disk.flush_folder(path.parent)
    return directory


def _copy(source: Path | None, entry: Entry) -> Iterator[bytes]:
    if source is None:
        raise ValueError("nothing to copy from")
    with source.open("rb") as file:
        file.seek(entry.offset)
        left = entry.end - entry.offset
        while left:
            part = _exactly(file, min(left, _CHUNK))
            left -= len(part)
            yield part


def _exactly(file: BinaryIO, length: int) -> bytes:
    part = file.read(length)
    if len(part) != length:
        raise DamagedArchive("il est plus court qu’à son ouverture")
    return part


@contextmanager
def _reported(path: Path, *, reading: bool = False) -> Iterator[None]:
    """Turn what the system says into a sentence for the agent."""
    try:
        yield
    except FileNotFoundError as cause:
        raise (ArchiveMissing(path) if reading else StorageFailure(path, cause)) from cause
    except OSError as cause:
        raise StorageFailure(path, cause, reading=reading) from cause
