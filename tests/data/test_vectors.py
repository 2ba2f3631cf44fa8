"""Every archive of tests/vectors, opened in every way we offer, and by a reader written from FORMAT.md alone.

That reader knows the standard library, cryptography for Argon2id and AES-GCM, and pyzipper for the entries; none of
our code. When it and Livret disagree, one of them, or the page, is wrong.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import struct
import subprocess
import tomllib
import unicodedata
import zlib
from pathlib import Path

import pytest
import pyzipper
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from data.archive import Archive
from data.errors import DamagedArchive, NewerFormat, WrongPassword
from tests.vectors import make

FOLDER = Path(make.__file__).parent
VECTORS = sorted(path.stem for path in FOLDER.glob("*.livret"))
ERRORS = {"wrong-password": WrongPassword, "damaged": DamagedArchive, "newer": NewerFormat}
GIVEN = [  # a vector that is about one secret does not give the other
    pytest.param(vector, secret, id=f"{vector}-{secret}")
    for vector in VECTORS
    for secret in ("password", "recovery_key")
    if secret in tomllib.loads((FOLDER / f"{vector}.toml").read_text(encoding="utf-8"))
]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """No waiting for a real disk: what flushing is for is tested with one that forgets."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("data.container._PAUSE", 0)


@pytest.fixture
def vector(request, tmp_path):
    """A copy of the vector, with its journal, and its description."""
    for file in FOLDER.glob(f"{request.param}.livret*"):
        shutil.copy(file, tmp_path)
    return tmp_path / f"{request.param}.livret", tomllib.loads((FOLDER / f"{request.param}.toml").read_text())


def everything(archive):
    versions = {v.numero: archive.livret_at(v.numero).to_data() for v in archive.versions()}
    return versions, {name: archive.piece(name) for name in archive.piece_ids()}


@pytest.mark.parametrize(("vector", "secret"), GIVEN, indirect=["vector"])
@pytest.mark.parametrize("read_only", [False, True])
def test_every_vector_opens_as_it_says(vector, secret, read_only):
    """With the password or the key, to write or to read, the outcome is the one announced; so is the full check's."""
    path, said = vector
    before = path.read_bytes()
    if said["expect"] == "success":
        with Archive.open(path, said[secret], read_only=read_only) as archive:
            assert archive.check() == []
            versions, pieces = everything(archive)
        assert versions[max(versions)]["titulaire"]["nom"] == "Martin-Durand"
        assert pieces == {"scan": make.SCAN, "photo": make.PHOTO}
    else:
        with pytest.raises(ERRORS[said["expect"]]), Archive.open(path, said[secret], read_only=read_only) as archive:
            everything(archive)
        assert path.read_bytes() == before


@pytest.mark.parametrize(("vector", "secret"), GIVEN, indirect=["vector"])
def test_a_reader_written_from_the_page_agrees(vector, secret):
    """Somebody without our code reads the same livret and the same documents, and refuses the same files."""
    path, said = vector
    if said["expect"] != "success":
        with pytest.raises(Refused) as refused:
            foreign(path, **{secret: said[secret]})
        assert refused.value.args[0] == said["expect"], refused.value
        return
    versions, pieces = foreign(path, **{secret: said[secret]})
    with Archive.open(path, said[secret]) as archive:
        assert everything(archive) == (versions, pieces)


def test_vectors_are_all_described_and_can_be_made_again(tmp_path):
    """Each vector has its description, and the script gives the same bytes again."""
    assert set(VECTORS) == {path.stem for path in FOLDER.glob("*.toml")} == set(make.VECTORS)
    make.make(tmp_path)
    for file in tmp_path.iterdir():
        made, kept = file.read_bytes(), (FOLDER / file.name).read_bytes()
        if zlib.ZLIB_RUNTIME_VERSION.startswith("1."):  # another zlib may deflate otherwise
            assert len(made) == len(kept), file.name
    assert make.VECTORS


def test_the_page_names_every_vector():
    """FORMAT.md lists each vector, and the derivations it gives use the numbers of the code."""
    page = (FOLDER.parents[1] / "data" / "FORMAT.md").read_text(encoding="utf-8")
    for name in VECTORS:
        assert f"`{name}`" in page, name
    for said in ("262144", "1021", "0123456789ABCDEFGHJKMNPQRSTVWXYZ", "LIVRET-JOURNAL 1", "65 000"):
        assert said in page, said


def test_sevenzip_opens_a_vector_with_the_printed_key(tmp_path):
    """In twenty years: 7-Zip, the key, and the files come out."""
    key = tomllib.loads((FOLDER / "sound.toml").read_text())["recovery_key"]
    subprocess.run(["7zz", "x", f"-p{key}", f"-o{tmp_path}", FOLDER / "sound.livret"], check=True, capture_output=True)

    assert (tmp_path / "pieces" / "scan").read_bytes() == make.SCAN
    newest = json.loads((tmp_path / "livret" / "00000003.json").read_text(encoding="utf-8"))
    assert newest["livret"]["titulaire"]["nom"] == "Martin-Durand"


# A reader written from FORMAT.md


class Refused(Exception):
    """The vector's word for what is wrong, and the reason."""


def require(condition, why, word="damaged"):
    if not condition:
        raise Refused(word, why)


def foreign(path, password=None, recovery_key=None):
    """All versions' livrets and all documents."""
    data = path.read_bytes()
    data = journal_applied(data, path.with_name(path.name + ".journal"))
    header = head_of(data)
    entries = directory_of(data)
    require(entries is not None, "directory")
    key = recovery_key or unwrapped(header, password)
    clean = path.with_name("copie.zip")
    clean.write_bytes(data)
    versions, pieces, manifests = {}, {}, {}
    with pyzipper.AESZipFile(clean) as archive:
        archive.setpassword(key.encode())
        for name in entries:
            if name in ("LISEZMOI.txt", "cle.json"):
                continue
            try:
                content = archive.read(name)
            except RuntimeError as error:
                raise Refused("wrong-password", str(error)) from error
            except (pyzipper.BadZipFile, zlib.error) as error:
                raise Refused("damaged", str(error)) from error
            if name.startswith("pieces/"):
                pieces[name[7:]] = content
            else:
                versions[int(name[7:15])] = json.loads(content), hashlib.sha256(content).hexdigest()
    require(versions, "no version")
    for number, (version, _) in versions.items():
        require(version["numero"] == number, "number")
        if number - 1 in versions:
            require(version["precedent"] == versions[number - 1][1], "chain")
        manifests |= version["pieces"]
        for name, record in version["pieces"].items():
            require(name in pieces, "absent document")
            require(hashlib.sha256(pieces[name]).hexdigest() == record["sha256"], "digest")
            require(len(pieces[name]) == record["taille"], "size")
    return {number: version["livret"] for number, (version, _) in versions.items()}, pieces


def head_of(data):
    at = 0
    for name in (b"LISEZMOI.txt", b"cle.json"):
        magic, crc, size = data[at : at + 4], *struct.unpack_from("<L4xL", data, at + 14)
        require(magic == b"PK\3\4" and data[at + 30 : at + 30 + len(name)] == name and size <= 16384, "head")
        body = data[at + 30 + len(name) :][:size]
        require(len(body) == size and zlib.crc32(body) == crc, "head checksum")
        at += 30 + len(name) + size
    require(len(body) <= 4096, "header size")
    header = json.loads(body)
    require(header["format"] == 1, "format", "newer" if header["format"] > 1 else "damaged")
    fields = ["format", "profil", "memoire_kio", "passes", "voies", "sel", "nonce", "cle"]
    require(list(header) == fields and json.dumps(header, indent=1).encode() + b"\n" == body, "header fields")
    memory, passes, lanes = header["memoire_kio"], header["passes"], header["voies"]
    require(1 <= lanes <= 16 and 1 <= passes <= 16 and 8 * lanes <= memory <= 1 << 20, "cost")
    require(memory * passes <= 4 << 20 and len(header["cle"]) == 100, "cost")
    return header


def unwrapped(header, password):
    m, t, p = header["memoire_kio"], header["passes"], header["voies"]
    salt, nonce = bytes.fromhex(header["sel"]), bytes.fromhex(header["nonce"])
    secret = unicodedata.normalize("NFC", password).encode()
    wrapping = Argon2id(salt=salt, length=32, iterations=t, lanes=p, memory_cost=m).derive(secret)
    bound = f"livret 1 {header['profil']} argon2id m={m} t={t} p={p} {header['sel']} {header['nonce']}"
    try:
        return AESGCM(wrapping).decrypt(nonce, bytes.fromhex(header["cle"]), bound.encode()).decode()
    except InvalidTag:
        raise Refused("wrong-password", "tag") from None


def directory_of(data):
    """The names, in order, when the file is laid out as format 1 says; else Refused."""
    require(len(data) > 22 and data[-22:-18] == b"PK\5\6", "end record")
    disk, disk2, here, count, size, start, comment = struct.unpack("<4H2LH", data[-18:])
    require((disk, disk2, here, comment) == (0, 0, count, 0) and start + size + 22 == len(data), "end record")
    require(3 <= count <= 65_000, "count")
    names, at, expected = [], start, 0
    for _ in range(count):
        fields = struct.unpack_from("<4s6H3L5H2L", data, at)
        magic, _, _, flags, method, _, _, crc, packed, plain, n, x, c, disk, _, _, offset = fields
        tail = data[at + 46 : at + 46 + n + x]
        name, extra = tail[:n].decode("ascii", "replace"), tail[n:]
        local = struct.pack("<4s5H3L2H", b"PK\3\4", *fields[2:10], n, x) + tail
        require(magic == b"PK\1\2" and not c and not disk and offset == expected, "record")
        require(data[offset : offset + len(local)] == local, "local header")
        if name in ("LISEZMOI.txt", "cle.json"):
            require((flags, method, extra, packed) == (0, 0, b"", plain), "clear entry")
        else:
            version = re.fullmatch(r"livret/[0-9]{8}\.json", name)
            require(version or re.fullmatch(r"pieces/[A-Za-z0-9][A-Za-z0-9_-]{0,63}", name), f"name {name}")
            require((flags, method, crc, len(extra)) == (1, 99, 0, 11), "protection")
            *head, inner = struct.unpack("<HHH2sBH", extra)
            require(head == [0x9901, 7, 2, b"AE", 3] and inner in (0, 8), "AE-2, 256 bits")
            content = packed - 28
            require(plain == content if inner == 0 else 0 < plain <= 200 * content, "ratio")
            require(plain <= (32 << 20 if version else 256 << 20), "size")
        names.append(name)
        at, expected = at + 46 + n + x, offset + len(local) + packed
    require(expected == start and at == len(data) - 22, "gaps")
    require(names[:2] == ["LISEZMOI.txt", "cle.json"] and len({n.lower() for n in names}) == count, "names")
    return names


def journal_applied(data, journal):
    """The file as it was before the save that the journal announces, when it is that file."""
    if not journal.exists():
        return data
    written = journal.read_bytes()
    whole, seal = written[:-32], written[-32:]
    if not whole.startswith(b"LIVRET-JOURNAL 1\n") or hashlib.sha256(whole).digest() != seal:
        return data
    facts, _, old = whole[17:].partition(b"\n")
    facts = json.loads(facts)
    records = struct.unpack_from("<L", old, 42)[0], struct.unpack_from("<H", old, 28)[0]
    second = old[46 + records[1] :]
    clear = struct.unpack_from("<L", second, 42)[0] + 30 + struct.unpack_from("<H", second, 28)[0]
    clear += struct.unpack_from("<L", second, 20)[0]
    if hashlib.sha256(data[:clear]).hexdigest() != facts["entete"] or len(data) < facts["debut"]:
        return data
    try:
        directory_of(data)
    except Refused:
        return data[: facts["debut"]] + old
    start = struct.unpack("<L", data[-6:-2])[0]
    return data[: facts["debut"]] + old if hashlib.sha256(data[start:]).hexdigest() == facts["suivant"] else data
