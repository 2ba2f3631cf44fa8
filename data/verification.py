"""Reading an archive from end to end, to say everything that is wrong with it and not only the first thing.

Asked for by hand, or after a copy: it decrypts every version and every document.
"""

from __future__ import annotations

from collections.abc import Iterator

from data.directory import KEYS, README
from data.errors import ContentError, DamagedArchive, NewerFormat, WrongPassword
from data.history import PieceRecord, Saved
from data.model import Livret
from data.vault import Vault, piece_name


def findings(vault: Vault) -> Iterator[str]:
    """French sentences, one for each thing wrong."""
    for name in (README, KEYS):
        try:
            vault.container.clear(name)
        except DamagedArchive as damaged:
            yield f"Entrée {name} : {damaged.what}."
    cited: dict[str, set[PieceRecord]] = {}
    previous: tuple[int, str | None] | None = None
    for listed in reversed(vault.versions()):
        try:
            saved, described = vault.described_version(listed.numero)
        except (DamagedArchive, NewerFormat) as problem:
            what = f"{problem.what}." if isinstance(problem, DamagedArchive) else str(problem)
            yield f"Version {listed.numero} : {what}"
            previous = None
            continue
        if described.date != listed.date:
            yield f"Version {listed.numero} : sa date n’est pas celle que donne la table des matières."
        if previous and previous[0] == listed.numero - 1 and saved.precedent != previous[1]:
            yield f"Version {listed.numero} : elle ne fait pas suite à la version {previous[0]}."
        previous = listed.numero, described.digest
        yield from _content(vault, saved)
        for name, record in saved.pieces.items():
            cited.setdefault(name, set()).add(record)
    for name in vault.piece_ids():
        yield from _document(vault, name, cited.get(name, set()))


def _content(vault: Vault, saved: Saved) -> Iterator[str]:
    for name in saved.pieces:
        if vault.piece_entry(name) is None:
            yield f"Version {saved.numero} : le document {name} manque."
    try:
        livret = Livret.from_data(dict(saved.livret))
    except (ContentError, NewerFormat) as problem:
        yield f"Version {saved.numero} : {problem}"
        return
    for name in livret.piece_ids():
        if name not in saved.pieces:
            yield f"Version {saved.numero} : le document {name} est cité sans avoir été enregistré."


def _document(vault: Vault, name: str, records: set[PieceRecord]) -> Iterator[str]:
    try:
        found = PieceRecord.of(vault.container.read(piece_name(name), vault.key.zip_password))
    except (DamagedArchive, WrongPassword):
        yield f"Document {name} : il a été altéré."
        return
    if not records:
        yield f"Document {name} : aucune version ne le cite."
    elif records != {found}:
        yield f"Document {name} : ce n’est pas celui qui a été enregistré."
