from __future__ import annotations

import io
import re
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pypdf
import pytest
from PIL import ExifTags, Image

from data import demo
from data.fields import champs
from data.model import LISTES, Livret
from data.nomenclatures import load, names

ACQUISES = {
    "c01": "e05 e06 e07 e08 e09 e10 e11",
    "c02": "e07 e08 e09 e10 e11",
    "c03": "e08 e09 e10 e11",
    "c04": "e02 e03 e04 e05 e06 e07 e08 e09 e10 e11",
    "c05": "e09",
    "c06": "e08 k1",
    "c07": "e10",
    "c08": "e08 e11",
    "c09": "e10",
    "c10": "e10",
    "c11": "e06",
    "c12": "e05 e06",
    "c13": "e08 e11",
    "c14": "e08 e11",
    "c15": "e08 e11",
    "c16": "g1 k2",
    "c17": "t1 t2",
    "c18": "e03 e04",
    "c19": "e08",
    "c20": "e00a e00b e02 e09 k2",  # the two summers are added: every emploi names a competence
    "c21": "e02 e03 e04 e05 e06 e07 e08 e09 e10 e11",
    "c22": "e06 e07 e08 e09 e10 e11",
    "c23": "e09",
    "c24": "e06 e07 e08 e09 e10 e11",
    "c25": "e05 e06 e07 e08 e09 e10 e11",
    "c26": "e10 e11",
}
PREUVES = {
    "c01": "f03 x2", "c02": "f09 g2", "c03": "g1 v1", "c04": "f08", "c05": "f13 f14", "c06": "k1", "c07": "f16",
    "c08": "f09 p43", "c09": "f17", "c10": "p43", "c11": "f06", "c12": "f03", "c13": "e11", "c14": "f22",
    "c15": "f12 f19", "c16": "g1 g2", "c17": "t1", "c18": "f02", "c19": "f11", "c20": "f01", "c21": "p44",
    "c22": "e06", "c23": "p41", "c24": "d6", "c25": "", "c26": "f17",
}  # fmt: skip
NIVEAUX = dict(
    zip(ACQUISES, (3, 4, 4, 3, 3, 2, 2, 4, 3, 3, 3, 3, 3, 3, 3, 4, 3, 2, 2, 4, 4, 4, 3, 3, 3, 2), strict=True)
)
HISTORIQUES = {
    ("cadres_emplois", "Adjoints des cadres hospitaliers"),
    ("cadres_emplois", "Agents administratifs territoriaux"),
    ("organismes", "Communauté de communes des Trois-Vallons d’Ère"),
    ("organismes", "Institut syndical de la Haute-Ère"),
    ("organismes", "Université de l’Ère"),
    ("organismes", "Ville de Port-Aubréac"),
    ("organismes", "Ère Langues"),
}
MAISONS = {
    "ANFH", "Association de loisirs de Valmorain", "CNFPT", "Cap Boussole", "Centre de gestion de la Haute-Ère",
    "Centre hospitalier de l’Ère moyenne", "Commune de Saint-Cœur-des-Forges", "Commune de Valmorain-sur-Ère",
    "Communauté de communes des Trois-Vallons d’Ère",
    "Communauté de communes des Trois-Vallons d’Ère, puis Ville de Port-Aubréac",
    "Direction départementale de la jeunesse de la Haute-Ère", "Département de la Haute-Ère", "Forges & Cie SARL",
    "Institut syndical de la Haute-Ère", "Les Jardins partagés de l’Ère",
    "Les Secouristes de l’Ère, association agréée", "Lire ensemble", "Lycée Marie-Talbot", "Mes trois collectivités",
    "Pix", "Université de l’Ère", "Ville de Port-Aubréac", "anfh", "cnfpt-delegation", "Ère Langues",
}  # fmt: skip
VILLES = {"Port-Aubréac", "Saint-Cœur-des-Forges", "Valmorain-sur-Ère"}
CHAMPS_MAISON = (
    "employeur", "organisme", "etablissement", "emetteur", "prestataire", "commanditaire", "certificateur",
    "organisateur",
)  # fmt: skip


@pytest.fixture(scope="module")
def livret() -> Livret:
    return demo.livret()


@pytest.fixture(scope="module")
def built() -> tuple[Livret, dict[str, bytes]]:
    return demo.build()


@pytest.fixture(scope="module")
def documents(built) -> dict[str, bytes]:
    return built[1]


def _naming(livret, nom, wanted):
    """The rows whose field ``nom`` names ``wanted``, by identifier."""
    return {row.id for _, row in livret.placed_rows() if wanted in getattr(row, nom, ())}


def _texts(livret):
    """Every text of the livret, private notes included."""

    def walk(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for inner in value.values():
                yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)

    return list(walk(livret.to_data()))


def test_the_career_has_every_row_of_its_list(livret):
    """Each list holds as many rows as the career counts."""
    counts = {place: sum(1 for p, _ in livret.placed_rows() if ".".join(map(str, p[:-1])) == place) for place in LISTES}
    assert counts == {
        "formations.diplomes": 2,
        "formations.certifications": 5,
        "formations.actions": 24,
        "formations.dispenses": 1,
        "formations.actions_dispensees": 3,
        "formations.bilans": 2,
        "formations.vae": 1,
        "formations.concours": 3,
        "experiences.emplois": 12,
        "experiences.stages": 2,
        "experiences.tutorats": 3,
        "experiences.activites": 5,
        "experiences.distinctions": 0,
        "competences.competences": 26,
        "competences.langues": 4,
        "competences.numerique": 5,
        "competences.habilitations": 8,
        "pieces": 47,
    }


def test_training_amounts_to_the_known_figures(livret):
    """21 trainings in days make 104.5 days, 3 in hours make 76 hours."""
    durees = [action.duree for action in livret.formations.actions]
    jours = [duree.valeur for duree in durees if duree.unite == "j"]
    heures = [duree.valeur for duree in durees if duree.unite == "h"]
    assert (len(jours), sum(jours)) == (21, Decimal("104.5"))
    assert (len(heures), sum(heures)) == (3, 76)


def test_trainings_are_of_the_expected_types(livret):
    """The statutory trainings are there, each under the type that a tracker looks for."""
    assert Counter(action.type for action in livret.formations.actions) == {
        "PERF": 6, "SST": 4, "PREP": 3, "PROC": 2, "PROR": 2, "INT": 1, "PRO1": 1, "CST": 1, "VAE": 1, "MOOC": 1,
        "CPF": 1, "LAIC": 1,
    }  # fmt: skip


def test_two_trainings_lack_their_proof(livret):
    """F21 has no document at all, F24 one that was asked for, and every other training is proved."""
    held = {piece.id for piece in livret.pieces if piece.detenue}
    unproved = {
        action.id: action.pieces for action in livret.formations.actions if not held.intersection(action.pieces)
    }
    assert unproved == {"f21": (), "f24": ("p47",)}
    assert livret.rows["p47"].etat == "demandee"


def test_one_training_is_sensitive(livret):
    """Only the training of the representatives reveals an opinion."""
    assert [action.id for action in livret.formations.actions if action.sensibilite] == ["f10"]


def test_classes_follow_the_nature_of_the_rows(livret):
    """Mandates and union work are class 3, bilans and interviews class 2, arrêtés and letters class 1."""
    classes = {n: {row.id for _, row in livret.placed_rows() if row.sensibilite == n} for n in (1, 2, 3)}
    assert classes == {
        1: {"p38", "p40", "p41", "p45", "p46"},
        2: {"bc1", "bc2", "p35", "p36", "p44"},
        3: {"f10", "k3", "k4", "k5", "p20"},
    }


def test_competences_keep_their_levels(livret):
    """The mastery of the 26 competences is the one of the list."""
    assert {c.id: c.niveau for c in livret.competences.competences} == NIVEAUX


@pytest.mark.parametrize("competence", ACQUISES)
def test_each_competence_is_named_by_what_developed_or_proves_it(livret, competence):
    """Experiences, trainings and documents of each competence are exactly those of the list."""
    named = _naming(livret, "competences", competence) | set(livret.rows[competence].pieces)
    assert named == set(ACQUISES[competence].split()) | set(PREUVES[competence].split())


def test_every_emploi_says_the_competences_it_used(livret):
    """The decree asks them for each emploi."""
    assert all(emploi.competences for emploi in livret.experiences.emplois)


def test_posts_follow_one_another_without_a_gap(livret):
    """From 2000 on, each post begins the day after the one before, and the last still runs."""
    posts = sorted((e for e in livret.experiences.emplois if e.debut.year >= 2000), key=lambda e: e.debut)
    assert [(b.debut.first - a.fin.last).days for a, b in pairwise(posts)] == [1] * 9
    assert livret.emploi_actuel is posts[-1]


def test_statutory_dates_are_deduced_from_the_career(livret):
    """Nominations, titularisations and posts of responsibility stand where the obligations start."""
    dates = {
        e.id: tuple(str(d) for d in (e.nomination, e.titularisation, e.poste_responsabilite) if d)
        for e in livret.experiences.emplois
    }
    assert {key: value for key, value in dates.items() if value} == {
        "e11": ("01/01/2023",),
        "e08": ("01/01/2014", "01/02/2016"),
        "e07": ("01/01/2013",),
        "e04": ("01/09/2002",),
        "e03": ("01/09/2001",),
    }


def test_every_link_leads_to_a_row_of_the_right_list(livret):
    """No proof and no competence is named that does not exist."""
    goals = {
        "pieces": {piece.id for piece in livret.pieces},
        "competences": {competence.id for competence in livret.competences.competences},
    }
    for _, row in livret.placed_rows():
        for field in champs(type(row)):
            if field.lien:
                assert set(getattr(row, field.nom)) <= goals[field.lien], row.id


def test_publications_name_rows_and_documents_that_exist(livret):
    """A dossier picks among the rows and the documents in hand."""
    held = set(livret.piece_ids())
    for publication in livret.publications:
        assert set(publication.inclus) | set(publication.exclus) <= set(livret.rows)
        assert set(publication.documents) <= held
    assert {envoi.publication for envoi in livret.envois} <= {publication.id for publication in livret.publications}


def test_listed_values_are_known_to_their_lists(livret):
    """Every value of a drop-down has a label, but for the few that history or life left out."""
    unknown = set()
    for _, row in livret.placed_rows():
        for field in champs(type(row)):
            if field.liste not in names() or field.genre == "etapes":
                continue
            value = getattr(row, field.nom)
            for each in value if isinstance(value, tuple) else (value,):
                if each not in ("", None) and load(field.liste).get(str(each)) is None:
                    unknown.add((field.liste, str(each)))
    assert unknown <= HISTORIQUES


def test_every_employer_and_body_is_invented(livret):
    """Nobody real is named but the CNFPT, the ANFH and Pix, and every town is invented."""
    bodies = {getattr(row, nom, "") for _, row in livret.placed_rows() for nom in CHAMPS_MAISON} - {""}
    assert bodies - MAISONS == set()
    assert {getattr(row, "ville", "") for _, row in livret.placed_rows()} - {""} <= VILLES


def test_nothing_looks_like_a_forbidden_number(livret):
    """No number of social security and no bank account, spaced or not."""
    for text in _texts(livret):
        tight = re.sub(r"[\s.]", "", text)
        assert not re.search(r"(?<!\d)[12]\d{2}(0[1-9]|1[0-2])\d{8}(\d{2})?(?!\d)", tight), text
        assert not re.search(r"\bFR\d{2}[0-9A-Z]{23}\b", tight), text


def test_french_is_typeset(livret):
    """Typographic apostrophes and no-break spaces, but for the file name kept as it was sent."""
    for text in _texts(livret):
        if not text.endswith(".PDF"):
            assert "'" not in text, text
            assert not re.search(r"« | [»:;!?]", text), text


def test_private_notes_can_be_recognised(livret):
    """Each begins with the same words, for whoever looks for a leak."""
    notes = [row.note_privee for _, row in livret.placed_rows() if row.note_privee] + [livret.titulaire.note_privee]
    assert len(notes) >= 8
    assert all(note.strip().startswith("Pour moi seule") for note in notes)


def test_the_mutation_dossier_names_nothing_confidential(livret):
    """Neither a row nor a document of class 2 or 3, no consent, no telephone."""
    mutation = next(p for p in livret.publications if p.id == "mutation")
    assert mutation.selection
    assert not mutation.confidentiel
    assert not mutation.consentements
    assert "telephone" not in mutation.coordonnees
    picked = [livret.rows[i] for i in (*mutation.inclus, *mutation.documents)]
    assert [row.id for row in picked if row.sensibilite >= 2] == []


def test_the_mutation_dossier_never_says_what_it_must_hide(livret, documents):
    """None of its texts nor its documents reveals union work, a mandate, the bilan or the telephone."""
    mutation = next(p for p in livret.publications if p.id == "mutation")
    texts = [str(livret.rows[i].model_dump(mode="json", exclude={"note_privee"})) for i in mutation.inclus]
    texts += [mutation.introduction, mutation.destinataire, livret.titulaire.presentation]
    for i in mutation.documents:
        if documents[i].startswith(b"%PDF"):
            texts += [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(documents[i])).pages]
    for word in ("syndic", "comité technique", "conseillère municipale", "cap boussole", "06 39"):
        assert [text for text in texts if word in text.lower()] == [], word


def test_there_are_46_documents(livret, documents):
    """One for each document held, named P01 to P46."""
    assert sorted(documents) == [f"p{n:02d}" for n in range(1, 47)] == sorted(livret.piece_ids())


def test_documents_are_what_their_rows_say(built):
    """Each opens, with the pages and the size its row gives."""
    livret, documents = built
    for piece in livret.pieces:
        if not piece.detenue:
            continue
        data = documents[piece.id]
        assert piece.taille == len(data)
        if piece.media == "application/pdf":
            assert len(pypdf.PdfReader(io.BytesIO(data)).pages) == piece.pages, piece.id
        else:
            with Image.open(io.BytesIO(data)) as image:
                image.load()
                assert image.get_format_mimetype() == piece.media


def test_documents_are_visibly_fictitious(documents):
    """Every sheet that Typst set says so in its text."""
    for piece, data in documents.items():
        if data.startswith(b"%PDF") and piece != "p40":
            text = pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
            assert "DOCUMENT FICTIF" in text, piece
            assert "sans aucune valeur" in text.lower(), piece


def test_nominal_sizes_are_near_the_real_ones(livret, built):
    """The sizes of the data file, which `livret` gives without making anything, do not lie much."""
    for nominal, real in zip(livret.pieces, built[0].pieces, strict=True):
        assert nominal.taille == pytest.approx(real.taille, rel=0.3), nominal.id


@pytest.mark.parametrize(("piece", "megabytes"), [("p02", 4.1), ("p38", 6.2), ("p40", 3.4)])
def test_three_documents_are_heavy(documents, piece, megabytes):
    """Large enough to break the limits of a form."""
    assert len(documents[piece]) / 1e6 == pytest.approx(megabytes, rel=0.15)


def test_arretes_are_scanned_at_300_dots_an_inch(documents):
    """Seven A4 images, and no text to search."""
    pages = pypdf.PdfReader(io.BytesIO(documents["p40"])).pages
    assert len(pages) == 7
    for page in pages:
        assert page.extract_text() == ""
        assert [image.image.size for image in page.images] == [(2480, 3508)]


def test_the_photograph_says_where_it_was_taken(documents):
    """Its hidden data hold a camera and a place at sea, for the cleaning to remove."""
    with Image.open(io.BytesIO(documents["p02"])) as image:
        exif = image.getexif()
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert exif[ExifTags.Base.Model]
    assert place[ExifTags.GPS.GPSLatitudeRef] == "N"
    assert [float(part) for part in place[ExifTags.GPS.GPSLatitude]] == [46, 30, 0]


def test_one_file_name_is_as_it_was_sent(livret):
    """Accents, spaces, a dash, parentheses and capitals, to be made neutral on the way out."""
    assert livret.rows["p18"].fichier == "Attestation formation d'intégration – Catégorie B (2013).PDF"
    others = [p.fichier for p in livret.pieces if p.detenue and p.id != "p18"]
    assert all(re.fullmatch(r"P\d\d_[a-z0-9-]+\.(pdf|jpg)", name) for name in others)


def test_two_builds_give_the_same_bytes(built):
    """Whoever builds again gets the same livret and the same documents."""
    assert demo.build() == built


def test_the_career_survives_its_json(livret):
    """What is written is what is read back."""
    assert Livret.from_data(livret.to_data()) == livret


def test_reading_the_career_draws_nothing():
    """The career alone needs neither Typst nor Pillow."""
    said = "[name for name in ('typst', 'PIL', 'pikepdf') if name in sys.modules]"
    code = f"import sys; from data import demo; demo.livret(); print({said})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
