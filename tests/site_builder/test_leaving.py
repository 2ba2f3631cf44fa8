"""« Ce qui sort » says exactly what the gate lets out, why the rest stays, and what should be read again."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from data import demo
from site_builder import gate
from site_builder.leaving import REASONS, leaving
from site_builder.publish import look_over, publish
from tests.data.samples import livret
from tests.site_builder.support import JOUR, one_row, publication
from tests.site_builder.test_gate_leaks import cases

NIR = "1 84 12 76 451 089 46"
IBAN = "FR76 3000 6000 0112 3456 7890 189"


def told(book, **wish):
    return leaving(book, publication(**wish), JOUR)


def reasons(book, **wish):
    """Why each row stays, by its identifier."""
    return {row.ref: group.code for group in told(book, **wish).restent for row in group.lignes}


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(cases())
def test_what_is_listed_is_what_the_gate_lets_out(case):
    """Row for row, document for document: nothing is forgotten, nothing is added, and the rest is told as staying."""
    book, dossier = case.livret, case.publication
    found, released = leaving(book, dossier, JOUR), gate.release(book, dossier)
    assert found.refs == frozenset(released.rows)
    staying = [row.ref for group in found.restent for row in group.lignes]
    assert len(staying) == len(set(staying)) == found.stay
    assert frozenset(staying) == frozenset(book.rows) - found.refs
    assert {row.ref for row in found.consenties} == {
        one for one in released.rows if gate.effective_class(book.rows[one]) >= gate.CATEGORIE_PARTICULIERE
    }
    shown = {getattr(released.titulaire, nom) for nom in dossier.coordonnees} - {""}
    assert {value for _, value in found.coordonnees} == shown
    assert found.photo is bool(released.titulaire.photo)


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(cases())
def test_every_reason_given_is_the_one_that_holds_it(case):
    """Lifting exactly what the reason names lets the row out: the reason is not a guess."""
    book, dossier = case.livret, case.publication
    lifted = {
        "retiree": lambda row: {"exclus": ()},
        "non-designee": lambda row: {"selection": False},
        "rubrique": lambda row: {"listes": None},
        "date": lambda row: {"depuis": None},
        "personnel": lambda row: {"inclus": (*dossier.inclus, row)},
        "confidentiel": lambda row: {"confidentiel": True},
        "particuliere": lambda row: {"consentements": [{"ligne": row, "date": "2026"}]},
        "non-joint": lambda row: {"documents": (*dossier.documents, row)},
    }
    documents_first = ["non-joint", "sans-fichier"]  # a document is named or not before its class is looked at
    order = documents_first + [code for code in REASONS if code not in documents_first]
    for group in leaving(book, dossier, JOUR).restent:
        for row in group.lignes:
            if group.code not in lifted:
                continue
            after = leaving(book, dossier.with_(**lifted[group.code](row.ref)), JOUR)
            now = next((g.code for g in after.restent for one in g.lignes if one.ref == row.ref), "")
            assert now != group.code
            assert not now or order.index(now) > order.index(group.code)


@pytest.mark.parametrize(
    ("fields", "wish", "code"),
    [
        ({}, {"exclus": ["ligne"]}, "retiree"),
        ({}, {"selection": True}, "non-designee"),
        ({}, {"listes": ["formations.diplomes"]}, "rubrique"),
        ({"debut": "2000", "fin": "2001"}, {"depuis": "2010"}, "date"),
        ({"sensibilite": 1}, {}, "personnel"),
        ({"sensibilite": 2}, {}, "confidentiel"),
        ({"sensibilite": 3}, {}, "particuliere"),
        ({"position": "conge-parental"}, {}, "particuliere"),
    ],
)
def test_why_a_row_stays(fields, wish, code):
    """Each of the gate's rules has its own words."""
    assert reasons(one_row("emplois", **fields), **wish) == {"ligne": code}


def test_why_a_competence_or_a_document_stays():
    """A skill yet to be acquired, a document not joined, one that is not there."""
    assert reasons(one_row("competences", niveau=0)) == {"ligne": "a-acquerir"}
    assert reasons(one_row("pieces", taille=5)) == {"ligne": "non-joint"}
    assert reasons(one_row("pieces", taille=0), documents=["ligne"]) == {"ligne": "sans-fichier"}
    assert reasons(one_row("pieces", taille=5, sensibilite=2), documents=["ligne"]) == {"ligne": "confidentiel"}


def test_names_and_lists_are_those_of_the_screen():
    """Rows are grouped under their table's title, in the livret's order, documents apart with what a reader is told."""
    book = livret(
        diplomes=[{"id": "d1", "intitule": "Licence"}],
        emplois=[{"id": "e1", "intitule": "Agente"}, {"id": "e2", "intitule": "Cheffe"}],
        pieces=[
            {"id": "p", "titre": "Diplôme signé", "media": "application/pdf", "taille": 230_000, "pages": 2,
             "fichier": "secret.pdf"}
        ],
    )  # fmt: skip
    found = told(book, documents=["p"])
    assert [(one.titre, [row.titre for row in one.lignes]) for one in found.listes] == [
        ("Diplômes et titres", ["Licence"]),
        ("Emplois tenus", ["Agente", "Cheffe"]),
    ]
    assert found.total == 3
    (document,) = found.documents
    assert (document.titre, document.media, document.taille, document.pages) == (
        "Diplôme signé",
        "PDF",
        "230\u00a0Ko",
        2,
    )
    assert document.fichier == "01-diplome-signe.pdf"
    assert "secret" not in repr(found)


def test_contact_details_and_texts_about_oneself():
    """Only the contact details that the dossier shows, and the labels of the texts that leave with it."""
    book = livret(
        titulaire={
            "prenom": "Anaïs", "nom": "Delorvanne", "courriel": "a@example.org", "telephone": "01", "titre": "Cheffe",
            "projet": "Changer", "photo": "p",
        },
    )  # fmt: skip
    book = book.with_(competences=book.competences.with_(centres_interet="Randonnée"))
    found = told(book, coordonnees=["courriel", "ville"], introduction="Bonjour")
    assert (found.identite, found.coordonnees) == ("Anaïs Delorvanne", (("Courriel", "a@example.org"),))
    assert found.textes == ("Accroche", "Introduction")
    assert not found.photo
    assert told(book, confidentiel=True).textes == ("Accroche", "Projet", "Centres d’intérêt")


def test_what_forbids_publishing_is_told_not_raised():
    """A social security number or an account is told with its place, and never repeated."""
    book = livret(emplois=[{"id": "e", "intitule": "Agente", "missions": f"{NIR} puis {IBAN}"}])
    found = told(book, introduction=f"Mon compte : {IBAN}")
    assert len(found.blocked) == 3
    assert found.blocked[0].startswith("Emplois tenus › Agente › Missions principales : ")
    assert found.blocked[2].startswith("Dossiers › Dossier d’essai › Introduction : ")
    assert NIR not in repr(found)
    assert IBAN not in repr(found)
    assert not told(book, exclus=["e"]).blocked


def test_words_that_reveal_are_told_with_their_place():
    """A word that tells more than it seems is a warning, where it leaves; not in a row that stays."""
    book = livret(emplois=[{"id": "e", "intitule": "Agente", "missions": "En congé maladie deux mois."}])
    (warning,) = told(book).warnings
    assert warning.startswith("Emplois tenus › Agente › Missions principales : ")
    assert not told(book, exclus=["e"]).warnings


def test_a_row_to_be_corrected_is_told():
    """What was not understood does not leave, and the agent knows it before the reader does."""
    book = livret(emplois=[{"id": "e", "intitule": "Agente", "a_corriger": {"debut": "hier"}}])
    assert [row.titre for row in told(book).a_corriger] == ["Agente"]
    assert "hier" not in repr(told(book))


def test_a_closed_dossier_is_told():
    """Publishing a dossier closed by then is most likely a mistake; one that closes later is not."""
    book = one_row("emplois")
    assert "fermé depuis" in told(book, fermee_le="2026-01-01").warnings[0]
    assert not told(book, fermee_le="2027").warnings


def test_the_warnings_are_those_of_publishing():
    """The demonstration's dossiers are told the same before as when they are built."""
    book = demo.livret()
    book = book.with_(pieces=tuple(piece.with_(taille=0) for piece in book.pieces))
    for dossier in book.publications:
        found = leaving(book, dossier, JOUR)
        assert found.warnings == publish(book, bytes, dossier, jour=JOUR).warnings
        again = leaving(book, dossier, JOUR, previous=look_over(gate.release(book, dossier), dossier))
        assert again == found
