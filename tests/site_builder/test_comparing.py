"""Two dossiers side by side: rows of one, rows of the other, settings that differ."""

from __future__ import annotations

from site_builder.comparing import compare
from tests.data.samples import livret
from tests.site_builder.support import publication

BOOK = livret(
    diplomes=[{"id": "d1", "intitule": "Licence"}, {"id": "d2", "intitule": "Master"}],
    emplois=[{"id": "e1", "intitule": "Agente", "sensibilite": 2}],
    pieces=[{"id": "p1", "titre": "Diplôme", "media": "text/plain", "taille": 3}],
)


def test_what_leaves_with_one_alone_is_named():
    """Rows and documents of one side only are named with their list; what both let out is counted."""
    one = publication(id="un", exclus=["d2"], documents=["p1"])
    other = publication(id="autre", confidentiel=True)
    found = compare((BOOK, one), (BOOK, other))
    assert [(row.titre, row.rubrique) for row in found.only_one] == [("Diplôme", "Justificatifs")]
    assert [row.titre for row in found.only_other] == ["Master", "Agente"]
    assert found.common == 1


def test_settings_that_differ_are_said_in_words():
    """A procedure is told by its label, a switch by yes or no, a missing text by a dash; equal ones are not told."""
    one = publication(demarche="mutation", niveaux=False, coordonnees=["courriel", "ville"])
    other = publication(demarche="", destinataire="CDG")
    said = {s.titre: (s.one, s.other) for s in compare((BOOK, one), (BOOK, other)).settings}
    assert said["Démarche"] == ("Mutation", "—")
    assert said["Destinataire"] == ("—", "CDG")
    assert said["Montrer les niveaux de maîtrise"] == ("non", "oui")
    assert said["Coordonnées"] == ("courriel, ville", "—")
    assert "Titre" not in said


def test_a_dossier_differs_in_nothing_from_itself():
    """Nothing is told of two equal dossiers."""
    found = compare((BOOK, publication()), (BOOK, publication()))
    assert (found.only_one, found.only_other, found.settings) == ((), (), ())
