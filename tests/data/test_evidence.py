"""Evidence: what proves what, and which links lead nowhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.evidence import Evidence
from tests.data.samples import livret


def a_livret():
    return livret(
        actions=[
            {"id": "f1", "intitule": "Paie", "pieces": ["p1", "p2"], "competences": ["c1", "c2"]},
            {"id": "f2", "intitule": "Budget", "competences": ["c1", "cX"]},
        ],
        emplois=[{"id": "e1", "intitule": "Gestionnaire", "competences": ["c1"], "pieces": ["p1", "pX", "p3"]}],
        competences=[
            {"id": "c1", "libelle": "Établir la paie", "pieces": ["p3"]},
            {"id": "c2", "libelle": "Suivre un budget"},
            {"id": "c3", "libelle": "Écouter"},
        ],
        pieces=[
            {"id": "p1", "titre": "Attestation", "taille": 10},
            {"id": "p2", "titre": "Relevé", "etat": "demandee"},
            {"id": "p3", "titre": "État des services", "etat": "perdue"},
            {"id": "p4", "titre": "Oubliée", "taille": 10},
            {"id": "p5", "titre": "Photo", "taille": 10},
            {"id": "p6", "titre": "Jointe", "taille": 10},
        ],
        titulaire={"photo": "p5"},
        publications=[{"titre": "Mutation", "documents": ["p6", "p9"], "inclus": ["f1", "zz"], "exclus": ["e1"]}],
    )


def test_a_competence_knows_the_rows_that_name_it():
    """Every row that names a competence proves it, and is found under its list and its part."""
    preuves = Evidence.of(a_livret()).preuves("c1")
    assert [(liste, row.id) for liste, row in preuves.lignes] == [
        ("formations.actions", "f1"),
        ("formations.actions", "f2"),
        ("experiences.emplois", "e1"),
    ]
    assert [row.id for row in preuves.in_("formations")] == ["f1", "f2"]
    assert [row.id for row in preuves.in_("experiences.emplois")] == ["e1"]
    assert preuves.in_("experiences.emploi") == ()


def test_documents_of_a_competence_are_told_apart():
    """A document attached to the competence itself is not repeated among those of its rows."""
    preuves = Evidence.of(a_livret()).preuves("c1")
    assert [piece.id for piece in preuves.propres] == ["p3"]
    assert [piece.id for piece in preuves.indirectes] == ["p1", "p2"]
    assert [piece.id for piece in preuves.pieces] == ["p3", "p1", "p2"]


def test_a_competence_nobody_names_has_no_proof():
    """Without row nor document a competence is merely claimed."""
    evidence = Evidence.of(a_livret())
    assert not evidence.preuves("c3")
    assert not evidence.preuves("c3").prouvee
    assert evidence.preuves("c2").prouvee
    assert evidence.preuves("unknown") == evidence.preuves("c3")


def test_only_a_held_document_justifies_a_row():
    """A document asked for or lost leaves its row declared."""
    held = a_livret()
    evidence = Evidence.of(held)
    assert {row_id: evidence.etat(held.rows[row_id]) for row_id in ("f1", "f2", "e1", "c1")} == {
        "f1": "justifie",
        "f2": "declare",
        "e1": "justifie",
        "c1": "declare",
    }


def test_a_document_knows_the_rows_it_proves():
    """One document may prove several rows."""
    evidence = Evidence.of(a_livret())
    assert [row.id for row in evidence.prouve["p1"]] == ["f1", "e1"]
    assert [row.id for row in evidence.prouve["p3"]] == ["e1", "c1"]
    assert "p4" not in evidence.prouve


def test_orphans_are_used_by_nothing():
    """The photo and what a dossier joins are in use; what nothing names is an orphan."""
    assert [piece.id for piece in Evidence.of(a_livret()).orphelines] == ["p4"]


def test_links_that_lead_nowhere_are_told_with_their_place():
    """Every dangling identifier is found, in rows and in dossiers alike."""
    assert {(link.place, link.cible) for link in Evidence.of(a_livret()).rompus} == {
        (("formations", "actions", 1, "competences", 1), "cX"),
        (("experiences", "emplois", 0, "pieces", 1), "pX"),
        (("publications", 0, "documents", 1), "p9"),
        (("publications", 0, "inclus", 1), "zz"),
    }


def test_a_consent_for_a_deleted_row_is_a_broken_link():
    """A consent must name a row that still exists."""
    held = livret(publications=[{"titre": "x", "consentements": [{"ligne": "gone", "date": "2024"}]}])
    assert [link.place for link in Evidence.of(held).rompus] == [("publications", 0, "consentements", 0)]


def test_a_row_is_found_again_in_its_list():
    """Places lead back to the list of a row."""
    evidence = Evidence.of(a_livret())
    assert evidence.liste("f2") == "formations.actions"
    assert evidence.liste("p1") == "pieces"
    assert evidence.liste("unknown") == ""


LINKS = st.lists(st.sampled_from(["c0", "c1", "c2", "p0", "p1", "p2", "x"]), max_size=4)


@settings(max_examples=50)
@given(st.lists(st.tuples(LINKS, LINKS), max_size=4))
def test_every_link_is_either_evidence_or_broken(links):
    """No link is lost: it proves something or is reported, never both."""
    held = livret(
        actions=[{"id": f"f{n}", "competences": c, "pieces": p} for n, (c, p) in enumerate(links)],
        competences=[{"id": f"c{n}"} for n in range(3)],
        pieces=[{"id": f"p{n}"} for n in range(3)],
    )
    evidence = Evidence.of(held)
    broken = {(link.place[2], link.place[3], link.cible) for link in evidence.rompus}
    for number, row in enumerate(held.formations.actions):
        for cible in row.competences:
            proves = row in [found for _, found in evidence.preuves(cible).lignes]
            assert proves != ((number, "competences", cible) in broken)
        for cible in row.pieces:
            proves = row in evidence.prouve.get(cible, ())
            assert proves != ((number, "pieces", cible) in broken)


@pytest.mark.timeout(30)
def test_a_crowd_of_rows_is_linked_in_one_pass():
    """Twenty thousand rows are linked without comparing each with each, which would take minutes."""
    held = livret(
        actions=[
            {"id": f"f{n}", "pieces": [f"p{n % 50}"], "competences": [f"c{n % 100}", f"c{n % 7}"]} for n in range(20000)
        ],
        competences=[{"id": f"c{n}"} for n in range(100)],
        pieces=[{"id": f"p{n}", "taille": 1} for n in range(50)],
    )
    evidence = Evidence.of(held)
    assert len(evidence.justifiees) == 20_000
