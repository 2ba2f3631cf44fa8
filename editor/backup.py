"""A copy of the archive, byte for byte, made while nothing is saved and opened again before it counts as one.

The copy opens with the same password and the same recovery key; whoever finds it learns nothing without them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from datetime import date
from pathlib import Path
from typing import BinaryIO

from data.archive import Archive
from data.errors import OutputError, say_os_error

SUFFIX = ".livret"
_CHUNK = 1 << 20


def name_of_copy(archive: Path, jour: date) -> str:
    """``mon-livret (copie du 2026-11-24).livret``: the day sorts, and says how old it is."""
    return f"{archive.stem} (copie du {jour:%Y-%m-%d}){archive.suffix or SUFFIX}"


def place_of_copy(typed: str, archive: Path, jour: date) -> Path:
    """Where a copy goes: a folder gets the dated name, numbered when it is taken; a file is taken at its word."""
    place = Path(typed.strip()).expanduser() if typed.strip() else archive.parent
    place = (archive.parent / place).absolute()
    if place.suffix.lower() == SUFFIX and not place.is_dir():
        return place
    name = Path(name_of_copy(archive, jour))
    place /= name
    number = 2
    while os.path.lexists(place):
        place = place.with_name(f"{name.stem} {number}{name.suffix}")
        number += 1
    return place


def copy(archive: Archive, target: Path) -> Path:
    """Copy an open archive, and open the copy before it takes its name.

    Raises:
        OutputError: something stands there, the folder is not there, or the disk refuses.
        ChangedOutside: the archive is no longer the file that was opened.
        DamagedArchive: the copy cannot be read; it is not kept.
    """
    aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        if os.path.lexists(target):
            raise OutputError(target, "ce fichier existe déjà ; choisissez un autre nom")
        if not target.parent.is_dir():
            raise OutputError(target, "ce dossier n’existe pas (ou plus)")
        with archive.still() as source, source.open("rb") as read:
            aside.touch(mode=0o600)
            with aside.open("wb") as written:
                taken = _poured(read, written)
        with aside.open("rb") as again:
            if hashlib.file_digest(again, "sha256").digest() != taken:
                raise OutputError(target, "le support n’a pas gardé ce qui lui a été confié")
        with Archive.open(aside, str(archive.recovery_key), read_only=True):
            pass
        os.replace(aside, target)  # noqa: PTH105 - the one atomic replacement there is
    except OSError as error:
        raise OutputError(target, say_os_error(error)) from error
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
    return target


def content(archive: Archive) -> bytes:
    """The whole file, for a browser that saves it where it likes.

    Raises:
        LivretError: it cannot be read, or is no longer the file that was opened.
    """
    try:
        with archive.still() as source:
            return source.read_bytes()
    except OSError as error:
        raise OutputError(archive.path, say_os_error(error)) from error


def _poured(read: BinaryIO, written: BinaryIO) -> bytes:
    """All of one file into another, down to the medium; gives the digest of what was read."""
    digest = hashlib.sha256()
    while chunk := read.read(_CHUNK):
        digest.update(chunk)
        written.write(chunk)
    written.flush()
    os.fsync(written.fileno())
    return digest.digest()
