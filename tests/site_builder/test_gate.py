"""The privacy gate, rule by rule, then the whole of them at once on generated livrets (see also test_gate_leaks)."""

from __future__ import annotations

from typing import Any

import pytest

from data.fields import champs, lists_of
from data.model import LISTES, LISTS_GROUPS, Livret, Titulaire
from data.publications import Publication
from site_builder import gate, present
from tests.data.samples import livret
from tests.site_builder.support import JOUR, one_row, publication, rows_out

# Said here once more on purpose: a field that loses its class in the model must fail a test, not leave in silence.
CLASSED = {
    "experiences.emplois": {"contact", "note_privee"},
    "experiences.stages": {"contact", "note_privee"},
    "formations.bilans": {"suites", "synthese", "preconisations", "note_privee"},
}
EMPLOI = {"intitule": "Gestionnaire", "employeur": "Ville", "debut": "2010", "secteur": "FPT"}


def released(book: Any, **settings: Any) -> Any:
    return gate.release(book, publication(**settings))


def goes_out(book: Any, **settings: Any) -> bool:
    return "ligne" in rows_out(released(book, **settings))


@pytest.mark.parametrize("place", [p for p in LISTES if p != "pieces"])
def test_an_ordinary_row_of_any_list_goes_out(place):
    """A row of class 0 goes out with any dossier that takes its list, and with one that names no list."""
    nom = place.split(".")[1]
    book = one_row(nom, sensibilite=0)
    assert goes_out(book)
    assert goes_out(book, listes=[place])
    assert not goes_out(book, listes=["formations.nulle-part"])


@pytest.mark.parametrize("place", [p for p in LISTES if p != "pieces"])
@pytest.mark.parametrize(
    ("classe", "settings", "expected"),
    [
        (1, {}, False),
        (1, {"inclus": ["ligne"]}, True),
        (1, {"confidentiel": True}, True),
        (1, {"consentements": [{"ligne": "ligne", "date": "2026"}]}, False),
        (2, {}, False),
        (2, {"inclus": ["ligne"]}, False),
        (2, {"confidentiel": True}, True),
        (3, {}, False),
        (3, {"inclus": ["ligne"]}, False),
        (3, {"confidentiel": True}, False),
        (3, {"confidentiel": True, "inclus": ["ligne"], "selection": True}, False),
        (3, {"consentements": [{"ligne": "autre", "date": "2026"}]}, False),
        (3, {"consentements": [{"ligne": "ligne", "date": "2026"}]}, True),
        (3, {"consentements": [{"ligne": "ligne", "date": "2026"}], "exclus": ["ligne"]}, False),
        (3, {"consentements": [{"ligne": "ligne", "date": "2026"}], "selection": True}, False),
    ],
)
def test_a_class_needs_what_it_needs(place, classe, settings, expected):
    """Class 1 asks to be named or the confidential, class 2 the confidential, class 3 a consent for that very row."""
    assert goes_out(one_row(place.split(".")[1], sensibilite=classe), **settings) is expected


@pytest.mark.parametrize("classe", [-1, 4, 9, 2**40])
def test_a_class_that_does_not_exist_is_treated_as_the_strictest(classe):
    """A class from a newer version, or a slip, never opens the gate: it asks for a consent."""
    book = one_row("emplois", **EMPLOI, sensibilite=classe)
    assert not goes_out(book, confidentiel=True, inclus=["ligne"])
    assert goes_out(book, consentements=[{"ligne": "ligne", "date": "2026"}])


def test_removed_wins_over_added():
    """A row both added and removed stays in."""
    assert not goes_out(one_row("emplois", **EMPLOI), inclus=["ligne"], exclus=["ligne"])


def test_only_the_rows_named_one_by_one():
    """With « seulement les lignes ajoutées », a list chosen whole adds nothing."""
    book = livret(emplois=[{"id": "un"}, {"id": "deux"}])
    assert set(rows_out(released(book, selection=True, inclus=["un"], listes=["experiences.emplois"]))) == {"un"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"debut": "2000", "fin": "2014-12-31"}, False),
        ({"debut": "2000", "fin": "2015"}, True),
        ({"debut": "2000", "fin": "2015-06"}, True),
        ({"debut": "2000"}, True),
        ({}, True),
    ],
)
def test_depuis_keeps_what_still_ran(fields, expected):
    """Only what surely ended before the day is left out: what still runs or has no date stays."""
    assert goes_out(one_row("emplois", **fields), depuis="2015-06-01") is expected


@pytest.mark.parametrize("nom", ["competences", "numerique"])
def test_what_is_yet_to_be_acquired_stays_in(nom):
    """Niveau 0 is a project, not a skill: no setting lets it out but the démarche whose file asks for projects."""
    settings = {"confidentiel": True, "inclus": ["ligne"], "consentements": [{"ligne": "ligne", "date": "2026"}]}
    assert not goes_out(one_row(nom, niveau=0), **settings)
    assert not goes_out(one_row(nom, niveau=0), **settings, demarche="mutation")
    assert goes_out(one_row(nom, niveau=0), demarche="entretien")
    assert not goes_out(one_row(nom, niveau=0, sensibilite=2), demarche="entretien")
    assert goes_out(one_row(nom, niveau=1), **settings)


@pytest.mark.parametrize("nom", ["competences", "numerique"])
def test_levels_are_withheld_when_the_dossier_does_not_show_them(nom):
    """Without levels a row keeps everything but its level."""
    book = one_row(nom, niveau=3)
    assert rows_out(released(book, niveaux=False))["ligne"].niveau is None
    assert rows_out(released(book))["ligne"].niveau == 3
    project = one_row(nom, niveau=0)
    assert rows_out(released(project, niveaux=False, demarche="entretien"))["ligne"].niveau == 0  # never taken for one


def test_a_levels_order_tells_nothing_once_levels_are_hidden():
    """Hidden levels do not show through the order of the competences either."""
    rows = [{"id": "a", "libelle": "Zeste", "niveau": 4}, {"id": "b", "libelle": "Abri", "niveau": 1}]
    view = present.present(livret(competences=rows), publication(niveaux=False), JOUR)
    assert [row.ref for row in view.volets[2].listes[0].groupes[0].lignes] == ["b", "a"]


@pytest.mark.parametrize("place", LISTES)
def test_the_classed_fields_are_the_ones_we_know(place):
    """Which fields are personal or confidential is said twice: in the model, and here."""
    expected = CLASSED.get(place, {"note_privee"})
    assert {champ.nom for champ in champs(LISTES[place]) if champ.classe >= 1} == expected


@pytest.mark.parametrize("place", [p for p in LISTES if p != "pieces"])
@pytest.mark.parametrize("confidentiel", [False, True])
def test_private_notes_and_texts_to_correct_never_leave(place, confidentiel):
    """No setting releases a private note, nor what was typed and not understood."""
    book = one_row(
        place.split(".")[1], sensibilite=0, note_privee="secret", a_corriger={"debut": "secret"}, futur="secret"
    )
    out = released(book, confidentiel=confidentiel, inclus=["ligne"])
    assert "ligne" in rows_out(out)
    assert "secret" not in out.model_dump_json()


@pytest.mark.parametrize(("place", "nom"), [(p, n) for p, names in CLASSED.items() for n in sorted(names)])
def test_a_personal_field_goes_out_with_the_confidential_only(place, nom):
    """A referee's name or a bilan's synthesis stays in unless the dossier takes the confidential."""
    book = one_row(place.split(".")[1], sensibilite=0, **{nom: "secret"})
    assert "secret" not in released(book, inclus=["ligne"]).model_dump_json()
    assert ("secret" in released(book, confidentiel=True).model_dump_json()) is (nom != "note_privee")


def test_keys_of_a_newer_version_stay_in():
    """What this version does not know it cannot judge: no unknown key of anything goes out."""
    data = {
        "schema_version": 1,
        "futur": "secret",
        "titulaire": {"prenom": "A", "nom": "B", "futur": "secret"},
        "reglages": {"futur": "secret"},
        "formations": {"futur": "secret", "actions": [{"id": "f", "intitule": "Excel", "futur": "secret"}]},
        "experiences": {"futur": "secret"},
        "competences": {"futur": "secret"},
        "pieces": [{"id": "p", "titre": "Attestation", "taille": 3, "futur": "secret"}],
    }
    out = gate.release(Livret.from_data(data), publication(confidentiel=True, documents=["p"]))
    assert set(rows_out(out)) == {"f", "p"}
    assert "secret" not in out.model_dump_json()


def test_links_to_what_is_withheld_vanish():
    """A released row names no row and no document that stays behind."""
    book = livret(
        emplois=[{"id": "e", "competences": ["c", "cachee"], "pieces": ["p", "q"]}],
        competences=[{"id": "c"}, {"id": "cachee", "sensibilite": 2}],
        pieces=[{"id": "p", "taille": 1}, {"id": "q", "taille": 1}],
    )
    row = rows_out(released(book, documents=["p"]))["e"]
    assert (row.competences, row.pieces) == (("c",), ("p",))


@pytest.mark.parametrize(
    ("fields", "settings", "expected"),
    [
        ({"taille": 5}, {}, False),
        ({"taille": 5}, {"documents": ["ligne"]}, True),
        ({"taille": 0, "etat": "demandee"}, {"documents": ["ligne"]}, False),
        ({"taille": 5, "sensibilite": 1}, {"documents": ["ligne"]}, True),
        ({"taille": 5, "sensibilite": 2}, {"documents": ["ligne"]}, False),
        ({"taille": 5, "sensibilite": 2}, {"documents": ["ligne"], "confidentiel": True}, True),
        ({"taille": 5, "sensibilite": 3}, {"documents": ["ligne"], "confidentiel": True}, False),
        (
            {"taille": 5, "sensibilite": 3},
            {"documents": ["ligne"], "consentements": [{"ligne": "ligne", "date": "2026"}]},
            True,
        ),
        ({"taille": 5}, {"inclus": ["ligne"], "confidentiel": True}, False),
    ],
)
def test_a_document_leaves_when_named_and_only_then(fields, settings, expected):
    """A document is joined when the dossier names it, its bytes are held, and its own class passes."""
    assert goes_out(one_row("pieces", titre="Diplôme", **fields), **settings) is expected


def test_the_original_file_name_of_a_document_stays_in():
    """« attestation_MDPH_Dupont.pdf » would tell by itself what the title does not."""
    book = one_row("pieces", titre="Attestation", taille=3, fichier="secret_MDPH.pdf")
    assert "secret" not in released(book, documents=["ligne"]).model_dump_json()


PARENTAL = [
    "conge-parental",
    "Congé parental",
    "CONGE PARENTAL",
    " Congé parental à temps partiel",
    "congé\u00a0parental",
    "congé  parental",
    "En congé parental d’éducation",
]


@pytest.mark.parametrize("position", PARENTAL)
def test_parental_leave_counts_as_a_special_category(position):
    """A period of parental leave tells of the family: its whole row asks for a consent, however it is written."""
    book = one_row("emplois", **EMPLOI, position=position)
    assert not goes_out(book, confidentiel=True, inclus=["ligne"])
    assert goes_out(book, consentements=[{"ligne": "ligne", "date": "2026"}])


@pytest.mark.parametrize(
    ("nom", "fields"),
    [
        ("activites", {"type": "Action syndicale"}),
        ("activites", {"type": "mandat-electif"}),
        ("actions", {"type": "formation-syndicale"}),
    ],
)
def test_a_row_whose_type_reveals_too_much_asks_for_a_consent(nom, fields):
    """Union work or a mandate is a special category even when the agent left its class at 0."""
    book = one_row(nom, **fields, sensibilite=0)
    assert not goes_out(book, confidentiel=True, inclus=["ligne"])
    assert goes_out(book, consentements=[{"ligne": "ligne", "date": "2026"}])


@pytest.mark.parametrize(
    "position",
    ["disponibilite", "Disponibilité pour suivre son conjoint", " en disponibilité", "Mise en Disponibilite"],
)
def test_a_disponibilite_goes_out_as_a_post_without_its_position(position):
    """The post held during a disponibilité goes out; that it was one stays in, unless the confidential goes too."""
    book = one_row("emplois", **EMPLOI, position=position)
    assert rows_out(released(book))["ligne"].position == ""
    assert rows_out(released(book, confidentiel=True))["ligne"].position == position


def test_other_positions_go_out():
    """An ordinary position is not taken for a sensitive one."""
    book = one_row("emplois", **EMPLOI, position="detachement")
    assert rows_out(released(book))["ligne"].position == "detachement"


@pytest.mark.parametrize("chosen", [(), ("courriel",), ("telephone", "ville"), ("courriel", "telephone", "ville")])
@pytest.mark.parametrize("confidentiel", [False, True])
def test_contact_details_go_out_one_by_one(chosen, confidentiel):
    """Only the contact details the dossier names go out, confidential or not."""
    who = {nom: f"secret-{nom}" for nom in champs_of_titulaire()}
    out = released(
        livret(titulaire=who | {"a_corriger": {}}), coordonnees=list(chosen), confidentiel=confidentiel
    ).titulaire
    always = {"prenom", "nom", "titre", "presentation"}
    expected = always | set(chosen) | ({"projet"} if confidentiel else set())
    assert {nom for nom in who if getattr(out, nom)} == expected


def champs_of_titulaire() -> list[str]:
    return [nom for nom in Titulaire.model_fields if nom != "a_corriger"]


def test_interests_are_personal():
    """Centres d’intérêt go out with the confidential only."""
    book = Livret.from_data({"competences": {"centres_interet": "secret"}})
    assert released(book).competences.centres_interet == ""
    assert released(book, confidentiel=True).competences.centres_interet == "secret"


def test_a_released_livret_holds_no_dossier_and_no_log():
    """To whom other dossiers went is nobody's business."""
    book = livret(
        publications=[{"id": "a", "titre": "Secret"}], envois=[{"date": "2026-01-01", "destinataire": "Secret"}]
    )
    out = released(book)
    assert (out.publications, out.envois, out.charte) == ((), (), None)


def test_a_closed_dossier_is_not_taken_by_default():
    """Without a name, the first dossier still open is taken; when none is, a portfolio of what is publishable."""
    book = livret(
        publications=[{"id": "vieux", "titre": "Vieux", "fermee_le": "2020"}, {"id": "neuf", "titre": "Neuf"}]
    )
    assert gate.default_publication(book).id == "neuf"
    closed = livret(publications=[{"id": "vieux", "titre": "Vieux", "fermee_le": "2020", "confidentiel": True}])
    assert gate.default_publication(closed) == Publication(id="portfolio", titre="Portfolio professionnel")


def test_proofs_are_known_without_the_documents():
    """A row is « justifié » when a document is held, joined or not; a document asked for proves nothing yet."""
    book = livret(
        emplois=[{"id": "a", "pieces": ["p"]}, {"id": "b", "pieces": ["q"]}, {"id": "c"}],
        pieces=[{"id": "p", "taille": 3}, {"id": "q", "taille": 0}],
    )
    assert gate.proved(book) == {"a"}


def test_the_livret_itself_is_untouched():
    """Releasing makes a smaller copy; the agent's livret keeps every field and unknown key."""
    book = one_row("emplois", **EMPLOI, note_privee="secret", futur=["x"])
    before = book.to_data()
    released(book)
    assert book.to_data() == before


def test_every_list_of_the_livret_goes_through_the_gate():
    """A list added to the model is gated: the gate walks the model, not a list of its own."""
    walked = {place for place, _ in gate._lists(livret())}
    assert walked == {f"{volet}.{nom}" for volet, group in LISTS_GROUPS.items() for nom, _ in lists_of(group)}
