"""Edits of a livret: what an agent does with rows, links, documents and a spreadsheet's cells."""

from __future__ import annotations

import copy
import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import demo
from data.competences import Competence
from data.evidence import Evidence
from data.experiences import Emploi
from data.fields import champs
from data.formations import ActionFormation, Diplome, Vae
from data.model import LISTES, Livret, Piece
from data.tables import to_shown
from data.values import PartialDate
from editor import drafts
from editor.incoming import new_piece
from tests.data.samples import livret, rows_of
from tests.editor.test_pasting import paste

EMPLOIS, ACTIONS, COMPETENCES = "experiences.emplois", "formations.actions", "competences.competences"
CAREER = demo.livret()


def champ(model, nom):
    return next(one for one in champs(model) if one.nom == nom)


@pytest.fixture
def book():
    """Two posts, a training and two competences, linked; a document proves some of them, and a dossier picks all."""
    return livret(
        emplois=[
            {"id": "e1", "intitule": "Agente", "debut": "2010", "pieces": ["p1", "p2"], "competences": ["c1", "c2"]},
            {"id": "e2", "intitule": "Cheffe", "debut": "2015", "pieces": ["p1"]},
        ],
        actions=[{"id": "f1", "intitule": "La paie", "competences": ["c1"], "pieces": ["p2"]}],
        competences=[{"id": "c1", "libelle": "Accueillir", "pieces": ["p1"]}, {"id": "c2", "libelle": "Payer"}],
        pieces=[{"id": "p1", "titre": "Arrêté", "taille": 3}, {"id": "p2", "titre": "Attestation"}],
        titulaire={"prenom": "Anaïs", "ville": "Aubréac", "telephone": "01", "photo": "p1"},
        publications=[
            {
                "id": "d1",
                "titre": "Mutation",
                "inclus": ["e1", "c1"],
                "exclus": ["e2", "f1"],
                "documents": ["p1", "p2"],
                "consentements": [{"ligne": "e1", "date": "2024"}, {"ligne": "f1", "date": "2024"}],
            }
        ],
    )


def ids(rows):
    return [row.id for row in rows]


# Rows


def test_rows_are_found_wherever_they_are(book):
    """Each list is reached by its name, and a row tells in which it is."""
    assert ids(drafts.rows_of(book, EMPLOIS)) == ["e1", "e2"]
    assert ids(drafts.rows_of(book, "pieces")) == ["p1", "p2"]
    places = [drafts.liste_of(book, one) for one in ("e2", "f1", "c1", "p2", "inconnu")]
    assert places == [EMPLOIS, ACTIONS, COMPETENCES, "pieces", ""]


def test_rows_are_added_first_or_last(book):
    """« Ajouter » puts a row on top; what is typed or pasted below comes last."""
    one, two = Emploi(id="n1"), Emploi(id="n2")
    after = drafts.add_rows(book, EMPLOIS, [one], first=True)
    after = drafts.add_rows(after, EMPLOIS, [two])
    assert ids(after.experiences.emplois) == ["n1", "e1", "e2", "n2"]
    assert after.formations == book.formations


def test_cells_are_edited_row_by_row(book):
    """Only the cells typed change, in the rows named; a row that is gone is no trouble."""
    after = drafts.edit_rows(book, EMPLOIS, {"e1": {"debut": "mars 2009"}, "e2": {}, "parti": {"intitule": "x"}})
    first, second = after.experiences.emplois
    assert first == book.experiences.emplois[0].with_(debut="2009-03")
    assert second is book.experiences.emplois[1]
    assert drafts.edit_rows(book, EMPLOIS, {}) is book


def test_what_is_not_understood_is_kept_and_told(book):
    """« naguère » stays as typed, is told with its reason and its place, and goes away once corrected or emptied."""
    after = drafts.edit_rows(book, EMPLOIS, {"e2": {"debut": "naguère"}})
    (row,) = [row for row in after.experiences.emplois if row.id == "e2"]
    assert row.debut is None
    assert row.a_corriger == {"debut": "naguère"}
    (problem,) = drafts.to_correct(after)
    assert problem.where == ("experiences", "emplois", 1, "debut")
    assert "naguère" in problem.says
    assert drafts.to_correct(after, EMPLOIS) == drafts.to_correct(after, EMPLOIS, "e2") == [problem]
    assert drafts.to_correct(after, EMPLOIS, "e1") == drafts.to_correct(after, "pieces") == []
    for cell, debut in (("2011", PartialDate(2011)), ("", None)):
        corrected = drafts.edit_rows(after, EMPLOIS, {"e2": {"debut": cell}}).experiences.emplois[1]
        assert corrected.a_corriger == {}
        assert corrected.debut == debut


@pytest.mark.parametrize(
    ("by", "expected"), [(1, "acbd"), (2, "acdb"), (9, "acdb"), (-1, "bacd"), (-9, "bacd"), (0, "abcd")]
)
def test_a_row_moves_as_far_as_there_is_room(by, expected):
    """« Monter » and « Descendre » move one row among the others; at the end it stays."""
    book = livret(emplois=[{"id": f"row{one}"} for one in "abcd"])
    after = drafts.move_row(book, EMPLOIS, "rowb", by)
    assert "".join(one[-1] for one in ids(after.experiences.emplois)) == expected
    assert drafts.move_row(book, EMPLOIS, "parti", by) is book


def test_a_row_is_duplicated_just_below(book):
    """The copy has everything of the row but its identifier; one deleted meanwhile is not copied."""
    after, made = drafts.duplicate_row(book, EMPLOIS, "e1")
    assert ids(after.experiences.emplois) == ["e1", made, "e2"]
    assert after.experiences.emplois[1].with_(id="e1") == book.experiences.emplois[0]
    assert drafts.duplicate_row(book, EMPLOIS, "parti") == (book, "")


# Removal


def test_a_removed_document_leaves_no_link(book):
    """Rows, competences, the photo and the dossiers all forget it; other documents stay linked."""
    after = drafts.remove_rows(book, "pieces", {"p1"})
    assert ids(after.pieces) == ["p2"]
    assert [row.pieces for row in after.experiences.emplois] == [("p2",), ()]
    assert after.competences.competences[0].pieces == ()
    assert after.titulaire.photo == ""
    assert after.publications[0].documents == ("p2",)
    assert Evidence.of(after).rompus == ()


def test_a_removed_competence_leaves_no_link(book):
    """The rows that named it, and the dossier that picked it, no longer do."""
    after = drafts.remove_rows(book, COMPETENCES, {"c1"})
    assert after.experiences.emplois[0].competences == ("c2",)
    assert after.formations.actions[0].competences == ()
    assert after.publications[0].inclus == ("e1",)
    assert Evidence.of(after).rompus == ()


def test_a_removed_row_takes_its_consent_along(book):
    """The dossier neither picks it, nor leaves it out, nor holds an agreement about it."""
    after = drafts.remove_rows(drafts.remove_rows(book, EMPLOIS, {"e1", "e2"}), ACTIONS, {"f1"})
    dossier = after.publications[0]
    assert (dossier.inclus, dossier.exclus, dossier.consentements) == (("c1",), (), ())
    assert after.pieces == book.pieces
    assert Evidence.of(after).rompus == ()


def test_rows_that_name_nothing_removed_are_left_alone(book):
    """Removing what is not there changes nothing; removing a row touches no row without a link to it."""
    assert drafts.remove_rows(book, EMPLOIS, {"parti"}) == book
    after = drafts.remove_rows(book, COMPETENCES, {"c2"})
    assert after.experiences.emplois[1] is book.experiences.emplois[1]


def test_any_removal_from_a_whole_career_breaks_no_link():
    """Whatever row of the demonstration goes, nothing points to it any more, and nothing else is lost."""
    rows = list(CAREER.rows)
    for one in rows:
        after = drafts.remove_rows(CAREER, drafts.liste_of(CAREER, one), {one})
        assert Evidence.of(after).rompus == Evidence.of(CAREER).rompus == ()
        assert set(after.rows) == set(rows) - {one}


# The holder and the rest


def test_personal_information_is_edited_and_emptied(book):
    """A phone number can be changed, and taken away altogether."""
    after = drafts.edit_titulaire(book, {"telephone": "06 00", "ville": ""})
    assert after.titulaire == book.titulaire.with_(telephone="06 00", ville="")


def test_the_free_text_and_the_settings_are_edited(book):
    """« Centres d’intérêt » and the settings are one value each."""
    after = drafts.edit_interets(book, "La *randonnée*")
    after = drafts.edit_reglages(after, verrouillage_minutes=5)
    assert after.competences == book.competences.with_(centres_interet="La *randonnée*")
    assert (after.reglages.verrouillage_minutes, after.reglages.heures_par_jour) == (5, 6)


def test_the_charter_keeps_its_first_date(book):
    """Accepting it again later does not change the day it was first accepted."""
    after = drafts.accept_charte(book, date(2026, 3, 4))
    assert after.charte == PartialDate(2026, 3, 4)
    assert drafts.accept_charte(after, date(2027, 1, 1)) is after


# Documents


def test_documents_are_attached_to_a_row_or_to_none(book):
    """Dropped on a row they prove it, after those it has; dropped on the page they wait."""
    new = [Piece(id="n1"), Piece(id="n2")]
    after = drafts.attach(book, EMPLOIS, "e1", new)
    assert ids(after.pieces) == ["p1", "p2", "n1", "n2"]
    assert [row.pieces for row in after.experiences.emplois] == [("p1", "p2", "n1", "n2"), ("p1",)]
    loose = drafts.attach(book, "", "", new)
    assert ids(loose.pieces) == ["p1", "p2", "n1", "n2"]
    assert loose.experiences is book.experiences


def test_a_document_proves_exactly_the_rows_chosen(book):
    """Choosing rows links them and unlinks the others, and leaves other documents where they were."""
    after = drafts.link(book, "p1", ["e2", "f1"])
    assert {row.id for row in Evidence.of(after).prouve["p1"]} == {"e2", "f1"}
    assert after.experiences.emplois[0].pieces == ("p2",)
    assert after.formations.actions[0].pieces == ("p2", "p1")
    assert drafts.link(after, "p1", ["f1", "e2"]) == after
    assert "p1" not in Evidence.of(drafts.link(book, "p1", [])).prouve


# Names, search, order


def test_rows_called_the_same_are_told_apart(book):
    """Two posts of one title are « X » and « X (2) »; a nameless row has a name too."""
    rows = [Emploi(id=f"n{at}", intitule=one) for at, one in enumerate(["A", "B", "A", "", "A (2)", "A", ""])]
    names = list(drafts.unique_names(rows).values())
    assert names == ["A", "B", "A (3)", "(sans intitulé)", "A (2)", "A (4)", "(sans intitulé) (2)"]
    assert drafts.names(book, EMPLOIS) == {"e1": "Agente", "e2": "Cheffe"}


@given(st.lists(st.sampled_from(["A", "A (2)", "A (2) (2)", "A (3)", ""]), max_size=12))
def test_no_two_names_are_alike(titles):
    """Whatever rows are called, each has its own name, which begins with its title."""
    rows = [Competence(id=f"c{at}", libelle=one) for at, one in enumerate(titles)]
    names = drafts.unique_names(rows)
    assert len(set(names.values())) == len(rows)
    assert all(names[row.id].startswith(row.libelle) for row in rows)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["e1", "e2"]),
        ("  ", ["e1", "e2"]),
        ("ELUE", ["e2"]),
        ("élue port", ["e2"]),
        ("titulaire", ["e1"]),
        ("03/2010", ["e1"]),
        ("secret", ["e2"]),
        ("naguere", ["e1"]),
        ("mairie absent", []),
        ("e1", []),
        ("p1", []),
    ],
)
def test_searching_finds_every_word_whatever_the_accents(words, found):
    """Labels, dates, private notes and entries to correct are searched; identifiers and links are not."""
    rows = [
        Emploi(id="e1", intitule="Mairie", statut="titulaire", debut="2010-03", a_corriger={"fin": "naguère"}),
        Emploi(id="e2", intitule="Élue de Port-Aubréac", note_privee="mon secret", pieces=["p1"]),
    ]
    assert ids(drafts.matching(rows, words)) == found


def test_a_label_is_searched_and_not_its_code():
    """What is read in the table is what is found."""
    row = ActionFormation(id="f1", type=next(iter(drafts.choices(champ(ActionFormation, "type"), []))))
    shown = to_shown([row], ActionFormation, ["type"], {}).iloc[0, 0]
    assert shown != row.type
    assert drafts.matching([row], shown) == [row]


def order(model, titre):
    return next(one for one in drafts.orders(model) if one.titre == titre)


RECENT, OLD, ALPHABETICAL = "Du plus récent au plus ancien", "Du plus ancien au plus récent", "Par ordre alphabétique"


def test_rows_are_sorted_by_date():
    """The running post is the most recent; rows without a date come first either way, where they will be seen."""
    rows = livret(
        emplois=[
            {"id": "old", "debut": "2001", "fin": "2005"},
            {"id": "none1"},
            {"id": "now", "debut": "2015"},
            {"id": "mid", "debut": "2005-02", "fin": "2012"},
            {"id": "now2", "debut": "2018"},
            {"id": "none2"},
        ]
    ).experiences.emplois
    assert ids(drafts.in_order(rows, order(Emploi, RECENT))) == ["none1", "none2", "now2", "now", "mid", "old"]
    assert ids(drafts.in_order(rows, order(Emploi, OLD))) == ["none1", "none2", "old", "mid", "now", "now2"]


def test_rows_are_sorted_by_title_or_left_as_they_are():
    """Accents and capitals do not matter; rows of one title stay in their own order."""
    rows = [Emploi(id=f"n{at}", intitule=one) for at, one in enumerate(["Zèbre", "école", "Ecole", "abc"])]
    assert ids(drafts.in_order(rows, order(Emploi, ALPHABETICAL))) == ["n3", "n1", "n2", "n0"]
    assert drafts.in_order(rows, order(Emploi, drafts.OWN_ORDER)) == rows
    twins = [Emploi(id="a", debut="2010"), Emploi(id="b", debut="2010")]
    assert ids(drafts.in_order(twins, order(Emploi, RECENT))) == ["a", "b"]


@pytest.mark.parametrize("liste", LISTES)
def test_every_list_can_be_sorted(liste):
    """Dates are offered first where rows have some, and no order loses a row."""
    model, rows = LISTES[liste], drafts.rows_of(CAREER, liste)
    offered = drafts.orders(model)
    dated = any(row.periode_ligne for row in rows)
    assert (offered[0].titre == RECENT) or not dated
    for one in offered:
        assert sorted(ids(drafts.in_order(rows, one))) == sorted(ids(rows))


def test_choices_are_the_list_then_the_free_values_in_use():
    """A grade that is no longer in the list is offered again to the next row; nothing is offered twice."""
    statut = champ(Emploi, "statut")
    rows = [Emploi(statut=one) for one in ("zouave", "titulaire", "", "auxiliaire de 1987", "zouave")]
    offered = drafts.choices(statut, rows)
    assert offered[-2:] == ["auxiliaire de 1987", "zouave"]
    assert offered[:-2] == drafts.choices(statut, [])
    assert len(set(offered)) == len(offered)


def test_a_class_is_a_number_and_x_is_never_offered():
    """What must never be in a livret has no class to choose; levels are numbers too."""
    assert drafts.choices(champ(Emploi, "sensibilite"), [Emploi()]) == [0, 1, 2, 3]
    assert drafts.choices(champ(Competence, "niveau"), [Competence(niveau=2)]) == [0, 1, 2, 3, 4]


# Everything together


def random_edit(chance: random.Random, data, book):
    """One edit an agent could make, with whatever cells."""
    liste = chance.choice(list(LISTES))
    model, rows = LISTES[liste], drafts.rows_of(book, liste)
    some = chance.choice(rows).id if rows else "parti"
    everyone = [*book.rows, "parti"]
    texts = st.text(max_size=8) | st.sampled_from(["2009", "3 j", "mars 2009", "oui", "12", "a : b ; c", "90 %"])

    def cells(kind):
        nom = chance.choice([one.nom for one in champs(kind) if not one.interne])
        listed = champ(kind, nom).genre in {"liens", "textes"}
        return {nom: data.draw(st.lists(st.sampled_from(everyone), max_size=2) if listed else texts | st.none())}

    def add():
        return drafts.add_rows(book, liste, [model()], first=chance.random() < 0.5)

    def attach():
        content = data.draw(st.binary(max_size=4))
        piece = new_piece(data.draw(texts), content)
        return drafts.attach(book, liste, some, [piece])

    edits = [
        add,
        add,
        attach,
        lambda: drafts.edit_rows(book, liste, {some: cells(model)}),
        lambda: drafts.edit_rows(book, liste, {some: cells(model)}),
        lambda: drafts.remove_rows(book, liste, {some}),
        lambda: drafts.move_row(book, liste, some, chance.randint(-3, 3)),
        lambda: drafts.duplicate_row(book, liste, some)[0],
        lambda: drafts.edit_titulaire(book, cells(type(book.titulaire))),
        lambda: drafts.edit_interets(book, data.draw(texts)),
        lambda: drafts.link(book, chance.choice(["parti", *ids(book.pieces)]), chance.sample(everyone, 1)),
        lambda: drafts.accept_charte(book, date(2026, 1, chance.randint(1, 28))),
        lambda: drafts.add_rows(book, liste, paste(data.draw(texts), model, liste).rows),
    ]
    return chance.choice(edits)()


@settings(max_examples=40, deadline=None)
@given(chance=st.randoms(use_true_random=False), data=st.data(), count=st.integers(1, 12))
def test_any_edits_give_a_livret_that_can_be_saved(chance, data, count):
    """Whatever is done in whatever order, the livret comes back equal from its file, and no edit alters its input."""
    book = drafts.with_rows(Livret(), EMPLOIS, [Emploi(id="e1", intitule="Agente")])
    for _ in range(count):
        before, kept = book, copy.deepcopy(book.to_data())
        book = random_edit(chance, data, book)
        assert before.to_data() == kept
        assert Livret.from_data(book.to_data()) == book
        drafts.to_correct(book)
        Evidence.of(book)


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_keys_of_a_newer_version_survive_edits(data):
    """What a later Livret wrote in a row is still there after an edit made with this one."""
    row = data.draw(rows_of(Diplome))
    book = drafts.with_rows(Livret(), "formations.diplomes", [row])
    pending = {nom: text for nom, text in row.a_corriger.items() if nom != "intitule"}
    (after,) = drafts.edit_rows(book, "formations.diplomes", {row.id: {"intitule": "Licence"}}).formations.diplomes
    assert after == row.with_(intitule="Licence", a_corriger=pending)


def test_steps_of_a_procedure_are_read_line_by_line():
    """In the form, each line is one dated step."""
    book = livret(vae=[{"id": "v1", "certification": "Licence"}])
    after = drafts.edit_rows(book, "formations.vae", {"v1": {"etapes": "03/2019 : recevabilité\n12/2019 : jury"}})
    (row,) = after.formations.vae
    assert isinstance(row, Vae)
    assert [step.libelle for step in row.etapes] == ["recevabilité", "jury"]
