"""The security screen: password, recovery key, copies, history, settings, integrity; and copying itself."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import archive as archives
from data.archive import Archive
from data.errors import ChangedOutside, DamagedArchive, MistypedKey, OutputError, WrongPassword
from data.keys import CHEAPEST, RecoveryKey
from editor import backup
from editor.screens import cles, copies
from editor.workshop import workshop
from tests.data.samples import livret

OLD = "essai"
NEW = "sept mots vraiment sans aucun rapport entre eux"
KEY = RecoveryKey(0x2A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5)
JOUR = date(2026, 11, 24)


def screen() -> None:
    from editor.screens import securite  # noqa: PLC0415 - AppTest runs this function alone

    securite.show()


def states(count: int):
    return [livret(diplomes=[{"id": f"d{n}", "intitule": f"Titre {n}"} for n in range(rank)]) for rank in range(count)]


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "mon-livret.livret"


@pytest.fixture
def hold(path, monkeypatch):
    """An archive of a few versions, days apart, under a password that costs nothing to try."""
    monkeypatch.setattr(archives, "CURRENT", CHEAPEST)
    monkeypatch.setattr(Archive.change_password, "__defaults__", (CHEAPEST,))

    def held(count: int = 3, *, read_only: bool = False) -> AppTest:
        now = datetime.now(UTC)
        days = [now - timedelta(days=40, minutes=-rank) for rank in range(count)]
        archive = Archive.create(path, OLD, states(1)[0], profile=CHEAPEST, recovery_key=KEY, now=days[0])
        for content, day in zip(states(count)[1:], days[1:], strict=True):
            archive.save(content, now=day)
        if read_only:
            archive.close()
            archive = Archive.open(path, OLD, read_only=True)
        workshop.hold(path, archive)
        app = AppTest.from_function(screen, default_timeout=60).run()
        assert not app.exception
        return app

    yield held
    workshop.lock()


def texts(app: AppTest) -> str:
    pages = [str(one.proto.body) for one in app.get("html")]
    said = (*app.markdown, *app.caption, *app.info, *app.error, *app.success, *app.code, *app.toast)
    return "\n".join([*(one.value for one in said), *pages])


def opens(path: Path, secret: str) -> bool:
    workshop.lock()
    try:
        with Archive.open(path, secret, read_only=True):
            return True
    except WrongPassword:
        return False


# Where it is


def test_the_file_is_told_in_words(hold, path):
    """The full path, the size, the versions and their dates, the protection and the format are there."""
    said = texts(hold())
    assert str(path) in said
    assert "<dt>Versions</dt><dd>3, de la première" in said
    assert "<dd>aucun</dd>" in said
    assert "profil «\N{NO-BREAK SPACE}essai\N{NO-BREAK SPACE}»" in said


# The password


def change(app: AppTest, current: str) -> AppTest:
    app.text_input(key="password_now").set_value(current).run()
    app.text_input(key="change_first").set_value(NEW).run()
    app.text_input(key="change_again").set_value(NEW).run()
    return app.button(key="password_go").click().run()


@pytest.mark.parametrize("secret", [OLD, str(KEY)])
def test_the_password_is_changed_once_the_present_one_is_known(hold, path, secret):
    """With the current password or the recovery key the password changes, and nothing typed stays in the tab."""
    app = change(hold(), secret)
    assert not app.exception
    assert "Mot de passe changé" in app.toast[0].value
    assert not app.text_input(key="password_now").value
    assert not app.text_input(key="change_first").value
    assert opens(path, NEW)
    assert not opens(path, OLD)


def test_a_wrong_current_password_changes_nothing(hold, path):
    """Whoever does not know the current password cannot replace it, though the livret is open."""
    app = change(hold(), "autre")
    assert "n’ouvre pas ce livret" in app.error[0].value
    assert not opens(path, NEW)
    assert opens(path, OLD)


def test_the_button_waits_for_everything(hold):
    """Nothing can be asked before both passwords are there."""
    app = hold()
    assert app.button(key="password_go").disabled
    app.text_input(key="password_now").set_value(OLD).run()
    assert app.button(key="password_go").disabled


def test_an_old_protection_is_offered_todays(hold, monkeypatch, path):
    """A password under an old profile is given the present one, on the password alone."""
    app = hold()
    assert "upgrade_go" not in [one.key for one in app.button]
    monkeypatch.setattr(archives, "CURRENT", archives.KeyProfile("neuf", memory=64, passes=2, lanes=1))
    app.run()
    app.text_input(key="upgrade_now").set_value("faux").run()
    app.button(key="upgrade_go").click().run()
    assert "n’ouvre pas ce livret" in app.error[0].value
    app.text_input(key="upgrade_now").set_value(OLD).run()
    app.button(key="upgrade_go").click().run()
    assert workshop.opened.profile.name == "neuf"
    assert not workshop.opened.needs_upgrade
    assert opens(path, OLD)


# The recovery key


def verify(app: AppTest, typed: str) -> AppTest:
    app.text_input(key="key_typed").set_value(typed)
    return app.button(key="key_check").click().run()


def test_the_key_on_paper_is_proved(hold):
    """The key as printed, or in small letters without dashes, opens; and the home screen need not ask again."""
    app = verify(hold(), str(KEY).lower().replace("-", ""))
    assert "Cette clé ouvre ce livret" in app.success[0].value
    assert app.session_state["key_verified"] is True


def test_a_mistyped_key_names_its_groups(hold):
    """A slip in the third group is told as such, and proves nothing."""
    groups = list(KEY.groups)
    groups[2] = groups[2][:-1] + ("0" if groups[2][-1] != "0" else "1")
    app = verify(hold(), "-".join(groups))
    assert "dans le groupe 3" in app.error[0].value
    assert "key_verified" not in app.session_state


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ABCD", "elle compte 28 caractères"),
        ("-".join(["U" * 4, *KEY.groups[1:]]), "dans le groupe 1"),
        ("-".join([KEY.groups[0][:3], *KEY.groups[1:]]), "dans le groupe 1"),
        ("-".join([*KEY.groups[:4], KEY.groups[5], KEY.groups[4], KEY.groups[6]]), "dans les groupes 5 et 6"),
        (str(RecoveryKey(7)), "un autre livret"),
        (str(KEY), ""),
        (f" {str(KEY).replace('-', ' ')} ", ""),
    ],
)
def test_a_key_is_judged_group_by_group(typed, said):
    """Each way of going wrong has its own words; spaces and dashes are no way of going wrong."""
    found = cles.judged(typed, KEY)
    assert (said in found) if said else found == ""


def test_a_new_key_replaces_the_old_once_the_sheet_is_proved(hold, path):
    """A new key re-encrypts all; its sheet is shown, and nothing else, until two groups come back."""
    app = hold()
    app.text_input(key="replace_now").set_value(OLD)
    app.checkbox(key="replace_sure").check()
    app.button(key="replace_go").click().run()
    assert not app.exception
    key = workshop.recovery_key
    assert key != KEY
    assert "Votre nouvelle fiche de secours" in [one.value for one in app.header]
    assert app.button(key="proof_done").disabled
    assert "proof_close" not in [one.key for one in app.button]
    for field in [one for one in app.text_input if (one.key or "").startswith("sheet_group_")]:
        field.set_value(key.groups[int(str(field.key).rsplit("_", 1)[1])]).run()
    app.button(key="proof_done").click().run()
    assert not app.exception
    assert "Clé vérifiée" in app.toast[0].value
    assert "card_proof" not in app.session_state
    assert not opens(path, str(KEY))
    assert opens(path, str(key))


@pytest.mark.parametrize(("typed", "sure"), [(OLD, False), ("", True), ("faux", True)])
def test_a_new_key_is_never_made_by_mistake(hold, typed, sure):
    """Without the password, or without the box ticked, the old key stands."""
    app = hold()
    app.text_input(key="replace_now").set_value(typed)
    if sure:
        app.checkbox(key="replace_sure").check()
    app.button(key="replace_go").click().run()
    assert workshop.recovery_key == KEY
    assert "sheet" not in " ".join(one.key or "" for one in app.text_input)


def test_the_sheet_is_shown_again_to_whoever_knows_the_password(hold):
    """The sheet can be printed again, on the password, and closed without proof."""
    app = hold()
    app.text_input(key="print_now").set_value("faux")
    app.button(key="print_go").click().run()
    assert "n’ouvre pas ce livret" in app.error[0].value
    app.text_input(key="print_now").set_value(OLD)
    app.button(key="print_go").click().run()
    assert "Votre fiche de secours" in [one.value for one in app.header]
    app.button(key="proof_close").click().run()
    assert "Votre fiche de secours" not in [one.value for one in app.header]


# Copies


def test_a_copy_is_made_beside_and_opens(hold, path):
    """By default the copy stands beside the file under a dated name, is the same bytes, and is told."""
    app = hold()
    app.button(key="backup_go").click().run()
    assert not app.exception
    copy = backup.place_of_copy("", path, copies.today()).with_name(backup.name_of_copy(path, copies.today()))
    assert copy.read_bytes() == path.read_bytes()
    assert str(copy) in texts(app)
    app.button(key="backup_go").click().run()
    assert len(list(path.parent.glob("*copie*"))) == 2
    assert opens(copy, OLD)


def test_a_copy_that_cannot_be_made_is_told(hold, path):
    """A folder that is not there gives a French sentence, and nothing is left behind."""
    app = hold()
    app.text_input(key="backup_place").set_value(str(path.parent / "absent" / "copie.livret"))
    app.button(key="backup_go").click().run()
    assert "ce dossier n’existe pas" in app.error[0].value
    assert not app.success


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("", "mon-livret (copie du 2026-11-24).livret"),
        (".", "mon-livret (copie du 2026-11-24).livret"),
        ("clé", "clé/mon-livret (copie du 2026-11-24).livret"),
        ("clé/autre.livret", "clé/autre.livret"),
    ],
)
def test_a_folder_or_a_name_says_where_a_copy_goes(typed, place, path):
    """A folder gets the dated name, a name is taken at its word."""
    assert backup.place_of_copy(typed, path, JOUR) == path.parent / place


def test_a_copy_overwrites_nothing_and_leaves_nothing_half_made(hold, path, tmp_path, monkeypatch):
    """What stands there stands; a copy that fails or cannot be opened again leaves no file."""
    hold()
    taken = tmp_path / "pris.livret"
    taken.write_text("autre chose")
    with pytest.raises(OutputError, match="existe déjà"):
        backup.copy(workshop.opened, taken)
    assert taken.read_text() == "autre chose"

    before = sorted(path.parent.iterdir())
    monkeypatch.setattr(backup, "_poured", lambda read, written: written.write(b"x") and b"")
    with pytest.raises(OutputError, match="n’a pas gardé"):
        backup.copy(workshop.opened, tmp_path / "neuf.livret")
    monkeypatch.setattr(backup, "_poured", refusing)
    with pytest.raises(OutputError, match="le disque est plein"):
        backup.copy(workshop.opened, tmp_path / "neuf.livret")
    assert sorted(path.parent.iterdir()) == before


def refusing(*_: object) -> bytes:
    import errno  # noqa: PLC0415

    raise OSError(errno.ENOSPC, "no space")


def test_a_copy_of_a_damaged_file_is_no_copy(hold, path, tmp_path, monkeypatch):
    """When the copy cannot be opened it is not kept, and the reason is told."""
    hold()

    @contextmanager
    def torn(self: Archive):
        broken = tmp_path / "broken"
        broken.write_bytes(path.read_bytes()[:-10])
        yield broken

    monkeypatch.setattr(Archive, "still", torn)
    with pytest.raises(DamagedArchive):
        backup.copy(workshop.opened, tmp_path / "neuf.livret")
    assert not (tmp_path / "neuf.livret").exists()


def test_no_change_is_saved_while_the_file_is_read(hold, path):
    """Whoever copies holds changes back: a save waits until the whole file was read."""
    import threading  # noqa: PLC0415

    hold()
    archive = workshop.opened
    with archive.still() as source:
        assert source == path.resolve()
        saving = threading.Thread(target=archive.save, args=(states(9)[8],))
        saving.start()
        saving.join(0.3)
        assert saving.is_alive()
        assert archive.current.numero == 3
    saving.join(10)
    assert archive.current.numero == 4


def test_a_file_changed_outside_is_not_copied(hold, path):
    """A file that another program replaced is not passed off as this livret's copy."""
    hold()
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ChangedOutside):
        backup.content(workshop.opened)


def test_the_browser_is_given_the_whole_file(hold, path):
    """What the browser saves is the file."""
    hold()
    assert backup.content(workshop.opened) == path.read_bytes()


# The history


def test_thinning_says_how_many_go_then_does_it(hold):
    """How many versions would go is on the button; clicking it removes as many."""
    app = hold(4)
    assert app.button(key="thin").label == "Alléger\N{NO-BREAK SPACE}: retirer 2\N{NO-BREAK SPACE}versions"
    app.button(key="thin").click().run()
    assert not app.exception
    assert [one.numero for one in workshop.opened.versions()] == [4, 3]
    assert "2 versions retirées" in app.toast[0].value
    assert "thin" not in [one.key for one in app.button]


@pytest.mark.parametrize(("typed", "left"), [("effacer", 1), ("EFFACER ", 1), ("oui", 3), ("", 3)])
def test_erasing_takes_the_word(hold, typed, left):
    """The history is erased by whoever types the word, and by nobody else."""
    app = hold()
    app.text_input(key="erase_typed").set_value(typed)
    app.button(key="erase_go").click().run()
    assert not app.exception
    assert len(workshop.opened.versions()) == left


# Integrity and settings


def test_a_sound_file_is_said_to_be(hold):
    """The check reads all and says so."""
    app = hold()
    app.button(key="check").click().run()
    assert app.status[0].label == "Tout est intact\N{NO-BREAK SPACE}: 3 versions et 0 documents relus."


def test_what_the_check_finds_is_told(hold, monkeypatch):
    """Each thing wrong is told, and a check that cannot be made says why."""
    app = hold()
    monkeypatch.setattr(Archive, "check", lambda _: ["Version 2 : elle a été altérée."])
    app.button(key="check").click().run()
    assert "elle a été altérée" in texts(app)
    assert app.status[0].state == "error"

    def refuse(_: Archive) -> list[str]:
        raise ChangedOutside(Path("mon.livret"))

    monkeypatch.setattr(Archive, "check", refuse)
    app.button(key="check").click().run()
    assert "modifié par un autre programme" in texts(app)


def test_settings_are_saved_and_can_be_undone(hold):
    """Each setting is a change like any other."""
    app = hold()
    app.number_input(key="setting_verrouillage_minutes_15").set_value(30).run()
    app.number_input(key="setting_heures_par_jour_6").set_value(7).run()
    reglages = workshop.livret.reglages
    assert (reglages.verrouillage_minutes, reglages.heures_par_jour) == (30, 7)
    app.button(key="undo").click().run()
    assert workshop.livret.reglages.heures_par_jour == 6
    assert app.number_input(key="setting_heures_par_jour_6").value == 6


def test_a_setting_beyond_the_bounds_is_shown_as_it_is(hold):
    """A value another program wrote is shown, not refused."""
    hold()
    workshop.change("x", lambda one: one.with_(reglages=one.reglages.with_(verrouillage_minutes=600)))
    app = AppTest.from_function(screen, default_timeout=30).run()
    assert not app.exception
    assert app.number_input(key="setting_verrouillage_minutes_600").value == 600


def test_read_only_says_so_and_changes_nothing(hold):
    """A livret opened for reading can be copied and verified; nothing that writes is offered."""
    app = hold(read_only=True)
    assert "lecture seule" in app.info[0].value
    keys = {one.key for one in app.button}
    assert keys.isdisjoint({"password_go", "replace_go", "thin", "erase_go", "upgrade_go"})
    assert {"backup_go", "check", "key_check"} <= keys
    assert all(one.disabled for one in app.number_input)


def test_a_secret_is_verified_for_what_it_is(hold):
    """The archive tells its own password and key from others, and a mistyped key from a wrong password."""
    hold()
    workshop.opened.verify(OLD)
    workshop.opened.verify(str(KEY))
    with pytest.raises(WrongPassword):
        workshop.opened.verify("autre")
    with pytest.raises(MistypedKey):
        workshop.opened.verify("-".join(["0000", *KEY.groups[1:]]))
