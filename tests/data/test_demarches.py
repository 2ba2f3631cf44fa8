"""The démarches as files: they load, name only what exists, refuse what they do not know; each rule sees its case."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data import demarches, nomenclatures
from data.demarches.model import CHIFFRES, GRAVITES, SORTIES, TABLEAUX, Demarche, Laisse, PieceAttendue, Reprend
from data.demarches.reading import REGLES, read
from data.demarches.rules import _KINDS
from data.errors import BuildError
from data.fields import champs
from data.french import NBSP, NNBSP
from data.model import LISTES, Livret, Titulaire
from data.publications import Publication
from site_builder import gate, synthese, themes
from site_builder.preparation import prepare
from tests.data.samples import livret
from tests.site_builder.support import JOUR, publication

CODES = (
    "mutation", "detachement", "integration-directe", "dispense", "bilan", "vae", "promotion-interne", "raep",
    "entretien", "livret-complet", "libre",
)  # fmt: skip
TWELFTH = """\
code = "disponibilite"
libelle = "Retour de disponibilité"
ordre = 15

resume = "Revenir après une disponibilité."
conseil = "Dites ce que vous avez fait."
source = "Essai"
source_date = "2026-11-23"
verified_on = 2026-11-23
mention = "À relire"
sorties = ["pdf"]

[reprend]
listes = ["experiences.emplois"]
coordonnees = ["ville"]

[[regle]]
genre = "lignes"
gravite = "manque"
listes = ["experiences.emplois"]
references = ["cgfp-l511-1"]
phrase = "Aucun emploi : montrez-en un."

[[tableau]]
genre = "carriere"
titre = "Carrière"
"""
SORTIES_KEYS = ("sorties", "raison", "refusee")
LEFT = '[[laisse]]\ntitre = "x"\nraison = "y"\nlistes = ["experiences.emplois"]'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The démarches in a folder of the test's own, where one may be added or spoiled."""
    for path in demarches.home().glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(demarches, "home", lambda: tmp_path)
    nomenclatures.load.cache_clear()
    yield tmp_path
    nomenclatures.load.cache_clear()
    read.cache_clear()


def fields_of(model: type[Any]) -> set[str]:
    """The names of what a part of a démarche holds."""
    return {field.name for field in fields(model)}


def sentences(value: Any) -> Iterator[str]:
    """Every text of a démarche that somebody may read."""
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in {"code", "adresse", "source_date", "verified_on", "parametres", "options", "genre"}:
                yield from sentences(getattr(value, field.name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from sentences(inner)
    elif isinstance(value, str) and " " in value:
        yield value


# ── The files ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_are_eleven_in_the_order_to_offer():
    """The eleven démarches of the design are there, in order, and the list of choices says the same."""
    assert tuple(one.code for one in demarches.all()) == CODES == demarches.codes()
    liste = nomenclatures.load("demarches")
    assert (liste.codes, liste.libelles) == (CODES, tuple(one.libelle for one in demarches.all()))


@pytest.mark.parametrize("code", CODES)
def test_a_file_names_only_what_exists(code):
    """Lists, fields, types of document, references, themes and outputs that a file names are really there."""
    one = demarches.load(code)
    known = {nom: set(nomenclatures.load(nom).codes) for nom in ("types_piece", "references_juridiques", "obligations")}
    cited = {*one.references, *(reference for regle in one.regles for reference in regle.references)}
    assert cited <= known["references_juridiques"]
    assert {kind for piece in one.pieces for kind in piece.types} <= known["types_piece"]
    groups = {entry.attributs["groupe"] for entry in nomenclatures.load("mots_sensibles").entries}
    for regle in one.regles:
        assert set(regle.parametres.get("codes", ())) <= known["obligations"]
        assert set(regle.parametres.get("groupes", ())) <= groups
        assert set(regle.parametres.get("types", ())) <= known["types_piece"]
    assert one.reprend.theme in {"", *(theme.name for theme in themes.available())}
    assert set(one.sorties) | {sortie for ecartee in one.ecartees for sortie in ecartee.sorties} <= set(SORTIES)
    assert date.fromisoformat(one.verified_on) >= date(2026, 11, 23)


def test_a_value_that_a_rule_looks_for_is_in_its_list():
    """A rule that compares a field compares it with codes its list has: a misspelt one would never match."""
    for one in demarches.all():
        for regle in one.regles:
            for liste in (*regle.parametres.get("listes", ()), *filter(None, [regle.parametres.get("liste")])):
                field = next((c for c in champs(LISTES[liste]) if c.nom == regle.parametres.get("champ")), None)
                if field and field.liste:
                    assert set(regle.parametres["valeurs"]) <= set(nomenclatures.load(field.liste).codes)


@pytest.mark.parametrize("code", CODES)
def test_the_sentences_are_french(code):
    """No typewriter apostrophe or quote, no-break spaces where French wants them, a full stop at the end."""
    one = demarches.load(code)
    for text in sentences(one):
        assert "'" not in text
        assert '"' not in text
        assert not re.search(r" [:;!?»]|« |[^\s\u00a0\u202f]»|«[^\u00a0]|(?<=\w)[;!?]", text), text
        assert not re.search(r"\w:(?!//)", text), text
    for text in (one.resume, one.conseil, *(regle.phrase for regle in one.regles)):
        assert text.endswith((".", "?"))
    for told in (*one.laisse, *one.ecartees):
        assert told.raison.endswith(".")
    assert all(piece.phrase.endswith(".") for piece in one.pieces)


@pytest.mark.parametrize("code", CODES)
def test_every_rule_uses_the_words_it_is_given(code):
    """A sentence asks for no word that its kind of rule never fills in."""
    words = {"champs": {"ligne", "champ"}, "recente": {"ligne", "champ", "date"}, "perimee": {"ligne", "champ", "date"},
             "justificatifs": {"ligne", "champ"}, "valeur": {"ligne", "champ"}, "dossier": {"champ"},
             "titulaire": {"champ"}, "coordonnees": {"champ"}, "lignes": {"compte"}, "experience": {"compte"},
             "heures": {"compte"}, "pages": {"compte"}}  # fmt: skip
    for regle in demarches.load(code).regles:
        given = words.get(regle.genre, set())
        given = given - {"ligne"} if regle.parametres.get("une") else given
        assert set(re.findall(r"\{(\w+)\}", regle.phrase)) <= given


def test_what_a_file_may_ask_for_is_what_the_program_makes():
    """Every kind of rule, table and figure that a file is allowed to name has its code, and none lacks one."""
    assert set(REGLES) == set(_KINDS)
    assert set(TABLEAUX) == set(synthese._TABLES)
    assert set(CHIFFRES) == set(synthese._FIGURES)


def test_what_a_file_may_hold_is_documented():
    """Every key, kind and parameter is in the page that tells how to write a file."""
    page = (demarches.home() / "README.md").read_text("utf-8")
    keys = {*tomllib.loads(TWELFTH), *fields_of(Reprend), *fields_of(Laisse), *fields_of(PieceAttendue), *SORTIES_KEYS}
    keys |= {*REGLES, *(nom for wanted in REGLES.values() for nom in wanted), *TABLEAUX, *CHIFFRES}
    keys |= {"abrege", "remarques", "mention", "note", "adresse", "references", "piece", "laisse", "chiffre", "ecartee"}
    assert [key for key in sorted(keys) if not re.search(rf"`[^`]*\b{key}\b[^`]*`", page)] == []


def test_a_private_copy_leaves_encrypted_or_not_at_all():
    """The whole livret is offered as a protected page and an encrypted zip; every other output is refused, and why."""
    whole = demarches.load("livret-complet")
    assert [sortie for sortie in SORTIES if not whole.refuse(sortie)] == ["protegee", "zip"]
    assert all(whole.raison(sortie) for sortie in SORTIES if whole.refuse(sortie))


def test_only_the_interview_lets_projects_out():
    """One démarche alone asks for competences yet to be acquired; two take the confidential and the notes."""
    asked = {one.code for one in demarches.all() if one.reprend.a_acquerir}
    private = {one.code for one in demarches.all() if one.reprend.confidentiel or one.reprend.notes}
    assert (asked, private) == ({"entretien"}, {"bilan", "livret-complet"})


# ── Finding one ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("mutation", "mutation"), ("Mutation", "mutation"), ("Détachement", "detachement"),
        ("integration directe", "integration-directe"), ("Livret complet", "livret-complet"), ("", "libre"),
        ("Dispense de formation d'intégration ou de professionnalisation", "dispense"),
        ("../mutation", "libre"), ("mutation.toml", "libre"), ("_", "libre"),
    ],
)  # fmt: skip
def test_a_code_or_a_label_finds_its_file(value, code):
    """A démarche is found as it may have been typed, and no value leads out of the folder."""
    assert demarches.resolve(value) == code


def test_a_free_value_follows_the_rules_of_the_free_dossier():
    """What the agent typed is no error: it keeps its name, takes and checks what a free dossier takes and checks."""
    mine, free = demarches.load("Mobilité interne "), demarches.load("libre")
    assert (mine.libelle, mine.code) == ("Mobilité interne", "Mobilité interne")
    assert (mine.reprend, mine.regles) == (free.reprend, free.regles)
    assert demarches.load(mine.code) == mine


def test_a_command_is_told_the_names_there_are():
    """Where only a démarche that exists will do, an unknown one is refused with the list."""
    assert demarches.known("Mutation").code == "mutation"
    with pytest.raises(BuildError, match=r"« mutasion ».*mutation, detachement"):
        demarches.known("mutasion")


def test_a_list_of_choices_reads_no_whole_file():
    """Neither the list of choices nor a build without a démarche reads a file to its end or loads its reader."""
    script = """
import sys
import tomllib
from data import demarches, nomenclatures
print(len(nomenclatures.load("demarches").codes), demarches.free("libre"), "data.demarches.reading" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["11", "True", "False"]


def test_a_dossier_reads_its_own_file_only():
    """The file of one démarche is read without the ten others."""
    script = """
import tomllib
read, loads = [], tomllib.loads
tomllib.loads = lambda text: read.append(text) or loads(text)
from data import demarches
demarches.load("vae"); demarches.load("vae")
print(len(read))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


# ── Another one, and a bad one ───────────────────────────────────────────────────────────────────────────────────────


def test_a_twelfth_is_one_file(folder):
    """Adding a file is enough: it is offered at its place, prepared, reviewed, shown and marked on the pages."""
    (folder / "disponibilite.toml").write_text(TWELFTH, "utf-8")
    assert demarches.codes()[:3] == ("mutation", "disponibilite", "detachement")
    assert nomenclatures.label("demarches", "disponibilite") == "Retour de disponibilité"
    assert nomenclatures.load("demarches").get("retour de disponibilite").code == "disponibilite"
    book = livret(emplois=[{"id": "e", "intitule": "Agente", "employeur": "Ville", "debut": "2020"}])
    made = prepare(book, demarches.load("disponibilite"), "", JOUR)
    assert (made.titre, made.listes, made.coordonnees) == (
        "Retour de disponibilité", ("experiences.emplois",), ("ville",),
    )  # fmt: skip
    (found,) = demarches.review(Livret(), made, JOUR)
    assert (found.says, found.base) == (f"Aucun emploi{NBSP}: montrez-en un.", "art. L. 511-1 du CGFP")
    assert demarches.review(gate.release(book, made), made, JOUR) == ()
    from site_builder.present import present  # noqa: PLC0415 - the folder is the test's own by now

    view = present(book, made, JOUR)
    assert (view.demarche, view.mention, view.tableaux[0].titre) == ("Retour de disponibilité", "À relire", "Carrière")


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('resume = "', 'resumé = "', "TOML"),
        ('mention = "À relire"', 'mentoin = "À relire"', "« mentoin » n’est pas une clé connue"),
        ("ordre = 15", 'ordre = "15"', "trois lignes"),
        ('code = "disponibilite"', 'code = "dispo"', "trois lignes"),
        ('conseil = "Dites ce que vous avez fait."\n', "", "« conseil » manque"),
        ('sorties = ["pdf"]', 'sorties = "pdf"', "« sorties » attend une liste de textes"),
        ('sorties = ["pdf"]', 'sorties = ["docx"]', "« sorties » ne connaît pas « docx »"),
        ('coordonnees = ["ville"]', 'coordonnees = ["adresse"]', "« reprend.coordonnees » ne connaît pas « adresse »"),
        ('coordonnees = ["ville"]', "annees = 0", "« reprend.annees » attend un nombre entier"),
        ('coordonnees = ["ville"]', 'confidentiel = "oui"', "« reprend.confidentiel » attend true ou false"),
        ('coordonnees = ["ville"]', "depuis = 3", "« reprend.depuis » n’est pas une clé connue"),
        ('listes = ["experiences.emplois"]\ncoord', 'listes = ["emplois"]\ncoord', "« reprend.listes » ne connaît"),
        ('genre = "lignes"', 'genre = "ligne"', "« regle n° 1.genre » ne connaît pas « ligne »"),
        ('gravite = "manque"', 'gravite = "grave"', "« regle n° 1.gravite »"),
        ('listes = ["experiences.emplois"]\nreferences', "references", "« regle n° 1.listes » manque"),
        ('references = ["cgfp', 'champ = "grade"\nreferences = ["cgfp', "« regle n° 1.valeurs » va avec « champ »"),
        ('references = ["cgfp', 'champ = "grad"\nvaleurs = ["x"]\nreferences = ["cgfp', "ne connaît pas « grad »"),
        ('genre = "carriere"', 'genre = "carrieres"', "« tableau n° 1.genre »"),
        ("[[tableau]]", "[tableau]", "« tableau » attend des tables"),
        ("[[tableau]]", f"{LEFT}\n[[tableau]]", "« laisse » écarte « experiences.emplois »"),
        ("[[tableau]]", '[[ecartee]]\nsorties = ["pdf"]\nraison = "y"\n[[tableau]]', "que « sorties » recommande"),
        ("verified_on = 2026-11-23", 'verified_on = "2026-11-23"', "« verified_on » attend une date"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_naming_the_key(folder, was, becomes, told):
    """A key that is unknown, missing, or of another kind is named, with the file it is in."""
    assert was in TWELFTH
    (folder / "disponibilite.toml").write_text(TWELFTH.replace(was, becomes, 1), "utf-8")
    with pytest.raises(BuildError) as refused:
        demarches.all()
    said = str(refused.value).replace(NBSP, " ").replace(NNBSP, " ")
    assert told in said
    assert "disponibilite" in said


def test_the_free_dossier_asks_for_nothing(folder):
    """A table in the file of the free dossier is refused: its file is not even read when pages are made."""
    path = folder / "libre.toml"
    path.write_text(path.read_text("utf-8") + '[[tableau]]\ngenre = "carriere"\ntitre = "Carrière"\n', "utf-8")
    with pytest.raises(BuildError, match="un dossier libre ne demande"):
        demarches.load("libre")


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def found(code: str, book: Livret, *, pages: int | None = None, **wish: Any) -> list[Any]:
    """What the review of a dossier that takes everything says."""
    asked = publication(demarche=code, **wish)
    return list(demarches.review(gate.release(book, asked), asked, JOUR, pages=pages))


def about(code: str, genre: str, book: Livret, **wish: Any) -> list[tuple[str, str, str]]:
    """The places of what one kind of rule found: list, row, field."""
    return [(one.liste, one.ligne, one.champ) for one in found(code, book, **wish) if one.genre == genre]


POST = {"id": "e", "intitule": "Agente", "employeur": "Ville", "secteur": "FPT", "debut": "2020", "statut": "titulaire"}


def test_everything_is_told_at_once_what_is_missing_first():
    """An empty mutation dossier is told all it lacks in one pass, each with its place and its anchor, in order."""
    told = found("mutation", Livret())
    kinds = {one.genre for one in told}
    assert {"piece", "lignes", "coordonnees", "dossier"} <= kinds
    weights = [list(GRAVITES).index(one.gravite) for one in told]
    assert weights == sorted(weights)
    assert len({one.says for one in told}) == len(told)


def test_each_field_of_a_row_is_told_once():
    """Missions that one rule wants and another advises are asked for once, by the stronger."""
    told = [one for one in found("detachement", livret(emplois=[POST])) if one.champ == "missions"]
    assert [(one.ligne, one.gravite) for one in told] == [("e", "manque")]


def test_a_detachment_compares_grades_and_missions():
    """The current post must say its category, cadre d'emplois, grade and missions."""
    old = {**POST, "id": "vieux", "debut": "2010", "fin": "2015"}
    book = livret(emplois=[old, POST])
    places = about("detachement", "champs", book)
    assert {nom for _, row, nom in places if row == "e"} == {"categorie", "cadre_emplois", "grade", "missions"}
    assert {nom for _, row, nom in places if row == "vieux"} == {"missions"}


def test_the_latest_post_stands_in_for_a_current_one():
    """Between two posts, it is the one that ended last which is asked for its grade."""
    rows = [{**POST, "id": "a", "debut": "2010", "fin": "2015"}, {**POST, "id": "b", "debut": "2016", "fin": "2020"}]
    assert ("experiences.emplois", "b", "grade") in about("mutation", "champs", livret(emplois=rows))
    assert ("experiences.emplois", "a", "grade") not in about("mutation", "champs", livret(emplois=rows))


@pytest.mark.parametrize(
    ("titularisation", "expected"),
    [(None, {"champs"}), ("2020", set()), ("2023-11-24", {"recente"}), ("2023-11-23", set()), ("2027", set())],
)
def test_a_recent_titularisation_is_told(titularisation, expected):
    """Without its date the new employer cannot count; within three years it repays, and the agent is told."""
    book = livret(emplois=[POST | ({"titularisation": titularisation} if titularisation else {})])
    kinds = {one.genre for one in found("mutation", book) if one.champ == "titularisation"}
    assert kinds == expected
    assert all("L. 512-25" in one.base for one in found("mutation", book) if one.champ == "titularisation")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({"emplois": [{**POST, "debut": "2023-11-24"}]}, []),
        ({"emplois": [{**POST, "debut": "2023-12-24"}]}, ["manque", "conseil"]),
        ({"emplois": [{**POST, "debut": "2020-11-24", "quotites": ["50"]}]}, []),
        ({"emplois": [{**POST, "debut": "2021-11-24", "quotites": ["50"]}]}, ["manque", "conseil"]),
        ({"emplois": [{**POST, "secteur": "prive", "debut": "2010", "fin": "2019"}]}, []),
        ({"emplois": [], "diplomes": [{"id": "d", "niveau": "6"}]}, ["conseil"]),
        ({"emplois": [], "diplomes": [{"id": "d", "niveau": "non-classe"}]}, ["manque", "conseil"]),
    ],
)
def test_a_waiver_takes_a_title_or_three_years(rows, expected):
    """Art. 18: a recognised title, or three years of any sector, counted with the quotité."""
    told = [one for one in found("dispense", livret(**rows)) if one.genre == "experience"]
    assert [one.gravite for one in told] == expected
    assert all("art. 18" in one.base for one in told)


def test_hours_are_told_and_never_missing():
    """Less than a year of full time is only advice; the sentence says how many hours there are."""
    half = {**POST, "debut": "2025-11-24", "quotites": ["50"]}
    (told,) = [one for one in found("vae", livret(emplois=[half])) if one.genre == "heures"]
    assert told.gravite == "conseil"
    assert "804 heures" in told.says
    assert about("vae", "heures", livret(emplois=[{**half, "quotites": ["100"]}])) == []


def test_a_promotion_asks_for_statutory_trainings_and_their_attestations():
    """A training that is late is missing; one that was followed needs its attestation joined."""
    post = {**POST, "statut": "stagiaire", "categorie": "B", "cadre_emplois": "redacteurs", "debut": "2014-01-01"}
    first = {"id": "f", "intitule": "Premier emploi", "type": "PRO1", "sessions": ["2014-05"], "duree": "5 j"}
    bare = found("promotion-interne", livret(emplois=[post]))
    late = [one for one in bare if one.genre == "obligations" and one.gravite == "manque"]
    assert any(one.says.startswith("Professionnalisation au premier emploi") and one.ligne == "e" for one in late)
    assert all("art. 16" in one.base for one in late)
    book = livret(emplois=[post], actions=[first | {"pieces": ["p"]}], pieces=[{"id": "p", "titre": "A", "taille": 3}])
    assert ("formations.actions", "f", "pieces") in about("promotion-interne", "obligations", book)
    assert ("formations.actions", "f", "pieces") not in about("promotion-interne", "obligations", book, documents=["p"])


@pytest.mark.parametrize(("pages", "expected"), [(None, False), (1, False), (2, True)])
def test_an_interview_is_one_page(pages, expected):
    """More than one page is told when somebody counted them, and only then."""
    assert bool([one for one in found("entretien", Livret(), pages=pages) if one.genre == "pages"]) is expected


def test_an_interview_wants_projects():
    """A competence of level 0 answers the call for training needs; another does not."""
    asked = ("competences.competences", "", "")
    assert asked in about("entretien", "lignes", livret(competences=[{"id": "c", "libelle": "Peindre", "niveau": 2}]))
    assert asked not in about("entretien", "lignes", livret(competences=[{"id": "c", "libelle": "Voler", "niveau": 0}]))


@pytest.mark.parametrize(("ended", "expected"), [("2022", True), ("2021-11-23", False), ("2015", False)])
def test_a_bilan_of_less_than_five_years_is_told(ended, expected):
    """A bilan cannot be asked for again within five years; a bilan de parcours does not count."""
    row = {"id": "b", "type": "bilan-competences", "debut": "2010", "fin": ended}
    book = livret(bilans=[row])
    assert bool(about("bilan", "recente", book, confidentiel=True)) is expected
    other = livret(bilans=[row | {"type": "bilan-parcours"}])
    assert about("bilan", "recente", other, confidentiel=True) == []


def test_words_that_reveal_are_told_with_their_place():
    """Health in a mutation dossier is told at its row, with the article that says where it belongs."""
    book = livret(emplois=[{**POST, "missions": "Reprise après un arrêt maladie"}])
    (told,) = [one for one in found("mutation", book) if one.genre == "mots"]
    assert (told.liste, told.ligne, told.champ) == ("experiences.emplois", "e", "missions")
    assert "L. 512-26" in told.base
    assert about("mutation", "mots", livret(emplois=[POST]), introduction="Ma RQTH") == [
        ("publication", "", "introduction")
    ]


def test_what_lapses_or_has_expired_is_told():
    """A permit tied to the employer, and a certificate out of date, are each told at their row."""
    rows = [
        {"id": "h", "intitule": "Conduite", "employeur_seulement": True},
        {"id": "s", "intitule": "SST", "date_echeance": "2025-03"},
        {"id": "t", "intitule": "CACES", "date_echeance": "2030"},
    ]
    book = livret(habilitations=rows)
    assert [row for _, row, _ in about("mutation", "valeur", book)] == ["h"]
    assert [row for _, row, _ in about("mutation", "perimee", book)] == ["s"]


def test_documents_expected_unwelcome_and_to_mask():
    """A missing document is missing, one that had better stay is told, one that carries a number is to be masked."""
    book = livret(
        diplomes=[{"id": "d", "niveau": "6", "pieces": ["p"]}],
        pieces=[
            {"id": "p", "titre": "Licence", "type": "diplome", "taille": 3},
            {"id": "a", "titre": "Arrêté", "type": "arrete", "taille": 3},
            {"id": "n", "titre": "Entretien 2025", "type": "entretien", "taille": 3, "sensibilite": 2},
        ],
    )
    told = found("dispense", book)
    assert ("formations.diplomes", "d", "pieces") in [(one.liste, one.ligne, one.champ) for one in told]
    assert any(one.genre == "piece" and "Copies de diplômes" in one.says for one in told)
    joined = found("dispense", book, documents=["p", "a", "n"], confidentiel=True)
    assert not any("Copies de diplômes" in one.says for one in joined)
    assert [one.ligne for one in joined if one.genre == "piece" and one.ligne] == ["n"]
    assert [one.ligne for one in joined if one.genre == "masquer"] == ["a"]


def test_what_leaves_against_the_advice_is_told():
    """A list or a contact detail that the démarche leaves out is told, with the reason, when the dossier takes it."""
    book = livret(activites=[{"id": "k", "intitule": "Trésorière"}], titulaire={"telephone": "06"})
    told = [one for one in found("mutation", book, coordonnees=["telephone"]) if one.genre == "laisse"]
    assert [(one.liste, one.ligne, one.champ) for one in told] == [
        ("experiences.activites", "k", ""), ("publication", "", "coordonnees"),
    ]  # fmt: skip
    assert "opinions" in told[0].says


def test_nothing_is_said_of_what_stays_in():
    """A row that the gate keeps is never named by the review: it may be read over somebody's shoulder."""
    secret = {"id": "k", "intitule": "zqsecretqz", "type": "mandat-electif"}
    book = livret(emplois=[POST], activites=[secret], pieces=[{"id": "p", "titre": "zqsecretqz", "taille": 3}])
    for code in CODES:
        assert "zqsecretqz" not in str(found(code, book, confidentiel=True))


def test_a_demarche_cannot_be_changed():
    """What a démarche is cannot be changed by one of its readers: it is shared by them all."""
    one = demarches.load("mutation")
    assert isinstance(one, Demarche)
    with pytest.raises(AttributeError):
        one.libelle = "Autre"  # type: ignore[misc]
    assert one is demarches.load("mutation")


def test_a_rule_names_fields_of_oneself_or_of_the_dossier():
    """Rules about the agent and about the dossier name fields that those have."""
    for one in demarches.all():
        for regle in one.regles:
            model = {"titulaire": Titulaire, "dossier": Publication}.get(regle.genre)
            if model:
                assert set(regle.parametres["champs"]) <= set(model.model_fields)
