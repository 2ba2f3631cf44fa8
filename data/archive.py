"""The archive of one agent's livret: ``mon-livret.livret``, the one file that knows keys, zip and model.

>>> with Archive.open(path, password) as archive:      # WrongPassword, or an archive: there is no third case
...     archive.save(edited, {piece.id: scan})

Writing takes a lock and a journal; reading takes neither, and sees the state a crash will be rolled back to.
The format is FORMAT.md's; each of its decisions is made in one module: ``keys`` (secrets), ``directory`` and
``winzip`` (the zip), ``journal``, ``recovery`` and ``container`` (the disk), ``history`` (versions), ``vault`` (what
entries mean). Longer than 300 lines because it is the whole of what the editor and the command line may call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from data.container import Container, read_head
from data.directory import KEYS
from data.errors import ArchiveFull, PieceMissing, ReadOnly
from data.history import LAST_NUMBER, PieceRecord, Saved, Version, even_second, worth_keeping, written
from data.keys import CURRENT, FORMAT, KeyHeader, KeyProfile, RecoveryKey
from data.lock import WriterLock
from data.model import Livret
from data.storage import Disk
from data.vault import Vault, head, manifest_of, piece_name, sealed, sealed_again, unlock, version_name

__all__ = ["CURRENT", "Archive", "ArchiveInfo", "KeyProfile", "RecoveryKey", "Version", "read_header"]


@dataclass(frozen=True, slots=True)
class ArchiveInfo:
    """What can be said of an archive without telling anything of the livret."""

    path: Path
    format: int
    size: int
    versions: int
    pieces: int
    pieces_size: int
    profile: KeyProfile
    oldest: datetime
    newest: datetime


def read_header(path: Path) -> KeyHeader:
    """What protects the archive at ``path``, without a password: also the quick way to know it for a livret.

    Raises:
        ArchiveMissing: no such file.
        NewerFormat: it is of a later format.
        DamagedArchive: it is not an archive.
    """
    return KeyHeader.from_bytes(read_head(Path(path)))


class Archive:
    """An open archive; a context manager, and ``close`` may be called twice."""

    disk: Disk = Disk()  # the tests put a failing one here

    def __init__(self, path: Path, vault: Vault, header: KeyHeader, lock: WriterLock | None) -> None:
        self.path = path
        self._vault = vault
        self._header = header
        self._lock = lock
        self._guard = threading.RLock()
        self._livret: Livret | None = None

    # Opening and closing

    @classmethod
    def create(
        cls,
        path: Path,
        password: str,
        livret: Livret,
        *,
        pieces: Mapping[str, bytes] | None = None,
        profile: KeyProfile = CURRENT,
        recovery_key: RecoveryKey | None = None,
        now: datetime | None = None,
    ) -> Self:
        """Make a new archive with ``livret`` as version 1; ``recovery_key`` of the result is the key to print.

        Raises:
            ArchiveExists: a file stands there; nothing is ever overwritten.
            PieceMissing: the livret cites a document that is not in ``pieces``.
        """
        real = Path(path).resolve()
        key = recovery_key or RecoveryKey.generate()
        given = {name: (pieces or {})[name] for name in livret.piece_ids() if name in (pieces or {})}
        first = Saved(1, None, even_second(now), manifest_of(livret.piece_ids(), given, None), livret.to_data())
        header = KeyHeader.wrap(key, password, profile)
        lock = WriterLock(real)
        try:
            container = Container.create(real, [*head(header), *sealed(first, given, key)], cls.disk)
            return cls(Path(path), Vault(container, key), header, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(cls, path: Path, secret: str, *, read_only: bool = False) -> Self:
        """Open with the password, or with the recovery key as a human types it.

        A save interrupted by a crash is rolled back; ``read_only`` writes nothing, takes no lock, and reads the state
        that the rollback will restore.

        Raises:
            ArchiveMissing, NewerFormat, DamagedArchive, StorageFailure: about the file.
            WrongPassword: about ``secret``; MistypedKey when it was meant as a recovery key.
            ArchiveBusy: another program is writing; opening with ``read_only`` remains possible.
        """
        real = Path(path).resolve()
        read_header(real)  # before anything is locked, written or spent
        lock = None if read_only else WriterLock(real)
        try:
            container = Container.open(real, cls.disk, read_only=read_only)
            header = KeyHeader.from_bytes(container.clear(KEYS))
            return cls(Path(path), unlock(container, header, secret), header, lock)
        except BaseException:
            if lock:
                lock.release()
            raise

    def close(self) -> None:
        """Let other programs write; nothing is pending, for every save is whole when it returns."""
        if self._lock:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What it is

    @property
    def read_only(self) -> bool:
        """Whether saving is out of the question."""
        return self._lock is None

    @property
    def profile(self) -> KeyProfile:
        """What protects the password."""
        return self._header.profile

    @property
    def needs_upgrade(self) -> bool:
        """Whether the password deserves today's protection; ``upgrade`` gives it."""
        return self.profile.weaker_than(CURRENT)

    @property
    def recovery_key(self) -> RecoveryKey:
        """The key to print: it opens the file with 7-Zip alone."""
        return self._vault.key

    def info(self) -> ArchiveInfo:
        """Figures for the agent and for the command line."""
        directory, versions = self._vault.container.directory, self.versions()
        sizes = [directory.by_name[piece_name(name)].size for name in self.piece_ids()]
        oldest, newest = versions[-1].date, versions[0].date
        size = directory.file_size
        return ArchiveInfo(self.path, FORMAT, size, len(versions), len(sizes), sum(sizes), self.profile, oldest, newest)

    # Reading

    @property
    def current(self) -> Version:
        """The newest version."""
        return self._vault.described

    @property
    def livret(self) -> Livret:
        """The livret of the newest version.

        Raises:
            ContentError: the model does not take it; older versions can still be read and restored.
        """
        with self._guard:
            if self._livret is None:
                self._livret = Livret.from_data(dict(self._vault.current.livret))
            return self._livret

    def versions(self) -> list[Version]:
        """All versions, newest first, from the directory alone: nothing is decrypted, ``check`` compares."""
        return self._vault.versions()

    def livret_at(self, numero: int) -> Livret:
        """The livret as it was.

        Raises:
            VersionMissing: never made, or thinned away.
            DamagedArchive: altered, or another version put in its place.
        """
        return Livret.from_data(dict(self._vault.version(numero).livret))

    def piece_ids(self) -> list[str]:
        """The documents the archive holds, those that only older versions cite included."""
        return self._vault.piece_ids()

    def piece(self, id: str) -> bytes:  # noqa: A002 - the livret's own word
        """A document's bytes, once their digest is that of the version that cites them.

        Raises:
            PieceMissing: no version holds it.
            DamagedArchive: its bytes are not those that were kept.
        """
        return self._vault.piece(id)

    def check(self) -> list[str]:
        """Read every byte of every version and document; French sentences about what is wrong, [] when sound."""
        from data.verification import findings  # noqa: PLC0415 - only when asked

        with self._guard:
            self._vault.container.check_unchanged()
            return list(findings(self._vault))

    def verify(self, secret: str) -> None:
        """Make sure that a secret opens this archive, its password or its recovery key as a human types it.

        Raises:
            WrongPassword: it does not; MistypedKey when it was meant as a recovery key.
        """
        with self._guard:
            unlock(self._vault.container, self._header, secret)

    @contextmanager
    def still(self) -> Iterator[Path]:
        """Hold every change back while the file is read as a whole, to copy it; gives where it really is.

        Raises:
            ChangedOutside: it is no longer the file that was opened.
        """
        with self._guard:
            self._vault.container.check_unchanged()
            yield self._vault.container.path

    # Writing

    def save(
        self, livret: Livret, new_pieces: Mapping[str, bytes] | None = None, *, now: datetime | None = None
    ) -> Version:
        """Append a version; when nothing differs from the current one, nothing is written and it is returned.

        Args:
            livret: the whole livret; each document it cites is in the archive already, or in ``new_pieces``.
            new_pieces: bytes of documents, by identifier; one that the livret does not cite is not kept.
            now: the version's date.

        Raises:
            PieceMissing: a cited document is nowhere.
            ChangedOutside: somebody else has written to the file.
            ArchiveFull, StorageFailure: nothing was written.
        """
        with self._writing() as vault:
            offered = new_pieces or {}
            given = {name: offered[name] for name in livret.piece_ids() if name in offered}
            manifest = manifest_of(livret.piece_ids(), given, vault)
            fresh = {name: data for name, data in given.items() if vault.piece_entry(name) is None}
            version = self._append(livret.to_data(), manifest, fresh, now)
            self._livret = livret
            return version

    def restore(self, numero: int) -> Version:
        """Make a new version out of an old one; nothing in between is lost."""
        with self._writing() as vault:
            old = vault.version(numero)
            for name in old.pieces:
                if vault.piece_entry(name) is None:
                    raise PieceMissing(name)
            return self._append(dict(old.livret), old.pieces, {}, None)

    def thin(self, now: datetime) -> int:
        """Forget versions that age has made indistinct, and the documents no other version cites; how many went.

        A version that a closed dossier shows stays, so that what was handed over can be made again.
        """
        known = {version.numero for version in self.versions()}
        shown = {publication.version for publication in self.livret.publications if publication.version}
        return self._keep(worth_keeping(self.versions(), now) | (shown & known))

    def erase_history(self) -> int:
        """Forget every version but the current one, and the documents it does not cite; how many went."""
        return self._keep({self.current.numero})

    def change_password(self, new_password: str, profile: KeyProfile = CURRENT) -> None:
        """Put the same recovery key under another password; the file is rewritten so that the old wrap is gone."""
        with self._writing() as vault:
            header = KeyHeader.wrap(vault.key, new_password, profile)
            vault.container.rewrite([*head(header), *vault.container.directory.entries[2:]])
            self._header = header

    def upgrade(self, password: str) -> None:
        """Give the password today's protection.

        Raises:
            WrongPassword: it is not this archive's.
        """
        with self._writing():
            self._header.unwrap(password)
            self.change_password(password, CURRENT)

    def new_recovery_key(self, password: str) -> RecoveryKey:
        """Encrypt everything again under a new key, for a sheet that was lost; the old one opens nothing any more.

        Raises:
            WrongPassword: it is not this archive's.
            DamagedArchive: something cannot be read, and nothing was changed.
        """
        with self._writing() as vault:
            self._header.unwrap(password)
            key = RecoveryKey.generate()
            header = KeyHeader.wrap(key, password, self.profile)
            vault.container.rewrite(sealed_again(vault, header, key))
            vault.key, self._header = key, header
            return key

    @contextmanager
    def _writing(self) -> Iterator[Vault]:
        """One change at a time, by whoever holds the lock, to the file that was opened."""
        with self._guard:
            if self._lock is None or not self._lock.held:
                raise ReadOnly
            self._vault.container.check_unchanged()
            yield self._vault

    def _append(
        self,
        data: Mapping[str, Any],
        manifest: Mapping[str, PieceRecord],
        pieces: Mapping[str, bytes],
        now: datetime | None,
    ) -> Version:
        vault = self._vault
        before = vault.current
        if not pieces and manifest == before.pieces and written(data) == written(before.livret):
            return vault.described
        if before.numero >= LAST_NUMBER:
            raise ArchiveFull(f"un livret compte au plus {LAST_NUMBER} versions")
        saved = Saved(before.numero + 1, vault.described.digest, even_second(now), manifest, data)
        vault.add(saved, pieces)
        self._livret = None
        return vault.described

    def _keep(self, numbers: set[int]) -> int:
        with self._writing() as vault:
            kept = {version_name(numero) for numero in numbers}
            kept |= {piece_name(name) for numero in numbers for name in vault.version(numero).pieces}
            before = len(self.versions())
            head_and_entries = vault.container.directory.entries
            entries = [*head_and_entries[:2], *(entry for entry in head_and_entries[2:] if entry.name in kept)]
            if len(entries) < len(head_and_entries):
                vault.container.rewrite(entries)
            return before - len(self.versions())
