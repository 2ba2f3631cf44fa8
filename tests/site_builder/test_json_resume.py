"""JSON Resume: valid for the official schema, rendered by the tools that read it, and nothing invented."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from data.model import Livret
from site_builder.outputs import json_resume
from tests.conftest import absent
from tests.site_builder.exports_support import made, made_of
from tests.site_builder.support import publication

NODE_MODULES = Path(__file__).resolve().parents[1] / "browser" / "node_modules"


def modules(path: str) -> Path:
    """A file of a package from npm; skips when it is not installed."""
    if not (NODE_MODULES / path).exists():
        absent(path)
    return NODE_MODULES / path


def resume_of(portfolio: Any) -> dict[str, Any]:
    return json.loads(json_resume.export(portfolio).content)


@pytest.fixture
def official():
    """The official schema, from npm."""
    return json.loads(modules("@jsonresume/schema/schema.json").read_text("utf-8"))


@pytest.mark.parametrize("which", ["whole", "mutation", "nothing"])
def test_the_official_schema_accepts_it(which, request, official):
    """Formats included, every portfolio is valid, and its root has the format's own keys only, as v1.0.0 asks."""
    resume = resume_of(request.getfixturevalue(which))
    checker = jsonschema.Draft7Validator(official, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    checker.validate(resume)
    assert set(resume) <= set(official["properties"])


def test_the_schema_would_refuse_a_fault(whole, official):
    """The check is not blind: a date of the French kind is refused."""
    resume = resume_of(whole)
    resume["work"][0]["startDate"] = "01/01/2023"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(official).validate(resume)


@pytest.mark.parametrize("which", ["whole", "nothing"])
def test_the_tools_of_the_format_validate_and_render_it(which, request, tmp_path, tool):
    """``resumed`` finds no fault, and its theme shows the name, the posts and the diplomas."""
    node, command = tool("node"), modules("resumed/bin/resumed.js")
    modules("jsonresume-theme-even/package.json")
    file, page = tmp_path / "resume.json", tmp_path / "resume.html"
    portfolio = request.getfixturevalue(which)
    file.write_bytes(json_resume.export(portfolio).content)
    told = subprocess.run([node, command, "validate", file], check=False, capture_output=True, encoding="utf-8")
    assert told.returncode == 0, told.stderr
    asked = [node, command, "render", file, "--output", page, "--theme", "jsonresume-theme-even"]
    subprocess.run(asked, check=True, capture_output=True)
    shown = page.read_text("utf-8")
    if which == "whole":
        for said in (
            "Anaïs D’Orvanne-Lestrac",
            "Ville de Port-Aubréac",
            "BTS Assistant de direction",
            "Élaborer un plan de formation pluriannuel",
        ):
            assert said in shown


def test_the_schema_s_own_validator_accepts_it(whole, tmp_path, tool):
    """The validator that npm ships with the schema says the same."""
    file = tmp_path / "resume.json"
    file.write_bytes(json_resume.export(whole).content)
    script = (
        "const v = require(process.argv[1]); const r = JSON.parse(require('fs').readFileSync(process.argv[2]));"
        "v.validate(r, (errors, fine) => { console.log(fine); process.exit(fine ? 0 : 1); });"
    )
    asked = [tool("node"), "-e", script, modules("@jsonresume/schema/validator.js"), file]
    done = subprocess.run(asked, check=False, capture_output=True, encoding="utf-8")
    assert done.stdout.strip() == "true", done.stdout + done.stderr


def test_contact_details_are_those_the_dossier_shows(mutation, whole):
    """The mobility dossier shows an e-mail and no more; nothing is put in the place of what is not shown."""
    assert resume_of(mutation)["basics"].keys() & {"email", "phone", "location"} == {"email"}
    basics = resume_of(whole)["basics"]
    assert (basics["phone"], basics["location"]) == ("06 39 98 00 42", {"city": "Port-Aubréac"})


def test_an_empty_livret_gives_an_empty_resume(nothing):
    """Nothing is invented: no section, no name, only the version and the day."""
    resume = resume_of(nothing)
    assert set(resume) == {"$schema", "meta"}
    assert resume["meta"] == {
        "version": "v1.0.0",
        "lastModified": "2026-11-23T00:00:00",
        "x-livret": {"dossier": "Dossier d’essai"},
    }


def test_a_post_keeps_the_precision_of_its_dates_and_the_items_of_its_missions():
    """A month stays a month, a running post has no end; items are highlights, the rest is the summary."""
    posts = [
        {"id": "a", "intitule": "Agent", "employeur": "Ville", "debut": "2019-03", "fin": "2020", "ville": "Albi"},
        {
            "id": "b",
            "intitule": "Cheffe",
            "employeur": "Métropole",
            "debut": "2020-05-04",
            "missions": "Tout tenir.\n\n- **Un**\n- Deux <script>x</script>",
            "realisations": "Bâti.",
            "nature_employeur": "commune",
            "taille": "10 000 habitants",
        },
    ]
    current, former = resume_of(made(emplois=posts))["work"]
    assert former == {
        "name": "Ville",
        "position": "Agent",
        "location": "Albi",
        "startDate": "2019-03",
        "endDate": "2020",
    }
    assert "endDate" not in current
    assert (current["startDate"], current["summary"]) == ("2020-05-04", "Tout tenir.")
    assert current["highlights"] == ["Un", "Deux <script>x</script>", "Bâti."]
    assert current["description"] == "Commune, 10\u202f000 habitants"


def test_posts_and_internships_stand_together_the_latest_first():
    """Internships are work too, at their date among the posts."""
    work = resume_of(
        made(
            emplois=[{"id": "a", "intitule": "A", "debut": "2010", "fin": "2012"}],
            stages=[{"id": "b", "intitule": "B", "type": "immersion", "debut": "2014-03-01", "fin": "2014-03-02"}],
        )
    )["work"]
    assert [one["position"] for one in work] == ["B", "A"]
    assert work[0]["description"] == "Période d’immersion professionnelle"


def test_a_diploma_is_education_and_a_certificate_is_not():
    """What has a level of the national framework is education, however it was obtained; the rest are certificates."""
    resume = resume_of(
        made(
            diplomes=[
                {"id": "a", "intitule": "BTS", "specialite": "Gestion", "date_obtention": "2000-07", "niveau": "5"}
            ],
            certifications=[
                {
                    "id": "b",
                    "intitule": "Licence",
                    "niveau": "6",
                    "etablissement": "Université",
                    "date_obtention": "2020",
                },
                {
                    "id": "c",
                    "intitule": "Pix",
                    "niveau": "non-classe",
                    "etablissement": "Pix",
                    "date_obtention": "2022-05",
                },
            ],
        )
    )
    assert [one["studyType"] for one in resume["education"]] == ["Licence", "BTS"]
    assert resume["education"][1] == {"studyType": "BTS", "area": "Gestion", "endDate": "2000-07"}
    assert resume["certificates"] == [{"name": "Pix", "date": "2022-05", "issuer": "Pix"}]


def test_a_training_is_a_certificate_only_when_something_attests_it():
    """An attested training is a certificate with its issuer; another is education, with what it contained."""
    actions = [
        {
            "id": "a",
            "intitule": "Paie",
            "organisme": "cnfpt-delegation",
            "sessions": ["2011"],
            "resultat": "attestation",
        },
        {
            "id": "b",
            "intitule": "Droit",
            "sessions": ["2012-01/2012-02"],
            "objectifs": "- lois\n- décrets",
            "type": "PERF",
        },
        {"id": "c", "intitule": "Abandon", "resultat": "abandon"},
    ]
    resume = resume_of(made(actions=actions))
    assert resume["certificates"] == [{"name": "Paie", "date": "2011", "issuer": "CNFPT (délégation)"}]
    assert resume["education"][0] == {
        "studyType": "Formation de perfectionnement",
        "area": "Droit",
        "startDate": "2012-01",
        "endDate": "2012-02",
        "courses": ["lois", "décrets"],
    }
    assert resume["education"][1]["area"] == "Abandon"


def test_the_other_lists_go_where_a_reader_looks_for_them():
    """Tutoring and activities are voluntary, competitions and medals awards, publications publications."""
    resume = resume_of(
        made(
            tutorats=[{"id": "a", "intitule": "Apprentie", "role": "tuteur", "organisme": "Ville"}],
            activites=[{"id": "b", "intitule": "Trésorière", "organisme": "Club", "type": "jury", "debut": "2020"}],
            distinctions=[
                {"id": "c", "intitule": "Médaille", "type": "medaille", "date": "2021"},
                {"id": "d", "intitule": "Article", "type": "publication", "organisme": "Revue", "date": "2019-02"},
                {"id": "e", "intitule": "Membre", "type": "reseau", "organisme": "Réseau"},
            ],
            concours=[{"id": "f", "intitule": "Rédacteur", "voie": "interne", "resultat": "admis", "date": "2012"}],
            actions_dispensees=[{"id": "g", "intitule": "Former", "role": "jury", "commanditaire": "CNFPT"}],
        )
    )
    assert [one["position"] for one in resume["volunteer"]] == ["Tuteur – Apprentie", "Trésorière", "Membre"]
    assert resume["awards"] == [
        {"title": "Rédacteur", "date": "2012", "summary": "Concours interne, Admis"},
        {"title": "Médaille", "date": "2021"},
    ]
    assert resume["publications"] == [{"name": "Article", "publisher": "Revue", "releaseDate": "2019-02"}]
    assert resume["projects"] == [
        {"name": "Former", "roles": ["Membre de jury"], "entity": "CNFPT", "type": "formation donnée"}
    ]


def test_skills_and_languages_are_said_in_words():
    """Levels are words, never numbers; a language says its level of the European framework, skill by skill."""
    resume = resume_of(
        made(
            competences=[{"id": "a", "libelle": "Rédiger", "categorie": "savoir-faire", "domaine": "rh", "niveau": 3}],
            numerique=[{"id": "b", "outil": "Tableur", "niveau": 2, "usage": "Paie"}],
            langues=[
                {"id": "c", "langue": "Anglais", "niveau": "B2", "ecouter": "B2", "lire": "C1"},
                {"id": "d", "langue": "Breton", "lire": "A2"},
            ],
        )
    )
    first, second = resume["skills"]
    assert (first["name"], first["level"]) == ("Rédiger", "Maîtrise")
    assert first["keywords"][0] == "Savoir-faire"
    assert second == {"name": "Tableur", "level": "Pratique", "keywords": ["Paie"]}
    assert resume["languages"] == [
        {"language": "Anglais", "fluency": "B2 – avancé ou indépendant (écouter B2, lire C1)"},
        {"language": "Breton", "fluency": "lire A2"},
    ]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Jardinage, chant choral.", ["Jardinage", "chant choral"]),
        ("- Échecs\n- Voile", ["Échecs", "Voile"]),
        ("J’aime lire. J’écris aussi, parfois.", ["J’aime lire. J’écris aussi, parfois."]),
        ("", []),
    ],
)
def test_interests_are_told_apart_only_when_they_are_a_list(typed, names):
    """Items and parts between commas are interests; a sentence stays whole."""
    book = Livret.from_data({"competences": {"centres_interet": typed}})
    resume = resume_of(made_of(book, publication(confidentiel=True)))
    assert [one["name"] for one in resume.get("interests", [])] == names


def test_an_e_mail_that_is_none_is_told_and_kept_apart():
    """The format asks for an address: what is none does not make the file invalid."""
    book = Livret.from_data({"titulaire": {"courriel": "voir ma carte"}})
    exported = json_resume.export(made_of(book, publication(coordonnees=["courriel"])))
    resume = json.loads(exported.content)
    assert "email" not in resume.get("basics", {})
    assert resume["meta"]["x-livret"]["courriel"] == "voir ma carte"
    assert "Le courriel n’a pas la forme d’une adresse électronique." in exported.missing


def test_what_has_no_place_is_kept_under_one_key(whole):
    """A waiver has no place, nor has the grade of a post: both are kept with their labels, and told."""
    exported = json_resume.export(whole)
    rows = json.loads(exported.content)["meta"]["x-livret"]["lignes"]
    waiver = next(row for row in rows if row["rubrique"] == "Dispenses accordées")
    assert waiver["champs"]["Fondement"]
    post = next(row for row in rows if row["rubrique"] == "Emplois tenus")
    assert post["champs"]["Grade"] == "rédactrice principale de 1re classe"
    assert "«\u00a0Dispenses accordées\u00a0»\u00a0: 1\u00a0ligne n’a pas d’équivalent." in exported.missing
    assert any("Emplois tenus" in says and "Grade" in says for says in exported.missing)


def test_no_key_of_ours_stands_outside_its_place(whole, official):
    """Every key of every object is one of the format's own, but for ours under ``meta``."""
    known = {key for part in official["properties"].values() for key in _keys(part)} | set(official["properties"])
    resume = resume_of(whole)
    resume["meta"].pop("x-livret")
    assert _used(resume) <= known


def _keys(part: Any) -> set[str]:
    if not part:
        return set()
    held = set(part.get("properties", {}))
    for inner in [*part.get("properties", {}).values(), part.get("items", {})]:
        held |= _keys(inner)
    return held


def _used(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_used, value))
    if isinstance(value, dict):
        return set(value).union(*map(_used, value.values()))
    return set()
