"""The zip itself: what others read of it, what it refuses, how it meets a disk."""

from __future__ import annotations

import io
import os
import re
import shutil
import struct
import subprocess
import tempfile
import tracemalloc
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pyzipper
from hypothesis import given, settings
from hypothesis import strategies as st

from data import container as container_module
from data import directory as directory_module
from data.container import Container, Fresh
from data.directory import DEFLATED, STORED, Directory, clear_entry, laid_out, sealed_entry
from data.errors import ArchiveFull, ChangedOutside, DamagedArchive, LivretError, StorageFailure, WrongPassword
from data.journal import Journal, digest
from data.recovery import draft_path, journal_path
from data.storage import Disk
from data.winzip import seal, unseal

PASSWORD = b"ABCD-EFGH"
NOBODY = 65534
NOW = datetime(2026, 11, 23, 19, 0, 2, tzinfo=UTC)


def entries(*more):
    """The least an archive holds, and more."""
    return [
        Fresh(*clear_entry("LISEZMOI.txt", "é".encode())),
        Fresh(*clear_entry("cle.json", b"{}")),
        Fresh(*sealed_entry("livret/00000001.json", b'{"a": 1}', PASSWORD, NOW)),
        *more,
    ]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """No waiting for a real disk: what flushing is for is tested with one that forgets."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("data.container._PAUSE", 0)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.livret"
    Container.create(path, entries(Fresh(*sealed_entry("pieces/scan", b"image", PASSWORD))), Disk())
    return path


def reopened(path):
    return Container.open(path, Disk(), read_only=True)


@settings(deadline=None)
@given(st.binary(max_size=70_000), st.sampled_from([STORED, DEFLATED]))
def test_what_pyzipper_seals_we_open(data, method):
    """Our reader gives back the bytes that pyzipper sealed, whatever their length."""
    one = seal("pieces/x", data, PASSWORD, method, NOW)
    with pyzipper.AESZipFile(io.BytesIO(one)) as archive:
        info = archive.infolist()[0]
        archive.setpassword(PASSWORD)
        assert archive.read("pieces/x") == data
    start = 30 + len("pieces/x") + 11

    assert unseal(one[start : start + info.compress_size], PASSWORD, method, len(data)) == data


def test_entries_tell_no_checksum(path):
    """AE-2, 256 bits, and a CRC of zero: an AE-1 entry lets anybody confirm a guess of its content."""
    with pyzipper.AESZipFile(path) as archive:
        for info in archive.infolist()[2:]:
            assert (info.wz_aes_version, info.wz_aes_strength, info.CRC) == (2, 3, 0)


def test_sevenzip_and_the_standard_library_agree(path):
    """7-Zip tests the file with the key; Python's own zipfile lists the same names and reads the clear entries."""
    done = subprocess.run(["7zz", "t", "-pABCD-EFGH", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Warning" not in done.stdout
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["LISEZMOI.txt", "cle.json", "livret/00000001.json", "pieces/scan"]
        assert archive.read("LISEZMOI.txt").decode() == "é"


def test_the_wrong_password_and_a_changed_byte_are_told_apart(path):
    """Two bytes verify the password, ten authenticate the content."""
    container = reopened(path)
    with pytest.raises(WrongPassword):
        container.read("pieces/scan", b"other")
    entry = container.directory.by_name["pieces/scan"]
    written = bytearray(path.read_bytes())
    written[entry.start + 20] ^= 1
    path.write_bytes(written)

    with pytest.raises(DamagedArchive, match="altéré"):
        reopened(path).read("pieces/scan", PASSWORD)


def test_appending_moves_no_byte_before_the_directory(path):
    """A save only adds: what stood before is the same to the byte, and the file has no second directory."""
    before = path.read_bytes()
    container = Container.open(path, Disk(), read_only=False)
    start = container.directory.start
    container.append([Fresh(*sealed_entry("livret/00000002.json", b"{}", PASSWORD, NOW))])

    written = path.read_bytes()
    assert written[:start] == before[:start]
    assert written.count(b"PK\5\6") == 1
    assert written.count(b"PK\1\2") == len(container.directory.entries) == 5
    assert not journal_path(path).exists()


def test_rewriting_copies_entries_as_they_are(path):
    """Compaction re-encrypts nothing: a kept entry is the same bytes at another place."""
    container = reopened(path)
    kept = container.directory.by_name["pieces/scan"]
    before = path.read_bytes()[kept.offset : kept.end]
    first = entries()[:2]
    container.rewrite([*first, container.directory.entries[2], kept])

    kept = reopened(path).directory.by_name["pieces/scan"]
    assert path.read_bytes()[kept.offset : kept.end] == before
    assert not draft_path(path).exists()


# What a reader must refuse


def built(*fresh):
    """A file laid out as ours, from any entries."""
    directory = laid_out([one.entry for one in fresh])
    return b"".join(one.data for one in fresh) + directory.written


def forged(name, data=b"x", **change):
    """An entry of any name and flags, as a hostile writer would make it."""
    one = sealed_entry("pieces/a", data, PASSWORD)
    record = bytearray(one[0].record[:46] + name.encode() + one[0].record[54:])
    record[28:30] = struct.pack("<H", len(name.encode()))
    for at, value in change.items():
        start = int(at[1:])
        record[start : start + len(value)] = value
    raw = bytes(record)
    entry = directory_module.Entry(name, 0, True, 1, one[0].packed, 0, NOW, 0, raw)  # noqa: FBT003 - a record's fields
    local = struct.pack("<4s", b"PK\3\4") + raw[6:28] + raw[28:32] + raw[46:]
    return Fresh(entry, local + one[1][-one[0].packed :])


HOSTILE = {
    "a climbing path": [forged("pieces/../../a")],
    "an absolute path": [forged("/etc/passwd")],
    "a drive": [forged("C:/a")],
    "a backslash": [forged("pieces\\a")],
    "a folder": [forged("pieces/")],
    "an unexpected name": [forged("virus.exe")],
    "a name that is not ASCII": [forged("pieces/é")],
    "a longer number": [forged("livret/000000001.json")],
    "a newline in a name": [forged("pieces/a\n")],
    "the same name twice": [forged("pieces/a"), forged("pieces/a")],
    "names that differ by case": [forged("pieces/a"), forged("pieces/A")],
    "AE-1": [forged("pieces/a", _59=b"\1\0")],
    "128 bits": [forged("pieces/a", _62=b"\1")],
    "a checksum": [forged("pieces/a", _16=b"\1")],
    "no encryption": [forged("pieces/a", _8=b"\0\0")],
    "a data descriptor": [forged("pieces/a", _8=b"\x09\0")],
    "bzip2": [forged("pieces/a", _63=b"\x0c\0")],
    "an impossible date": [forged("pieces/a", _14=b"\0\0")],
    "a huge document": [forged("pieces/a", _24=struct.pack("<L", 1 << 31))],
    "a bomb": [forged("livret/00000002.json", _75=b"\x08\0", _24=struct.pack("<L", 1 << 24))],
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_entry_is_refused_when_opening(tmp_path, what):
    """Each is refused from the directory alone, before a byte of any entry is read."""
    path = tmp_path / "a.livret"
    path.write_bytes(built(*entries(*HOSTILE[what])))

    with pytest.raises(DamagedArchive):
        reopened(path)


def test_the_forger_makes_honest_entries_too(tmp_path):
    """Without a forged field the same file opens: the refusals above are about what they name."""
    path = tmp_path / "a.livret"
    path.write_bytes(built(*entries(forged("pieces/b"))))

    assert reopened(path).read("pieces/b", PASSWORD) == b"x"


def test_nothing_may_stand_before_between_or_after(path):
    """Prepended, trailing or hidden bytes, a comment, overlapping entries: all refused."""
    good = path.read_bytes()
    directory = reopened(path).directory
    second = directory.entries[3]
    moved = good[: second.offset] + b"gap" + good[second.offset :]
    comment = good[:-2] + b"\1\0x"
    overlaps = []
    for index in (1, 2, 3):
        at = directory.start + sum(len(entry.record) for entry in directory.entries[:index]) + 42
        overlaps.append(good[:at] + struct.pack("<L", directory.entries[index - 1].offset) + good[at + 4 :])
    for bad in (b"MZ" + good, good + b"\0", moved, comment, *overlaps, good[:-1], good[:40], b"", good[22:]):
        path.write_bytes(bad)
        with pytest.raises(DamagedArchive):
            reopened(path)


def test_a_lying_local_header_is_refused(path):
    """A local header must be the one its directory record implies, or another reader would see another file."""
    container = reopened(path)
    entry = container.directory.by_name["pieces/scan"]
    for at in range(entry.offset, entry.start):
        written = bytearray(path.read_bytes())
        written[at] ^= 0x11
        copy = path.with_name("b.livret")
        copy.write_bytes(written)
        with pytest.raises(DamagedArchive, match="à sa place"):
            reopened(copy).read("pieces/scan", PASSWORD)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_bytes_break_the_directory_reader(data):
    """Random edits of a directory give a directory that writes itself back, or our error."""
    good = bytearray(built(*entries()))
    start = good.index(b"PK\1\2")
    tail = good[start:]
    for _ in range(data.draw(st.integers(1, 4))):
        tail[data.draw(st.integers(0, len(tail) - 1))] = data.draw(st.integers(0, 255))
    try:
        parsed = Directory.parse(bytes(tail), start)
    except LivretError:
        return
    assert parsed.written == bytes(tail)


def test_honest_json_that_compresses_too_well_is_stored():
    """A writer never makes what a reader takes for a bomb."""
    entry, _ = sealed_entry("livret/00000001.json", b" " * 1_000_000, PASSWORD, NOW)
    assert entry.method == STORED
    entry, _ = sealed_entry("livret/00000001.json", os.urandom(500).hex().encode(), PASSWORD, NOW)
    assert entry.method == DEFLATED


def test_no_more_is_inflated_than_announced():
    """An entry that would inflate beyond its announced size is refused without being inflated."""
    one = seal("livret/1", bytes(50_000_000), PASSWORD, DEFLATED, NOW)
    start = 30 + len("livret/1") + 11
    end = struct.unpack("<L", one[-6:-2])[0]
    tracemalloc.start()
    with pytest.raises(DamagedArchive, match="taille"):
        unseal(one[start:end], PASSWORD, DEFLATED, 100)

    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_the_bounds_have_their_sentence(path, monkeypatch):
    """Too many entries, too large a file, too large a document: told in French, and nothing is written."""
    before = path.read_bytes()
    container = Container.open(path, Disk(), read_only=False)
    fresh = Fresh(*sealed_entry("pieces/b", b"x" * 100, PASSWORD))
    monkeypatch.setattr(directory_module, "MOST_ENTRIES", 4)
    with pytest.raises(ArchiveFull, match="versions et documents"):
        container.append([fresh])
    monkeypatch.setattr(directory_module, "MOST_ENTRIES", 5)
    monkeypatch.setattr(directory_module, "MOST_BYTES", container.directory.start)
    with pytest.raises(ArchiveFull, match="4 Gio"):
        container.append([fresh])
    monkeypatch.setattr(directory_module, "MOST_PIECE", 10)
    with pytest.raises(ArchiveFull, match="document"):
        sealed_entry("pieces/b", b"x" * 11, PASSWORD)

    assert path.read_bytes() == before


# Others at the same file


def test_a_file_changed_outside_is_never_overwritten(path):
    """A copy put in its place, even of the same size and date, stops the save; a mere touch does not."""
    container = Container.open(path, Disk(), read_only=False)
    stat = path.stat()
    os.utime(path, (0, 0))
    container.check_unchanged()
    good = path.read_bytes()
    other = built(*entries(Fresh(*sealed_entry("pieces/scan", b"IMAGE", PASSWORD))))
    for bad in (other, good + b"x", good[:-1], b""):
        path.write_bytes(bad)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        with pytest.raises(ChangedOutside):
            container.append([Fresh(*sealed_entry("pieces/b", b"x", PASSWORD))])
        assert path.read_bytes() == bad
    path.unlink()
    with pytest.raises(ChangedOutside):
        container.append([Fresh(*sealed_entry("pieces/b", b"x", PASSWORD))])
    assert len(other) == len(good)


def test_a_reader_beside_a_writer_reads_on(path):
    """Entries read before a save are read after it; when the file was replaced under it, the reader is told so."""
    reader = reopened(path)
    writer = Container.open(path, Disk(), read_only=False)
    writer.append([Fresh(*sealed_entry("pieces/b", b"x", PASSWORD))])
    assert reader.read("pieces/scan", PASSWORD) == b"image"
    first, second, version, scan, _ = writer.directory.entries
    writer.rewrite([first, second, scan, version])

    with pytest.raises(ChangedOutside):
        reader.read("pieces/scan", PASSWORD)


def journal_for(path, *, head=None):
    """The journal of a save about to add a document to ``path``, and the file as that save would leave it."""
    container = reopened(path)
    fresh = Fresh(*sealed_entry("pieces/b", b"x", PASSWORD))
    following = container.directory.extended([fresh.entry])
    clear = path.read_bytes()[: container.directory.head]
    whole = path.read_bytes()[: container.directory.start] + fresh.data + following.written
    return Journal(digest(head or clear), container.directory, digest(following.written)).to_bytes(), whole


def test_a_reader_sees_through_a_crash_and_writes_nothing(path):
    """With a journal pending, a reader gets the old state; the files stay as the crash left them."""
    good = path.read_bytes()
    journal, whole = journal_for(path)
    journal_path(path).write_bytes(journal)
    path.write_bytes(whole[:-30])
    path.chmod(0o400)

    assert reopened(path).directory.written == good[-len(reopened(path).directory.written) :]
    assert path.read_bytes() == whole[:-30]
    path.chmod(0o600)
    Container.open(path, Disk(), read_only=False)
    assert path.read_bytes() == good
    assert not journal_path(path).exists()


def test_a_stale_journal_is_not_applied_to_another_file(path):
    """An older or newer copy put back, or an archive whose password changed: its own bytes win over the journal."""
    journal, whole = journal_for(path)
    container = Container.open(path, Disk(), read_only=False)
    container.append([Fresh(*sealed_entry("pieces/c", b"y", PASSWORD))])
    newer = path.read_bytes()
    older = built(*entries())
    for other in (newer, older):
        path.write_bytes(other)
        journal_path(path).write_bytes(journal)
        Container.open(path, Disk(), read_only=False)
        assert path.read_bytes() == other
        assert not journal_path(path).exists()
    foreign = journal_for_foreign(path)
    journal_path(path).write_bytes(foreign)
    path.write_bytes(newer[:-5])
    with pytest.raises(DamagedArchive):
        Container.open(path, Disk(), read_only=False)
    assert path.read_bytes() == newer[:-5]
    assert whole != newer


def test_a_directory_that_landed_before_its_entries_is_rolled_back(path):
    """A disk may write the end of a save first: sound by its directory, hollow inside; the journal knows better."""
    good = path.read_bytes()
    start = reopened(path).directory.start
    journal, whole = journal_for(path)
    journal_path(path).write_bytes(journal)
    path.write_bytes(whole[: start + 50] + bytes(20) + whole[start + 70 :])
    Container.open(path, Disk(), read_only=False)

    assert path.read_bytes() == good


def journal_for_foreign(path):
    path.write_bytes(built(*entries()))
    return journal_for(path, head=b"another archive")[0]


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_journal_is_whole_or_nothing(noise, cut):
    """Any bytes but a whole journal are no journal: the archive had not been touched yet."""
    directory = laid_out([one.entry for one in entries()])
    whole = Journal("0" * 64, directory, "1" * 64).to_bytes()

    assert Journal.from_bytes(whole) == Journal("0" * 64, directory, "1" * 64)
    assert Journal.from_bytes(noise) is None
    assert Journal.from_bytes(whole[: min(cut, len(whole) - 1)]) is None
    assert Journal.from_bytes(noise + whole) is None or not noise


def test_a_reader_waits_for_a_save_in_progress(path, monkeypatch):
    """A torn file beside a journal that appears or goes is looked at again before it is called damaged."""
    _, whole = journal_for(path)
    path.write_bytes(whole[:-30])
    looks = []

    def pause(_):
        looks.append(1)
        path.write_bytes(whole)

    monkeypatch.setattr(container_module.time, "sleep", pause)
    journal_path(path).write_bytes(b"being written")

    assert "pieces/b" in reopened(path).directory.by_name
    assert looks == [1]


# Disks


def test_windows_is_asked_again_while_somebody_holds_the_file(path, monkeypatch):
    """An antivirus that holds the file for a moment delays a save; one that never lets go fails it, in French."""
    refusals = [PermissionError(13, "held")] * 2
    really = Path.replace

    def held(self, target):
        if refusals:
            raise refusals.pop()
        return really(self, target)

    monkeypatch.setattr(Path, "replace", held)
    container = Container.open(path, Disk(patience=(0.001, 0.001, 0.001)), read_only=False)
    container.rewrite(container.directory.entries)
    assert refusals == []

    before = path.read_bytes()
    refusals.extend([PermissionError(13, "held")] * 9)
    with pytest.raises(StorageFailure, match="droit d’écrire"):
        container.rewrite(container.directory.entries[:3])
    assert path.read_bytes() == before
    assert not draft_path(path).exists()


def test_the_rights_of_the_file_survive_a_rewrite(path):
    """A file made readable by others stays so; a new one is the agent's alone."""
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    container = Container.open(path, Disk(), read_only=False)
    container.rewrite(container.directory.entries)

    assert path.stat().st_mode & 0o777 == 0o640


def test_a_planted_link_is_not_followed(path, tmp_path):
    """A draft that is a link to somewhere else is refused, and that place untouched."""
    victim = tmp_path / "victime"
    victim.write_text("intact")
    container = Container.open(path, Disk(), read_only=False)
    draft_path(path).symlink_to(victim)
    with pytest.raises(StorageFailure):
        container.rewrite(container.directory.entries)

    assert victim.read_text() == "intact"


@pytest.fixture
def refusing(path):
    """A folder with an archive of somebody's own in which they may create nothing; root first becomes nobody."""
    with tempfile.TemporaryDirectory() as name:
        kept = Path(shutil.copy(path, name))
        nobody = os.geteuid() == 0
        for each in (Path(name), kept):
            if nobody:
                os.chown(each, NOBODY, NOBODY)
        Path(name).chmod(0o500)
        try:
            if nobody:
                os.seteuid(NOBODY)
            yield kept
        finally:
            if nobody:
                os.seteuid(0)
            Path(name).chmod(0o700)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_a_folder_that_refuses(refusing):
    """A folder where nothing may be created: the sentence says so, and the archive is as it was."""
    before = refusing.read_bytes()
    container = Container.open(refusing, Disk(), read_only=False)
    with pytest.raises(StorageFailure, match="droit d’écrire"):
        container.append([Fresh(*sealed_entry("pieces/b", b"x", PASSWORD))])

    assert refusing.read_bytes() == before


def test_a_folder_that_is_not_there(tmp_path):
    """A missing folder is the folder's fault, in French."""
    with pytest.raises(StorageFailure, match="n’existe pas"):
        Container.create(tmp_path / "rien" / "a.livret", entries(), Disk())


def test_dates_are_said_to_the_even_second():
    """What the directory says of a version's date is that date, in UTC."""
    for days in range(0, 9000, 700):
        when = NOW + timedelta(days=days, hours=days % 24, minutes=days % 60)
        assert sealed_entry("livret/00000001.json", b"{}", PASSWORD, when)[0].when == when


def test_two_hundred_saves_please_sevenzip(path):
    """After two hundred appends 7-Zip finds no fault and no warning, and sees every version."""
    container = Container.open(path, Disk(), read_only=False)
    for number in range(2, 202):
        container.append([Fresh(*sealed_entry(f"livret/{number:08d}.json", b"{}", PASSWORD, NOW))])
    done = subprocess.run(["7zz", "t", "-pABCD-EFGH", path], capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert not re.search("warning|error", done.stdout + done.stderr, re.IGNORECASE)
    assert "Files: 204" in done.stdout
    assert shutil.which("7zz")
