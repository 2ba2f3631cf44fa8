"""The demonstration as an archive: an invented career to try everything on, under a password everybody knows."""

from __future__ import annotations

from pathlib import Path

from data.archive import Archive
from data.errors import ArchiveExists, LivretError

PASSWORD = "citron vallon registre plume douze hameau lanterne"  # noqa: S105 - published: in README.md


def make(path: Path, *, replace: bool = False) -> None:
    """Make the demonstration; an earlier one may be replaced, any other file never.

    Raises:
        ArchiveExists: something else stands there.
        StorageFailure: the disk refuses.
    """
    from data import demo  # noqa: PLC0415 - makes documents: only here

    if path.exists() and (not replace or not is_demo(path)):
        raise ArchiveExists(path)
    livret, documents = demo.build()
    path.unlink(missing_ok=True)
    with Archive.create(path, PASSWORD, livret, pieces=documents):
        pass


def is_demo(path: Path) -> bool:
    """Whether a file is a demonstration."""
    try:
        with Archive.open(path, PASSWORD, read_only=True):
            return True
    except LivretError:
        return False
