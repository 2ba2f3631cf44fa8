"""The model: what comes in goes out, unknown keys included; every field says what it is."""

import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data.competences import Habilitation
from data.errors import ContentError, NewerFormat
from data.experiences import Emploi
from data.fields import Element, Ligne, champs, lists_of, new_id
from data.formations import ActionFormation, Bilan, Concours, Diplome, Dispense, Vae
from data.migrations import SCHEMA
from data.model import LISTES, LISTS_GROUPS, VOLETS, Livret, Piece, Reglages, Titulaire
from data.nomenclatures import load
from data.publications import Publication
from data.remarques import A_TRAITER, ETATS, Remarque
from data.values import PartialDate
from tests.data.samples import MODELS, json_values, livret, newer_keys, of_champ, rows_of

FORMS: list[type[Element]] = [*MODELS, Titulaire, Publication, Remarque, Reglages]
FIELDS = [pytest.param(model, champ, id=f"{model.__name__}.{champ.nom}") for model in FORMS for champ in champs(model)]


def livrets():
    """Whole livrets, small, with unknown keys at every level."""
    groups = {
        volet: st.builds(
            lambda extra, lists: {**extra, **lists},
            newer_keys(),
            st.fixed_dictionaries(
                {},
                optional={
                    nom: st.lists(rows_of(model).map(lambda row: row.model_dump(mode="json")), max_size=1)
                    for nom, model in lists_of(group)
                },
            ),
        )
        for volet, group in LISTS_GROUPS.items()
    }
    titulaire = st.fixed_dictionaries({}, optional={c.nom: of_champ(c) for c in champs(Titulaire)})
    return st.builds(
        lambda extra, known, holder, more: {**extra, **known, "titulaire": {**more, **holder}},
        newer_keys(),
        st.fixed_dictionaries({}, optional={**groups, "charte": st.just("2009-05-28")}),
        titulaire,
        newer_keys(),
    )


def read(data):
    """A livret, or None when two generated rows happen to share an identifier."""
    try:
        return Livret.from_data(data)
    except ContentError as error:
        told = [problem.says for problem in error.problems]
    return None if all("sert déjà" in says for says in told) else pytest.fail(f"{told}")


@settings(max_examples=60, deadline=None)
@given(livrets())
def test_what_is_written_reads_back(data):
    """JSON and back changes nothing: no value, no empty field, no key of a newer version, at any level."""
    held = read(data) or Livret()
    again = Livret.from_data(json.loads(json.dumps(held.to_data())))
    assert again == held
    assert again.to_data() == held.to_data()


@settings(max_examples=60, deadline=None)
@given(livrets())
def test_unknown_keys_are_written_back(data):
    """What this version does not know is kept where it was."""
    held = read(data)
    assume(held is not None)
    written = held.to_data()
    for place in ((), ("titulaire",), *((volet,) for volet in VOLETS)):
        before, after = data, written
        for step in place:
            before, after = before.get(step, {}), after.get(step, {})
        assert {k: v for k, v in before.items() if k.startswith("futur_")}.items() <= after.items()


@given(st.sampled_from(MODELS), st.data())
def test_rows_read_back(model, data):
    """Every row survives JSON, its identifier included."""
    row = data.draw(rows_of(model))
    assert model.model_validate_json(row.model_dump_json(exclude_defaults=True)) == row


@given(st.dictionaries(st.text(max_size=8), json_values, max_size=4))
def test_any_json_is_read_or_refused_with_places(data):
    """Whatever stands in a file, the answer is a livret or problems, never a crash."""
    try:
        held = Livret.from_data(data)
    except ContentError as error:
        told = [bool(problem.where and problem.says) for problem in error.problems]
    except NewerFormat:
        told = [data["schema_version"] > SCHEMA]
    else:
        told = [held.to_data().items() >= {"schema_version": SCHEMA}.items()]
    assert all(told)


def test_an_empty_livret_writes_almost_nothing():
    """Only what was filled in is written."""
    assert Livret().to_data() == {"schema_version": SCHEMA}
    assert Livret.from_data({}) == Livret()


def test_identifiers_are_written():
    """A row keeps the identifier it was given when it was made."""
    row = Diplome(intitule="Licence")
    held = Livret().with_(formations={"diplomes": [row]})
    assert held.to_data()["formations"]["diplomes"] == [{"id": row.id, "intitule": "Licence"}]


def test_every_fault_is_told_in_french_at_its_place():
    """All faults of a file come at once, each with where it is and what is wrong."""
    bad = {
        "titulaire": {"nom": 3},
        "formations": {"actions": [{"duree": "trois jours", "sessions": ["31/02/2014"], "id": "../x"}]},
        "experiences": {"emplois": [{"encadrement": "deux", "grades": "x", "quotites": ["120"]}]},
        "pieces": {"a": 1},
        "competences": [],
        "charte": 2009,
    }
    with pytest.raises(ContentError) as caught:
        Livret.from_data(bad)
    said = {problem.where: problem.says for problem in caught.value.problems}
    assert said["titulaire", "nom"] == "un texte est attendu"
    assert "n’est pas une durée" in said["formations", "actions", 0, "duree"]
    assert said["formations", "actions", 0, "sessions", 0] == "le 31 février 2014 n’existe pas"
    assert "signes interdits" in said["formations", "actions", 0, "id"]
    assert said["experiences", "emplois", 0, "encadrement"] == "un nombre entier est attendu"
    assert "pourcentage" in said["experiences", "emplois", 0, "quotites", 0]
    assert said["charte",] == "« 2009 » n’est pas un texte"
    assert said["pieces",] == "une liste est attendue"
    assert said["competences",] == "un groupe de champs est attendu"
    assert all("(" not in says for says in said.values())


def test_a_remark_is_kept_whole():
    """What an advisor wrote survives the file to the sign, waits until it is dealt with, and keeps newer keys."""
    texte = "Un <b>mot</b> & *rien*\n  d’autre"
    said = {"id": "r1", "publication": "bilan", "ligne": "e1", "texte": texte, "date": "2026-11-03", "futur": 1}
    held = Livret.from_data({"remarques": [said]})
    (one,) = held.remarques
    assert (one.texte, one.date, one.etat) == (texte, PartialDate(2026, 11, 3), A_TRAITER)
    assert held.to_data()["remarques"] == [said]
    for etat in ETATS:
        assert one.with_(etat=etat).etat == etat
    with pytest.raises(ContentError, match="n’est pas dans la liste"):
        Livret.from_data({"remarques": [said | {"etat": "oubliee"}]})


def test_a_repeated_identifier_is_refused():
    """One identifier names one row for ever, in whatever list."""
    with pytest.raises(ContentError, match="abcd sert déjà"):
        livret(diplomes=[{"id": "abcd"}], pieces=[{"id": "abcd"}])


def test_a_copy_holds_only_what_is_of_the_model():
    """What was computed on the way (the index of rows) does not slip into the copy, nor into the file."""
    held = livret(diplomes=[{"id": "abcd", "intitule": "Licence", "futur": 1}], futur=2)
    assert held.rows["abcd"].intitule_ligne == "Licence"
    copy = held.with_(charte="2009")
    assert copy.charte == PartialDate(2009)
    assert copy.to_data() == {**held.to_data(), "charte": "2009"}


def test_a_copy_is_validated():
    """No bad value slips in by way of a change."""
    with pytest.raises(ValueError, match="n’est pas une date"):
        Piece(titre="x").with_(date="hier")


def test_identifiers_do_not_repeat():
    """Short, random, easy to read; a thousand of them are all different and all fit the pattern."""
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(Piece(id=one).id == one for one in made)


def test_rows_are_placed_in_the_order_of_the_livret():
    """Parts, lists, rows, documents last."""
    held = livret(pieces=[{"id": "p1"}], emplois=[{"id": "e1"}, {"id": "e2"}], concours=[{"id": "x1"}])
    assert [(place, row.id) for place, row in held.placed_rows()] == [
        (("formations", "concours", 0), "x1"),
        (("experiences", "emplois", 0), "e1"),
        (("experiences", "emplois", 1), "e2"),
        (("pieces", 0), "p1"),
    ]
    assert list(held.rows) == ["x1", "e1", "e2", "p1"]
    assert held.piece_ids() == []
    assert livret(pieces=[{"id": "p1", "taille": 1}, {"id": "p2"}]).piece_ids() == ["p1"]


def test_the_running_post_is_the_latest_begun():
    """Of several running posts the one begun last; none when all have ended or have no start."""
    held = livret(emplois=[{"id": "a1", "debut": "2020"}, {"id": "a2", "debut": "2022"}, {"id": "a3"}])
    assert held.emploi_actuel.id == "a2"
    assert livret(emplois=[{"debut": "2020", "fin": "2021"}]).emploi_actuel is None


@pytest.mark.parametrize(
    ("row", "iso"),
    [
        (Emploi(debut="2020", fin="2021"), "2020/2021"),
        (Emploi(debut="2020"), "2020/.."),
        (Emploi(fin="2021"), "2021"),
        (Emploi(debut="2021", fin="2020"), "2021"),
        (Emploi(), None),
        (ActionFormation(sessions=["2014-10", "2014-02-03/2014-02-07"]), "2014-02-03/2014-10"),
        (ActionFormation(sessions=["2014-10", "2015/.."]), "2014-10/.."),
        (ActionFormation(), None),
        (Vae(etapes=["2020-06 | jury", "2019 | recevabilité"]), "2019/2020-06"),
        (Diplome(date_obtention="1998-07"), "1998-07"),
        (Concours(date="2012"), "2012"),
        (Piece(date="2012"), "2012"),
        (Dispense(date_decision="2013-05-14"), "2013-05-14"),
        (Habilitation(debut="2002", fin="2006"), "2002/2006"),
        (Habilitation(debut="2002", fin="2001"), "2002"),
        (Habilitation(debut="2002"), "2002"),
        (Habilitation(fin="2006"), "2006"),
    ],
)  # fmt: skip
def test_a_row_says_when_it_took_place(row, iso):
    """From first to last day for sorting and timelines; an inverted period counts as its beginning."""
    assert (row.periode_ligne and row.periode_ligne.iso) == iso


@settings(deadline=None)
@given(st.sampled_from(MODELS), st.data())
def test_no_row_fails_to_say_its_name_and_time(model, data):
    """Whatever a row holds, lists and timelines can show it."""
    row = data.draw(rows_of(model))
    assert row.intitule_ligne
    assert row.periode_ligne is None or row.periode_ligne.words


def test_a_bilan_is_confidential_from_the_start():
    """Its results belong to the agent alone."""
    assert Bilan().sensibilite == 2
    assert Piece().sensibilite == 0


def test_the_last_grade_is_the_latest_dated():
    """The dated grades are believed before the one typed."""
    post = Emploi(grade="rédactrice", grades=["2024-07 | rédactrice principale", "2014 | rédactrice"])
    assert post.grade_actuel == "rédactrice principale"
    assert Emploi(grade="rédactrice").grade_actuel == "rédactrice"


# ── Every field says what it is ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("model", "champ"), FIELDS)
def test_every_field_has_a_french_label_and_help(model, champ):
    """The editor, the exports and the schema read both from the model: neither may be missing or a field's name."""
    assert champ.titre
    assert champ.titre != champ.nom
    assert champ.titre[0].isupper()
    if champ.nom != "id":
        assert champ.aide.endswith((".", "?", "…"))
    assert "'" not in champ.titre + champ.aide


@pytest.mark.parametrize(("model", "champ"), [one for one in FIELDS if one.values[1].liste])
def test_every_drop_down_has_its_list(model, champ):
    """A field fed by a nomenclature names one that exists, with something in it."""
    assert load(champ.liste).codes


@pytest.mark.parametrize(("model", "champ"), [one for one in FIELDS if one.values[1].lien])
def test_every_link_leads_to_a_list(model, champ):
    """Links point to the competences or to the documents, and nowhere else."""
    assert champ.lien in {"competences", "pieces"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_row_is_named_and_introduced(model):
    """How one row is called, the title of its table, the sentence above it."""
    assert model.singulier.split(" ")[0].split("’")[0] in {"un", "une", "l"}
    assert model.pluriel[0].isupper()
    assert model.intro.endswith(".")
    assert champs(model)[0].requis  # the field that names the row
    assert issubclass(model, Ligne)


@pytest.mark.parametrize("word", ["nir", "securite_sociale", "iban", "naissance", "nationalite", "adresse", "enfants"])
def test_no_field_asks_what_must_not_be_asked(word):
    """The law forbids asking it, so there is nowhere to write it."""
    assert not [
        champ.nom for model in FORMS for champ in champs(model) if word in champ.nom.split("_") or champ.nom == word
    ]


def test_every_list_is_known_by_its_place():
    """The index of lists covers the three parts and the documents."""
    assert {place.split(".")[0] for place in LISTES} == {*VOLETS, "pieces"}
    assert len(LISTES) == 18


def test_a_row_named_by_a_code_is_named_in_words():
    """A waiver or a bilan, whose first field is a drop-down, is not shown as « INT » or « BC »."""
    held = Livret.from_data({"formations": {"dispenses": [{"id": "d", "formation": "INT"}]}})
    assert held.formations.dispenses[0].intitule_ligne == "Formation d’intégration"
