"""What one process has open: each change is on the disk, can be taken back, and survives a disk that refuses."""

from __future__ import annotations

import errno
import shutil
import threading
import time
from contextlib import contextmanager

import pytest

from data.archive import Archive
from data.errors import ArchiveBusy, ReadOnly, VersionMissing, WrongPassword
from data.keys import CHEAPEST, RecoveryKey
from data.model import Piece
from data.storage import Disk
from editor import drafts
from editor import workshop as module
from editor.workshop import MERGED_WITHIN, MOST_STEPS, Locked, Workshop
from tests.data.faults import RefusingDisk
from tests.data.samples import livret

KEY = RecoveryKey(2027)
SCAN = b"%PDF-1.4 un arr\xc3\xaat\xc3\xa9"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """No waiting for a real disk, nor for the clock."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("data.container._PAUSE", 0)
    monkeypatch.setattr(module, "_LOOKS_EVERY", 0.02)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("modele") / "a.livret"
    content = livret(emplois=[{"id": "e1", "intitule": "Agent d’accueil"}], charte="2026")
    with Archive.create(path, "secret", content, profile=CHEAPEST, recovery_key=KEY):
        pass
    return path


@pytest.fixture
def path(template, tmp_path):
    return shutil.copy(template, tmp_path / "a.livret")


@pytest.fixture
def shop(path):
    """A workshop on a small livret."""
    made = Workshop()
    made.unlock(path, "secret")
    yield made
    made.lock()


def on_disk(shop):
    """The livret as somebody else reads it now."""
    with Archive.open(shop.path, str(KEY), read_only=True) as archive:
        return archive.livret


def titles(book):
    return [row.intitule for row in book.experiences.emplois]


def retitle(text):
    return lambda book: drafts.edit_rows(book, "experiences.emplois", {"e1": {"intitule": text}})


def join(shop, piece_id="scan", content=SCAN, row="e1"):
    """Attach a document to the post."""
    piece = Piece(id=piece_id, titre=piece_id, taille=len(content))
    shop.change("joindre", lambda book: drafts.attach(book, "experiences.emplois", row, [piece]), {piece_id: content})


@contextmanager
def full_disk(shop):
    """The disk has no room left."""
    container = shop.opened._vault.container
    container._disk = RefusingDisk(1, errno.ENOSPC, times=10_000)
    yield
    container._disk = Disk()


# Opening


def test_unlocking_shows_what_the_file_holds(shop):
    """Once the password is given, the livret is there, saved, with nothing to take back."""
    assert shop.open
    assert not shop.read_only
    assert titles(shop.livret) == ["Agent d’accueil"]
    assert shop.saved_at is not None
    assert (shop.undoable, shop.redoable, shop.failure) == ("", "", "")


def test_the_recovery_key_unlocks_too(path):
    """The printed key opens the livret, in small letters and without its dashes."""
    shop = Workshop()
    shop.unlock(path, str(KEY).replace("-", "").lower())
    assert shop.open
    assert str(shop.recovery_key) == str(KEY)
    shop.lock()


def test_a_wrong_password_leaves_what_was_open(shop, tmp_path):
    """Failing to open another livret closes nothing."""
    other = shutil.copy(shop.path, tmp_path / "autre.livret")
    with pytest.raises(WrongPassword):
        shop.unlock(other, "faux")
    assert titles(shop.livret) == ["Agent d’accueil"]
    assert shop.path.name == "a.livret"


def test_another_livret_takes_the_place_of_the_first(shop, tmp_path):
    """Opening a second livret locks the first, which others may then write."""
    first = shop.path
    other = shutil.copy(first, tmp_path / "autre.livret")
    shop.change("essai", retitle("Autre"))
    shop.unlock(other, "secret")
    assert shop.undoable == ""
    Archive.open(first, "secret").close()


def test_a_second_tab_finds_the_livret_open(shop):
    """Unlocking what is unlocked already keeps the edits and the steps back."""
    shop.change("essai", retitle("Autre"))
    shop.unlock(shop.path, "secret")
    assert titles(shop.livret) == ["Autre"]
    assert shop.undoable == "essai"


def test_a_livret_open_elsewhere_names_who_holds_it(shop):
    """A second program is told by whom the file is held; it may still read, and sees what is saved."""
    second = Workshop()
    with pytest.raises(ArchiveBusy, match=r"est déjà ouvert par .+ sur .+ \(processus \d+, depuis") as caught:
        second.unlock(shop.path, "secret")
    assert "lecture seule" in str(caught.value)
    assert not second.open
    shop.change("essai", retitle("Autre"))
    second.unlock(shop.path, "secret", read_only=True)
    assert second.read_only
    assert titles(second.livret) == ["Autre"]
    second.lock()


def test_reading_only_refuses_every_change(path):
    """What is open for reading stays as it is, and taking back does nothing."""
    shop = Workshop()
    before = path.read_bytes()
    shop.unlock(path, "secret", read_only=True)
    for refused in (lambda: shop.change("essai", retitle("Autre")), lambda: shop.restored(1)):
        with pytest.raises(ReadOnly, match="lecture seule"):
            refused()
    assert shop.undo() == ""
    assert titles(shop.livret) == ["Agent d’accueil"]
    assert path.read_bytes() == before
    shop.lock()


# Changing


def test_every_change_is_on_the_disk_when_it_returns(shop):
    """Somebody reading the file between two changes sees each of them."""
    for title in ("Un", "Deux", "Trois"):
        version = shop.version
        shop.change("modifier", retitle(title))
        assert titles(on_disk(shop)) == [title]
        assert shop.version > version


def test_a_document_is_on_the_disk_with_the_row_it_proves(shop):
    """Its bytes are in the file, and come back the same."""
    join(shop)
    with Archive.open(shop.path, "secret", read_only=True) as archive:
        assert archive.piece("scan") == SCAN
    assert shop.piece("scan") == SCAN
    assert on_disk(shop).experiences.emplois[0].pieces == ("scan",)


def test_a_change_that_changes_nothing_is_no_step(shop):
    """Leaving a field as it was writes no version and adds nothing to « Annuler »."""
    size, version = shop.path.stat().st_size, shop.version
    shop.change("rien", retitle("Agent d’accueil"))
    assert (shop.path.stat().st_size, shop.version, shop.undoable) == (size, version, "")


def test_an_edit_that_fails_changes_nothing(shop):
    """A fault in an edit leaves the livret, its file and its steps alone."""

    def broken(_):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        shop.change("casser", broken)
    assert titles(shop.livret) == titles(on_disk(shop)) == ["Agent d’accueil"]
    assert shop.undoable == ""


def test_changes_of_several_tabs_all_land(shop):
    """Six tabs adding rows at the same moment lose none of them, on the screen and on the disk."""
    model = type(shop.livret.experiences.emplois[0])
    rows = [[model(intitule=f"{tab}-{number}") for number in range(5)] for tab in range(6)]

    def tab(mine):
        for row in mine:
            shop.change("ajouter", lambda book, row=row: drafts.add_rows(book, "experiences.emplois", [row]))

    threads = [threading.Thread(target=tab, args=(mine,)) for mine in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = {row.intitule for mine in rows for row in mine} | {"Agent d’accueil"}
    assert set(titles(shop.livret)) == set(titles(on_disk(shop))) == wanted
    assert len(shop.livret.experiences.emplois) == 31


# Undo and redo


def test_steps_are_taken_back_and_brought_back_in_order(shop):
    """« Annuler » names and undoes the last change first; « Rétablir » goes forward again; both are saved."""
    shop.change("premier", retitle("Un"))
    shop.change("second", retitle("Deux"))
    assert shop.undoable == "second"
    assert shop.undo() == "second"
    assert titles(on_disk(shop)) == ["Un"]
    assert (shop.undoable, shop.redoable) == ("premier", "second")
    assert shop.undo() == "premier"
    assert titles(on_disk(shop)) == ["Agent d’accueil"]
    assert shop.undo() == ""
    assert [shop.redo(), shop.redo(), shop.redo()] == ["premier", "second", ""]
    assert titles(on_disk(shop)) == ["Deux"]


def test_a_new_change_leaves_nothing_to_bring_back(shop):
    """After a step back, typing something else gives up what was taken back."""
    shop.change("premier", retitle("Un"))
    shop.undo()
    shop.change("autre", retitle("Autre"))
    assert shop.redoable == ""
    assert shop.redo() == ""
    assert titles(shop.livret) == ["Autre"]


def test_a_document_comes_back_with_the_step_that_brought_it(shop):
    """Undoing « joindre » takes the document away, redoing brings its very bytes back."""
    join(shop)
    shop.undo()
    assert shop.livret.pieces == ()
    shop.redo()
    assert shop.livret.experiences.emplois[0].pieces == ("scan",)
    assert shop.piece("scan") == SCAN
    assert shop.failure == ""
    assert on_disk(shop) == shop.livret


def test_a_document_never_written_comes_back_too(shop):
    """Joined on a full disk, undone once there is room, redone: its bytes were not forgotten meanwhile."""
    with full_disk(shop):
        join(shop)
    shop.undo()
    assert shop.failure == ""
    shop.redo()
    assert shop.failure == ""
    assert shop.piece("scan") == SCAN
    with Archive.open(shop.path, "secret", read_only=True) as archive:
        assert archive.piece("scan") == SCAN


def test_a_document_that_was_erased_for_good_does_not_come_back(shop):
    """Once the history is erased, a deleted document is gone: taking the deletion back is no longer offered."""
    join(shop)
    shop.change("supprimer", lambda book: drafts.remove_rows(book, "pieces", {"scan"}))
    shop.opened.erase_history()
    assert shop.undo() == ""
    assert shop.failure == ""
    assert shop.undoable == ""
    shop.change("ensuite", retitle("Ensuite"))
    assert titles(on_disk(shop)) == ["Ensuite"]


def test_a_text_typed_in_one_go_is_one_step(shop):
    """The pauses while typing save each time, and one « Annuler » takes the whole text back."""
    for text in ("B", "Bo", "Bon"):
        shop.change("écrire", retitle(text), merging="champ")
        assert titles(on_disk(shop)) == [text]
    shop.undo()
    assert titles(shop.livret) == ["Agent d’accueil"]
    assert shop.redo() == "écrire"
    assert titles(shop.livret) == ["Bon"]


def test_another_field_or_a_long_pause_begins_another_step(shop, monkeypatch):
    """Only what is typed on in the same field, and closely, is merged."""
    shop.change("écrire", retitle("A"), merging="champ")
    shop.change("autre champ", retitle("AB"), merging="autre")
    shop.undo()
    assert titles(shop.livret) == ["A"]
    later = time.monotonic() + MERGED_WITHIN + 1
    monkeypatch.setattr(module.time, "monotonic", lambda: later)
    shop.change("écrire", retitle("ABC"), merging="champ")
    shop.undo()
    assert titles(shop.livret) == ["A"]


def test_steps_are_many_but_not_without_end(shop, monkeypatch):
    """The last two hundred changes can be taken back, and no more are kept."""
    monkeypatch.setattr(Archive, "save", lambda *_: None)
    for number in range(MOST_STEPS + 10):
        shop.change("essai", retitle(str(number)))
    count = 0
    while shop.undo():
        count += 1
    assert count == MOST_STEPS
    assert titles(shop.livret) == ["9"]


def test_a_past_version_is_taken_up_again_and_undone(shop):
    """Restoring makes a new version, and « Annuler » brings back what stood before."""
    shop.change("premier", retitle("Un"))
    shop.restored(1)
    assert titles(on_disk(shop)) == ["Agent d’accueil"]
    assert shop.opened.current.numero == 3
    assert shop.undoable == "reprendre la version 1"
    shop.undo()
    assert titles(on_disk(shop)) == ["Un"]


def test_a_past_version_comes_back_with_its_documents(shop):
    """A document deleted since is there again when its version is taken up."""
    join(shop)
    numero = shop.opened.current.numero
    shop.change("supprimer", lambda book: drafts.remove_rows(book, "pieces", {"scan"}))
    shop.restored(numero)
    assert shop.failure == ""
    assert shop.piece("scan") == SCAN
    with pytest.raises(VersionMissing):
        shop.restored(99)


# When the disk refuses


def test_a_full_disk_is_told_and_loses_nothing(shop):
    """What is shown stays, the reason is French; the file still holds what was saved before."""
    shop.change("premier", retitle("Un"))
    with full_disk(shop):
        shop.change("second", retitle("Deux"))
        join(shop)
        assert titles(shop.livret) == ["Deux"]
        assert shop.piece("scan") == SCAN
        assert "a.livret" in shop.failure
        assert "plein" in shop.failure or "place" in shop.failure
        assert titles(on_disk(shop)) == ["Un"]
        assert shop.undoable == "joindre"


def test_retrying_writes_what_waited_with_its_documents(shop):
    """Once there is room, « Réessayer » saves every change made meanwhile."""
    with full_disk(shop):
        shop.change("second", retitle("Deux"))
        join(shop)
        shop.retry()
        assert shop.failure
    shop.retry()
    assert shop.failure == ""
    assert on_disk(shop) == shop.livret
    with Archive.open(shop.path, "secret", read_only=True) as archive:
        assert archive.piece("scan") == SCAN


def test_the_next_change_writes_what_waited(shop):
    """Nobody has to press anything: the next edit saves the earlier one too."""
    with full_disk(shop):
        join(shop)
    shop.change("ensuite", retitle("Ensuite"))
    assert shop.failure == ""
    assert on_disk(shop) == shop.livret
    assert on_disk(shop).experiences.emplois[0].pieces == ("scan",)


def elsewhere(shop, edit, pieces=None):
    """Another program, which does not respect locks, saves to the same file."""
    copy = shop.path.with_name("ailleurs.livret")
    shutil.copy(shop.path, copy)
    with Archive.open(copy, "secret") as archive:
        archive.save(edit(archive.livret), pieces or {})
    copy.replace(shop.path)


def test_a_file_changed_elsewhere_is_not_overwritten(shop):
    """The change made here waits, and the sentence says why."""
    elsewhere(shop, retitle("Ailleurs"))
    shop.change("ici", retitle("Ici"))
    assert "modifié par un autre programme" in shop.failure
    assert titles(shop.livret) == ["Ici"]
    assert titles(on_disk(shop)) == ["Ailleurs"]
    shop.retry()
    assert "modifié par un autre programme" in shop.failure


def test_reading_the_file_again_keeps_both(shop):
    """What is here becomes the newest version, with its documents, and the other program's stays in the history."""
    there = Piece(id="autre", titre="autre", taille=3)
    elsewhere(shop, lambda book: drafts.attach(book, "experiences.emplois", "e1", [there]), {"autre": b"abc"})
    join(shop)
    shop.change("ici", retitle("Ici"))
    shop.reopen_and_keep()
    assert shop.failure == ""
    assert titles(on_disk(shop)) == ["Ici"]
    assert shop.piece("scan") == SCAN
    versions = {version.numero: shop.opened.livret_at(version.numero) for version in shop.opened.versions()}
    assert [row.id for row in versions[2].pieces] == ["autre"]
    assert shop.piece("autre") == b"abc"
    assert [row.id for row in versions[3].pieces] == ["scan"]
    assert shop.undoable == "ici"
    shop.change("ensuite", retitle("Ensuite"))
    assert titles(on_disk(shop)) == ["Ensuite"]


def test_a_file_that_vanished_is_told_until_it_is_back(shop):
    """A drive that was pulled out is a sentence, not a crash; put back, everything is written."""
    aside = shop.path.with_name("clef-usb")
    shop.path.rename(aside)
    shop.change("ici", retitle("Ici"))
    assert shop.failure
    shop.reopen_and_keep()
    assert shop.failure
    assert titles(shop.livret) == ["Ici"]
    aside.rename(shop.path)
    shop.reopen_and_keep()
    assert shop.failure == ""
    assert titles(on_disk(shop)) == ["Ici"]


# Locking


def test_locking_forgets_everything(shop):
    """Nothing decrypted stays: neither the livret, nor documents, nor steps; and others may write."""
    with full_disk(shop):
        join(shop)
    shop.undo()
    shop.lock()
    assert not shop.open
    assert (shop.undoable, shop.redoable, shop.failure) == ("", "", "")
    assert shop.undo() == shop.redo() == ""
    for asked in (
        lambda: shop.livret,
        lambda: shop.opened,
        lambda: shop.recovery_key,
        lambda: shop.piece("scan"),
        lambda: shop.change("essai", retitle("Autre")),
        shop.retry,
        shop.reopen_and_keep,
        lambda: shop.restored(1),
    ):
        with pytest.raises(Locked, match="mot de passe"):
            asked()
    kept = [value for name, value in vars(shop).items() if name not in {"_guard", "path", "saved_at"}]
    assert not any(isinstance(value, (list, dict)) and value for value in kept)
    Archive.open(shop.path, "secret").close()


def wait_until(met, patience=5.0):
    """Give the clock's own thread the time to see."""
    end = time.monotonic() + patience
    while not met() and time.monotonic() < end:
        time.sleep(0.01)
    return met()


def leave(shop, minutes):
    """Nobody has been there for that long."""
    shop._active = time.monotonic() - minutes * 60


def test_nobody_there_locks_the_livret(shop):
    """After the minutes that the livret itself says, everything is locked, and the reason is known."""
    shop.change("régler", lambda book: drafts.edit_reglages(book, verrouillage_minutes=3))
    leave(shop, 2.9)
    time.sleep(0.1)
    assert shop.open
    leave(shop, 3)
    assert wait_until(lambda: not shop.open)
    assert shop.locked_by_idleness
    shop.unlock(shop.path, "secret")
    assert not shop.locked_by_idleness


def test_nothing_unsaved_is_locked_away(shop):
    """While something could not be written the clock waits; once it is, it locks."""
    with full_disk(shop):
        shop.change("ici", retitle("Ici"))
        leave(shop, 60)
        time.sleep(0.15)
        assert shop.open
        assert titles(shop.livret) == ["Ici"]
    shop.retry()
    assert shop.failure == ""
    leave(shop, 60)
    assert wait_until(lambda: not shop.open)


def test_the_clock_goes_on_after_the_file_was_read_again(shop):
    """Having had to read the file again does not leave the livret open for ever."""
    elsewhere(shop, retitle("Ailleurs"))
    shop.change("ici", retitle("Ici"))
    shop.reopen_and_keep()
    leave(shop, 60)
    assert wait_until(lambda: not shop.open)


def test_a_setting_of_no_minutes_at_all_leaves_the_time_to_change_it(shop):
    """A livret whose setting is nought opens all the same."""
    shop.change("régler", lambda book: drafts.edit_reglages(book, verrouillage_minutes=0))
    time.sleep(0.1)
    assert shop.open
    leave(shop, 1)
    assert wait_until(lambda: not shop.open)
