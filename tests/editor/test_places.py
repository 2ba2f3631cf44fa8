"""Where livrets lie: the last ones opened, and the folders an agent goes through."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from editor import places


@pytest.fixture(autouse=True)
def memory(monkeypatch, tmp_path):
    """A machine on which no livret was ever opened."""
    monkeypatch.setattr(places, "user_config_path", lambda _: tmp_path / "reglages" / "livret")
    return tmp_path / "reglages" / "livret" / "recents.json"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "Documents"
    made.mkdir()
    return made


def livrets(folder, *names):
    paths = [folder / f"{name}.livret" for name in names]
    for path in paths:
        path.touch()
    return paths


def test_nothing_was_opened_yet():
    """On a new machine the list of last livrets is empty."""
    assert places.recent() == []


def test_the_latest_livret_comes_first_and_once(folder):
    """Opening an earlier livret again puts it on top, and does not name it twice."""
    a, b, c = livrets(folder, "a", "b", "c")
    for path in (a, b, c, a):
        places.remember(path)
    assert places.recent() == [a, c, b]


def test_only_the_last_five_are_remembered(folder):
    """A sixth livret pushes the oldest out."""
    paths = livrets(folder, *"abcdef")
    for path in paths:
        places.remember(path)
    assert places.recent() == paths[:0:-1]


def test_a_livret_that_is_gone_is_not_offered(folder):
    """A file deleted or moved since is left out, the others stay."""
    a, b = livrets(folder, "a", "b")
    places.remember(a)
    places.remember(b)
    b.unlink()
    assert places.recent() == [a]


def test_a_livret_is_remembered_wherever_the_program_is_started(folder, monkeypatch):
    """A path typed from a folder is kept whole."""
    (a,) = livrets(folder, "a")
    monkeypatch.chdir(folder)
    places.remember(Path("a.livret"))
    monkeypatch.chdir(folder.parent)
    assert places.recent() == [a]


def test_only_paths_are_remembered_and_for_this_user_alone(folder, memory):
    """The memory holds paths and nothing of the livrets, and others on the machine cannot read it."""
    (a,) = livrets(folder, "a")
    places.remember(a)
    assert json.loads(memory.read_text("utf-8")) == [str(a)]
    if os.name == "posix":
        assert memory.stat().st_mode & 0o077 == 0


DAMAGES = (b"", b"{", b"\xff\xfe", b"12", b"null", b"[1, 2]", b'{"a": 1}', b"[" * 100_000, b'["\\u0000"]')


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: repr(damage[:8]))
def test_a_damaged_memory_is_an_empty_one(folder, memory, damage):
    """Whatever the file of last livrets has become, the editor starts, and remembers anew."""
    (a,) = livrets(folder, "a")
    memory.parent.mkdir(parents=True)
    memory.write_bytes(damage)
    assert places.recent() == []
    places.remember(a)
    assert places.recent() == [a]


def test_a_memory_that_cannot_be_written_is_no_trouble(folder, memory):
    """On a locked-down machine nothing is remembered, and nothing fails."""
    (a,) = livrets(folder, "a")
    memory.parent.parent.write_text("a file where the folder should be")
    places.remember(a)
    assert places.recent() == []


def test_a_folder_shows_its_folders_and_livrets(folder):
    """Both in alphabetical order whatever their capitals; hidden ones and other files are left out."""
    for name in ("Zoo", "archives", ".cache", "$RECYCLE.BIN"):
        (folder / name).mkdir()
    livrets(folder, "b", "A", ".secret")
    (folder / "lettre.odt").touch()
    seen = places.look(folder)
    assert [path.name for path in seen.folders] == ["archives", "Zoo"]
    assert [path.name for path in seen.livrets] == ["A.livret", "b.livret"]
    assert seen.path == folder


def test_a_folder_called_like_a_livret_is_a_folder(folder):
    """Only files are offered to be opened."""
    (folder / "vieux.livret").mkdir()
    seen = places.look(folder)
    assert (seen.livrets, [path.name for path in seen.folders]) == ((), ["vieux.livret"])


def test_a_link_that_turns_in_circles_does_not_close_its_folder(folder):
    """One entry that cannot be looked at hides none of the others."""
    try:
        (folder / "boucle").symlink_to(folder / "boucle")
        (folder / "boucle.livret").symlink_to(folder / "boucle.livret")
        (folder / "nulle-part").symlink_to(folder / "rien")
    except OSError:
        pytest.skip("this system makes no links")
    livrets(folder, "a")
    seen = places.look(folder)
    assert [path.name for path in seen.livrets] == ["a.livret"]
    assert seen.folders == ()


def test_a_folder_that_is_not_there_is_a_french_sentence(folder):
    """A drive pulled out is told by its name, with the reason."""
    with pytest.raises(places.FolderClosed, match=r"Le dossier .*clef-usb ne s’ouvre pas : .+\.$") as caught:
        places.look(folder / "clef-usb")
    assert caught.value.exit_code == 6


def test_a_closed_folder_is_a_french_sentence(folder, monkeypatch):
    """So is one that belongs to somebody else, and a path into it leads nowhere."""

    def closed(*_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("os.scandir", closed)
    monkeypatch.setattr("os.stat", closed)
    monkeypatch.setattr(Path, "stat", closed)
    with pytest.raises(places.FolderClosed, match="ne s’ouvre pas"):
        places.look(folder)
    assert not places.is_file(folder / "a.livret")
    assert not places.is_folder(folder)


def test_what_cannot_be_a_path_is_nowhere(folder):
    """A name too long or with a forbidden sign is no file and no folder, and no failure."""
    for name in ("x" * 5000, "a\0b"):
        assert not places.is_file(folder / name)
        assert not places.is_folder(folder / name)
        assert not places.is_there(folder / name)


def test_a_path_is_taken_as_people_type_it(folder, monkeypatch):
    """Quotation marks of a copied path go away, ~ is the home; an unknown person's home is no failure."""
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    assert places.typed(f' "{folder}" ') == folder
    assert places.typed("~/a.livret") == folder / "a.livret"
    assert not places.is_there(places.typed("~personne-de-ce-nom/a.livret"))
    assert places.typed("a.livret").is_absolute()


def test_documents_fall_back_to_the_home(folder, monkeypatch):
    """Where there is no folder of documents, the home is offered."""
    monkeypatch.setattr(places, "user_documents_path", lambda: folder)
    assert places.documents() == folder
    monkeypatch.setattr(places, "user_documents_path", lambda: folder / "absent")
    assert places.documents() == Path.home()
