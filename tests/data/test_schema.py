"""The JSON Schema: generated from the model, committed, complete, and in agreement with the parsers."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from data.fields import champs
from data.model import LISTES, LISTS_GROUPS, Livret, Titulaire
from data.publications import Envoi, Publication
from data.remarques import Remarque
from data.schema import DIALECT, FILE, json_schema, schema_text
from data.values import Duree, Etape, PartialDate, Periode, Quotite
from tests.data.samples import MODELS, durees, etapes, livret, partial_dates, periodes, quotites, rows_of

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
VALUES = {PartialDate: partial_dates(), Periode: periodes(), Duree: durees, Etape: etapes, Quotite: quotites}


def of_definition(name):
    """The validator of one object of the schema."""
    return Draft202012Validator({"$schema": DIALECT, "$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]})


def full_example():
    """One row of every list, every field filled."""
    rows = {}
    for place, model in LISTES.items():
        values = {"id": f"r{len(rows):03}"}
        for champ in champs(model):
            example = {
                "date": "2009-03",
                "periodes": ["2014-02-03/2014-02-07", "2023/.."],
                "duree": "3.5 j",
                "etapes": ["2019-12 | jury"],
                "quotites": ["100", "90 | 2024-09"],
                "entier": 2,
                "oui_non": True,
                "liens": ["abcd"],
                "textes": ["formation"],
                "table": {"duree": "trois"},
            }.get(champ.genre, "texte")
            if champ.genre == "choix" and (champ.nom == "sensibilite" or champ.defaut is None):
                example = 3
            if champ.nom != "id":
                values[champ.nom] = example
        rows[place.split(".")[-1]] = [values]
    return livret(
        **rows,
        titulaire={champ.nom: "x" for champ in champs(Titulaire) if champ.genre != "table"},
        publications=[{"titre": "x", "consentements": [{"ligne": "abcd", "date": "2024"}], "coordonnees": ["ville"],
                       "options": {"base": {"a": 1}}, "listes": ["formations.actions"], "depuis": "2020"}],
        envois=[{"date": "2026-11-23T10:00:00+01:00", "categorie_3": ["abcd"]}],
        remarques=[{"id": "rem", "publication": "x", "ligne": "abcd", "texte": "x", "auteur": "y", "date": "2026-11-03",
                    "recue_le": "2026-11-04", "etat": "repondue", "reponse": "z"}],
        charte="2009-05-28",
        reglages={"heures_par_jour": 7},
        futur={"a": [1]},
    )  # fmt: skip


def test_the_committed_schema_is_the_generated_one():
    """After a change of the model, ``python -m data.schema`` rewrites the file; until then this fails."""
    assert FILE.read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_valid_and_stable():
    """It is a schema of the dialect it names, and making it twice gives the same text."""
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == DIALECT
    assert json.loads(schema_text()) == SCHEMA == json_schema()


OBJECTS = {"Livret": SCHEMA, **SCHEMA["$defs"]}


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, one in OBJECTS.items() for field in one["properties"]]
)
def test_every_field_has_a_french_title_and_description(name, field):
    """Someone without our code can tell what each field is."""
    schema = OBJECTS[name]["properties"][field]
    assert schema["title"]
    assert schema["description"]
    assert "'" not in schema["title"] + schema["description"]


@pytest.mark.parametrize("name", OBJECTS)
def test_every_object_has_french_words(name):
    """Objects are told in French too, not in the words of the code's own documentation."""
    assert OBJECTS[name]["title"]
    assert OBJECTS[name]["description"].endswith((".", "…"))
    assert not {"the", "that", "of"} & set(OBJECTS[name]["description"].split())


def test_every_model_is_in_the_schema():
    """Rows, parts, dossiers and the log: nothing that is stored is left out."""
    stored = [*MODELS, *LISTS_GROUPS.values(), Titulaire, Publication, Envoi, Remarque]
    assert {model.__name__ for model in stored} <= SCHEMA["$defs"].keys()
    for model in MODELS:
        assert set(SCHEMA["$defs"][model.__name__]["properties"]) == {champ.nom for champ in champs(model)}


def test_a_full_example_is_valid():
    """A livret with every field filled is what the schema describes, and so is an empty one."""
    data = full_example().to_data()
    VALIDATOR.validate(data)
    VALIDATOR.validate(Livret().to_data())
    assert Livret.from_data(data).to_data() == data


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("charte",), "28/05/2009"),
        (("charte",), "2009-5"),
        (("formations", "actions", 0, "duree"), "3"),
        (("formations", "actions", 0, "sessions", 0), "2014/"),
        (("formations", "vae", 0, "etapes", 0), "2019-12 : jury"),
        (("formations", "vae", 0, "etapes", 0), "2019-12 | "),
        (("experiences", "emplois", 0, "quotites", 0), "90 %"),
        (("experiences", "emplois", 0, "encadrement"), "deux"),
        (("experiences", "emplois"), {}),
        (("pieces", 0, "id"), "../x"),
        (("publications", 0, "coordonnees", 0), "adresse"),
        (("publications", 0, "consentements", 0), {"date": "2024"}),
        (("remarques", 0, "etat"), "oubliee"),
        (("remarques", 0, "date"), "hier"),
    ],
)
def test_a_fault_is_seen_by_the_schema(place, value):
    """What the program would not write is not valid."""
    data = copy.deepcopy(full_example().to_data())
    at = data
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    assert not VALIDATOR.is_valid(data)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(MODELS).flatmap(lambda model: st.tuples(st.just(model), rows_of(model))))
def test_every_row_the_program_writes_is_valid(row):
    """Whatever a row holds, its JSON is what the schema describes."""
    model, one = row
    of_definition(model.__name__).validate(one.model_dump(mode="json", exclude_defaults=True))
    of_definition(model.__name__).validate(one.model_dump(mode="json"))


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_patterns_accept_what_is_written(kind, data):
    """Every value's JSON text matches the pattern that the schema gives."""
    value = data.draw(VALUES[kind])
    assert Draft202012Validator({"type": "string", "pattern": kind._pattern}).is_valid(value.iso)


@given(st.from_regex(PartialDate._pattern, fullmatch=True))
def test_patterns_and_parser_agree_on_dates(text):
    """A text of the pattern's form is read as it stands, or is a day or a year that cannot be."""
    try:
        iso = PartialDate.parse(text).iso
    except ValueError as error:
        iso = text.strip() if any(why in str(error) for why in ("possible", "existe pas", "pas de mois")) else ""
    assert iso == text.strip()


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_patterns_admit_nothing_of_another_form(kind, data):
    """A text of the pattern's form is never refused for its form, only for what it says."""
    text = data.draw(st.from_regex(kind._pattern, fullmatch=True))
    try:
        says = kind.parse(text).iso
    except ValueError as error:
        says = str(error)
    assert says
    assert not any(why in says for why in ("n’est pas un", "écrivez", "quel mois"))
