"""The unlocked zip: versions and documents by what they mean, each verified when it is read.

A container knows names and bytes; here a name must agree with what stands inside, and a document with the digest its
version remembers. Nothing is cached but the current version; nothing here decides what to write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from data.container import Container, Fresh
from data.directory import KEYS, PIECE_NAME, README, VERSION_NAME, Entry, clear_entry, sealed_entry
from data.errors import (
    ContentError,
    DamagedArchive,
    MistypedKey,
    PieceMissing,
    Problem,
    VersionMissing,
    WrongPassword,
)
from data.history import PieceRecord, Saved, Version
from data.keys import KeyHeader, RecoveryKey, resembles_a_key
from data.readme import README_TEXT


class Vault:
    """A container and the key that opens its entries.

    Raises:
        WrongPassword: the key is not this archive's.
        DamagedArchive: the current version is not whole, or a document it lists is absent or of another size.
    """

    def __init__(self, container: Container, key: RecoveryKey) -> None:
        self.container = container
        self.key = key
        numbers = [version.numero for version in self.versions()]
        if not numbers:
            raise DamagedArchive("il ne contient aucune version du livret")
        self.current, self.described = self._decrypted(numbers[0])
        for name, record in self.current.pieces.items():
            entry = self.piece_entry(name)
            if entry is None or entry.size != record.size:
                raise DamagedArchive(f"le document {name} est absent ou n’a pas la taille attendue")

    def versions(self) -> list[Version]:
        """Every version, newest first, as the directory tells them."""
        entries = self.container.directory.entries
        found = [Version(int(match[1]), e.when, e.size) for e in entries if (match := VERSION_NAME.match(e.name))]
        return sorted(found, key=lambda version: version.numero, reverse=True)

    def version(self, numero: int) -> Saved:
        """One version, whole.

        Raises:
            VersionMissing: there is none of that number.
            DamagedArchive: it was altered, or carries another number than its name.
        """
        return self.current if numero == self.current.numero else self.described_version(numero)[0]

    def described_version(self, numero: int) -> tuple[Saved, Version]:
        """One version, read from the file, with its digest."""
        try:
            return self._decrypted(numero)
        except WrongPassword:  # the key has opened another entry of this file
            raise DamagedArchive(f"la version {numero} a été altérée") from None

    def _decrypted(self, numero: int) -> tuple[Saved, Version]:
        name = version_name(numero)
        entry = self.container.directory.by_name.get(name)
        if entry is None:
            raise VersionMissing(numero)
        data = self.container.read(name, self.key.zip_password)
        saved = Saved.from_bytes(data)
        if saved.numero != numero:
            raise DamagedArchive(f"la version {numero} porte à l’intérieur un autre numéro")
        return saved, Version(numero, saved.date, len(data), hashlib.sha256(data).hexdigest())

    def piece_ids(self) -> list[str]:
        """The documents in the file, in its order."""
        return [match[1] for e in self.container.directory.entries if (match := PIECE_NAME.match(e.name))]

    def piece_entry(self, name: str) -> Entry | None:
        """A document's entry, if it is there."""
        return self.container.directory.by_name.get(piece_name(name))

    def record(self, name: str) -> PieceRecord:
        """What the newest version that cites a document remembers of it.

        The bytes themselves are never asked: names can be exchanged by somebody without the key.
        """
        if self.piece_entry(name) is None:
            raise PieceMissing(name)
        if name in self.current.pieces:
            return self.current.pieces[name]
        for version in self.versions():
            pieces = self.version(version.numero).pieces
            if name in pieces:
                return pieces[name]
        raise PieceMissing(name)

    def piece(self, name: str) -> bytes:
        """A document's bytes, once their digest is the recorded one."""
        record = self.record(name)
        try:
            data = self.container.read(piece_name(name), self.key.zip_password)
        except WrongPassword:
            raise DamagedArchive(f"le document {name} a été altéré") from None
        if PieceRecord.of(data) != record:
            raise DamagedArchive(f"le document {name} n’est pas celui qui a été enregistré")
        return data

    def verified(self, entry: Entry) -> bytes:
        """The content of any encrypted entry, held against what the livret knows of it."""
        if match := PIECE_NAME.match(entry.name):
            return self.piece(match[1])
        self.described_version(int(entry.name[-13:-5]))
        return self.container.read(entry.name, self.key.zip_password)

    def add(self, saved: Saved, pieces: Mapping[str, bytes]) -> None:
        """Append a version with its new documents, and make it the current one."""
        self.container.append(sealed(saved, pieces, self.key))
        data = saved.to_bytes()
        self.current = saved
        self.described = Version(saved.numero, saved.date, len(data), hashlib.sha256(data).hexdigest())


def unlock(container: Container, header: KeyHeader, secret: str) -> Vault:
    """Try ``secret`` as what it looks like: a recovery key costs nothing to try, a password a second."""
    mistyped: MistypedKey | None = None
    if resembles_a_key(secret):
        try:
            return Vault(container, RecoveryKey.parse(secret))
        except MistypedKey as problem:
            mistyped = problem
        except WrongPassword:
            pass  # another archive's key, or a password that looks like one
    try:
        key = header.unwrap(secret)
    except WrongPassword:
        raise mistyped or WrongPassword from None
    try:
        return Vault(container, key)
    except WrongPassword:
        raise DamagedArchive("la version courante a été altérée") from None


def manifest_of(cited: Iterable[str], given: Mapping[str, bytes], vault: Vault | None) -> dict[str, PieceRecord]:
    """The digest of each document a livret cites, those just given and those kept before.

    Raises:
        PieceMissing: a cited document is nowhere.
        ContentError: an identifier is taken by other bytes; an archive never changes a document.
    """
    manifest = {}
    taken = {kept.lower(): kept for kept in (vault.piece_ids() if vault else [])}
    for name in cited:
        if taken.setdefault(name.lower(), name) != name:  # Windows would extract one over the other
            raise ContentError([Problem(("pieces", name), "cet identifiant ne diffère d’un autre que par la casse")])
        kept = None if vault is None or vault.piece_entry(name) is None else vault.record(name)
        offered = PieceRecord.of(given[name]) if name in given else None
        if kept and offered and kept != offered:
            raise ContentError([Problem(("pieces", name), "cet identifiant sert déjà à un autre document")])
        record = kept or offered
        if record is None:
            raise PieceMissing(name)
        manifest[name] = record
    return manifest


def sealed_again(vault: Vault, header: KeyHeader, key: RecoveryKey) -> Iterator[Fresh]:
    """Every entry under a new key, each verified on its way: laundering an altered one would hide it for ever."""
    yield from head(header)
    for entry in vault.container.directory.entries[2:]:
        yield Fresh(*sealed_entry(entry.name, vault.verified(entry), key.zip_password, entry.when))


def version_name(numero: int) -> str:
    """The entry of a version."""
    return f"livret/{numero:08d}.json"


def piece_name(name: str) -> str:
    """The entry of a document."""
    return f"pieces/{name}"


def head(header: KeyHeader) -> list[Fresh]:
    """The two clear entries every archive begins with."""
    return [Fresh(*clear_entry(README, README_TEXT)), Fresh(*clear_entry(KEYS, header.to_bytes()))]


def sealed(saved: Saved, pieces: Mapping[str, bytes], key: RecoveryKey) -> list[Fresh]:
    """The entries of a version and of the documents that came with it, the version last."""
    password = key.zip_password
    documents: Iterable[Fresh] = (Fresh(*sealed_entry(piece_name(n), data, password)) for n, data in pieces.items())
    return [*documents, Fresh(*sealed_entry(version_name(saved.numero), saved.to_bytes(), password, saved.date))]
