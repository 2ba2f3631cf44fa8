"""The archive as the editor and the command line use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import archive as archive_module
from data.archive import Archive, read_header
from data.container import Fresh, journal_path
from data.directory import laid_out, sealed_entry
from data.errors import (
    ArchiveBusy,
    ArchiveExists,
    ArchiveMissing,
    ChangedOutside,
    ContentError,
    DamagedArchive,
    LivretError,
    MistypedKey,
    NewerFormat,
    PasswordRefused,
    PieceMissing,
    ReadOnly,
    StorageFailure,
    VersionMissing,
    WrongPassword,
)
from data.history import Version, worth_keeping
from data.keys import CHEAPEST, CURRENT, KeyHeader, KeyProfile, RecoveryKey
from data.recovery import span
from data.vault import head, piece_name, sealed
from tests.data.faults import livret

NOW = datetime(2026, 11, 23, 19, 0, 0, tzinfo=UTC)
KEY = RecoveryKey(12345)
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """No waiting for a real disk: what flushing is for is tested with one that forgets."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("data.container._PAUSE", 0)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "mon-livret.livret"
    Archive.create(path, "secret", livret("Ada"), profile=CHEAPEST, recovery_key=KEY, now=NOW).close()
    return path


@pytest.fixture
def archive(path):
    with Archive.open(path, "secret") as archive:
        yield archive


def test_a_new_archive_opens_with_its_password(path):
    """What was put in is read back, and the archive knows its own key."""
    with Archive.open(path, "secret") as archive:
        assert archive.livret == livret("Ada")
        assert archive.recovery_key == KEY
        assert archive.current.numero == 1
        assert archive.current.date == NOW
        assert archive.path == path
        assert not archive.read_only
        assert archive.check() == []


def test_the_recovery_key_opens_it_as_people_type_it(path):
    """The printed key opens the file in the program too, whatever the dashes and the case."""
    for typed in (str(KEY), str(KEY).lower().replace("-", " "), f" {str(KEY).replace('-', '')}\n"):
        with Archive.open(path, typed) as archive:
            assert archive.livret.titulaire.nom == "Ada"


def test_what_does_not_open_says_why(path):
    """A wrong password, a mistyped key and another archive's key each have their sentence; nothing stays locked."""
    for secret, error in (
        ("Secret", WrongPassword),
        ("", WrongPassword),
        (str(RecoveryKey(54321)), WrongPassword),
        (str(KEY)[:-1], MistypedKey),
        (str(KEY)[:-1] + ("0" if str(KEY)[-1] != "0" else "1"), MistypedKey),
    ):
        with pytest.raises(WrongPassword) as caught:
            Archive.open(path, secret)
        assert type(caught.value) is error
    Archive.open(path, "secret").close()


def test_a_password_that_looks_like_a_key_works(tmp_path):
    """Somebody may choose a password of 28 letters: it is tried as a password too."""
    for password in (str(RecoveryKey(7)), "ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345"):
        path = tmp_path / f"{password}.livret"
        Archive.create(path, password, livret("Ada"), profile=CHEAPEST).close()
        Archive.open(path, password).close()


def test_nothing_is_ever_overwritten(path, tmp_path):
    """Creating over a file, a folder or in a missing folder is refused, and what is there stays."""
    before = path.read_bytes()
    with pytest.raises(ArchiveExists):
        Archive.create(path, "x", livret("B"), profile=CHEAPEST)
    with pytest.raises(ArchiveExists):
        Archive.create(tmp_path, "x", livret("B"), profile=CHEAPEST)
    with pytest.raises(StorageFailure):
        Archive.create(tmp_path / "rien" / "a.livret", "x", livret("B"), profile=CHEAPEST)
    with pytest.raises(PasswordRefused):
        Archive.create(tmp_path / "c.livret", "", livret("B"), profile=CHEAPEST)
    assert path.read_bytes() == before


def test_what_is_no_archive_is_said_so(tmp_path):
    """Missing, empty, a folder, another zip, random bytes: our errors, in French, and no leftover beside."""
    for name, content in (("vide", b""), ("texte", b"bonjour" * 99), ("zip", b"PK\5\6" + bytes(18))):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DamagedArchive):
            Archive.open(tmp_path / name, "secret")
    with pytest.raises(ArchiveMissing):
        Archive.open(tmp_path / "absent", "secret")
    with pytest.raises(StorageFailure, match="dossier"):
        Archive.open(tmp_path, "secret")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["texte", "vide", "zip"]


def test_saving_makes_versions(archive):
    """Each save is a version; old ones stay readable, and the list shows the newest first."""
    second = archive.save(livret("B"), now=NOW + timedelta(minutes=1))
    archive.save(livret("C"), now=NOW + timedelta(minutes=2))

    assert second.numero == 2
    assert [v.numero for v in archive.versions()] == [3, 2, 1]
    assert [v.date for v in archive.versions()] == [NOW + timedelta(minutes=m) for m in (2, 1, 0)]
    assert [archive.livret_at(n).titulaire.nom for n in (1, 2, 3)] == ["Ada", "B", "C"]
    assert archive.livret.titulaire.nom == "C"
    assert archive.check() == []
    for numero in (0, 4, 100_000_000):
        with pytest.raises(VersionMissing):
            archive.livret_at(numero)


def test_each_version_names_the_one_before(archive):
    """A version holds the digest of the one before it, and its own number."""
    first = archive.current
    archive.save(livret("B"))
    raw = json.loads(archive._vault.container.read("livret/00000002.json", KEY.zip_password))

    assert list(raw) == ["format", "numero", "precedent", "date", "pieces", "livret"]
    assert (raw["format"], raw["numero"], raw["precedent"]) == (1, 2, first.digest)


def test_saving_nothing_new_writes_nothing(archive, path):
    """The same livret again is no new version, not even in another session."""
    before = path.read_bytes()
    assert archive.save(livret("Ada")) == archive.current
    archive.close()
    with Archive.open(path, "secret") as again:
        assert again.save(again.livret).numero == 1
    assert path.read_bytes() == before


def test_documents_come_back_as_they_were(archive, path):
    """A document's bytes are untouched, whatever they are; those a later version drops stay with the older one."""
    scan, empty = os.urandom(100_000), b"\0"
    archive.save(livret("B", scan=scan, petit=empty), {"scan": scan, "petit": empty, "superflu": b"x"})
    archive.save(livret("C", petit=empty))

    assert sorted(archive.piece_ids()) == ["petit", "scan"]
    assert archive.piece("scan") == scan
    assert archive.piece("petit") == empty
    for missing in ("superflu", "../scan", "", "SCAN"):
        with pytest.raises(PieceMissing):
            archive.piece(missing)
    assert archive.check() == []
    archive.save(livret("D", scan=scan))  # an undone deletion: the bytes are still there
    assert archive.piece("scan") == scan


def test_a_cited_document_must_be_there(archive):
    """A livret that cites a document nobody gave is not saved; an identifier is never given other bytes."""
    with pytest.raises(PieceMissing):
        archive.save(livret("B", scan=b"1"))
    archive.save(livret("B", scan=b"1"), {"scan": b"1"})
    archive.save(livret("C", scan=b"1"), {"scan": b"1"})
    with pytest.raises(ContentError, match="autre document"):
        archive.save(livret("D", scan=b"2"), {"scan": b"2"})
    with pytest.raises(ContentError):
        archive.save(livret("D", scan=b"1", SCAN=b"2"), {"SCAN": b"2"})

    assert archive.current.numero == 3
    assert archive.check() == []


def test_restoring_is_a_new_version(archive):
    """Coming back to an old version loses nothing: it becomes the newest, with its documents."""
    archive.save(livret("B", scan=b"1"), {"scan": b"1"})
    archive.save(livret("C"))
    restored = archive.restore(2)

    assert restored.numero == 4
    assert archive.livret == livret("B", scan=b"1")
    assert archive.restore(4) == restored
    with pytest.raises(VersionMissing):
        archive.restore(9)


def test_thinning_keeps_what_age_leaves_distinct(archive):
    """All of the last day, one a day for a month, one a month before; documents go with their last version."""
    archive.save(livret("vieux", a=b"1"), {"a": b"1"}, now=NOW + timedelta(hours=1))
    archive.save(livret("vieux aussi", b=b"2"), {"b": b"2"}, now=NOW + timedelta(hours=2))
    archive.save(livret("récent"), now=NOW + timedelta(days=100))
    archive.save(livret("récent aussi"), now=NOW + timedelta(days=100, minutes=1))
    assert archive.thin(NOW + timedelta(days=100, minutes=2)) == 2

    assert [v.numero for v in archive.versions()] == [5, 4, 3]
    assert archive.piece_ids() == ["b"]
    assert archive.check() == []
    assert archive.thin(NOW + timedelta(days=100, minutes=2)) == 0
    assert archive.save(livret("suite")).numero == 6
    assert archive.check() == []


@given(st.lists(st.integers(-10, 400 * 24 * 60), min_size=1, max_size=60), st.integers(0, 400 * 24 * 60))
def test_thinning_always_keeps_the_newest_and_is_stable(minutes, later):
    """The newest stays, so does all of the last 24 hours, and thinning twice at once changes nothing."""
    versions = [Version(n, NOW + timedelta(minutes=m), 1) for n, m in enumerate(minutes, 1)]
    now = NOW + timedelta(minutes=later)
    kept = worth_keeping(versions, now)

    assert len(versions) in kept
    assert kept >= {v.numero for v in versions if now - v.date <= timedelta(days=1)}
    assert worth_keeping([v for v in versions if v.numero in kept], now) == kept
    for v in versions:
        if now - v.date > timedelta(days=32):
            assert any(k.numero in kept and f"{k.date:%Y%m}" == f"{v.date:%Y%m}" for k in versions)


def test_erasing_the_history_leaves_one_version(archive, path):
    """Only the current version and its documents remain, in the file too; numbers go on from there."""
    archive.save(livret("B", vieux=b"V" * 999), {"vieux": b"V" * 999})
    archive.save(livret("C", scan=b"1"), {"scan": b"1"})
    assert archive.erase_history() == 2

    assert [v.numero for v in archive.versions()] == [3]
    assert archive.piece_ids() == ["scan"]
    assert b"pieces/vieux" not in path.read_bytes()
    assert archive.erase_history() == 0
    assert archive.save(livret("D", scan=b"1")).numero == 4
    assert archive.check() == []


def test_changing_the_password(archive, path):
    """The new password opens, the old one does not, the printed key still does; the old wrap is not in the file."""
    wrapped = read_header(path).wrapped
    before = archive.current
    archive.change_password("nouveau", CHEAPEST)
    archive.save(livret("B"))
    archive.close()

    assert wrapped.hex().encode() not in path.read_bytes()
    with pytest.raises(WrongPassword):
        Archive.open(path, "secret")
    for secret in ("nouveau", str(KEY)):
        with Archive.open(path, secret) as again:
            assert again.current.numero == before.numero + 1
            assert again.check() == []


def test_a_new_recovery_key_shuts_the_old_sheet_out(archive, path):
    """Everything is encrypted again: the old key opens nothing, in the program nor in 7-Zip; versions are the same."""
    archive.save(livret("B", scan=b"1"), {"scan": b"1"})
    versions = archive.versions()
    with pytest.raises(WrongPassword):
        archive.new_recovery_key("faux")
    key = archive.new_recovery_key("secret")
    assert archive.recovery_key == key != KEY
    archive.save(livret("C", scan=b"1"))
    assert archive.versions()[1:] == versions
    assert archive.check() == []
    archive.close()

    with pytest.raises(WrongPassword):
        Archive.open(path, str(KEY))
    assert sevenzip(path, KEY) != 0
    assert sevenzip(path, key) == 0
    for secret in ("secret", str(key)):
        Archive.open(path, secret).close()


def sevenzip(path, key):
    return subprocess.run(["7zz", "t", f"-p{key}", path], capture_output=True, check=False).returncode


def test_an_old_profile_is_offered_an_upgrade(archive, path, monkeypatch):
    """A cheaper profile needs an upgrade; upgrading asks for the password and changes nothing else."""
    monkeypatch.setattr(archive_module, "CURRENT", KeyProfile("demain", memory=16, passes=2, lanes=1))
    assert archive.needs_upgrade
    with pytest.raises(WrongPassword):
        archive.upgrade("faux")
    archive.upgrade("secret")

    assert not archive.needs_upgrade
    assert archive.profile.name == "demain"
    archive.close()
    Archive.open(path, "secret").close()
    assert CHEAPEST.weaker_than(CURRENT)


def test_reading_only(path):
    """Reading takes no lock, writes nothing, leaves no file, and refuses every change."""
    with Archive.open(path, "secret"), Archive.open(path, "secret", read_only=True) as reader:
        assert reader.read_only
        assert reader.livret.titulaire.nom == "Ada"
        assert reader.check() == []
        for change in (
            lambda: reader.save(livret("B")),
            lambda: reader.restore(1),
            lambda: reader.thin(NOW),
            reader.erase_history,
            lambda: reader.change_password("x"),
            lambda: reader.new_recovery_key("secret"),
            lambda: reader.upgrade("secret"),
        ):
            with pytest.raises(ReadOnly):
                change()


def test_one_writer_at_a_time(path):
    """The second window is told who holds the livret; closing the first frees it, from any thread, twice if need be."""
    first = Archive.open(path, "secret")
    with pytest.raises(ArchiveBusy, match=rf"processus {os.getpid()}, depuis"):
        Archive.open(path, "secret")
    thread = threading.Thread(target=first.close)
    thread.start()
    thread.join()
    first.close()
    with pytest.raises(ReadOnly):
        first.save(livret("B"))
    Archive.open(path, "secret").close()
    assert sorted(file.name for file in path.parent.iterdir() if not file.name.startswith(".")) == [path.name]


def test_another_process_is_kept_out_and_its_death_frees_the_lock(path):
    """The lock holds between processes, and falls with the one that had it."""
    code = (
        "import sys; from data.archive import Archive\n"
        "held = Archive.open(sys.argv[1], 'secret'); print(1, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, path], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"1\n"
        with pytest.raises(ArchiveBusy, match=f"processus {holder.pid}"):
            Archive.open(path, "secret")
        Archive.open(path, "secret", read_only=True).close()
        holder.kill()
        holder.wait()
    Archive.open(path, "secret").close()


def test_a_change_from_outside_is_noticed_before_every_change(archive, path):
    """Whatever the change asked for, a file replaced meanwhile is left as it is."""
    path.write_bytes(path.read_bytes() + b"x")
    before = path.read_bytes()
    for change in (
        lambda: archive.save(livret("B")),
        lambda: archive.save(livret("Ada")),
        archive.erase_history,
        lambda: archive.change_password("x", CHEAPEST),
        archive.check,
    ):
        with pytest.raises(ChangedOutside):
            change()
    assert path.read_bytes() == before


def test_saves_from_several_threads_all_land(archive):
    """An editor's threads save one after the other, never into each other."""
    threads = [threading.Thread(target=archive.save, args=(livret(f"n{n}"),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert archive.current.numero == 9
    assert archive.check() == []


def test_a_link_to_the_archive_is_followed(path, tmp_path):
    """Opened through a link, the archive itself is written and locked, and the link stays a link."""
    link = tmp_path / "raccourci.livret"
    link.symlink_to(path)
    with Archive.open(link, "secret") as archive:
        with pytest.raises(ArchiveBusy):
            Archive.open(path, "secret")
        archive.save(livret("B"))
        archive.change_password("secret", CHEAPEST)
    assert link.is_symlink()
    Archive.open(path, "secret").close()


def test_info_tells_figures_only(archive):
    """Counts, sizes, dates and the profile: enough for the agent, nothing of the livret."""
    archive.save(livret("B", scan=b"12345"), {"scan": b"12345"}, now=NOW + timedelta(days=1))
    info = archive.info()

    assert (info.versions, info.pieces, info.pieces_size, info.format) == (2, 1, 5, 1)
    assert (info.oldest, info.newest) == (NOW, NOW + timedelta(days=1))
    assert info.size == info.path.stat().st_size
    assert info.profile == CHEAPEST


def test_nothing_of_the_livret_stands_in_clear(path, archive):
    """Neither the name of the agent, nor a document's, nor its content; LISEZMOI explains 7-Zip in French."""
    archive.save(livret("Lovelace", scan=b"CONTENU" * 50), {"scan": b"CONTENU" * 50})
    written = path.read_bytes()

    for word in (b"Lovelace", b"Ada", b"CONTENU", str(KEY).encode(), b"secret"):
        assert word not in written
    readme = archive._vault.container.clear("LISEZMOI.txt").decode("utf-8-sig")
    assert "7-Zip" in readme
    assert "CLÉ DE SECOURS" in readme
    assert "\n" not in readme.replace("\r\n", "")


# Damage and malice


def small(path):
    """A small archive with two versions and a document, and what reading it wholly gives."""
    with Archive.create(path, "secret", livret("Ada"), profile=CHEAPEST, recovery_key=KEY, now=NOW) as archive:
        archive.save(livret("B", scan=b"image"), {"scan": b"image"}, now=NOW)
    return path.read_bytes()


def everything(archive):
    return [archive.livret_at(n) for n in (1, 2)], archive.piece("scan"), archive.piece_ids(), archive.recovery_key


def test_any_flipped_byte_is_noticed_or_harmless(tmp_path, monkeypatch):
    """Every byte of an archive, changed in turn: our error, or exactly the content; the full check misses nothing."""
    monkeypatch.setattr("data.vault.README_TEXT", b"LISEZMOI")
    path = tmp_path / "a.livret"
    good = small(path)
    with Archive.open(path, "secret", read_only=True) as archive:
        expected = everything(archive)
    harmless, errors = [], set()
    for at in range(len(good)):
        bad = bytearray(good)
        bad[at] ^= 0x01 << at % 8
        path.write_bytes(bad)
        try:
            with Archive.open(path, ("secret", str(KEY))[at % 2], read_only=True) as archive:
                found = archive.check()
                assert everything(archive) == expected, at
                if not found:
                    harmless.append(at)
        except LivretError as error:
            errors.add(type(error))
    assert errors <= {DamagedArchive, NewerFormat, WrongPassword, VersionMissing}
    # Left over: of each directory record, « version made by » and the attributes; nothing a reader acts on.
    assert len(harmless) <= 5 * 12
    assert all(at > good.index(b"PK\1\2") for at in harmless)


def test_any_truncation_is_noticed(tmp_path):
    """Cut anywhere, an archive says that it is damaged, never anything else."""
    path = tmp_path / "a.livret"
    good = small(path)
    for size in range(0, len(good), 3):
        path.write_bytes(good[:size])
        with pytest.raises(DamagedArchive):
            Archive.open(path, "secret", read_only=True)


def rebuilt(path, change):
    """The archive with its entries rearranged by somebody without the key."""
    with Archive.open(path, "secret", read_only=True) as archive:
        container = archive._vault.container
        whole = path.read_bytes()
        entries = [Fresh(entry, whole[entry.offset : entry.end]) for entry in container.directory.entries]
    entries = change(entries)
    directory = laid_out([fresh.entry for fresh in entries])
    path.write_bytes(b"".join(fresh.data for fresh in entries) + directory.written)


def renamed(fresh, name):
    old = fresh.entry.name
    assert len(old) == len(name)
    record = fresh.entry.record.replace(old.encode(), name.encode())
    fields = [
        getattr(fresh.entry, field) for field in ("method", "encrypted", "size", "packed", "crc", "when", "offset")
    ]
    return Fresh(type(fresh.entry)(name, *fields, record), fresh.data.replace(old.encode(), name.encode(), 1))


def test_entries_exchanged_without_the_key_are_noticed(tmp_path):
    """Zip names are not authenticated: exchanged versions or documents are caught by what stands inside."""
    path = tmp_path / "a.livret"
    one, two = b"image1", b"image2"
    with Archive.create(path, "secret", livret("A"), profile=CHEAPEST) as archive:
        archive.save(livret("B", scan1=one, scan2=two), {"scan1": one, "scan2": two})
    good = path.read_bytes()

    def exchange(entries, first, second):
        names = {first: second, second: first}
        return [renamed(f, names[f.entry.name]) if f.entry.name in names else f for f in entries]

    rebuilt(path, lambda e: exchange(e, "livret/00000001.json", "livret/00000002.json"))
    with pytest.raises(DamagedArchive, match="autre numéro"):
        Archive.open(path, "secret")

    path.write_bytes(good)
    rebuilt(path, lambda e: exchange(e, "pieces/scan1", "pieces/scan2"))
    with Archive.open(path, "secret") as archive:
        for name in ("scan1", "scan2"):
            with pytest.raises(DamagedArchive, match="n’est pas celui"):
                archive.piece(name)
        assert len(archive.check()) == 2
        with pytest.raises(DamagedArchive):
            archive.new_recovery_key("secret")

    path.write_bytes(good)
    rebuilt(path, lambda e: [f for f in e if f.entry.name != "pieces/scan1"])
    with pytest.raises(DamagedArchive, match="absent"):
        Archive.open(path, "secret")

    path.write_bytes(good)
    rebuilt(path, lambda e: [renamed(f, "livret/00000009.json") if "2.json" in f.entry.name else f for f in e])
    with pytest.raises(DamagedArchive, match="autre numéro"):
        Archive.open(path, "secret")


def test_the_full_check_names_everything_wrong(tmp_path):
    """A broken chain, a lost version, an altered document and one that nobody cites are all told, in one list."""
    path = tmp_path / "a.livret"
    with Archive.create(path, "secret", livret("A"), profile=CHEAPEST, recovery_key=KEY) as archive:
        archive.save(livret("B", scan=b"1"), {"scan": b"1"})
        other = archive._vault.current
    stray = Fresh(*sealed_entry(piece_name("perdu"), b"x", KEY.zip_password))
    forged = Fresh(*sealed_entry("livret/00000003.json", b'{"format":1}', KEY.zip_password, NOW))
    last = sealed(type(other)(4, "0" * 64, NOW, other.pieces, {"pieces": 3}), {}, KEY)
    unchained = sealed(type(other)(5, "0" * 64, NOW, other.pieces, other.livret), {}, KEY)
    rebuilt(path, lambda e: [*e, stray, forged, *last, *unchained])
    with Archive.open(path, "secret") as archive:
        found = "\n".join(archive.check())

    for said in ("perdu : aucune version", "Version 3 : une version", "Version 4 : Un point", "suite à la version 4"):
        assert said in found


def test_a_later_format_asks_for_a_newer_program(path):
    """Format 2 is named before anything else of the file is looked at, however it continues."""
    header = KeyHeader.wrap(KEY, "secret", CHEAPEST)
    readme, keys = head(header)
    later = keys.data.replace(b'"format": 1', b'"format": 2')
    import zlib  # noqa: PLC0415 - for this test only

    body = later[-len(header.to_bytes()) :].replace(b'"format": 1', b'"format": 2')
    later = later[:14] + zlib.crc32(body).to_bytes(4, "little") + later[18:]
    path.write_bytes(readme.data + later + b"whatever format 2 is")
    with pytest.raises(NewerFormat):
        Archive.open(path, "secret")
    with pytest.raises(NewerFormat):
        read_header(path)


def test_a_livret_the_model_refuses_can_still_be_left(path):
    """When the newest version cannot be read by the model, older ones can be listed and restored."""
    with Archive.open(path, "secret") as archive:
        broken = type(archive._vault.current)(2, archive.current.digest, NOW, {}, {"titulaire": 3})
        archive._vault.add(broken, {})
    with Archive.open(path, "secret") as archive:
        with pytest.raises(ContentError):
            _ = archive.livret
        assert archive.restore(1).numero == 3
        assert archive.livret.titulaire.nom == "Ada"


def test_a_crashed_writer_is_seen_through_by_a_reader(path):
    """A pending journal does not stop reading, and reading does not touch it."""
    with Archive.open(path, "secret") as archive:
        container = archive._vault.container
        whole = path.read_bytes()
        from data.journal import Journal, digest  # noqa: PLC0415 - for this test only

        fresh = Fresh(*sealed_entry("pieces/x", b"1", KEY.zip_password))
        following = container.directory.extended([fresh.entry])
        journal = Journal(digest(whole[: container.directory.head]), container.directory, digest(following.written))
        journal_path(path).write_bytes(journal.to_bytes())
        path.write_bytes(whole[: container.directory.start] + fresh.data)
    torn = path.read_bytes()
    with Archive.open(path, "secret", read_only=True) as reader:
        assert reader.livret.titulaire.nom == "Ada"
        assert reader.check() == []
    assert path.read_bytes() == torn
    Archive.open(path, "secret").close()
    assert path.read_bytes() == whole


def test_importing_and_reading_stay_light():
    """A reader imports neither pandas, nor pyzipper, nor filelock: a cold start is felt every time."""
    code = (
        "import sys; from data.archive import Archive\n"
        "heavy = {'pandas', 'streamlit', 'pyzipper', 'filelock'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_save_does_not_depend_on_the_size(tmp_path, monkeypatch):
    """What a save reads and writes is the same beside one small document or a large one."""
    moved = []

    def spy(path, start, end):
        moved.append(end - start)
        return span(path, start, end)

    monkeypatch.setattr("data.container.span", spy)
    for size in (10, 3_000_000):
        path = tmp_path / f"{size}.livret"
        data = bytes(size)
        with Archive.create(
            path, "secret", livret("A", scan=data), pieces={"scan": data}, profile=CHEAPEST, now=NOW
        ) as archive:
            moved.append(-1)
            archive.save(livret("B", scan=data), now=NOW)
    second = len(moved) - moved[::-1].index(-1)
    first = moved.index(-1) + 1

    assert sum(moved[second:]) == sum(moved[first : first + len(moved) - second])
    assert sum(moved[second:]) < 50_000
