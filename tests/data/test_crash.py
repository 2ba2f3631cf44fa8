"""The machine dies at every boundary of every change: afterwards, the old state or the new one, and no error."""

# ruff: noqa: D102 - the verbs are those of Disk

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from data.archive import Archive
from data.container import journal_path
from data.errors import ChangedOutside, StorageFailure
from data.keys import CHEAPEST, RecoveryKey
from data.recovery import draft_path
from data.storage import Disk
from tests.data.faults import (
    CountingDisk,
    DyingDisk,
    ForgetfulDisk,
    PowerCut,
    RefusingDisk,
    livret,
)

KEY = RecoveryKey(2026)
SCAN = random.Random(1).randbytes(5000)
OTHER = random.Random(2).randbytes(3000)
ROOT = Path(__file__).parents[2]


def save(archive):
    archive.save(livret("après", scan=SCAN, autre=OTHER), {"autre": OTHER})


def erase(archive):
    archive.erase_history()


def password(archive):
    archive.change_password("nouveau", CHEAPEST)


def new_key(archive):
    archive.new_recovery_key("secret")


CHANGES = [save, erase, password, new_key]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """No waiting for a real disk: what flushing is for is tested with one that forgets."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("data.container._PAUSE", 0)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("modele") / "a.livret"
    with Archive.create(path, "secret", livret("v1"), profile=CHEAPEST, recovery_key=KEY) as archive:
        archive.save(livret("v2", scan=SCAN), {"scan": SCAN})
        archive.save(livret("avant", scan=SCAN))
    return path


@pytest.fixture
def path(template, tmp_path):
    (tmp_path / "dossier").mkdir()
    return Path(shutil.copy(template, tmp_path / "dossier" / "a.livret"))


def state(path, *, read_only):
    """Everything an agent could notice, read with whichever secret still opens the file."""
    secrets = {}
    for secret in ("secret", "nouveau"):
        try:
            with Archive.open(path, secret, read_only=read_only) as archive:
                assert archive.check() == []
                kept = {name: archive.piece(name) for name in archive.piece_ids()}
                versions = [v.numero for v in archive.versions()]
                secrets[secret] = (archive.livret, kept, versions, archive.recovery_key == KEY)
        except Exception as error:  # noqa: BLE001 - a third state is what the test looks for
            secrets[secret] = type(error).__name__
    return secrets


def outcomes(path, change, tmp_path):
    """The states before and after a change, and how many boundaries it crosses."""
    copy = Path(shutil.copy(path, tmp_path / "b.livret"))
    before = state(copy, read_only=True)
    with Archive.open(copy, "secret") as archive:
        archive._vault.container._disk = disk = CountingDisk()
        change(archive)
    return before, state(copy, read_only=True), disk.boundaries


def crash(path, change, disk):
    """Make a change on a disk that dies; True when it died before the change returned."""
    archive = Archive.open(path, "secret")
    archive._vault.container._disk = disk
    try:
        change(archive)
    except PowerCut:
        return True
    finally:
        archive.close()
    return False


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("torn", [0.0, 0.4, 1.0])
def test_dying_at_any_boundary_leaves_the_old_or_the_new(path, tmp_path, change, torn):
    """Power is cut at each boundary in turn, writes landing not at all, in part, or whole."""
    before, after, boundaries = outcomes(path, change, tmp_path)
    assert before != after
    pristine = path.read_bytes()
    seen = []
    for at in range(1, boundaries + 1):
        for leftover in path.parent.iterdir():
            leftover.unlink()
        path.write_bytes(pristine)
        assert crash(path, change, DyingDisk(at, torn))

        reader = state(path, read_only=True)
        found = state(path, read_only=False)

        assert found == reader
        assert found in (before, after) or same_but_key(found, after)
        assert not journal_path(path).exists()
        assert not draft_path(path).exists()
        seen.append(found == before)
    assert seen[0]
    assert not seen[-1]
    assert seen == sorted(seen, reverse=True)


def same_but_key(found, after):
    """A new recovery key is drawn at each run: the states are compared without it."""
    return str(found) == str(after)


def test_dying_during_the_recovery_changes_nothing(path, tmp_path):
    """A second crash, while the first one is being undone, leaves a state that the third opening understands."""
    before, after, boundaries = outcomes(path, save, tmp_path)
    for at in range(2, boundaries + 1):
        assert crash(path, save, DyingDisk(at, 0.6))
        wreck = {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
        for again in range(1, 8):
            for name, data in wreck.items():
                (path.parent / name).write_bytes(data)
            Archive.disk = DyingDisk(again, 0.5)
            try:
                Archive.open(path, "secret").close()
            except PowerCut:
                pass
            finally:
                Archive.disk = Disk()
            assert state(path, read_only=True) in (before, after)
        found = state(path, read_only=False)
        if found == after:
            break
    assert found == after


def test_what_was_never_flushed_may_be_lost(path, tmp_path):
    """Sectors and names that were not flushed are lost at random, at random moments; two hundred such crashes."""
    chance = random.Random(2026)
    pristine = path.read_bytes()
    expected = {change: outcomes(path, change, tmp_path) for change in CHANGES}
    seen = set()
    for round_ in range(200):
        change = CHANGES[round_ % len(CHANGES)]
        before, after, boundaries = expected[change]
        for leftover in path.parent.iterdir():
            leftover.unlink()
        path.write_bytes(pristine)
        archive = Archive.open(path, "secret")
        forgetful = ForgetfulDisk(path.parent)
        archive._vault.container._disk = Dying(forgetful, chance.randint(1, boundaries + 1))
        try:
            change(archive)
            done = True
        except PowerCut:
            done = False
        archive.close()
        forgetful.crash(chance)

        found = state(path, read_only=False)

        assert found == before or str(found) == str(after), (round_, change)
        if done:
            assert found != before, "what was reported as saved must be there"
        seen.add((change, str(found) == str(after)))
    assert len(seen) == 2 * len(CHANGES)


class Dying(DyingDisk):
    """A disk that dies in front of one that forgets."""

    def __init__(self, behind, at):
        super().__init__(at, 0.7)
        self.behind = behind

    def writing(self, path, *, new=False):
        self._boundary("open")
        return self.behind.writing(path, new=new)

    def flush(self, file):
        self._boundary("flush")
        self.behind.flush(file)

    def flush_folder(self, folder):
        self._boundary("flush_folder")
        self.behind.flush_folder(folder)

    def replace(self, source, target):
        self._boundary("replace")
        self.behind.replace(source, target)

    def remove(self, path):
        self._boundary("remove")
        self.behind.remove(path)


CHILD = """
import random, sys
from pathlib import Path
from data.archive import Archive
from data.keys import CHEAPEST
from tests.data.faults import KillingDisk, livret

path, seed = Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(seed)
archive = Archive.open(path, "secret")
if seed % 2:
    archive._vault.container._disk = KillingDisk(chance.randint(1, 60), chance.random())
print("prêt", flush=True)
while True:
    numero = archive.current.numero + 1
    piece = random.Random(numero).randbytes(700)
    archive.save(livret(f"n{numero}", **{f"p{numero}": piece}), {f"p{numero}": piece})
    print(numero, flush=True)
    if numero % 7 == 0:
        archive.change_password("secret", CHEAPEST)
    if numero % 5 == 0:
        archive.erase_history()
"""


def test_two_hundred_real_kills(path, tmp_path):
    """A child saves, compacts and changes its password in a loop; kill -9 strikes it two hundred times.

    Every other time it strikes itself at a chosen boundary, in the middle of a write; the other times, from outside,
    at a random moment. What the child had reported is there; at most the change it was making is there too.
    """
    chance = random.Random(7)
    with Archive.open(path, "secret") as archive:
        last = archive.current.numero
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen(
        [sys.executable, "-B", "-c", FORKING, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    interrupted = 0
    with parent:
        for round_ in range(200):
            parent.stdin.write(f"{round_} {chance.uniform(0.0, 0.03) if round_ % 2 == 0 else 0}\n")
            parent.stdin.flush()
            status, reported = parent.stdout.readline().split()
            assert int(status) == signal.SIGKILL

            interrupted += journal_path(path).exists() or draft_path(path).exists()
            with Archive.open(path, "secret", read_only=True) as seen:
                before = seen.current
            with Archive.open(path, "secret") as archive:
                numero = archive.current.numero
                assert archive.current == before
                assert archive.check() == []
                assert max(last, int(reported)) <= numero <= max(last, int(reported)) + 1
                if numero > 3:
                    assert archive.livret.titulaire.nom == f"n{numero}"
                    assert archive.piece(f"p{numero}") == random.Random(numero).randbytes(700)
                assert not journal_path(path).exists()
            last = numero
        parent.stdin.close()
    assert interrupted > 50, "the kills must strike in the middle of something"
    assert last > 60


# One interpreter imports everything once, then forks: two hundred children would else take a minute to start.
FORKING = f"""
import os, random, signal, sys, time
from data.archive import Archive
import pyzipper, filelock
child = compile({CHILD!r}, "child", "exec")
for line in sys.stdin:
    seed, delay = line.split()
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        os.dup2(write, 1)
        sys.argv = ["child", sys.argv[1], seed]
        exec(child, {{"__name__": "__main__"}})
    os.close(write)
    with os.fdopen(read) as told:
        first = told.readline()
        if float(delay):
            time.sleep(float(delay))
            os.kill(pid, signal.SIGKILL)
        said = [first, *told]
    status = os.waitpid(pid, 0)[1]
    numbers = [int(word) for word in said if word.strip().isdigit()]
    print(os.WTERMSIG(status), max(numbers, default=0), flush=True)
"""


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_refuses_leaves_the_old_state(path, tmp_path, change, code):
    """A full or failing disk, at any boundary: a French sentence, the old state at once, and the next save works."""
    before, after, boundaries = outcomes(path, change, tmp_path)
    pristine = path.read_bytes()
    said = []
    for at in range(1, boundaries + 1):
        for leftover in path.parent.iterdir():
            leftover.unlink()
        path.write_bytes(pristine)
        with Archive.open(path, "secret") as archive:
            archive._vault.container._disk = RefusingDisk(at, code)
            numero = archive.current.numero
            try:
                change(archive)
            except StorageFailure as failure:
                said.append(str(failure))
                assert archive.current.numero == numero
                assert archive.piece("scan") == SCAN
                assert state(path, read_only=True) == before
                change(archive)
        assert str(state(path, read_only=False)) == str(after)
    assert len(said) > 3
    assert all("le disque" in sentence and "est intact" in sentence for sentence in said)


def test_a_disk_that_refuses_even_the_undoing(path, tmp_path):
    """When nothing works any more the journal stays, a reader sees the old state, and a later save mends the file."""
    before, after, boundaries = outcomes(path, save, tmp_path)
    pristine = path.read_bytes()
    for at in range(1, boundaries):
        for leftover in path.parent.iterdir():
            leftover.unlink()
        path.write_bytes(pristine)
        with Archive.open(path, "secret") as archive:
            archive._vault.container._disk = RefusingDisk(at, errno.EIO, times=1000)
            try:
                save(archive)
            except StorageFailure:
                seen = state(path, read_only=True)
                assert seen in (before, after)
                archive._vault.container._disk = Disk()
                if seen == before:
                    save(archive)
                else:  # it had landed whole; the session is told that the file is not the one it knows
                    with pytest.raises(ChangedOutside):
                        save(archive)
        assert state(path, read_only=False) == after


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of POSIX systems")
def test_a_really_full_disk(path):
    """The system itself refuses to let the file grow: the save fails in French, and the file is what it was."""
    script = (
        "import resource, signal, sys; from pathlib import Path; from data.archive import Archive\n"
        "from data.errors import StorageFailure; from tests.data.faults import livret\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "path = Path(sys.argv[1]); archive = Archive.open(path, 'secret'); before = path.read_bytes()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 4000, resource.RLIM_INFINITY))\n"
        "big = bytes(range(256)) * 100\n"
        "try: archive.save(livret('gros', gros=big), {'gros': big})\n"
        "except StorageFailure as failure: print(failure)\n"
        "assert path.read_bytes() == before\n"
        "archive.save(livret('petit'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", script, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert "trop gros pour ce disque" in done.stdout


def test_the_guards_see_a_planted_fault(path, tmp_path, monkeypatch):
    """Without the journal, dying in a save leaves neither state: the tests above would notice."""
    before, after, boundaries = outcomes(path, save, tmp_path)
    monkeypatch.setattr("data.journal.Journal.to_bytes", lambda _: b"")
    found = []
    for at in range(1, boundaries + 1):
        wreck = Path(shutil.copy(path, tmp_path / "dossier" / "c.livret"))
        crash(wreck, save, DyingDisk(at, 0.4))
        found.append(state(wreck, read_only=True))

    assert any(one not in (before, after) for one in found)


def test_the_guards_see_a_missing_flush(path, tmp_path, monkeypatch):
    """Without flushing the journal first, what is forgotten leaves neither state: the test above would notice."""
    before, after, boundaries = outcomes(path, save, tmp_path)
    chance = random.Random(3)
    pristine = path.read_bytes()
    monkeypatch.setattr(ForgetfulDisk, "flush", lambda *_: None)
    for _ in range(60):
        for leftover in path.parent.iterdir():
            leftover.unlink()
        path.write_bytes(pristine)
        forgetful = ForgetfulDisk(path.parent)
        crash(path, save, Dying(forgetful, chance.randint(1, boundaries + 1)))
        forgetful.crash(chance)
        if state(path, read_only=True) not in (before, after):
            return

    pytest.fail("nothing was lost")


def test_a_leftover_of_a_crash_is_cleared_away(path):
    """A draft and a torn journal are removed by the next writer, and ignored by a reader."""
    draft_path(path).write_bytes(b"PK")
    journal_path(path).write_bytes(b"LIVRET-JOURNAL 1\n{")
    Archive.open(path, "secret", read_only=True).close()
    assert draft_path(path).exists()

    Archive.open(path, "secret").close()

    assert not draft_path(path).exists()
    assert not journal_path(path).exists()
