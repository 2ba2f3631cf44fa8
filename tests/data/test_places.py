"""Places said in the words of the screen."""

from data.errors import Problem
from data.model import Livret
from data.places import say_place, say_problem

LIVRET = Livret.from_data(
    {
        "formations": {"actions": [{"id": "a1", "intitule": "La paie"}]},
        "pieces": [{"id": "p1", "titre": "Attestation"}],
        "publications": [{"id": "m", "titre": "Mutation"}],
    }
)


def test_a_field_of_a_row_is_named_by_list_row_and_label():
    """A place reads as the list's title, the row's own and the field's label."""
    assert say_place(LIVRET, ("formations", "actions", 0, "duree")) == "Formations suivies › La paie › Durée"


def test_documents_dossiers_and_the_holder_have_their_own_words():
    """What is in no list of the three parts is named too."""
    assert say_place(LIVRET, ("pieces", 0, "fichier")) == "Justificatifs › Attestation › Nom du fichier"
    assert say_place(LIVRET, ("publications", 0, "introduction")) == "Dossiers › Mutation › Introduction"
    assert say_place(LIVRET, ("titulaire", "telephone")) == "Informations personnelles › Téléphone"


def test_an_unknown_step_is_left_out():
    """A row that is not there or a key that is no field does not show raw."""
    assert say_place(LIVRET, ("formations", "actions", 7, "zzz")) == "Formations suivies"
    assert say_place(LIVRET, ("formations", "zzz")) == "Mes formations"
    assert say_place(LIVRET, ("schema_version",)) == ""


def test_a_problem_without_a_place_is_its_sentence():
    """Nothing stands before the sentence of a problem that is nowhere in particular."""
    assert say_problem(LIVRET, Problem((), "tout est vide")) == "tout est vide"
    assert (
        say_problem(LIVRET, Problem(("titulaire", "nom"), "manque"))
        == "Informations personnelles › Nom d’usage : manque"
    )
