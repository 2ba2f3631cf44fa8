"""Tables: rows go to a DataFrame and come back equal, and nothing that was typed is lost."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import tables
from data.competences import Competence, Habilitation
from data.errors import ContentError
from data.experiences import Emploi
from data.fields import champs
from data.formations import ActionFormation, Bilan, Vae
from data.french import fold
from data.model import Piece, Titulaire
from data.nomenclatures import label
from data.publications import Publication
from data.tables import AUTRES, edited, from_frame, refusals, to_frame, to_shown
from data.values import Duree, PartialDate
from tests.data.samples import MODELS, rows_of, texts

BY_NAME = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


def action(**values):
    return ActionFormation.model_validate({"id": "f001", "intitule": "Paie", **values})


@BY_NAME
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_rows_come_back_equal(model, data):
    """Every row of every list survives the table: hidden fields and keys of a newer version included."""
    rows = tuple(data.draw(st.lists(rows_of(model), max_size=3, unique_by=lambda row: row.id)))
    assert from_frame(to_frame(rows, model), model) == rows


@BY_NAME
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_rows_come_back_equal_from_a_spreadsheet_reader(model, data):
    """They also survive a reader that gives back bare objects, and None for what is missing."""
    rows = tuple(data.draw(st.lists(rows_of(model), max_size=2, unique_by=lambda row: row.id)))
    frame = to_frame(rows, model).astype(object)
    assert from_frame(frame.where(frame.notna(), None), model) == rows


@BY_NAME
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_forgiving_reading_loses_nothing_that_is_right(model, data):
    """Where every cell can be read, the forgiving reader differs only by the pending texts it clears."""
    rows = tuple(data.draw(st.lists(rows_of(model), max_size=2, unique_by=lambda row: row.id)))
    rows = tuple(row.with_(a_corriger={}) for row in rows)
    assert from_frame(to_frame(rows, model), model, forgiving=True) == rows


@BY_NAME
def test_columns_have_stable_types(model):
    """An empty table and a full one have the same columns of the same types, so that the editor never guesses."""
    empty = to_frame([], model)
    one = to_frame([model.model_validate({"id": "abcd"})], model)
    assert list(empty.columns) == [champ.nom for champ in champs(model)] + [AUTRES]
    assert list(empty.dtypes) == list(one.dtypes)
    assert {str(dtype) for dtype in one.dtypes} <= {"string", "Int64", "boolean", "object"}
    assert from_frame(empty, model) == ()


@BY_NAME
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_tables_can_be_sent_to_the_browser(model, data):
    """Every column goes through Arrow, as the editor's table requires."""
    rows = data.draw(st.lists(rows_of(model), max_size=2))
    table = pa.Table.from_pandas(to_frame(rows, model))
    assert table.num_columns == len(champs(model)) + 1


@BY_NAME
def test_labels_tell_columns_apart(model):
    """French headings can stand for field names, because no two fields of a row share one."""
    titles = [fold(champ.titre) for champ in champs(model)]
    assert len(set(titles)) == len(titles)


def test_a_table_with_french_headings_is_read():
    """A table exported for people is read back by its labels."""
    frame = to_frame([action(duree="3 j", sessions=["2014-02-03"])], ActionFormation)
    titles = {champ.nom: champ.titre for champ in champs(ActionFormation)}
    assert from_frame(frame.rename(columns=titles), ActionFormation) == from_frame(frame, ActionFormation)


def test_cells_are_what_an_agent_types():
    """Dates, durations, periods and steps are shown as typed, links as lists."""
    row = action(duree="0.5 j", sessions=["2014-02-03/2014-02-07", "2014-10"], pieces=["p1", "p2"])
    cells = to_frame([row], ActionFormation).iloc[0]
    assert cells["duree"] == "0,5\u00a0j"
    assert cells["sessions"] == "03/02/2014 – 07/02/2014 ; 10/2014"
    assert cells["pieces"] == ["p1", "p2"]
    assert cells["type"] is pd.NA
    assert cells["objectifs"] == ""
    vae = Vae.model_validate({"certification": "Licence", "etapes": ["2019-12 | jury ; partielle", "2020 | total"]})
    assert to_frame([vae], Vae)["etapes"][0] == r"12/2019 : jury \; partielle ; 2020 : total".replace(" :", "\u00a0:")


def test_steps_are_read_leniently():
    """A semicolon inside a step's text does not cut it when what follows has no date of its own."""
    text = "03/2019 : recevabilité ; 12/2019 : jury ; 4 blocs ; \n2020: total"
    frame = pd.DataFrame({"id": ["v1"], "etapes": [text]})
    (row,) = from_frame(frame, Vae)
    assert [step.libelle for step in row.etapes] == ["recevabilité", "jury ; 4 blocs", "total"]


def test_what_spreadsheets_do_to_cells_is_undone():
    """Years that became numbers, days that became timestamps and oui/non are understood."""
    frame = pd.DataFrame(
        {
            "id": ["p1", "p2", "p3"],
            "titre": ["Arrêté", 2009, 2009.0],
            "date": [2009.0, datetime(2009, 3, 15, tzinfo=UTC), date(2009, 3, 1)],
            "original": ["oui", np.bool_(0), float("nan")],
            "pages": ["7", np.int64(3), None],
            "pieces": ["p8 ; p9", np.array(["p8"]), None],
            "taille": ["1 607", 5.0, pd.NA],
        },
        dtype=object,
    )
    rows = from_frame(frame, Piece)
    assert [row.titre for row in rows] == ["Arrêté", "2009", "2009"]
    assert [row.date for row in rows] == [PartialDate(2009), PartialDate(2009, 3, 15), PartialDate(2009, 3, 1)]
    assert [row.original for row in rows] == [True, False, None]
    assert [row.pages for row in rows] == [7, 3, None]
    assert [row.pieces for row in rows] == [("p8", "p9"), ("p8",), ()]
    assert [row.taille for row in rows] == [1607, 5, 0]


def test_a_new_row_gets_an_identifier_and_the_proposed_values():
    """A row added in the editor starts as the model proposes; an emptied cell of an old row is empty."""
    frame = to_frame([Piece(id="p1", titre="x", etat="recue")], Piece)
    frame.loc[1] = [None] * len(frame.columns)
    frame.loc[0, "etat"] = None
    old, new = from_frame(frame, Piece)
    assert old.etat == ""
    assert new.etat == "recue"
    assert len(new.id) == 8
    (bilan,) = from_frame(pd.DataFrame({"id": [None], "type": ["BC"]}), Bilan)
    assert bilan.sensibilite == 2


def test_every_problem_is_told_at_once_at_its_row_and_field():
    """One bad table gives one error with all its places."""
    frame = to_frame([action(), action(id="f002")], ActionFormation)
    frame.loc[0, "duree"] = "trois jours"
    frame.loc[1, "sessions"] = "03/02/2014 ; hier"
    frame.loc[1, "sensibilite"] = 1
    frame["sensibilite"] = frame["sensibilite"].astype(object)
    frame.loc[0, "sensibilite"] = "beaucoup"
    frame["inconnue"] = "?"
    frame["_preuves"] = 3
    with pytest.raises(ContentError) as caught:
        from_frame(frame, ActionFormation)
    assert {problem.where for problem in caught.value.problems} == {
        ("inconnue",),
        (0, "duree"),
        (0, "sensibilite"),
        (1, "sessions"),
    }


def test_a_repeated_identifier_is_refused():
    """Two rows may not share one identifier; the forgiving reader renames the second."""
    frame = to_frame([action(), action(intitule="Copie")], ActionFormation)
    with pytest.raises(ContentError, match="sert déjà"):
        from_frame(frame, ActionFormation)
    first, second = from_frame(frame, ActionFormation, forgiving=True)
    assert first.id == "f001" != second.id
    assert second.intitule == "Copie"


def test_a_forbidden_identifier_is_a_problem_at_its_row():
    """What the model itself refuses is told at its place too."""
    with pytest.raises(ContentError) as caught:
        from_frame(pd.DataFrame({"id": ["ok01", "../x"], "intitule": ["a", "b"]}), ActionFormation)
    assert [problem.where for problem in caught.value.problems] == [(1, "id")]


def test_what_cannot_be_understood_is_kept_aside():
    """The forgiving reader keeps the typed text in the row, with whatever column nobody knows."""
    frame = to_frame([action(duree="3 j")], ActionFormation)
    frame.loc[0, "duree"] = "trois jours"
    frame["humeur"] = "bonne"
    (row,) = from_frame(frame, ActionFormation, forgiving=True)
    assert row.duree is None
    assert row.a_corriger == {"duree": "trois jours", "humeur": "bonne"}


def test_what_is_corrected_is_no_longer_pending():
    """Once the cell can be read, its pending text goes away; the others stay."""
    frame = to_frame([action(a_corriger={"duree": "trois jours", "sessions": "hier"})], ActionFormation)
    frame.loc[0, "duree"] = "3 jours"
    (row,) = from_frame(frame, ActionFormation, forgiving=True)
    assert row.duree == Duree.parse("3 j")
    assert row.a_corriger == {"sessions": "hier"}


def test_fields_without_column_keep_what_they_held():
    """A table of a few columns changes only those, given the rows as they were."""
    row = action(duree="3 j", futur=1, note_privee="à moi")
    frame = to_frame([row], ActionFormation)[["id", "intitule"]]
    frame.loc[0, "intitule"] = "La paie"
    assert from_frame(frame, ActionFormation, base=[row]) == (row.with_(intitule="La paie"),)


def test_a_damaged_technical_cell_is_told():
    """The JSON of hidden columns is checked: bad text, or JSON of another kind, is a problem and not a crash."""
    frame = to_frame([action()], ActionFormation)
    for column, cell in [(AUTRES, "{"), (AUTRES, "[]"), ("a_corriger", "["), (AUTRES, "[" * 100_000)]:
        damaged = frame.copy()
        damaged.loc[0, column] = cell
        with pytest.raises(ContentError) as caught:
            from_frame(damaged, ActionFormation)
        assert [problem.where for problem in caught.value.problems] == [(0, column)]


def test_dossiers_go_through_tables_too():
    """A publication's consents and options, which no cell can show, survive as JSON; « all lists » stays distinct."""
    row = Publication.model_validate(
        {
            "id": "d1",
            "titre": "Mutation",
            "coordonnees": ["courriel"],
            "consentements": [{"ligne": "f1", "date": "2024"}],
            "options": {"base": {"couleur": "bleu"}},
            "listes": None,
            "inclus": ["f1"],
        }
    )
    frame = to_frame([row, row.with_(id="d2", listes=())], Publication)
    assert json.loads(frame["options"][0]) == {"base": {"couleur": "bleu"}}
    assert from_frame(frame, Publication) == (row, row.with_(id="d2", listes=()))


def test_numbers_that_are_not_whole_are_refused():
    """A count of people is a whole number, and a tick is not one."""
    for cell in ("douze", 1.5, True, "9" * 30):
        with pytest.raises(ContentError, match="entier"):
            from_frame(pd.DataFrame({"id": ["e1"], "encadrement": pd.Series([cell], dtype=object)}), Emploi)


def test_an_answer_that_is_neither_yes_nor_no_is_refused():
    """A box is ticked or not; « peut-être » is told."""
    with pytest.raises(ContentError, match="oui ou non est attendu"):
        from_frame(pd.DataFrame({"id": ["p1"], "original": ["peut-être"]}), Piece)


def test_a_list_in_a_text_cell_is_joined():
    """What an editor gives as a list where the model has one text is kept, joined."""
    (row,) = from_frame(pd.DataFrame({"id": ["f1"], "lieu": [["Nancy", "Angers"]]}), ActionFormation)
    assert row.lieu == "Nancy ; Angers"


def test_lists_of_cells_are_read_for_periods():
    """A list column may stand where a « ; » text is usual."""
    frame = pd.DataFrame({"id": ["f1"], "sessions": [["03/02/2014", "10/2014"]]})
    (row,) = from_frame(frame, ActionFormation)
    assert [session.iso for session in row.sessions] == ["2014-02-03", "2014-10"]
    (vae,) = from_frame(pd.DataFrame({"id": ["v1"], "etapes": [["2019 : a ; b"]]}), Vae)
    assert vae.etapes[0].libelle == "a ; b"


def test_pandas_is_loaded_by_tables_alone():
    """Building a site must not wait for pandas: every other module of the data part works without it."""
    names = sorted(path.stem for path in Path(tables.__file__).parent.glob("*.py") if path.stem != "tables")
    program = f"import sys\nfor n in {names!r}: __import__('data.' + n)\nsys.exit('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=Path(tables.__file__).parents[1], check=False)
    assert done.returncode == 0
    program = "import sys, data.tables\nsys.exit('pandas' not in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=Path(tables.__file__).parents[1], check=False)
    assert done.returncode == 0


# What the editor shows, and takes back


def test_eyes_see_words_and_not_codes():
    """Labels stand for codes, names for identifiers; a free value and an entry to correct are shown as typed."""
    rows = [
        Emploi(id="e1", statut="titulaire", competences=["c1", "partie"], pieces=["p1"], encadrement=3),
        Emploi(id="e2", statut="auxiliaire de 1987", a_corriger={"debut": "naguère"}),
    ]
    links = {"competences": {"c1": "Accueillir"}, "pieces": {"p1": "Arrêté"}}
    columns = ("pieces", "statut", "debut", "competences", "encadrement", "categorie")
    frame = to_shown(rows, Emploi, columns, links)
    assert tuple(frame.columns) == columns
    assert frame["statut"].tolist() == ["Fonctionnaire titulaire", "auxiliaire de 1987"]
    assert frame["competences"].tolist() == [["Accueillir"], []]
    assert frame["pieces"].tolist() == [["Arrêté"], []]
    assert frame["debut"].tolist() == ["", "naguère"]
    assert frame["encadrement"].tolist() == [3, pd.NA]
    assert frame["categorie"].tolist() == ["", ""]


def test_what_eyes_see_of_boxes_lists_and_levels():
    """A box is ticked or not, a list of choices is said in words, a level too."""
    row = Competence(id="c1", niveau=3, contextes=["formation", "ailleurs"])
    frame = to_shown([row, Competence(id="c2")], Competence, ("niveau", "contextes"), {})
    assert frame["niveau"].tolist() == [label("echelle_maitrise", "3"), ""]
    assert frame["contextes"].tolist() == [[label("contextes_acquisition", "formation"), "ailleurs"], []]
    box = to_shown([Habilitation(employeur_seulement=True)], Habilitation, ("employeur_seulement",), {})
    assert box["employeur_seulement"].tolist() == [True]


@BY_NAME
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_what_eyes_see_has_stable_types_and_goes_to_the_browser(model, data):
    """Filled or empty, the columns are of the same types, and pass through Arrow."""
    columns = [champ.nom for champ in champs(model) if champ.genre != "table"]
    rows = data.draw(st.lists(rows_of(model), max_size=2))
    frame = to_shown(rows, model, columns, {})
    assert list(frame.dtypes) == list(to_shown([], model, columns, {}).dtypes)
    assert pa.Table.from_pandas(frame).num_columns == len(columns)


@BY_NAME
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_typing_every_cell_again_changes_nothing(model, data):
    """A row whose cells are all typed as they stand is the same row, but for what was pending there."""
    row = data.draw(rows_of(model)).with_(a_corriger={})
    frame = to_frame([row], model)
    cells = {champ.nom: frame[champ.nom][0] for champ in champs(model) if champ.nom != "a_corriger"}
    assert edited(row, cells) == row


def test_a_cell_typed_anew_is_understood_or_kept():
    """A good one takes the place of what was there and of what was pending; a bad one is pending, its field empty."""
    row = action(duree="3 j", sessions=["2014"], a_corriger={"type": "?", "duree": "x"}, futur=1)
    after = edited(row, {"duree": "4 jours", "sessions": "naguère ; 2015"})
    assert after == row.with_(duree="4 j", sessions=[], a_corriger={"type": "?", "sessions": "naguère ; 2015"})
    assert edited(after, {"sessions": "2015", "type": ""}) == row.with_(duree="4 j", sessions=["2015"], a_corriger={})


def test_an_emptied_cell_empties_its_field():
    """None, an empty text and <NA> all empty it, in a row as in the personal information, which has no identifier."""
    for empty in (None, "", pd.NA, float("nan")):
        row = edited(action(duree="3 j", organisme="CNFPT"), {"duree": empty, "organisme": empty})
        assert (row.duree, row.organisme, row.a_corriger) == (None, "", {})
        holder = edited(Titulaire(prenom="Anaïs", ville="Aubréac"), {"ville": empty})
        assert holder == Titulaire(prenom="Anaïs")


def test_a_class_that_cannot_be_read_lets_nothing_out():
    """« secret » is no class: it is kept to be corrected, and the row stays as confidential as it was."""
    row = edited(action(sensibilite=3), {"sensibilite": "secret"})
    assert (row.sensibilite, row.a_corriger) == (3, {"sensibilite": "secret"})
    assert edited(row, {"sensibilite": "1"}) == action(sensibilite=1)


def test_each_refusal_says_why():
    """The sentence names what was typed; a heading of a spreadsheet that is no field is told as such."""
    row = action(a_corriger={"duree": "trois jours", "sessions": "hier", "humeur": "bonne", "intitule": "x"})
    said = refusals(row)
    assert list(said) == ["duree", "sessions", "humeur", "intitule"]
    assert "trois jours" in said["duree"]
    assert "hier" in said["sessions"]
    assert said["humeur"] == "« bonne » : cette colonne n’existe pas dans cette rubrique"
    assert said["intitule"] == "« x » n’a pas été compris"
    assert refusals(action()) == {}


@BY_NAME
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_text_typed_anywhere_is_understood_or_told(model, data):
    """Whatever is typed in a cell, the row can be kept: either nothing is pending or its field has a reason."""
    nom = data.draw(st.sampled_from([champ.nom for champ in champs(model) if not champ.interne]))
    text = data.draw(texts)
    row = edited(model(id="abcd"), {nom: text})
    assert model.model_validate(row.model_dump(mode="json")) == row
    assert row.a_corriger in ({}, {nom: text})
    assert set(refusals(row)) == set(row.a_corriger)
