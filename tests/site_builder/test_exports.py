"""What every export keeps: only what was released, all of it, the same bytes each time, whatever was typed."""

from __future__ import annotations

import io
import json
import random
import zipfile
from hashlib import sha256
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.competences import Langue
from data.fields import champs
from data.model import LISTES, Livret, Piece
from data.schema import json_schema
from site_builder.markdown import typographic
from site_builder.outputs import livret_json
from site_builder.outputs.exported import legal, without_equivalent
from tests.data.samples import rows_of
from tests.site_builder.exports_support import EXPORTS, made, made_of, text_of
from tests.site_builder.support import publication
from tests.site_builder.test_gate_leaks import MARK, Case, allowed_marks, cases, placed, titles_released

settle = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("form", EXPORTS)
@pytest.mark.parametrize("which", ["whole", "mutation", "nothing"])
def test_an_export_is_the_same_bytes_each_time(form, which, request):
    """Two exports of one portfolio are equal, byte for byte, and their names are plain ASCII."""
    portfolio = request.getfixturevalue(which)
    first, second = EXPORTS[form](portfolio), EXPORTS[form](portfolio)
    assert first == second
    assert all(one.name.isascii() and one.content for one in first)
    assert len({one.name for one in first}) == len(first)


@pytest.mark.parametrize("form", EXPORTS)
def test_an_export_says_what_had_no_equivalent(form, whole, nothing):
    """With everything released each foreign format has something to say, in whole sentences; ours misses nothing."""
    says = EXPORTS[form](whole)[0].missing
    assert bool(says) is (form != "json")
    assert all(sentence.endswith(".") and sentence[0] == sentence[0].upper() for sentence in says)
    assert len(set(says)) == len(says)
    assert EXPORTS[form](nothing)[0].missing == ()


@pytest.mark.parametrize("form", ["json-resume", "europass", "xlsx", "csv"])
def test_what_is_missing_is_counted(form, whole):
    """The joined documents that a format leaves behind are told with their number."""
    assert any("46\u00a0documents joints" in sentence for sentence in EXPORTS[form](whole)[0].missing)


def test_the_sentence_of_a_list_names_its_fields():
    """Each list says which fields had no equivalent and for how many rows, in the right number."""
    assert without_equivalent({"Langues": {"Certification": 1}, "Emplois tenus": {"Grade": 3, "Statut": 2}}) == [
        "«\u00a0Langues\u00a0», 1\u00a0ligne\u00a0: Certification n’a pas d’équivalent.",
        "«\u00a0Emplois tenus\u00a0», 3\u00a0lignes\u00a0: Grade, Statut n’ont pas d’équivalent.",
    ]


@pytest.mark.parametrize("form", EXPORTS)
def test_every_released_row_is_in_every_export(form, whole):
    """No row of the demonstration is lost on the way, whatever the format."""
    said = " ".join(" ".join(text_of(one) for one in EXPORTS[form](whole)).split())
    known = {"json-resume": (Piece,), "europass": (Piece, Langue)}.get(form, ())  # not there, or by their code
    rows = [row for _, row in whole.released.placed_rows() if not isinstance(row, known)]
    if form == "europass":
        rows = [row for row in rows if row.id != "h-permis-b"]  # a licence is its category
    assert len(rows) > 90
    for row in rows:
        typed = str(getattr(row, champs(type(row))[0].nom))
        title = " ".join((typed if form == "json" else typographic(row.intitule_ligne)).split())
        assert title in said or title.replace("&", "&amp;") in said, row.intitule_ligne


@settle
@given(case=cases())
def test_no_export_holds_what_was_withheld(case):
    """Whatever the livret, the classes and the dossier, no byte of an export holds a mark that was not released."""
    portfolio = made_of(case.livret, case.publication, case.contents)
    allowed = allowed_marks(case)
    for form, export in EXPORTS.items():
        for one in export(portfolio):
            assert set(MARK.findall(one.name + text_of(one) + "".join(one.missing))) <= allowed, form


@settle
@given(case=cases())
def test_every_released_title_is_in_every_export(case):
    """The other way round: what was released is there, but for joined documents where they have no place."""
    portfolio = made_of(case.livret, case.publication, case.contents)
    documents = {row.id for place, row in placed(case.livret) if place == "pieces"}
    for form, export in EXPORTS.items():
        said = set(MARK.findall(" ".join(text_of(one) for one in export(portfolio))))
        without = set() if form in ("json", "xlsx", "csv") else documents
        assert {mark for mark in titles_released(case) if case.of_rows[mark][0] not in without} <= said, form


@pytest.mark.parametrize("form", EXPORTS)
def test_short_pages_make_no_short_exports(form):
    """A procedure that wants one page tells the trainings in a table; a file of data still holds their rows whole."""
    row = {"id": "f", "intitule": "Conduire un entretien", "objectifs": "Écouter, conclure."}
    portfolio = made(actions=[row], dossier={"demarche": "entretien"})
    assert not portfolio.view.volets[0].listes
    said = " ".join(text_of(one) for one in EXPORTS[form](portfolio))
    assert "Conduire un entretien" in said
    assert "conclure" in said


def test_a_planted_leak_would_be_seen():
    """The search for marks does read inside the workbook: a released one is found there."""
    case = Case({"experiences": {"emplois": [{"id": "r", "intitule": "zq00001qz"}]}}, publication())
    for form, export in EXPORTS.items():
        found = {mark for one in export(made_of(case.livret)) for mark in MARK.findall(text_of(one))}
        assert found == {"zq00001qz"}, form


@st.composite
def books(draw: st.DrawFn) -> Livret:
    """A few generated rows, one a list, of any text a person or a program may have put there."""
    data: dict[str, dict[str, list[object]]] = {"formations": {}, "experiences": {}, "competences": {}}
    places = draw(st.lists(st.sampled_from([p for p in LISTES if p != "pieces"]), min_size=1, max_size=4, unique=True))
    for rank, place in enumerate(places):
        volet, nom = place.split(".")
        row = draw(rows_of(LISTES[place]))
        data[volet][nom] = [{**row.model_dump(mode="json"), "id": f"r{rank}", "sensibilite": 0, "pieces": []}]
    return Livret.from_data(data)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(book=books(), seed=st.integers(0, 2**16))
def test_no_livret_breaks_an_export(book, seed):
    """Any row of any list is exported in every format, which its own reader opens."""
    wish = publication(confidentiel=random.Random(seed).random() < 0.5, notes=True)
    portfolio = made_of(book, wish)
    found = {form: export(portfolio) for form, export in EXPORTS.items()}
    assert json.loads(found["json-resume"][0].content)["meta"]["version"] == "v1.0.0"
    assert ET.fromstring(found["europass"][0].content).tag.endswith("Candidate")  # noqa: S314 - our own
    with zipfile.ZipFile(io.BytesIO(found["xlsx"][0].content)) as packed:
        for name in packed.namelist():
            ET.fromstring(packed.read(name))  # noqa: S314 - our own
    assert Livret.from_data(json.loads(found["json"][0].content)).rows.keys() == portfolio.released.rows.keys()


# Ours ----------------------------------------------------------------------------------------------------------------


def test_our_json_reads_back_as_what_was_released(whole):
    """The file is a livret: read back, it is the released one, each document with the size of the copy that leaves."""
    data = json.loads(livret_json.export(whole).content)
    read = Livret.from_data(data)
    sizes = {piece.id: len(whole.document(piece.id)) for piece in whole.released.pieces}
    assert all(sizes.values())
    assert {piece.id: piece.taille for piece in read.pieces} == sizes
    bare = [
        {key: value for key, value in piece.items() if not key.startswith("x-")} | {"taille": old.taille}
        for piece, old in zip(data["pieces"], whole.released.pieces, strict=True)
    ]
    again = {key: value for key, value in data.items() if not key.startswith(("x-", "$"))} | {"pieces": bare}
    assert again == whole.released.to_data()


@pytest.mark.parametrize("which", ["whole", "mutation", "nothing"])
def test_our_json_is_valid_against_the_published_schema(which, request):
    """The committed schema, which the export can hand over beside it, accepts the file."""
    exported = livret_json.export(request.getfixturevalue(which))
    schema = livret_json.schema()
    data = json.loads(exported.content)
    assert data["$schema"] == schema.name
    assert json.loads(schema.content) == json_schema()
    jsonschema.Draft202012Validator(json_schema()).validate(data)


def test_our_json_names_the_files_beside_it(mutation):
    """Each document is named by its place in the site, with the digest of its bytes there; the dossier is told."""
    data = json.loads(livret_json.export(mutation).content)
    assert len(data["pieces"]) == 14
    for piece in data["pieces"]:
        content = mutation.site.files[piece["x-fichier"]]
        assert (piece["taille"], piece["x-sha256"]) == (len(content), sha256(content).hexdigest())
    assert data["x-export"]["format"] == "livret"
    assert data["x-export"]["jour"] == "2026-11-23"
    assert "destinataire" not in text_of(livret_json.export(mutation))


def test_an_unwritable_sign_is_replaced_and_the_rest_stays():
    """Control characters that XML forbids are dropped from texts, line ends are made alike."""
    assert legal("a\x00b\x0bc\r\nd\re\tf\ufffe\U0001f600\ud800") == "abc\nd\ne\tf\U0001f600"


def test_an_export_of_one_row_is_about_that_row():
    """A portfolio of one post gives one post, in every format."""
    for form, export in EXPORTS.items():
        said = " ".join(text_of(one) for one in export(made(emplois=[{"id": "a", "intitule": "Secrétaire"}])))
        assert "Secrétaire" in said, form
