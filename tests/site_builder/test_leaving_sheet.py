"""« Ce qui sort » on paper: everything the screen tells, on one page that asks nothing of any network."""

from __future__ import annotations

from site_builder.leaving import leaving
from site_builder.leaving_sheet import as_html
from tests.data.samples import livret
from tests.site_builder.support import JOUR, publication

BOOK = livret(
    titulaire={"prenom": "Anaïs", "nom": "Delorvanne", "courriel": "anais@example.org"},
    diplomes=[{"id": "d1", "intitule": "Licence <script>alert(1)</script>"}],
    emplois=[{"id": "e1", "intitule": "Poste tenu"}, {"id": "e2", "intitule": "Mandat", "sensibilite": 3}],
    pieces=[{"id": "p1", "titre": "Diplôme", "media": "application/pdf", "taille": 230_000}],
)


def page(**wish) -> str:
    dossier = publication(coordonnees=["courriel"], documents=["p1"], **wish)
    return as_html(leaving(BOOK, dossier, JOUR), dossier.titre, "Ville de Haute-Ère", "Mutation").decode()


def test_everything_that_leaves_and_stays_is_on_the_page():
    """Rows, documents with their neutral names, contact details, recipient, procedure, and what stays with why."""
    said = page()
    for text in ("Poste tenu", "01-diplome.pdf", "anais@example.org", "Ville de Haute-Ère", "Mutation", "Mandat",
                 "Catégorie particulière, sans votre accord (1)"):  # fmt: skip
        assert text in said


def test_a_row_agreed_to_is_told_apart():
    """A row of a special category that leaves stands under its own heading."""
    said = page(consentements=[{"ligne": "e2", "date": "2026"}])
    assert "avec mon accord exprès (1)" in said


def test_nothing_in_a_title_runs():
    """A title is text, and the page allows no script, no image, no request."""
    said = page()
    assert "<script" not in said
    assert "default-src 'none'" in said


def test_what_forbids_publishing_comes_first():
    """A social security number is told with its place, never repeated."""
    blocked = BOOK.with_(titulaire=BOOK.titulaire.with_(titre="1 84 12 76 451 089 46"))
    found = leaving(blocked, publication(), JOUR)
    said = as_html(found, "Titre", "", "").decode()
    assert "ne peut pas être remis" in said
    assert "451 089" not in said
