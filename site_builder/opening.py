"""Open an archive, and load the rest of the program while the password is being stretched.

Stretching a password takes most of a second on purpose, on one core and without holding the interpreter:
the modules, the reference lists and the theme's templates are made ready on another meanwhile, so that
what is left once the key is there is the work itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from data.container import read_head
from data.keys import KeyHeader, resembles_a_key
from site_builder.terminal import read_secret, waiting

if TYPE_CHECKING:
    from data.archive import Archive


@contextmanager
def opened(
    archive: Path, *, from_stdin: bool, meanwhile: Callable[[], object], writing: bool = False
) -> Iterator[Archive]:
    """An archive opened with the password asked for; ``meanwhile`` runs while it is being checked.

    It is opened for reading unless ``writing``. A file that is missing or no livret is told before a password is
    asked for.

    Raises:
        ArchiveMissing, NewerFormat, DamagedArchive, WrongPassword, StorageFailure, ArchiveBusy: each a French sentence.
    """
    header = KeyHeader.from_bytes(read_head(archive))
    secret = read_secret(f"Mot de passe de {archive.name} : ", from_stdin=from_stdin)
    with waiting("Ouverture"):
        derivation = _Derivation(header, secret)
        derivation.start()
        from data.archive import Archive  # noqa: PLC0415 - loaded while the key is derived

        meanwhile()
        found = Archive.open(archive, derivation.result(), read_only=not writing)
    with found:
        yield found


class _Derivation(threading.Thread):
    """The password's stretching, in a thread; what it raises is raised where its result is asked for."""

    def __init__(self, header: KeyHeader, secret: str) -> None:
        super().__init__(daemon=True)  # an interrupted command does not wait for it
        self._header = header
        self._secret = secret
        self._error: Exception | None = None

    def run(self) -> None:
        if resembles_a_key(self._secret):
            return  # opens without any stretching
        try:
            self._secret = str(self._header.unwrap(self._secret))
        except Exception as error:  # noqa: BLE001 - handed over, whatever it is
            self._error = error

    def result(self) -> str:
        """What opens the archive at once: the recovery key."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._secret
