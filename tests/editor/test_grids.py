"""The table's reports: each is taken once, loses nothing, and rows typed below stay the same rows."""

from __future__ import annotations

import copy

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.experiences import Emploi
from data.fields import champs
from data.model import LISTES, Livret
from data.nomenclatures import label, load
from data.tables import edited
from data.values import PartialDate
from editor import drafts, grids
from editor.workshop import Workshop
from tests.data.samples import livret

EMPLOIS, COMPETENCES, HABILITATIONS = "experiences.emplois", "competences.competences", "competences.habilitations"
TUTORATS = "experiences.tutorats"


@pytest.fixture
def book():
    return livret(
        emplois=[
            {"id": "e1", "intitule": "Agente", "statut": "titulaire", "competences": ["c1"]},
            {"id": "e2", "intitule": "Cheffe", "debut": "2015", "a_corriger": {"fin": "naguère"}},
            {"id": "e3", "intitule": "Directrice"},
        ],
        competences=[
            {"id": "c1", "libelle": "Accueillir", "niveau": 3},
            {"id": "c2", "libelle": "Payer"},
            {"id": "c3", "libelle": "Payer"},
        ],
    )


def report(edits=None, added=(), deleted=()):
    """What the browser sends: every difference against the frame it was given."""
    return {"edited_rows": edits or {}, "added_rows": list(added), "deleted_rows": list(deleted)}


class Table:
    """A table and the livret it shows, as the screen keeps them."""

    def __init__(self, book, liste=EMPLOIS):
        self.book, self.liste = book, liste
        self.grid = grids.make(book, liste, drafts.rows_of(book, liste), 1, 1)

    def take(self, *args, **kwargs):
        """Take a report, as ``report`` writes it."""
        taken = grids.take(self.grid, self.book, report(*args, **kwargs))
        self.book = taken.livret
        return taken

    @property
    def rows(self):
        """The rows of the list as they stand."""
        return drafts.rows_of(self.book, self.liste)

    def titles(self):
        """Their titles."""
        return [row.intitule_ligne for row in self.rows]


# What it shows


@pytest.mark.parametrize("liste", LISTES)
def test_every_list_has_a_table(liste):
    """Each list shows its title first, then fields of its own, none of them twice nor kept from forms."""
    model, shown = LISTES[liste], grids.columns(liste)
    assert [one.nom for one in shown] == list(grids.widths(liste))
    assert shown[0] == champs(model)[0]
    assert all(not one.interne and one.genre not in {"markdown", "table"} for one in shown)
    assert all(width >= 60 for width in grids.widths(liste).values())
    grid = grids.make(Livret(), liste, [], 1, 1)
    assert list(grid.frame.columns) == [one.nom for one in shown]
    assert len(grid.frame) == 0


def test_the_tables_are_those_of_the_lists():
    """No table is laid out for a list that does not exist."""
    assert set(grids._layouts()) == set(LISTES)


def test_a_table_shows_labels_and_names(book):
    """A status is read in words, a competence by its name, an entry to correct as it was typed."""
    frame = Table(book).grid.frame
    assert frame["statut"][0] == label("statuts", "titulaire")
    assert frame["competences"].tolist() == [["Accueillir"], [], []]
    assert frame["debut"].tolist() == ["", "2015", ""]
    assert frame["fin"][1] == "naguère"
    assert Table(book, COMPETENCES).grid.frame["niveau"][0] == label("echelle_maitrise", "3")


def test_places_on_the_screen_lead_to_rows(book):
    """The button of a line opens its row, one typed below included; the empty line opens none."""
    table = Table(book)
    table.take(added=[{"intitule": "Nouvelle"}, {}])
    assert [table.grid.row_at(place) for place in (0, 2)] == ["e1", "e3"]
    assert table.grid.row_at(3) == table.rows[-1].id
    assert [table.grid.row_at(place) for place in (4, 5, 99, -1)] == ["", "", "", ""]


def test_each_frame_has_a_key_of_its_own(book):
    """A table given anew is another widget, for each list."""
    keys = {
        grids.make(book, liste, drafts.rows_of(book, liste), 1, serial).key
        for liste in (EMPLOIS, COMPETENCES)
        for serial in (1, 2)
    }
    assert len(keys) == 4


# Taking edits


def test_an_edited_cell_is_taken_and_named(book):
    """The cell is in the livret, the change says its field, and its row is the one to show below."""
    table = Table(book)
    taken = table.take({1: {"debut": "mars 2016"}})
    assert table.rows[1].debut == PartialDate(2016, 3)
    assert (taken.what, taken.touched, taken.anew) == ("modifier « Début »", "e2", False)


def test_the_same_report_again_changes_nothing(book):
    """The browser repeats all it knows with each change: only what is new is taken."""
    table = Table(book)
    table.take({0: {"intitule": "A"}}, [{"intitule": "Nouvelle"}])
    before = table.book
    taken = table.take({0: {"intitule": "A"}}, [{"intitule": "Nouvelle"}])
    assert taken.livret is before
    assert (taken.what, taken.touched, taken.anew) == ("", "", False)


def test_a_repeated_report_does_not_undo_the_form(book):
    """A field changed in the form since is not put back by what the table said before."""
    table = Table(book)
    table.take({0: {"intitule": "A"}})
    table.book = drafts.edit_rows(table.book, EMPLOIS, {"e1": {"intitule": "Dans la fiche"}})
    table.take({0: {"intitule": "A"}, 2: {"intitule": "C"}})
    assert table.titles() == ["Dans la fiche", "Cheffe", "C"]


def test_a_cell_typed_twice_ends_as_typed_last(book):
    """Each new value of one cell is taken, going back to the first one included."""
    table = Table(book)
    for text in ("A", "B", "A"):
        table.take({"0": {"intitule": text}})
        assert table.titles()[0] == text


def test_several_cells_are_one_change(book):
    """Filling down or pasting over cells is told by their number."""
    taken = Table(book).take({0: {"intitule": "A", "debut": "2001"}, 2: {"debut": "2003"}})
    assert taken.what == "modifier 3 cellules"
    assert taken.touched == "e3"


def test_an_unreadable_cell_is_kept_and_shown_again(book):
    """What cannot be understood stays in the row to be corrected, in its cell of the next table too."""
    table = Table(book)
    table.take({0: {"debut": "au siècle dernier"}})
    assert table.rows[0].a_corriger == {"debut": "au siècle dernier"}
    assert Table(table.book).grid.frame["debut"][0] == "au siècle dernier"
    table.take({0: {"debut": "1999"}})
    assert table.rows[0].a_corriger == {}


def test_an_emptied_cell_is_emptied(book):
    """Deleting a cell's content empties the field, and what was pending there."""
    table = Table(book)
    table.take({1: {"debut": None, "fin": None}, 0: {"competences": [], "statut": ""}})
    assert (table.rows[1].debut, table.rows[1].a_corriger) == (None, {})
    assert (table.rows[0].competences, table.rows[0].statut) == ((), "")


def test_labels_and_names_become_codes_and_links(book):
    """What is chosen in the table by its words is kept by its code; a free value is kept as it is."""
    table = Table(book)
    code = load("statuts").codes[1]
    table.take({1: {"statut": label("statuts", code), "competences": ["Payer (2)", "Accueillir", "inconnue"]}})
    assert table.rows[1].statut == code
    assert table.rows[1].competences == ("c3", "c1")
    table.take({1: {"statut": "auxiliaire de 1987"}})
    assert table.rows[1].statut == "auxiliaire de 1987"
    levels = Table(book, COMPETENCES)
    levels.take({0: {"niveau": label("echelle_maitrise", "0")}})
    assert levels.rows[0].niveau == 0


def test_the_buttons_of_the_screen_are_not_cells(book):
    """Columns that the screen adds for itself reach no row."""
    taken = Table(book).take({0: {"_mark": "Justifié", "_open": "Ouvrir"}}, [{"_open": "Ouvrir"}])
    assert taken.livret is book
    assert taken.what == ""


# Rows typed below


def test_a_row_typed_below_is_one_row_for_ever(book):
    """Cell after cell it stays the same row, with the identifier it got with its first cell."""
    table = Table(book)
    taken = table.take(added=[{"intitule": "Nouvelle"}])
    (made,) = table.rows[3:]
    assert (taken.what, taken.touched) == ("ajouter une ligne", made.id)
    table.take(added=[{"intitule": "Nouvelle", "debut": "2020"}])
    taken = table.take(added=[{"intitule": "Renommée", "debut": "2020"}])
    assert len(table.rows) == 4
    assert table.rows[3] == made.with_(intitule="Renommée", debut="2020")
    assert taken.what == "modifier « Poste ou fonction »"
    assert table.grid.added == [made.id]


def test_an_empty_line_makes_no_row(book):
    """Clicking below the table and leaving the line empty adds nothing; its first filled cell makes the row."""
    table = Table(book)
    for cells in ({}, {"intitule": None}, {"intitule": ""}, {"competences": []}):
        assert table.take(added=[cells]).what == ""
    assert table.book is book
    table.take(added=[{"intitule": "", "debut": "2020"}])
    assert table.rows[3].debut == PartialDate(2020)


def test_a_box_left_alone_makes_no_row_and_a_nought_does(book):
    """A box that is not ticked says nothing; « 0 » typed in a number is an answer, and is kept."""
    table = Table(book, HABILITATIONS)
    table.take(added=[{"employeur_seulement": False}])
    assert table.rows == ()
    table = Table(book, TUTORATS)
    table.take(added=[{"nombre": 0}])
    assert [row.nombre for row in table.rows] == [0]


def test_rows_are_made_in_any_order(book):
    """A line left empty above a filled one can be filled later, as a row of its own."""
    table = Table(book)
    table.take(added=[{}, {"intitule": "Seconde"}])
    table.take(added=[{"intitule": "Première"}, {"intitule": "Seconde"}])
    assert sorted(table.titles()[3:]) == ["Première", "Seconde"]
    assert len(set(table.grid.added)) == 2


def test_rows_pasted_in_the_table_are_one_change(book):
    """Several lines pasted at once are told by their number, the last one is shown."""
    table = Table(book)
    taken = table.take(added=[{"intitule": "Un"}, {"intitule": "Deux"}])
    assert taken.what == "ajouter 2 lignes"
    assert taken.touched == table.rows[-1].id
    assert table.titles()[3:] == ["Un", "Deux"]


# Deletion


def test_deleted_rows_go_with_their_links(book):
    """The rows taken away in the table leave the livret, and no link to them stays; the table is given anew."""
    table = Table(book, COMPETENCES)
    taken = table.take(deleted=[0, 2])
    assert [row.id for row in table.rows] == ["c2"]
    assert table.book.experiences.emplois[0].competences == ()
    assert (taken.what, taken.anew) == ("supprimer 2 lignes", True)


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_row_typed_below_can_be_deleted(book, gone):
    """The right one goes, whichever it is; an empty line that goes takes nothing along."""
    lines = [{"intitule": "Un"}, {"intitule": "Deux"}, {}]
    table = Table(book)
    table.take(added=lines)
    taken = table.take(added=[line for at, line in enumerate(lines) if at != gone])
    assert table.titles()[3:] == [line["intitule"] for at, line in enumerate(lines[:2]) if at != gone]
    assert taken.anew
    assert taken.what == ("" if gone == 2 else "supprimer une ligne")


def test_one_of_twins_is_deleted_alone(book):
    """Of two lines that say the same, one goes and one stays."""
    table = Table(book)
    table.take(added=[{"intitule": "Même"}, {"intitule": "Même"}])
    table.take(added=[{"intitule": "Même"}])
    assert table.titles()[3:] == ["Même"]


def test_what_was_typed_just_before_a_deletion_is_not_lost(book):
    """The browser may tell an edit and a deletion together: both are taken."""
    table = Table(book)
    table.take(added=[{"intitule": "Un"}, {"intitule": "Deux"}])
    taken = table.take({0: {"debut": "2001"}, 1: {"debut": "2002"}}, [{"intitule": "Un", "fin": "2020"}], deleted=[1])
    assert table.titles() == ["Agente", "Directrice", "Un"]
    assert table.rows[0].debut == PartialDate(2001)
    assert table.rows[2].fin == PartialDate(2020)
    assert taken.what == "supprimer 2 lignes"
    table = Table(book)
    table.take(deleted=[0], added=[{"intitule": "Nouvelle"}])
    assert table.titles() == ["Cheffe", "Directrice", "Nouvelle"]
    table = Table(book)
    table.take(added=[{}])
    assert table.take({0: {"intitule": "A"}}).what.startswith("modifier")
    assert table.titles()[0] == "A"


def test_a_deleted_row_can_be_taken_back_with_its_links(book, tmp_path, monkeypatch):
    """Deleting in the table is a step like another."""
    from data.archive import Archive  # noqa: PLC0415 - only here
    from data.keys import CHEAPEST  # noqa: PLC0415

    monkeypatch.setattr("os.fsync", lambda _: None)
    shop = Workshop()
    shop.hold(tmp_path / "a.livret", Archive.create(tmp_path / "a.livret", "secret", book, profile=CHEAPEST))
    grid = grids.make(book, COMPETENCES, book.competences.competences, shop.version, 1)
    taken = grids.take(grid, shop.livret, report(deleted=[0]))
    shop.change(taken.what, lambda _: taken.livret)
    assert shop.livret.experiences.emplois[0].competences == ()
    shop.undo()
    assert shop.livret == book
    shop.lock()


# Everything together

CELLS = st.sampled_from(["", "A", "B", "2009", "mars 2009", "naguère", "Titulaire", None])
FIELDS = st.sampled_from(["intitule", "debut", "fin", "statut", "employeur"])


@settings(max_examples=100, deadline=None)
@given(
    typed=st.lists(st.tuples(st.booleans(), st.integers(0, 2), FIELDS, CELLS, st.booleans()), max_size=15),
)
def test_growing_reports_come_down_to_the_final_cells(typed):
    """Typing cell after cell, with reports that repeat or skip, gives what typing the final cells at once gives."""
    start = livret(emplois=[{"id": f"e{at}", "intitule": f"Poste {at}", "debut": "2000"} for at in range(3)])
    table = Table(start)
    edits, added = {}, []
    for below, at, nom, cell, told in typed:
        if below:
            while len(added) <= at:
                added.append({})
            added[at][nom] = cell
        else:
            edits.setdefault(at, {})[nom] = cell
        if told:
            table.take(copy.deepcopy(edits), copy.deepcopy(added))
            table.take(copy.deepcopy(edits), copy.deepcopy(added))
    table.take(copy.deepcopy(edits), copy.deepcopy(added))

    def codes(cells):
        return {nom: "titulaire" if cell == "Titulaire" and nom == "statut" else cell for nom, cell in cells.items()}

    expected = [edited(row, codes(edits.get(at, {}))) for at, row in enumerate(start.experiences.emplois)]
    assert list(table.rows[:3]) == expected
    lines = list(zip(table.grid.added, added, strict=True))
    below = {one: edited(Emploi(id="same"), codes(cells)) for one, cells in lines if one}
    assert {row.id: row.with_(id="same") for row in table.rows[3:]} == below
    assert all(one or not any(cells.values()) for one, cells in lines)


@settings(max_examples=100, deadline=None)
@given(
    names=st.lists(st.sampled_from(["A", "B", "C", ""]), min_size=1, max_size=6),
    gone=st.sets(st.integers(0, 5)),
    changed=st.none() | st.integers(0, 5),
)
def test_any_lines_typed_below_can_go_at_once(names, gone, changed):
    """The titles left are those of the lines left, even when one of them was typed on in the same moment."""
    gone = {at for at in gone if at < len(names)}
    table = Table(livret())
    lines = [{"intitule": one, "employeur": f"n° {at}"} for at, one in enumerate(names)]
    table.take(added=lines)
    left = [dict(line) for at, line in enumerate(lines) if at not in gone]
    if left and changed is not None:
        left[changed % len(left)]["intitule"] = "Autre"
    table.take(added=left)
    assert [(row.intitule, row.employeur) for row in table.rows] == [tuple(line.values()) for line in left]


def test_the_frame_can_be_sent_to_the_browser(book):
    """Its types are those the table's columns expect, filled or empty."""
    for liste, model in LISTES.items():
        full = grids.make(book, liste, [model()], 1, 1).frame
        assert list(full.dtypes) == list(grids.make(book, liste, [], 1, 1).frame.dtypes)
        assert isinstance(full.index, pd.RangeIndex)
