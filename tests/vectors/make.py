"""Make the archives of this folder again: ``python -m tests.vectors.make``, from the root of the sources.

Everything random (salts, nonces, keys) is drawn from a fixed seed, so the same program writes the same bytes; another
version of zlib may deflate differently, and that is no fault. Each archive has a ``.toml`` beside it: how to open it,
what must come out, and why. Vectors are kept for ever: a later Livret adds some, and never makes an old one again.
"""

from __future__ import annotations

import random
import struct
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from data.archive import Archive
from data.container import Fresh
from data.directory import Directory, Entry, laid_out, sealed_entry
from data.journal import Journal, digest
from data.keys import CHEAPEST, KeyProfile, RecoveryKey
from data.model import Livret

FOLDER = Path(__file__).parent
PASSWORD = "cheval exact pile agrafe"
KEY = RecoveryKey(0x2026_0C0F_FEE0_0BAD_CAFE_0DEA_DBEE_F123)
NOW = datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)
SCAN = b"%PDF-1.7 attestation\n"
PHOTO = bytes(range(256))


class _Seeded:
    """Stands in for the two sources of randomness, pyzipper's and ours."""

    def __init__(self, seed: str) -> None:
        self.token_bytes = self.read = random.Random(seed).randbytes

    def new(self) -> _Seeded:
        return self


def _livret(name: str, **pieces: bytes) -> Livret:
    rows = [{"id": id_, "titre": f"Document {id_}", "taille": len(data)} for id_, data in pieces.items()]
    return Livret.from_data({"titulaire": {"nom": name}, "pieces": rows})


def sound(path: Path, profile: KeyProfile = CHEAPEST) -> None:
    """Three versions and two documents."""
    with Archive.create(path, PASSWORD, _livret("Martin"), profile=profile, recovery_key=KEY, now=NOW) as archive:
        archive.save(_livret("Martin", scan=SCAN), {"scan": SCAN}, now=NOW + timedelta(minutes=1))
        archive.save(_livret("Martin-Durand", scan=SCAN, photo=PHOTO), {"photo": PHOTO}, now=NOW + timedelta(hours=1))


def thinned(path: Path) -> None:
    """The middle version is gone; the third one's ``precedent`` names it all the same."""
    sound(path)
    with Archive.open(path, PASSWORD) as archive:
        archive._keep({1, 3})


def _entries(path: Path) -> list[Fresh]:
    written = path.read_bytes()
    start = struct.unpack("<L", written[-6:-2])[0]
    return [
        Fresh(entry, written[entry.offset : entry.end]) for entry in Directory.parse(written[start:], start).entries
    ]


def _arranged(change: Callable[[list[Fresh]], list[Fresh]]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        sound(path)
        entries = change(_entries(path))
        directory = laid_out([fresh.entry for fresh in entries])
        path.write_bytes(b"".join(fresh.data for fresh in entries) + directory.written)

    return make


def _renamed(fresh: Fresh, name: str) -> Fresh:
    """The same sealed bytes under a name of any length: what anybody can do without the key."""
    old, entry = fresh.entry.name.encode(), fresh.entry
    lengths = struct.pack("<H", len(name))
    record = entry.record[:28] + lengths + entry.record[30:46] + name.encode() + entry.record[46 + len(old) :]
    data = fresh.data[:26] + lengths + fresh.data[28:30] + name.encode() + fresh.data[30 + len(old) :]
    return Fresh(replace(entry, name=name, record=record), data)


def _names(**changes: str) -> Callable[[list[Fresh]], list[Fresh]]:
    table = {old.replace("__", "/").replace("_json", ".json"): new for old, new in changes.items()}
    return lambda entries: [_renamed(f, table[f.entry.name]) if f.entry.name in table else f for f in entries]


def _recorded(entry: Entry, at: int, value: bytes) -> Entry:
    return replace(entry, record=entry.record[:at] + value + entry.record[at + len(value) :])


def _edited(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        sound(path)
        path.write_bytes(change(path.read_bytes()))

    return make


def _header(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change ``cle.json``, with the checksum and sizes that follow."""

    def on(entries: list[Fresh]) -> list[Fresh]:
        old = entries[1]
        body = change(old.data[old.entry.start - old.entry.offset :])
        numbers = struct.pack("<LLL", zlib.crc32(body), len(body), len(body))
        entry = replace(_recorded(old.entry, 16, numbers), size=len(body), packed=len(body))
        return [entries[0], Fresh(entry, entry.local + body), *entries[2:]]

    return _arranged(on)


def _ae1(entries: list[Fresh]) -> list[Fresh]:
    last = entries[-1]
    at = 46 + len(last.entry.name) + 4
    record = _recorded(_recorded(last.entry, at, b"\1\0"), 16, struct.pack("<L", 0x12345678))
    return [*entries[:-1], Fresh(record, record.local + last.data[-last.entry.packed :])]


def _bomb(entries: list[Fresh]) -> list[Fresh]:
    """A version that announces 32 MiB out of a few hundred bytes."""
    last = entries[-1]
    record = _recorded(last.entry, 24, struct.pack("<L", 32 << 20))
    return [*entries[:-1], Fresh(record, record.local + last.data[-last.entry.packed :])]


def _overlap(written: bytes) -> bytes:
    """The last two entries claim the same bytes."""
    start = struct.unpack("<L", written[-6:-2])[0]
    entries = Directory.parse(written[start:], start).entries
    at = start + sum(len(entry.record) for entry in entries[:-1]) + 42
    return written[:at] + struct.pack("<L", entries[-2].offset) + written[at + 4 :]


def _clear_entry(entries: list[Fresh]) -> list[Fresh]:
    """A document without encryption."""
    body = b"en clair"
    record = struct.pack("<4s6H3L5H2L", b"PK\1\2", 0x314, 20, 0, 0, 0, 33, zlib.crc32(body), 8, 8, 13, 0, 0, 0, 0, 0, 0)
    entry = replace(
        entries[0].entry, name="pieces/enclair", record=record[:28] + b"\x0e" + record[29:] + b"pieces/enclair"
    )
    entry = replace(entry, size=8, packed=8)
    return [*entries, Fresh(entry, entry.local + body)]


def _other_number(path: Path) -> None:
    """Version 4 says inside that it is version 3: somebody with the key, or a broken writer."""
    sound(path)
    with Archive.open(path, PASSWORD, read_only=True) as archive:
        data = archive._vault.current.to_bytes()
    entries = [*_entries(path), Fresh(*sealed_entry("livret/00000004.json", data, KEY.zip_password, NOW))]
    path.write_bytes(b"".join(f.data for f in entries) + laid_out([f.entry for f in entries]).written)


def _torn(path: Path) -> None:
    """A save died half-way: the journal beside it brings version 3 back."""
    sound(path)
    written = path.read_bytes()
    start = struct.unpack("<L", written[-6:-2])[0]
    old = Directory.parse(written[start:], start)
    fresh = Fresh(*sealed_entry("pieces/plus", PHOTO, KEY.zip_password))
    following = old.extended([fresh.entry])
    journal = Journal(digest(written[: old.head]), old, digest(following.written))
    path.with_name(f"{path.name}.journal").write_bytes(journal.to_bytes())
    path.write_bytes(written[:start] + (fresh.data + following.written)[:250] + written[start + 250 :])


# name: how it is made, what must come out, why, and how to open it when not with the usual secrets
VECTORS: dict[str, tuple[Callable[[Path], None], str, str, dict[str, str]]] = {
    "sound": (sound, "success", "three versions, two documents", {}),
    "thinned": (thinned, "success", "version 2 is gone: a chain with a hole is sound", {}),
    "default-profile": (
        lambda path: sound(path, KeyProfile("2026", 256 * 1024, 3, 4)), "success", "the default Argon2id profile", {},
    ),
    "torn-with-journal": (_torn, "success", "a save died half-way; the journal beside it is applied first", {}),
    "wrong-password": (sound, "wrong-password", "another password", {"password": "cheval exact pile"}),
    "other-key": (sound, "wrong-password", "another archive's key", {"recovery_key": str(RecoveryKey(7))}),
    "newer-format": (
        _header(lambda b: b.replace(b'"format": 1', b'"format": 2')), "newer", "cle.json announces format 2", {},
    ),
    "greedy-memory": (
        _header(lambda b: b.replace(b'"memoire_kio": 8,', b'"memoire_kio": 1073741824,')), "damaged",
        "asks Argon2id for 1 TiB", {},
    ),
    "greedy-passes": (
        _header(lambda b: b.replace(b'"passes": 1', b'"passes": 4000000000')), "damaged", "years of hashing", {},
    ),
    "unknown-field": (
        _header(lambda b: b.replace(b"{\n", b'{\n "indice": "le nom du chat",\n')), "damaged", "cle.json says more", {},
    ),
    "truncated": (_edited(lambda b: b[:-100]), "damaged", "the end is missing", {}),
    "prepended": (_edited(lambda b: b"MZ" + b), "damaged", "bytes before the first entry", {}),
    "appended": (_edited(lambda b: b + b"\n"), "damaged", "bytes after the end", {}),
    "overlapping": (_edited(_overlap), "damaged", "two entries share bytes", {}),
    "flipped-byte": (
        _edited(lambda b: b.replace(b"livret/00000003.json\x01", b"livret/00000003.json\x00", 1)), "damaged",
        "a local header that is not what the directory implies", {},
    ),
    "swapped-versions": (
        _arranged(_names(livret__00000002_json="livret/00000003.json", livret__00000003_json="livret/00000002.json")),
        "damaged", "two versions exchanged names", {},
    ),
    "swapped-pieces": (
        _arranged(_names(pieces__scan="pieces/photo", pieces__photo="pieces/scan")), "damaged",
        "two documents exchanged names: their sizes differ from the manifest's", {},
    ),
    "missing-piece": (
        _arranged(lambda e: [f for f in e if f.entry.name != "pieces/scan"]), "damaged", "a document is absent", {},
    ),
    "other-number": (_other_number, "damaged", "the number inside is not that of the name", {}),
    "duplicate-name": (_arranged(lambda e: [*e, e[-2]]), "damaged", "the same name twice", {}),
    "case-duplicate": (
        _arranged(lambda e: [*e, *(_renamed(f, "pieces/SCAN") for f in e if f.entry.name == "pieces/scan")]), "damaged",
        "names that differ by case only", {},
    ),
    "climbing-path": (_arranged(_names(pieces__photo="pieces/../../photo")), "damaged", "a path that climbs", {}),
    "absolute-path": (_arranged(_names(pieces__photo="/pieces/photo")), "damaged", "an absolute path", {}),
    "unexpected-name": (_arranged(_names(pieces__photo="photo.exe")), "damaged", "a name of no kind we know", {}),
    "ae-1": (_arranged(_ae1), "damaged", "AE-1: the checksum tells what the content is", {}),
    "unencrypted": (_arranged(_clear_entry), "damaged", "a document in clear", {}),
    "bomb": (_arranged(_bomb), "damaged", "32 MiB announced out of a few hundred bytes", {}),
}  # fmt: skip


def make(folder: Path) -> None:
    """Write every vector and its description into ``folder``."""
    for name, (maker, expect, why, secrets) in VECTORS.items():
        path = folder / f"{name}.livret"
        path.unlink(missing_ok=True)
        seeded = _Seeded("sound" if maker is sound else name)
        with patch("data.keys.secrets", seeded), patch("pyzipper.zipfile_aes.Random", seeded):
            maker(path)
        given = {"password": PASSWORD, "recovery_key": str(KEY), **secrets}
        if secrets:
            given = secrets
        lines = [*(f'{key} = "{value}"' for key, value in given.items()), f'expect = "{expect}"', f'why = "{why}"']
        path.with_suffix(".toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        for leftover in folder.glob(".*.verrou*"):
            leftover.unlink()


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
