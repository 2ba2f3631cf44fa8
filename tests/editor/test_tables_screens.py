"""The editor as an agent goes through it: opening, the first steps, the tables' forms, documents, locking."""

from __future__ import annotations

import errno
import shutil
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data import demo
from data.archive import Archive
from data.evidence import Evidence
from data.keys import CHEAPEST, RecoveryKey
from data.model import LISTES, Livret
from data.nomenclatures import label
from data.storage import Disk
from data.values import PartialDate
from editor import drafts, places
from editor import workshop as module
from editor.screens import fiche
from editor.workshop import workshop
from tests.data.faults import RefusingDisk
from tests.editor.widgets import drawn

APP = Path(module.__file__).with_name("app.py")
KEY = RecoveryKey(2028)
ACTIONS, EMPLOIS, COMPETENCES = "formations.actions", "experiences.emplois", "competences.competences"


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path):
    """A machine where no livret was ever opened, with its own Documents folder; locked again afterwards."""
    documents = tmp_path / "Documents"
    documents.mkdir()
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("data.container._PAUSE", 0)
    monkeypatch.setattr(places, "user_config_path", lambda _: tmp_path / "reglages")
    monkeypatch.setattr(places, "user_documents_path", lambda: documents)
    monkeypatch.setattr(places, "user_data_path", lambda _: tmp_path / "donnees")
    create = Archive.create.__func__
    monkeypatch.setattr(create, "__kwdefaults__", create.__kwdefaults__ | {"profile": CHEAPEST})
    yield documents
    workshop.lock()
    workshop.path = None
    workshop.locked_by_idleness = False


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """The demonstration without the bytes of its documents, its charter accepted."""
    path = tmp_path_factory.mktemp("modele") / "demo.livret"
    book = demo.livret()
    book = book.with_(pieces=[piece.with_(taille=0) for piece in book.pieces])
    assert book.charte is not None
    with Archive.create(path, "secret", book, profile=CHEAPEST, recovery_key=KEY):
        pass
    return path


@pytest.fixture
def path(template, machine):
    return Path(shutil.copy(template, machine / "demo.livret"))


def start(**state):
    """A tab, just opened."""
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in state.items():
        app.session_state[name] = value
    return run(app)


def run(app):
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def act(widget):
    """Run after something was done with a widget."""
    app = widget.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def opened(path, *, read_only=False):
    workshop.hold(path, Archive.open(path, str(KEY), read_only=read_only))


def at(liste, row=""):
    """A tab on the form of a row, or on the first of a list."""
    return start(goto=(liste, row))


def go(app, liste, row=""):
    app.session_state["goto"] = (liste, row)
    return run(app)


def field(app, liste, row, nom):
    """The widget of a field."""
    key = drawn(app, f"f_{liste.replace('.', '_')}_{row}_{nom}")
    for kind in (app.text_input, app.selectbox, app.multiselect, app.text_area, app.number_input, app.toggle):
        if found := [widget for widget in kind if widget.key == key]:
            return found[0]
    raise AssertionError(f"no field {key}")


def written(box, text):
    """A choice written by hand in a drop-down, as its browser part sends it."""
    if text not in box.options:
        box.options.append(text)
    return box.set_value(text)


def row(liste, identifier):
    return next(one for one in drafts.rows_of(workshop.livret, liste) if one.id == identifier)


def on_disk():
    with Archive.open(workshop.path, str(KEY), read_only=True) as archive:
        return archive.livret


def title(app):
    return app.title[0].value


def said(app):
    """Every text on the screen."""
    kinds = (app.title, app.header, app.subheader, app.markdown, app.caption, app.error, app.warning, app.info)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def table(app):
    """The table as it was given to the browser."""
    (grid,) = app.get("data_editor") or app.get("arrow_data_frame")
    return grid


def remembered(app):
    """The names of all that the tab holds, its widgets' values included."""
    return [str(name) for name in app.session_state._state._state.filtered_state]


def button(app, text):
    return next(one for one in app.button if one.label == text)


# Opening


def unlock(app, secret):
    app.text_input(key="secret").set_value(secret)
    return act(button(app, "Ouvrir").click())


def test_a_wrong_password_is_one_sentence_and_the_right_one_opens(path):
    """The password is asked again with the reason; then the home greets, and the file is remembered."""
    workshop.path = path
    app = unlock(start(), "faux")
    (error,) = app.error
    assert error.value.startswith("Ce mot de passe n’ouvre pas ce livret. Rien n’est perdu : vérifiez")
    assert not workshop.open
    app = unlock(app, "secret")
    assert title(app) == "Bonjour Anaïs"
    assert places.recent() == [path]
    assert "secret" not in app.session_state


def test_the_recovery_key_opens_too(path):
    """Typed from the sheet in small letters, with spaces for dashes."""
    workshop.path = path
    app = unlock(start(), str(KEY).replace("-", " ").lower())
    assert title(app) == "Bonjour Anaïs"


def test_a_mistyped_recovery_key_says_so(path):
    """A slip in the key is told as such, not as a wrong password."""
    workshop.path = path
    app = unlock(start(), str(KEY)[:-1] + ("0" if str(KEY)[-1] != "0" else "1"))
    assert len(app.error) == 1
    assert "clé" in app.error[0].value


def test_a_livret_busy_elsewhere_can_be_read(path):
    """Who holds it is told, and one press opens it to be read: nothing can then be typed."""
    workshop.path = path
    with Archive.open(path, "secret"):
        app = unlock(start(), "secret")
        assert "est déjà ouvert par" in app.warning[0].value
        app = act(app.button(key="read_only").click())
        assert title(app) == "Bonjour Anaïs"
        assert workshop.read_only


def test_livrets_are_found_by_going_through_folders(path, machine):
    """The last one opened is a press away; others are found in Documents, its folders and its parent."""
    (machine / "Vieux").mkdir()
    other = Path(shutil.copy(path, machine / "Vieux" / "ancien.livret"))
    places.remember(path)
    app = start()
    assert [one.label for one in app.button if str(one.key).startswith("recent_")] == ["demo.livret"]
    app = act(app.button(key="open_folder_in_Vieux").click())
    act(app.button(key="open_folder_ancien.livret").click())
    assert workshop.path == other
    app = act(app.button(key="other").click())
    assert workshop.path is None
    app = act(app.button(key="open_folder_up").click())
    assert app.session_state["open_folder"] == str(machine)


@pytest.mark.parametrize("typed", ["", "~personne-de-ce-nom", "x" * 300, "\0", "/nulle/part"])
def test_a_path_that_leads_nowhere_stays_in_its_folder(machine, typed):
    """Whatever is typed as a folder, the screen goes on showing one."""
    app = start()
    (box,) = [one for one in app.text_input if str(one.key).startswith("open_folder_typed")]
    app = act(box.set_value(typed))
    assert app.session_state["open_folder"] == str(machine)


def test_the_path_of_a_livret_can_be_pasted(path):
    """With its quotation marks, as the file manager copies it."""
    app = start()
    (box,) = [one for one in app.text_input if str(one.key).startswith("open_folder_typed")]
    app = act(box.set_value(f'"{path}"'))
    act(app.button(key="open_folder_file").click())
    assert workshop.path == path


def test_a_livret_that_is_gone_is_told(path):
    """A file moved meanwhile is named, and another can be chosen."""
    workshop.path = path
    path.unlink()
    app = start()
    assert str(path) in app.warning[0].value
    act(app.button(key="other").click())
    assert workshop.path is None


# The first steps


def create(app):
    """Choose a file and a password, and make the livret."""
    password = "sept mots sans aucun rapport entre eux tous"
    app = act(app.button(key="create").click())
    app = act(app.text_input(key="new_name").set_value("ma carrière"))
    app = act(app.text_input(key="new_first").set_value(password))
    app = act(app.text_input(key="new_again").set_value(password))
    return act(app.button(key="make").click())


def groups(app, key):
    """The two boxes of the sheet's proof, and what each should hold."""
    boxes = [one for one in app.text_input if str(one.key).startswith("first_group_")]
    return [(box, key.groups[int(str(box.key).rpartition("_")[2])]) for box in boxes]


def test_a_new_livret_is_led_to_its_home(machine):
    """File and password, the sheet proved by two right groups, the charter, a name; then the empty livret."""
    app = create(start())
    path = machine / "ma carrière.livret"
    assert path.is_file()
    assert places.recent() == [path]
    assert title(app) == "La fiche de secours"
    key = workshop.recovery_key
    assert app.button(key="on").disabled
    (first, right), (_, other) = groups(app, key)
    app = act(first.set_value(right))
    assert app.button(key="on").disabled
    ((_, _), (second, other)) = groups(app, key)
    app = act(second.set_value("0000" if other != "0000" else "1111"))
    assert app.button(key="on").disabled
    assert "Ce n’est pas ce groupe." in said(app)
    ((_, _), (second, other)) = groups(app, key)
    app = act(second.set_value(f" {other.lower()} "))
    assert not app.button(key="on").disabled
    app = act(app.button(key="on").click())
    assert title(app) == "La charte"
    assert not [name for name in remembered(app) if "group" in name]
    assert workshop.livret.charte is None
    app = act(app.button(key="accept").click())
    assert workshop.livret.charte == PartialDate.of(date.today())  # noqa: DTZ011 - the agent's own day
    assert title(app) == "Vous"
    app = act(app.text_input(key="holder_prenom").set_value("Zoé"))
    app = act(app.button(key="on").click())
    assert "Zoé, votre livret est prêt" in said(app)
    app = act(app.button(key="on").click())
    assert title(app) == "Bonjour Zoé"
    with Archive.open(path, str(key), read_only=True) as archive:
        assert archive.livret == workshop.livret
    again = start()
    assert title(again) == "Bonjour Zoé"


def test_a_sheet_that_was_not_proved_is_asked_again():
    """Closing the window before the charter leads to the sheet again."""
    folder = places.documents()
    workshop.hold(folder / "neuf.livret", Archive.create(folder / "neuf.livret", "secret", Livret(), profile=CHEAPEST))
    for _ in range(2):
        assert title(start()) == "La fiche de secours"


def test_a_weak_password_creates_nothing(machine):
    """A password that a computer would find, or two that differ, leave the button greyed."""
    app = act(start().button(key="create").click())
    app = act(app.text_input(key="new_first").set_value("azerty123"))
    assert app.button(key="make").disabled
    app = act(app.text_input(key="new_first").set_value("sept mots sans aucun rapport entre eux tous"))
    app = act(app.text_input(key="new_again").set_value("sept mots"))
    assert "Les deux saisies diffèrent." in said(app)
    assert app.button(key="make").disabled
    assert list(machine.iterdir()) == []


def test_an_offered_phrase_is_strong_enough(machine):
    """Seven words drawn by chance can be adopted, and then have to be typed once more."""
    app = act(start().button(key="create").click())
    app = act(app.button(key="new_offered_b").click())
    offered = app.session_state["new_offered"]
    app = act(app.button(key="new_offered_use").click())
    assert app.text_input(key="new_first").value == offered
    app = act(app.text_input(key="new_again").set_value(offered))
    assert not app.button(key="make").disabled


@pytest.mark.parametrize("name", ["demo.livret", "demo", "../demo", "x" * 400])
def test_nothing_is_ever_overwritten(path, name):
    """A name that is taken, however it is written, is refused; one that no disk takes is a sentence."""
    before = path.read_bytes()
    app = act(start().button(key="create").click())
    app = act(app.text_input(key="new_name").set_value(name))
    app = act(app.text_input(key="new_first").set_value("sept mots sans aucun rapport entre eux tous"))
    app = act(app.text_input(key="new_again").set_value("sept mots sans aucun rapport entre eux tous"))
    if not app.button(key="make").disabled:
        app = act(app.button(key="make").click())
        assert len(app.error) == 1
    else:
        assert "existe déjà" in said(app)
    assert path.read_bytes() == before
    assert not workshop.open


# Tables and forms


@pytest.mark.parametrize("liste", LISTES)
def test_every_table_shows_with_its_form(path, liste):
    """Each list of a whole career is drawn: its table, and the form of its first row with every field."""
    opened(path)
    app = at(liste)
    rows = drafts.rows_of(workshop.livret, liste)
    if rows:
        assert app.selectbox(key=f"choose_{liste}").label == f"Fiche 1 sur {len(rows)}"
    table(app)


def test_a_table_shows_labels_not_codes(path):
    """« Mes formations » is read in words."""
    opened(path)
    app = at(ACTIONS)
    assert title(app) == "Mes formations"
    table(app)
    frame = app.session_state[f"table_{ACTIONS}"][0].given["data"]
    codes = {row.type for row in workshop.livret.formations.actions if row.type}
    assert codes
    assert not codes & set(frame["type"])
    names = set(drafts.names(workshop.livret, COMPETENCES).values())
    assert {name for cell in frame["competences"] for name in cell} <= names
    assert set(frame["_mark"]) <= {"Justifié", "Déclaré", "À corriger"}


def test_a_field_is_saved_and_shown_as_it_was_understood(path):
    """« mars 2009 » becomes 03/2009, is on the disk, and its undo is named."""
    opened(path)
    app = at(EMPLOIS, "e05")
    app = act(field(app, EMPLOIS, "e05", "debut").set_value("mars 2009"))
    assert field(app, EMPLOIS, "e05", "debut").value == "03/2009"
    assert row(EMPLOIS, "e05").debut == PartialDate(2009, 3)
    assert on_disk() == workshop.livret
    assert app.button(key="undo").help == "Annuler\u00a0: modifier « Début » (Ctrl+Z)"


def test_an_invalid_date_is_kept_marked_and_explained(path):
    """« naguère » stays in its field with the reason, in the table's mark, after a reload too; « 2011 » settles it."""
    opened(path)
    app = at(EMPLOIS, "e05")
    app = act(field(app, EMPLOIS, "e05", "debut").set_value("naguère"))
    for tab in (app, at(EMPLOIS, "e05")):
        assert field(tab, EMPLOIS, "e05", "debut").value == "naguère"
        assert "naguère" in tab.warning[0].value
        assert "Gardé tel quel, à corriger" in tab.warning[0].value
        assert any(text.value.startswith(":red[") and "naguère" in text.value for text in tab.markdown)
        frame = tab.session_state[f"table_{EMPLOIS}"][0].given["data"]
        assert "À corriger" in set(frame["_mark"])
    workshop.lock()
    opened(path)
    app = at(EMPLOIS, "e05")
    assert field(app, EMPLOIS, "e05", "debut").value == "naguère"
    app = act(field(app, EMPLOIS, "e05", "debut").set_value("2011"))
    assert row(EMPLOIS, "e05").a_corriger == {}
    assert not app.warning


def test_a_free_value_in_a_drop_down_is_kept(path):
    """A status of another time is kept as it was written, and offered to the next row; a label becomes its code."""
    opened(path)
    app = at(EMPLOIS, "e05")
    app = act(written(field(app, EMPLOIS, "e05", "statut"), "Auxiliaire de 1987"))
    assert row(EMPLOIS, "e05").statut == "Auxiliaire de 1987"
    assert field(app, EMPLOIS, "e05", "statut").value == "Auxiliaire de 1987"
    app = go(app, EMPLOIS, "e04")
    assert "Auxiliaire de 1987" in field(app, EMPLOIS, "e04", "statut").options
    app = act(written(field(app, EMPLOIS, "e04", "statut"), "fonctionnaire TITULAIRE"))
    assert row(EMPLOIS, "e04").statut == "titulaire"


def test_a_level_that_is_no_level_stays_in_its_field(path):
    """Levels are numbers: what is written instead is kept there with the reason."""
    opened(path)
    one = workshop.livret.competences.competences[0].id
    app = at(COMPETENCES, one)
    app = act(written(field(app, COMPETENCES, one, "niveau"), "virtuose"))
    assert row(COMPETENCES, one).a_corriger == {"niveau": "virtuose"}
    assert field(app, COMPETENCES, one, "niveau").value == "virtuose"
    assert "virtuose" in app.warning[0].value


def test_only_real_classes_can_be_chosen(path):
    """The drop-down of confidentiality offers the four classes and nothing else."""
    opened(path)
    app = at(EMPLOIS, "e05")
    box = field(app, EMPLOIS, "e05", "sensibilite")
    assert len(box.options) == 4
    app = act(box.set_value(2))
    assert row(EMPLOIS, "e05").sensibilite == 2


def test_a_competence_written_in_the_pick_list_is_created_and_linked(path):
    """One gesture makes it and links it; one « Annuler » takes both back."""
    opened(path)
    app = at(EMPLOIS, "e05")
    before = workshop.livret
    box = field(app, EMPLOIS, "e05", "competences")
    app = act(box.set_value([*box.value, "Jongler avec les plannings"]))
    made = workshop.livret.competences.competences[-1]
    assert made.libelle == "Jongler avec les plannings"
    assert row(EMPLOIS, "e05").competences == (*before.rows["e05"].competences, made.id)
    assert field(app, EMPLOIS, "e05", "competences").value[-1] == made.id
    app = act(app.button(key="undo").click())
    assert workshop.livret == before
    assert field(app, EMPLOIS, "e05", "competences").value == list(before.rows["e05"].competences)


def test_a_link_taken_off_is_saved(path):
    """Removing a competence from the list of a row unlinks it and keeps it."""
    opened(path)
    linked = next(one for one in workshop.livret.experiences.emplois if one.competences)
    app = at(EMPLOIS, linked.id)
    box = field(app, EMPLOIS, linked.id, "competences")
    act(box.set_value(box.value[1:]))
    assert row(EMPLOIS, linked.id).competences == linked.competences[1:]
    assert linked.competences[0] in workshop.livret.rows


def test_a_deleted_row_comes_back_with_its_links(path):
    """Deleting a competence in its form unlinks it everywhere; « Annuler » brings it all back, with its links."""
    opened(path)
    before = workshop.livret
    linked = next(one for one in before.experiences.emplois if one.competences)
    gone = linked.competences[0]
    app = at(COMPETENCES, gone)
    app = act(app.button(key="delete").click())
    assert gone not in workshop.livret.rows
    assert gone not in row(EMPLOIS, linked.id).competences
    assert Evidence.of(workshop.livret).rompus == ()
    app = act(app.button(key="undo").click())
    assert workshop.livret == before
    assert on_disk() == before
    act(app.button(key="redo").click())
    assert gone not in workshop.livret.rows


def test_a_row_is_added_duplicated_and_moved(path):
    """« Ajouter » opens an empty form on top, « Dupliquer » a copy; in one's own order rows move."""
    opened(path)
    app = at(EMPLOIS, "e05")
    before = [one.id for one in workshop.livret.experiences.emplois]
    app = act(app.button(key="duplicate").click())
    copied = app.session_state[f"row_{EMPLOIS}"]
    assert row(EMPLOIS, copied).with_(id="e05") == row(EMPLOIS, "e05")
    app = act(app.button(key="add").click())
    added = workshop.livret.experiences.emplois[0].id
    assert added not in before
    assert app.session_state[f"row_{EMPLOIS}"] == added
    app = act(app.selectbox(key=f"order_{EMPLOIS}").set_value(drafts.OWN_ORDER))
    assert app.button(key="up").disabled
    act(app.button(key="down").click())
    assert [one.id for one in workshop.livret.experiences.emplois][:2] == [before[0], added]


def test_going_from_form_to_form(path):
    """« Suivante » and « Précédente » follow the order of the table, and stop at its ends."""
    opened(path)
    app = at(EMPLOIS)
    order = list(app.session_state[f"table_{EMPLOIS}"][0].ids)
    assert app.button(key="previous").disabled
    for wanted in order[1:]:
        app = act(app.button(key="next").click())
        assert app.session_state[f"row_{EMPLOIS}"] == wanted
    assert app.button(key="next").disabled
    app = act(app.selectbox(key=drawn(app, f"choose_{EMPLOIS}")).set_value(order[1]))
    assert app.selectbox(key=drawn(app, f"choose_{EMPLOIS}")).label == f"Fiche 2 sur {len(order)}"


def test_searching_and_sorting_change_the_table(path):
    """Only the rows with every word stay, in the order asked; words found nowhere are told."""
    opened(path)
    app = at(ACTIONS)
    rows = workshop.livret.formations.actions
    wanted = [one.id for one in drafts.matching(rows, "PAIE")]
    assert 0 < len(wanted) < len(rows)
    app = act(app.text_input(key=f"search_{ACTIONS}").set_value("PAIE"))
    assert set(app.session_state[f"table_{ACTIONS}"][0].ids) == set(wanted)
    app = act(app.text_input(key=f"search_{ACTIONS}").set_value("kwyjibo"))
    assert "Aucune ligne ne contient ces mots." in said(app)
    app = act(app.text_input(key=f"search_{ACTIONS}").set_value(""))
    app = act(app.selectbox(key=f"order_{ACTIONS}").set_value("Par ordre alphabétique"))
    shown = app.session_state[f"table_{ACTIONS}"][0].ids
    titles = [drafts.fold(workshop.livret.rows[one].intitule_ligne) for one in shown]
    assert titles == sorted(titles)
    assert len(shown) == len(rows)


def test_an_empty_list_invites_to_begin(machine):
    """A list without rows shows an empty table and what to do; adding a row opens its form."""
    path = machine / "neuf.livret"
    book = Livret.from_data({"charte": "2026"})
    workshop.hold(path, Archive.create(path, "secret", book, profile=CHEAPEST, recovery_key=KEY))
    for liste in LISTES:
        app = at(liste)
        table(app)
        assert not [one for one in app.button if one.key == "delete"]
    app = at(EMPLOIS)
    assert "Écrivez dans la première ligne du tableau" in said(app)
    app = act(app.button(key="add").click())
    (made,) = workshop.livret.experiences.emplois
    app = act(field(app, EMPLOIS, made.id, "intitule").set_value("Agente"))
    assert row(EMPLOIS, made.id).intitule == "Agente"


def test_a_change_made_elsewhere_shows_in_the_form(path):
    """Another tab's edit replaces what this one held, in the field and in the table."""
    opened(path)
    app = at(EMPLOIS, "e05")
    workshop.change(
        "ailleurs", lambda book: drafts.edit_rows(book, EMPLOIS, {"e05": {"intitule": "D’un autre onglet"}})
    )
    app = run(app)
    assert field(app, EMPLOIS, "e05", "intitule").value == "D’un autre onglet"
    assert "D’un autre onglet" in set(app.session_state[f"table_{EMPLOIS}"][0].given["data"]["intitule"])


def test_a_run_cut_short_is_made_up_for(path, monkeypatch):
    """When the next gesture comes before the screen is drawn again, it shows the step back all the same."""
    opened(path)
    app = at(EMPLOIS, "e05")
    held = field(app, EMPLOIS, "e05", "intitule").value
    app = act(field(app, EMPLOIS, "e05", "intitule").set_value("Autre titre"))
    with monkeypatch.context() as patch:
        patch.setattr(fiche, "_fields", lambda *_: st.stop())
        app = act(app.button(key="undo").click())
    app = run(app)
    assert field(app, EMPLOIS, "e05", "intitule").value == held


def test_typing_many_times_leaves_no_old_tables_behind(path):
    """However long one types, the tab remembers one table a list and no more."""
    opened(path)
    app = at(EMPLOIS, "e05")
    counts = []
    for number in range(4):
        app = act(field(app, EMPLOIS, "e05", "intitule").set_value(f"Titre {number}"))
        counts.append(len(remembered(app)))
    assert counts[1:] == counts[:1] * 3


def test_a_full_disk_is_told_on_the_screen(path):
    """The badge says so, the field keeps what was typed, and « Réessayer » writes it."""
    opened(path)
    app = at(EMPLOIS, "e05")
    workshop.opened._vault.container._disk = RefusingDisk(1, errno.ENOSPC, times=10_000)
    app = act(field(app, EMPLOIS, "e05", "intitule").set_value("Sans place"))
    assert "Non enregistré" in said(app)
    assert len(app.error) == 1
    assert field(app, EMPLOIS, "e05", "intitule").value == "Sans place"
    workshop.opened._vault.container._disk = Disk()
    app = act(app.button(key="retry").click())
    assert not app.error
    assert "Enregistré à" in said(app)
    assert on_disk().rows["e05"].intitule == "Sans place"


def test_leaving_with_something_unsaved_is_asked_twice(path):
    """« Verrouiller » first says what would be lost, then does it."""
    opened(path)
    app = at(EMPLOIS, "e05")
    workshop.opened._vault.container._disk = RefusingDisk(1, errno.ENOSPC, times=10_000)
    app = act(field(app, EMPLOIS, "e05", "intitule").set_value("Sans place"))
    app = act(app.button(key="lock").click())
    assert workshop.open
    assert any("seraient perdus" in toast.value for toast in app.toast)
    act(app.button(key="lock").click())
    assert not workshop.open


@pytest.mark.parametrize("presses", [1, 2])
def test_leaving_saves_what_waited_as_soon_as_there_is_room(path, presses):
    """« Verrouiller » tries once more to write what could not be written, at the first press as at the second."""
    opened(path)
    app = at(EMPLOIS, "e05")
    workshop.opened._vault.container._disk = RefusingDisk(1, errno.ENOSPC, times=10_000)
    app = act(field(app, EMPLOIS, "e05", "intitule").set_value("Enfin"))
    if presses > 1:
        app = act(app.button(key="lock").click())
    workshop.opened._vault.container._disk = Disk()
    act(app.button(key="lock").click())
    assert not workshop.open
    with Archive.open(path, str(KEY), read_only=True) as archive:
        assert archive.livret.rows["e05"].intitule == "Enfin"


def test_personal_information_is_saved_and_emptied(path):
    """A field of the holder is saved when it is left, and can be emptied."""
    opened(path)
    app = go(start(), "titulaire")
    assert title(app) == "Informations personnelles"
    app = act(app.text_input(key="holder_ville").set_value("Aubréac"))
    assert on_disk().titulaire.ville == "Aubréac"
    app = act(app.text_input(key="holder_ville").set_value(""))
    assert on_disk().titulaire.ville == ""
    assert app.text_input(key="holder_ville").value == ""


# Documents


def test_documents_are_counted_and_say_what_they_prove(path):
    """Those asked for and lost have their state; a document's rows are chosen from its side."""
    opened(path)
    first, second = workshop.livret.pieces[:2]
    cells = {first.id: {"etat": "demandee"}, second.id: {"etat": "perdue"}}
    workshop.change("noter", lambda book: drafts.edit_rows(book, "pieces", cells))
    app = at("pieces", second.id)
    assert title(app) == "Justificatifs"
    counts = {metric.label: metric.value for metric in app.metric}
    assert counts["Documents dans le livret"] == "0"
    frame = app.session_state["table_pieces"][0].given["data"]
    assert {label("etats_piece", "demandee"), label("etats_piece", "perdue")} <= set(frame["etat"])
    assert field(app, "pieces", second.id, "etat").value == "perdue"
    assert "Le fichier n’est pas dans le livret." in said(app)
    assert len(app.get("file_uploader")) == 2


def test_proofs_are_linked_both_ways(path):
    """A row chosen in the document's form has the document in its own, and the other way round."""
    opened(path)
    piece = workshop.livret.pieces[0].id
    app = at("pieces", piece)
    app = act(app.multiselect(key=drawn(app, f"proves_{piece}")).set_value(["e05", "e04"]))
    assert {one.id for one in Evidence.of(workshop.livret).prouve[piece]} == {"e04", "e05"}
    app = go(app, EMPLOIS, "e05")
    box = field(app, EMPLOIS, "e05", "pieces")
    assert piece in box.value
    app = act(box.set_value([one for one in box.value if one != piece]))
    app = go(app, "pieces", piece)
    assert app.multiselect(key=drawn(app, f"proves_{piece}")).value == ["e04"]
    assert [one.key for one in app.button if str(one.key).startswith(f"to_{piece}")] == [f"to_{piece}_e04"]
    app = act(app.button(key=f"to_{piece}_e04").click())
    assert title(app) == "Mes expériences"
    assert app.session_state[f"row_{EMPLOIS}"] == "e04"


def test_rows_of_one_name_are_linked_each_for_itself(path):
    """Two posts called the same are told apart in the list of what a document proves."""
    opened(path)
    piece = workshop.livret.pieces[0].id
    cells = {one: {"intitule": "Secrétaire"} for one in ("e04", "e05")}
    workshop.change("mêmes", lambda book: drafts.link(drafts.edit_rows(book, EMPLOIS, cells), piece, ["e05"]))
    app = at("pieces", piece)
    box = app.multiselect(key=drawn(app, f"proves_{piece}"))
    assert len(set(box.options)) == len(box.options)
    act(box.set_value(["e05", "e01"]))
    assert {one.id for one in Evidence.of(workshop.livret).prouve[piece]} == {"e01", "e05"}


def test_what_lacks_a_proof_leads_to_its_row(path):
    """Each line without a document is a way to its form."""
    opened(path)
    app = at("pieces")
    lacking = [one for one in app.button if str(one.key).startswith("lack_")]
    wanted = str(lacking[0].key).removeprefix("lack_")
    app = act(lacking[0].click())
    assert app.session_state[f"row_{drafts.liste_of(workshop.livret, wanted)}"] == wanted


def test_a_competence_shows_what_proves_it(path):
    """Its form names the rows that use it, each a way there."""
    opened(path)
    linked = next(one for one in workshop.livret.experiences.emplois if one.competences)
    app = at(COMPETENCES, linked.competences[0])
    app = act(app.button(key=f"proof_{linked.competences[0]}_{linked.id}").click())
    assert title(app) == "Mes expériences"
    assert app.session_state[f"row_{EMPLOIS}"] == linked.id


def drop(app, key, *files):
    """Drop files on the page or on a row."""
    (place,) = [one for one in app.file_uploader if str(one.key).startswith(key)]
    return act(place.set_value([(name, content, "application/octet-stream") for name, content in files]))


def test_a_file_dropped_on_a_row_proves_it(path):
    """It is in the archive at once, linked to the row, shown in its form; an empty file is left aside and told."""
    opened(path)
    app = drop(at(EMPLOIS, "e05"), "drop_e05", ("arrete_de_2010.txt", b"Arr\xc3\xaat\xc3\xa9"), ("vide.txt", b""))
    made = workshop.livret.pieces[-1]
    assert (made.titre, made.taille, made.media) == ("Arrete de 2010", 8, "text/plain")
    assert row(EMPLOIS, "e05").pieces[-1] == made.id
    with Archive.open(path, str(KEY), read_only=True) as archive:
        assert archive.piece(made.id) == b"Arr\xc3\xaat\xc3\xa9"
    assert [toast.value for toast in app.toast] == ["Un fichier vide a été laissé de côté."]
    assert "Arrete de 2010" in said(app)
    app = act(app.button(key=f"off_e05_{made.id}").click())
    assert made.id not in row(EMPLOIS, "e05").pieces
    assert made.id in workshop.livret.rows


def test_files_dropped_on_the_page_wait_to_be_linked(path):
    """Two files make two documents that prove nothing yet, and the last one's form is shown."""
    opened(path)
    app = drop(at("pieces"), "drop_any", ("a.txt", b"a"), ("b.txt", b"b"))
    first, second = workshop.livret.pieces[-2:]
    assert [first.titre, second.titre] == ["A", "B"]
    assert app.session_state["row_pieces"] == second.id
    assert app.button(key="undo").help == "Annuler\u00a0: joindre 2 documents (Ctrl+Z)"
    app = act(app.button(key="undo").click())
    assert first.id not in workshop.livret.rows


def test_a_document_that_was_asked_for_is_received(path):
    """Its file comes under the same row, with the links it had; it is no longer asked for."""
    opened(path)
    piece = workshop.livret.pieces[0]
    proved = Evidence.of(workshop.livret).prouve[piece.id]
    workshop.change("noter", lambda book: drafts.edit_rows(book, "pieces", {piece.id: {"etat": "demandee"}}))
    app = drop(at("pieces", piece.id), f"received_{piece.id}", ("scan.png", b"\x89PNG\r\n\x1a\n"))
    got = row("pieces", piece.id)
    assert (got.etat, got.media, got.taille, got.fichier) == ("recue", "image/png", 8, "scan.png")
    assert got.titre == piece.titre
    assert [one.id for one in Evidence.of(workshop.livret).prouve[piece.id]] == [one.id for one in proved]
    assert workshop.piece(piece.id) == b"\x89PNG\r\n\x1a\n"
    assert not app.error


def test_cells_of_a_spreadsheet_are_shown_before_they_are_added(path):
    """What was recognised and what was not is told, nothing is in the livret until the button is pressed."""
    opened(path)
    before = len(workshop.livret.experiences.emplois)
    app = at(EMPLOIS)
    app = act(app.button(key="paste").click())
    app.text_area(key="pasted").set_value("Poste ou fonction\tDébut\nAgente\t2001\nCheffe\tnaguère")
    app = act(app.button(key="paste").click())  # a run of the whole script closes the dialog
    assert len(workshop.livret.experiences.emplois) == before
    assert any("naguère" in one.value for one in app.warning)
    app.button(key="paste").click()
    app = act(app.button(key="pasted_add").click())
    added = workshop.livret.experiences.emplois[before:]
    assert [one.intitule for one in added] == ["Agente", "Cheffe"]
    assert added[1].a_corriger == {"debut": "naguère"}
    assert app.session_state[f"row_{EMPLOIS}"] == added[0].id


# Reading only, locking


@pytest.mark.parametrize("liste", [EMPLOIS, ACTIONS, COMPETENCES, "formations.vae", "pieces"])
def test_reading_only_offers_nothing_to_change(path, liste):
    """Every field is greyed, and no button adds, deletes, undoes or receives a file."""
    opened(path, read_only=True)
    app = at(liste)
    assert "Lecture seule" in said(app)
    fields = [*app.text_input, *app.selectbox, *app.multiselect, *app.text_area, *app.number_input, *app.toggle]
    mine = [one for one in fields if str(one.key).startswith(("f_", "proves_"))]
    assert mine
    assert all(one.disabled for one in mine)
    changing = {"add", "paste", "delete", "duplicate", "undo", "redo", "up", "down"}
    assert not changing & {one.key for one in app.button}
    assert not [one for one in app.button if str(one.key).startswith("off_")]
    assert not app.get("file_uploader")
    assert not app.get("bidi_component")


def test_locking_leaves_nothing_in_the_tab(path):
    """« Verrouiller » asks for the password again, and the tab remembers no row of the livret."""
    opened(path)
    app = at(EMPLOIS, "e05")
    app = act(app.button(key="lock").click())
    assert not workshop.open
    assert app.text_input(key="secret").value == ""
    assert not [name for name in remembered(app) if "e05" in name or EMPLOIS in name]


def test_a_livret_locked_elsewhere_empties_this_tab_too(path):
    """Typing in a tab whose livret another one has locked is no error: the password is asked, nothing is left."""
    opened(path)
    for done in ("nothing", "typed", "pressed"):
        app = at(EMPLOIS, "e05")
        widget = {
            "nothing": app,
            "typed": field(app, EMPLOIS, "e05", "intitule").set_value("Trop tard"),
            "pressed": app.button(key="delete").click(),
        }[done]
        workshop.lock()
        app = act(widget)
        assert app.text_input(key="secret").value == ""
        assert not [name for name in remembered(app) if "e05" in name or EMPLOIS in name]
        opened(path)
        assert row(EMPLOIS, "e05").intitule != "Trop tard"


def test_a_tab_that_shows_another_livret_writes_nothing_in_this_one(path, machine):
    """One livret locked and another opened from a second tab: what the first tab still shows reaches neither."""
    opened(path)
    app = go(start(), "titulaire")
    box = app.text_input(key="holder_ville").set_value("Pour l’autre livret")
    other = Path(shutil.copy(path, machine / "autre.livret"))
    opened(other)
    app = act(box)
    assert workshop.livret.titulaire.ville != "Pour l’autre livret"
    assert app.title[0].value.startswith(("Bonjour", "Informations"))


def test_a_livret_locked_by_the_clock_says_so(path):
    """Coming back to a locked livret, the reason is told, and that nothing was lost."""
    opened(path)
    app = at(EMPLOIS, "e05")
    workshop.lock()
    workshop.locked_by_idleness = True
    app = run(app)
    assert "verrouillé faute d’activité" in said(app)
