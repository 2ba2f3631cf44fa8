"""What is left to do: expiries, missing documents, completeness, and everything that looks wrong."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.completeness import PROUVEES, completeness, expiring, missing, problems, reading_order
from data.model import LISTES
from data.places import say_place
from tests.data.samples import livret, rows_of

TODAY = date(2026, 11, 23)


def text(value):
    return value.replace("\u00a0", " ")


def problem_places(held):
    return [problem.where for problem in problems(held, TODAY)]


def whole(**listes):
    """A livret whose holder is known, so that only what is tested is wrong."""
    return livret(titulaire={"prenom": "Anne", "nom": "Lefort"}, **listes)


def test_what_expires_is_told_soonest_first():
    """Expired and soon to expire, in the three lists that expire; far ahead or without end is quiet."""
    held = livret(
        certifications=[{"id": "d7", "intitule": "Anglais B2", "date_echeance": "2024-11"}],
        langues=[{"id": "l1", "langue": "espagnol", "date_echeance": "2027-05"}],
        habilitations=[
            {"id": "h1", "intitule": "SST", "date_echeance": "2027-03-11"},
            {"id": "h2", "intitule": "CACES", "date_echeance": "2030"},
            {"id": "h3", "intitule": "Permis B"},
        ],
    )
    assert [(one.ligne.id, one.expiree) for one in expiring(held, TODAY)] == [
        ("d7", True),
        ("h1", False),
        ("l1", False),
    ]
    assert [text(one.says) for one in expiring(held, TODAY, months=1)] == [
        "« Anglais B2 » a expiré le 30 novembre 2024."
    ]


def test_a_vague_expiry_holds_to_its_last_day():
    """What is valid until November is valid on the 30th, and expired the day after."""
    held = livret(habilitations=[{"intitule": "SST", "date_echeance": "2026-11"}])
    assert [one.expiree for one in expiring(held, date(2026, 11, 30))] == [False]
    assert [one.expiree for one in expiring(held, date(2026, 12, 1))] == [True]


def test_what_was_renewed_or_is_over_is_quiet():
    """A later certificate of the same name replaces the old one; an ended authorisation no longer expires."""
    held = livret(
        habilitations=[
            {"id": "new1", "intitule": "SST", "date_echeance": "2027-03"},
            {"id": "old1", "intitule": "sst", "date_echeance": "2025-03"},
            {"intitule": "Régisseuse", "date_echeance": "2020", "fin": "2019"},
        ]
    )
    assert [one.ligne.id for one in expiring(held, TODAY)] == ["new1"]


def test_missing_documents_say_where_they_stand():
    """Asked for, lost, or never had: each says what to do; a held document is enough."""
    held = livret(
        actions=[
            {"id": "f1", "intitule": "A", "pieces": ["p1", "p2"]},
            {"id": "f2", "intitule": "B", "pieces": ["p2"]},
            {"id": "f3", "intitule": "C", "pieces": ["p3"]},
            {"id": "f4", "intitule": "D"},
        ],
        bilans=[{"type": "BC"}],
        pieces=[
            {"id": "p1", "titre": "x", "taille": 1},
            {"id": "p2", "titre": "x", "etat": "demandee"},
            {"id": "p3", "titre": "x", "etat": "Perdue"},
        ],
    )
    assert [(one.ligne.id, one.says.split(" : ")[1]) for one in missing(held)] == [
        ("f2", "justificatif demandé, pas encore reçu."),
        ("f3", "justificatif perdu, à redemander."),
        ("f4", "justificatif à joindre ou à demander."),
    ]
    assert [piece.id for piece in missing(held)[0].annoncees] == ["p2"]


@pytest.mark.parametrize("liste", LISTES)
def test_the_decree_says_which_rows_need_a_document(liste):
    """Article 5: diplomas, certificates, trainings, posts and internships, and nothing else."""
    nom = liste.split(".")[-1]
    assert bool(missing(livret(**{nom: [{"id": "r001"}]}))) == (liste in PROUVEES)


def test_completeness_counts_what_rows_ask_for():
    """Two of five things lack: the ratio says so, and the sentences say what to do."""
    held = livret(actions=[{"intitule": "Paie", "duree": "3 j", "sessions": ["2014"]}, {"intitule": "Budget"}])
    found = {one.liste: one for one in completeness(held)}
    actions = found["formations.actions"]
    assert (actions.lignes, actions.presents, actions.attendus, actions.ratio) == (2, 4, 8, 0.5)
    assert set(actions.says) == {
        "Remplissez « Dates » sur une ligne.",
        "Remplissez « Durée » sur une ligne.",
        "Joignez le justificatif de 2 lignes.",
    }
    assert found["formations.vae"].ratio == 1
    assert found["formations.vae"].says[0].startswith("Rien encore.")


def test_a_competence_without_proof_is_incomplete():
    """Evidence counts in the completeness of the competences."""
    held = livret(
        competences=[{"id": "c1", "libelle": "x"}, {"id": "c2", "libelle": "y"}], actions=[{"competences": ["c1"]}]
    )
    found = next(one for one in completeness(held) if one.liste == "competences.competences")
    assert (found.presents, found.attendus) == (3, 4)
    assert found.says == ("Reliez une ligne à une expérience, une formation ou un document qui la prouve.",)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_completeness_stays_between_nothing_and_all(data):
    """Whatever the rows, ratios are between 0 and 1, and a complete list has nothing to say."""
    liste = data.draw(st.sampled_from(list(LISTES)))
    rows = data.draw(st.lists(rows_of(LISTES[liste]), max_size=3, unique_by=lambda row: row.id))
    held = livret(**{liste.split(".")[-1]: [row.model_dump(mode="json") for row in rows]})
    for one in completeness(held):
        assert 0 <= one.ratio <= 1
        assert bool(one.says) == (one.ratio < 1 or not one.lignes)


@pytest.mark.parametrize(
    ("listes", "where"),
    [
        ({"diplomes": [{"intitule": "Licence"}]}, ("formations", "diplomes", 0, "date_obtention")),
        ({"diplomes": [{"intitule": "  ", "date_obtention": "2020"}]}, ("formations", "diplomes", 0, "intitule")),
        ({"stages": [{"intitule": "x", "organisme": "y", "debut": "2020", "fin": "2019"}]},
         ("experiences", "stages", 0, "fin")),
        ({"certifications": [{"intitule": "x", "date_obtention": "2020", "date_echeance": "2019"}]},
         ("formations", "certifications", 0, "date_echeance")),
        ({"distinctions": [{"intitule": "x", "date": "2030"}]}, ("experiences", "distinctions", 0, "date")),
        ({"actions": [{"intitule": "x", "duree": "1 j", "sessions": ["2020", "2027-01"]}]},
         ("formations", "actions", 0, "sessions")),
        ({"vae": [{"certification": "x", "etapes": ["2030 | jury"]}]}, ("formations", "vae", 0, "etapes")),
        ({"tutorats": [{"intitule": "x", "pieces": ["gone"]}]}, ("experiences", "tutorats", 0, "pieces", 0)),
        ({"competences": [{"libelle": "x"}]}, ("competences", "competences", 0)),
        ({"langues": [{"langue": "x", "a_corriger": {"date_echeance": "bientôt"}}]},
         ("competences", "langues", 0, "date_echeance")),
        ({"pieces": [{"titre": "x", "etat": "demandee"}]}, ("pieces", 0)),
        ({"pieces": [{"titre": "x", "etat": "recue", "type": "cv"}]}, ("pieces", 0, "etat")),
        ({"pieces": [{"titre": "x", "etat": "perdue", "type": "cv", "taille": 9}]}, ("pieces", 0, "etat")),
        ({"publications": [{"titre": ""}]}, ("publications", 0, "titre")),
        ({"publications": [{"titre": "x", "inclus": ["gone"]}]}, ("publications", 0, "inclus", 0)),
    ],
)  # fmt: skip
def test_each_fault_is_told_at_its_place(listes, where):
    """One fault, one problem, at the field that has it, with a sentence."""
    held = whole(**listes)
    assert problem_places(held) == [where]
    assert all(problem.says for problem in problems(held, TODAY))


EMPLOI = {"intitule": "x", "employeur": "y", "competences": ["c1"], "debut": "2020-01-01", "fin": "2020-12-31"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"temps_travail": "partiel"}, "indiquez la quotité"),
        ({"temps_travail": "Temps non complet"}, "indiquez la quotité"),
        ({"temps_travail": "complet", "quotites": ["90"]}, "ne va pas avec un temps complet"),
        ({"temps_travail": "partiel", "quotites": ["90", "80"]}, "datez chaque changement"),
        ({"temps_travail": "partiel", "quotites": ["90 | 2021-06"]}, "après la fin du poste"),
        ({"temps_travail": "partiel", "quotites": ["100", "90 | 2020-06"]}, ""),
        ({"temps_travail": "complet", "quotites": ["100"]}, ""),
        ({"temps_travail": ""}, ""),
    ],
)
def test_a_doubtful_quotite_is_told(change, says):
    """What would make the length of service wrong is said; what is right is not."""
    held = whole(emplois=[EMPLOI | change], competences=[{"id": "c1", "libelle": "x"}])
    found = problems(held, TODAY)
    assert [says in problem.says for problem in found] == ([True] if says else [])
    assert all(problem.where == ("experiences", "emplois", 0, "quotites") for problem in found)


@pytest.mark.parametrize(
    "listes",
    [
        {"pieces": [{"titre": "CV", "type": "cv", "taille": 9}]},  # a CV proves nothing, and need not
        {"habilitations": [{"intitule": "x", "debut": "2020", "date_echeance": "2030"}]},
        {"concours": [{"intitule": "x", "date": "2025", "liste_aptitude_fin": "2029"}]},
        {"actions": [{"intitule": "x", "sessions": ["2025/2027"], "duree": "9 j"}]},  # running: it began
        {"langues": [{"langue": "français"}]},
    ],
)
def test_what_is_right_is_quiet(listes):
    """Ends and expiries may lie ahead, and not everything needs a link."""
    assert problem_places(whole(**listes)) == []


def test_a_field_to_correct_is_not_also_said_empty():
    """What was typed and not understood is one problem, not two."""
    held = whole(diplomes=[{"intitule": "x", "a_corriger": {"date_obtention": "l’an 2000"}}])
    (problem,) = problems(held, TODAY)
    assert "« l’an 2000 »" in problem.says


def test_problems_come_in_the_order_of_the_livret():
    """The holder first, then the lists as the livret has them, rows by number, dossiers last."""
    held = livret(
        publications=[{"titre": ""}],
        competences=[{"id": f"c{n}", "libelle": "x"} for n in range(11)],
        emplois=[{}],
        diplomes=[{}, {}],
        pieces=[{"titre": ""}],
    )
    found = problem_places(held)
    assert found == sorted(found, key=reading_order)
    heads = [where[:2] for where in found]
    assert list(dict.fromkeys(heads)) == [
        ("titulaire", "prenom"),
        ("titulaire", "nom"),
        ("formations", "diplomes"),
        ("experiences", "emplois"),
        ("competences", "competences"),
        ("pieces", 0),
        ("publications", 0),
    ]
    assert [where[2] for where in found if where[:2] == ("competences", "competences")] == list(range(11))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_no_row_makes_the_checks_fail(data):
    """Whatever a row holds, checks find problems or none; they never break."""
    liste = data.draw(st.sampled_from(list(LISTES)))
    rows = data.draw(st.lists(rows_of(LISTES[liste]), max_size=3, unique_by=lambda row: row.id))
    held = livret(**{liste.split(".")[-1]: [row.model_dump(mode="json") for row in rows]})
    found = problems(held, TODAY)
    assert all(problem.says and say_place(held, problem.where) for problem in found)
    assert found == sorted(found, key=lambda problem: reading_order(problem.where))
    assert len(expiring(held, TODAY)) <= len(rows)
