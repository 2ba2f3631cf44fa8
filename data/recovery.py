"""What is done with an archive that a crash, or a copy, left with a journal beside it.

The rule is FORMAT.md's: a journal is applied only to the file it was written for, in the middle of the save it
announces. A reader applies it in memory; a writer on the disk, and then clears away what the crash left.
"""

from __future__ import annotations

from pathlib import Path

from data.directory import END, Directory
from data.errors import DamagedArchive
from data.journal import MOST_JOURNAL, Journal
from data.storage import Disk


def journal_path(path: Path) -> Path:
    """Where the journal of an archive stands."""
    return path.with_name(f"{path.name}.journal")


def draft_path(path: Path) -> Path:
    """Where a file that is to take the archive's place is written."""
    return path.with_name(f"{path.name}.nouveau")


def recovered(path: Path, disk: Disk, *, read_only: bool) -> Directory:
    """The directory of the file, once a save that was interrupted is undone (or, for a reader, seen through)."""
    beside = journal_path(path)
    journal = _read_journal(beside)
    size = path.stat().st_size
    problem: DamagedArchive | None = None
    found: Directory | None = None
    try:
        found = _directory(path, size)
    except DamagedArchive as damaged:
        problem = damaged
    if journal and journal.applies_to(span(path, 0, journal.old.head), size, found):
        found = journal.old
        if not read_only:
            restore(path, disk, found)
    if not found:
        raise problem or DamagedArchive("il est illisible")
    if not read_only:
        for leftover in (beside, draft_path(path)):
            if leftover.exists():
                disk.remove(leftover)
                disk.flush_folder(path.parent)
    return found


def restore(path: Path, disk: Disk, old: Directory) -> None:
    """Put the old directory back where it stood, and nothing behind it."""
    with disk.writing(path) as file:
        disk.write(file, old.start, old.written)
        disk.truncate(file, old.file_size)
        disk.flush(file)


def _read_journal(path: Path) -> Journal | None:
    try:
        return Journal.from_bytes(span(path, 0, MOST_JOURNAL))
    except FileNotFoundError:
        return None


def _directory(path: Path, size: int) -> Directory:
    start = int.from_bytes(span(path, size - END.size, size)[16:20], "little") if size >= END.size else size
    if not size - MOST_JOURNAL < start < size:
        raise DamagedArchive("il est tronqué, ou sa fin a été altérée")
    return Directory.parse(span(path, start, size), start)


def span(path: Path, start: int, end: int) -> bytes:
    """The bytes of a file between two places, fewer when it is shorter."""
    with path.open("rb") as file:
        file.seek(start)
        return file.read(end - start)
