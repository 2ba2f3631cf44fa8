"""The only place where the archive's bytes meet a disk: few verbs, each one a boundary where a machine may die.

Thin and replaceable on purpose: the tests put in its place a disk that fills up, tears a write, or forgets what
was never flushed. Nothing here knows what it writes.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

_T = TypeVar("_T")

# An antivirus or a synchroniser holds a file for a moment after each change: about two seconds in all.
_PATIENCE = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)


class Disk:
    """Files, for writing. Every verb but ``flush_folder`` may raise OSError, and has then changed its own file at most.

    Args:
        patience: pauses before trying again when Windows says that somebody else has the file open.
    """

    def __init__(self, patience: tuple[float, ...] | None = None) -> None:
        self.patience = (_PATIENCE if os.name == "nt" else ()) if patience is None else patience

    @contextlib.contextmanager
    def writing(self, path: Path, *, new: bool = False) -> Iterator[BinaryIO]:
        """Open a file for writing, unbuffered: what is written is at once the system's, though not the disk's."""
        flags = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        if new:
            flags |= os.O_CREAT | os.O_TRUNC
        handle = self.patiently(lambda: os.open(path, flags, 0o600))
        with open(handle, "r+b", buffering=0) as file:  # noqa: PTH123 - a descriptor, with the mode we chose
            yield file

    def write(self, file: BinaryIO, at: int, data: bytes) -> None:
        """Put ``data`` at ``at``, whole or with an error."""
        file.seek(at)
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]

    def truncate(self, file: BinaryIO, size: int) -> None:
        """Cut the file at ``size``."""
        file.truncate(size)

    def flush(self, file: BinaryIO) -> None:
        """Wait until the file's bytes are on the medium."""
        if sys.platform == "darwin":  # pragma: no cover - fsync stops at the drive's cache there
            import fcntl  # noqa: PLC0415 - exists on that system

            with contextlib.suppress(OSError):
                fcntl.fcntl(file.fileno(), fcntl.F_FULLFSYNC)
                return
        os.fsync(file.fileno())

    def flush_folder(self, folder: Path) -> None:
        """Wait until the folder's names are on the medium; Windows does so by itself and offers no such call."""
        if os.name == "nt":  # pragma: no cover
            return
        with contextlib.suppress(OSError):  # some network folders refuse: names are as safe as the server makes them
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def replace(self, source: Path, target: Path) -> None:
        """Put ``source`` in the place of ``target``, at once for every reader, with the rights ``target`` had."""
        with contextlib.suppress(OSError):
            source.chmod(stat.S_IMODE(target.stat().st_mode))
        self.patiently(lambda: source.replace(target))

    def remove(self, path: Path) -> None:
        """Remove a file; a file already gone is no error."""
        self.patiently(lambda: path.unlink(missing_ok=True))

    def patiently(self, action: Callable[[], _T]) -> _T:
        """Try again while Windows refuses because another program has the file open."""
        for pause in self.patience:
            try:
                return action()
            except PermissionError:
                time.sleep(pause)
        return action()
