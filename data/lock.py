"""One writer at a time: a lock file beside the archive, and a note that says who holds it.

The lock is the system's own (``filelock``): it falls with the process, so a crash never leaves an archive locked.
The note is a separate file because Windows lets nobody read a locked one. It holds what tells one window from
another on a shared computer, and disappears with the lock. The lock file itself stays, empty and hidden: removing a
file while others wait for it is how two of them come to hold "the" lock.
"""

from __future__ import annotations

import contextlib
import errno
import getpass
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from data.errors import ArchiveBusy, StorageFailure

_MOST_NOTE = 1024


class WriterLock:
    """The right to write to ``path``, until ``release``.

    Raises:
        ArchiveBusy: somebody else has it; the message says who, when the note can be read.
        StorageFailure: no lock file can be made there.
    """

    def __init__(self, path: Path) -> None:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - 25 ms, for writers only

        if not path.parent.is_dir():  # filelock would make the folder
            raise StorageFailure(path, FileNotFoundError(errno.ENOENT, "no such folder"))
        self._note = path.with_name(f".{path.name}.verrou-par")
        file = path.with_name(f".{path.name}.verrou")
        # Any thread may release what another took: an editor's threads come and go.
        self._lock = FileLock(file, timeout=0, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout:
            raise ArchiveBusy(path, _holder(self._note)) from None
        except OSError as cause:
            raise StorageFailure(path, cause) from cause
        with contextlib.suppress(OSError):  # a courtesy: nothing depends on it
            self._note.write_text(json.dumps(_self()), encoding="utf-8")

    @property
    def held(self) -> bool:
        """Whether the right is still ours."""
        return bool(self._lock.is_locked)

    def release(self) -> None:
        """Let somebody else write."""
        if self.held:
            with contextlib.suppress(OSError):
                self._note.unlink(missing_ok=True)
            self._lock.release()


def _self() -> dict[str, str | int]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such account, as in some containers
        user = "?"
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return {"utilisateur": user, "machine": platform.node(), "processus": os.getpid(), "depuis": since}


def _holder(note: Path) -> str:
    try:
        with note.open("rb") as file:
            who = json.loads(file.read(_MOST_NOTE))
        since = datetime.fromisoformat(who["depuis"]).astimezone()
        return f"{who['utilisateur']} sur {who['machine']} (processus {who['processus']}, depuis {since:%d/%m à %H:%M})"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""
