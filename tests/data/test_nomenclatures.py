from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import date
from importlib.resources import files

import pytest

from data import nomenclatures
from data.nomenclatures import CONFIANCES, cadre_of_grade, flat, grades, label, load, names, niveaux_from_ancien

HEAD = {"titre", "source", "adresse", "source_date", "verified_on", "confiance", "note", "entree", "ailleurs"}
LISTS = names()


def raw(nom):
    return tomllib.loads((files(nomenclatures) / f"{nom}.toml").read_text(encoding="utf-8"))


def said(value):
    """Every text of a file that someone may read, wherever it is nested."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in {"code", "motifs", "sauf", "adresse"}:
                yield from said(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from said(inner)


def revealing(text):
    """The groups that a text reveals, read as the module says ``mots_sensibles`` is to be read."""
    found = set()
    for entry in load("mots_sensibles").entries:
        words = entry.attributs
        line = flat(text, casse=words["casse"])
        covered = [hit.span() for sauf in words["sauf"] for hit in re.finditer(rf"\b(?:{sauf})\b", line)]
        for motif in words["motifs"]:
            for hit in re.finditer(rf"\b(?:{motif})\b", line):
                if not any(start <= hit.start() and hit.end() <= end for start, end in covered):
                    found.add(words["groupe"])
    return found


# --- the files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nom", LISTS)
def test_every_file_has_a_known_head(nom):
    """A file holds only the keys that are read, so that a misspelt one cannot be lost silently."""
    assert set(raw(nom)) <= HEAD


@pytest.mark.parametrize("nom", LISTS)
def test_every_list_says_where_it_comes_from(nom):
    """Each list has a title, a source, a date, a known confidence and at least one entry."""
    liste = load(nom)

    assert liste.titre
    assert liste.source
    assert liste.source_date
    assert date.fromisoformat(liste.verified_on) >= date(2026, 11, 23)
    assert liste.entries
    assert {entry.attributs["confiance"] for entry in liste.entries} | {liste.confiance} <= set(CONFIANCES)


@pytest.mark.parametrize("nom", LISTS)
def test_codes_and_labels_find_their_own_entry(nom):
    """No code and no label is shared, even once capitals and accents are gone."""
    liste = load(nom)

    assert len(set(liste.codes)) == len(set(liste.libelles)) == len(liste.entries)
    for entry in liste.entries:
        assert liste.get(entry.code) is entry
        assert liste.get(entry.libelle.upper()) is entry


@pytest.mark.parametrize("nom", LISTS)
def test_codes_are_plain_ascii(nom):
    """A code is stored for decades and goes into addresses: ASCII, no space."""
    assert [code for code in load(nom).codes if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9+-]*", code)] == []


@pytest.mark.parametrize("nom", LISTS)
def test_the_french_is_typeset(nom):
    """No typewriter apostrophe and no « oe » for « œ » in anything an agent reads."""
    assert [
        text for text in said(raw(nom)) if "'" in text or re.search(r"\b(?:oeuvre|soeur|coeur|manoeuvre)", text)
    ] == []


def test_an_unknown_list_is_a_mistake_of_the_program():
    """Asking for a list that does not exist raises, rather than offering an empty drop-down."""
    with pytest.raises(ValueError, match="cadre_emploi"):
        load("cadre_emploi")


def test_a_name_cannot_climb_out_of_the_folder():
    """A list is chosen among those there are: no path gets through."""
    with pytest.raises(ValueError, match="reference list"):
        load("../nomenclatures/niveaux")


def test_one_list_is_read_without_the_others():
    """Loading a list reads its file and no other one, once, and nothing is read on import."""
    script = """
import tomllib
read = []
true_loads = tomllib.loads
tomllib.loads = lambda text: read.append(text) or true_loads(text)
from data import nomenclatures
assert read == []
nomenclatures.names()
assert read == []
nomenclatures.load("modalites"); nomenclatures.load("modalites")
print(len(read))
"""

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "1"


def test_a_cached_list_cannot_be_changed():
    """All readers share one list: neither its attributes nor their inner lists can be written."""
    entry = load("obligations").get("integration")

    with pytest.raises(TypeError):
        entry.attributs["delai_mois"] = 1
    with pytest.raises(TypeError):
        entry.attributs["jours"]["A"]["min"] = 1
    assert isinstance(entry.attributs["types_formation"], tuple)


@pytest.mark.parametrize(
    ("nom", "cle", "vers"),
    [
        ("cadres_emplois", "filiere", "filieres"),
        ("cadres_emplois", "categorie", "categories"),
        ("types_formation", "groupe", "groupes_formation"),
        ("habilitations", "famille", "familles_habilitation"),
        ("natures_employeur", "secteur", "secteurs"),
        ("obligations", "types_formation", "types_formation"),
        ("obligations", "cadres", "cadres_emplois"),
        ("obligations", "cadres_exclus", "cadres_emplois"),
        ("obligations", "modes_entree_exclus", "modes_entree"),
        ("categories_competence", "principale", "categories_competence"),
        ("habilitations", "remplace_par", "habilitations"),
    ],
)
def test_lists_that_name_another_list_use_its_codes(nom, cle, vers):
    """A code that points to another list is really there."""
    known = set(load(vers).codes)
    named = [entry.attributs[cle] for entry in load(nom).entries if cle in entry.attributs]
    flattened = {code for value in named for code in ([value] if isinstance(value, str) else value)}

    assert flattened
    assert flattened <= known


# --- free values -----------------------------------------------------------------------------------------------------


def test_a_code_shows_its_label():
    """A stored code is shown in words."""
    assert label("modalites", "presentiel") == "En présentiel"


@pytest.mark.parametrize("typed", ["Adjoint administratif de 2e classe", "  comité d'hygiène ", "", "…"])
def test_a_free_value_is_given_back_as_typed(typed):
    """What no list knows is never refused nor rewritten, to the last space."""
    assert label("cadres_emplois", typed) == typed


def test_an_entry_is_found_whatever_its_accents_and_apostrophes():
    """People type without capitals, accents or typographic apostrophes."""
    assert load("fonctions_publiques").get("fonction publique de l'etat").code == "FPE"


# --- cadres d'emplois ------------------------------------------------------------------------------------------------


def test_there_are_sixty_cadres_emplois():
    """The count is the one the statutory database gives, category by category."""
    found = Counter(entry.attributs["categorie"] for entry in load("cadres_emplois").entries)

    assert found == {"A+": 5, "A": 28, "B": 13, "C": 14}
    assert found.total() == 60


def test_the_cadres_being_closed_are_marked():
    """Five cadres are « en voie d’extinction », and one grade of a living cadre is."""
    cadres = load("cadres_emplois")
    closing = {entry.code for entry in cadres.entries if entry.attributs["extinction"]}

    assert closing == {
        "secretaires-mairie",
        "puericultrices-1992",
        "puericultrices-cadres-sante",
        "cadres-sante-infirmiers",
        "infirmiers-1992",
    }
    assert cadres.get("attaches").attributs["grades_extinction"] == ("directeur territorial",)


def test_every_grade_is_written_in_full():
    """No grade is left as an ellipsis or a bracket, and none twice in its cadre."""
    for cadre in load("cadres_emplois").codes:
        found = grades(cadre)
        assert found
        assert len(set(found)) == len(found)
        assert [grade for grade in found if re.search(r"[….(]", grade) or grade != grade.strip()] == []


def test_grades_go_from_lowest_to_highest():
    """The order is the career's; a grade that continues another keeps its whole name."""
    assert grades("redacteurs") == (
        "rédacteur",
        "rédacteur principal de 2e classe",
        "rédacteur principal de 1re classe",
    )
    assert grades("adjoints-techniques-enseignement")[1] == (
        "adjoint technique principal de 2e classe des établissements d’enseignement"
    )
    assert grades("un cadre disparu") == ()


@pytest.mark.parametrize(
    ("grade", "cadre"),
    [
        ("rédacteur principal de 1re classe", "redacteurs"),
        ("Rédactrice principale de 1ère classe", "redacteurs"),
        ("REDACTRICE TERRITORIALE", "redacteurs"),
        ("attachée principale", "attaches"),
        ("directrice territoriale", "attaches"),
        ("adjointe administrative principale de 2ème classe", "adjoints-administratifs"),
        (
            "adjoint technique principal de 2e classe des établissements d'enseignement",
            "adjoints-techniques-enseignement",
        ),
        ("technicienne", "techniciens"),
        ("conservatrice en chef du patrimoine", "conservateurs-patrimoine"),
        ("cheffe de service de police municipale", "chefs-service-police-municipale"),
        ("gardienne-brigadière", "agents-police-municipale"),
        ("infirmière en soins généraux hors classe", "infirmiers-soins-generaux"),
        ("ergothérapeute hors classe", "pedicures-podologues-et-autres"),
        ("conseillère socio-éducative", "conseillers-socio-educatifs"),
        ("secrétaire de mairie", "secretaires-mairie"),
    ],
)
def test_a_grade_leads_to_its_cadre(grade, cadre):
    """Agents write their grade in their own gender, with or without « territorial »."""
    assert cadre_of_grade(grade).code == cadre


@pytest.mark.parametrize("grade", ["cadre de santé", "conservateur en chef", "adjoint administratif de 1re classe", ""])
def test_a_shared_or_unknown_grade_leads_nowhere(grade):
    """A name that two cadres share, or that is no longer in use, is not guessed."""
    assert cadre_of_grade(grade) is None


def test_every_full_grade_leads_back_unless_cadres_share_it():
    """Only « cadre de santé » and « cadre supérieur de santé » are the same words in several cadres."""
    astray = {
        grade
        for cadre in load("cadres_emplois").codes
        for grade in grades(cadre)
        if (found := cadre_of_grade(grade)) is None or found.code != cadre
    }

    assert astray == {"cadre de santé", "cadre supérieur de santé"}


# --- levels and trainings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roman", "levels"),
    [("V", ("3",)), ("IV", ("4",)), ("III", ("5",)), ("II", ("6",)), ("I", ("7", "8")), ("niveau iv", ("4",))],
)
def test_old_levels_become_new_ones(roman, levels):
    """Each level of 1969 maps to those of 2019; « I » is two, and must be asked."""
    assert niveaux_from_ancien(roman) == levels


@pytest.mark.parametrize("other", ["VI", "", "5", "bac"])
def test_what_is_no_old_level_maps_to_nothing(other):
    """« 5 » is a level of today: reading it as the old V would be wrong by two levels."""
    assert niveaux_from_ancien(other) == ()


def test_new_levels_know_their_old_name():
    """The old name is computed, and levels 1 and 2 have none."""
    assert [nomenclatures.ancien_niveau(niveau) for niveau in "12345678"] == [
        None, None, "V", "IV", "III", "II", "I", "I",
    ]  # fmt: skip
    assert nomenclatures.ancien_niveau("non-classe") is None


def test_the_types_of_training_are_the_agreed_ones():
    """The codes are stored in every livret: the list may grow, none may go."""
    expected = (
        "INT FIA PRO1 PROC PROR SGM PM-FI PM-FC PM-ARM SPP MGT LAIC PERF SST PREP PERS ILL CPF CTP DIPL SYND CST VOL "
        "BC BPP VAE IMM MOOC AUT"
    )

    assert load("types_formation").codes == tuple(expected.split())


def test_training_types_cover_the_law():
    """All six kinds of art. L. 422-21 are there, and the groups that the rules stand on."""
    types = load("types_formation").entries

    assert {entry.attributs["alinea"] for entry in types if "alinea" in entry.attributs} == {1, 2, 3, 4, 5, 6}
    assert {entry.attributs["groupe"] for entry in types} >= {
        "statutaire", "obligation-legale", "facultative", "droit-syndical", "dialogue-social",
    }  # fmt: skip
    assert {entry.code for entry in types if entry.attributs["statutaire"]} == {
        "INT", "FIA", "PRO1", "PROC", "PROR", "SGM", "PM-FI", "PM-FC", "PM-ARM", "SPP",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("nom", "codes"),
    [
        ("types_formation", {"SYND", "CST"}),
        ("engagements", {"action-syndicale", "mandat-electif", "activite-cultuelle", "aide-personne"}),
        ("positions", {"conge-parental"}),
        ("statuts", {"elu"}),
    ],
)
def test_what_reveals_a_special_category_is_marked(nom, codes):
    """Union, mandate, worship, care and family are sensitive from the drop-down on; nothing else is."""
    assert {entry.code for entry in load(nom).entries if entry.attributs.get("sensible")} == codes


def test_there_are_four_positions():
    """Four positions exactly; « mise à disposition » is a form of activité, « hors cadres » is history."""
    positions = load("positions")

    assert [entry.code for entry in positions.entries if entry.attributs["statutaire"]] == [
        "activite", "detachement", "disponibilite", "conge-parental",
    ]  # fmt: skip
    assert positions.get("mise-a-disposition").attributs["forme_de"] == "activite"
    assert positions.get("hors-cadres").attributs["historique"]


def test_eight_engagements_open_citizen_credit():
    """The official list of the compte d’engagement citoyen has eight activities, beside the maître d’apprentissage."""
    assert sum(entry.attributs["eligible_cec"] for entry in load("engagements").entries) == 8
    assert load("roles_tutorat").get("maitre-apprentissage").attributs["eligible_cec"]


@pytest.mark.parametrize(
    ("code", "delay", "origin", "days"),
    [
        ("integration", 12, "nomination", {"A": (10, 10), "B": (10, 10), "C": (5, 5)}),
        ("professionnalisation-1", 24, "nomination", {"A": (5, 10), "B": (5, 10), "C": (3, 10)}),
        ("professionnalisation-carriere", 60, "période", {"A": (2, 10), "B": (2, 10), "C": (2, 10)}),
        ("poste-responsabilite", 6, "affectation", {"A": (3, 10), "B": (3, 10), "C": (3, 10)}),
        ("secretaire-general-mairie", 12, "affectation", {"A": (15, 15), "B": (15, 15), "C": (15, 15)}),
        ("pm-initiale-directeur", None, "nomination", {"A": (120, 180)}),
        ("pm-initiale-chef-service", None, "nomination", {"B": (120, 183)}),
        ("pm-initiale-garde-champetre", None, "nomination", {"C": (70, 70)}),
        ("pm-continue-b", 36, "période", {"B": (10, 10)}),
        ("pm-continue-c", 60, "période", {"C": (10, 10)}),
    ],
)
def test_statutory_figures(code, delay, origin, days):
    """Delays in months and days by category are those of the statutory table."""
    rule = load("obligations").get(code).attributs

    assert rule.get("delai_mois") == delay
    assert rule["origine"] == origin
    assert {categorie: (span["min"], span["max"]) for categorie, span in rule["jours"].items()} == days


def test_every_obligation_can_be_tracked():
    """Each obligation names a training that meets it, its origin, its words, and no minimum above its maximum."""
    for entry in load("obligations").entries:
        rule = entry.attributs
        assert rule["types_formation"]
        assert rule["quand"].endswith(".")
        assert rule["origine"] in {"nomination", "affectation", "période", "aucune"}
        assert ("periodicite_mois" in rule) == (rule["origine"] == "période")
        assert all(0 < span["min"] <= span["max"] for span in rule.get("jours", {}).values())


def test_promotion_interne_owes_no_integration():
    """The exclusions that a tracker can compute are given as codes."""
    rule = load("obligations").get("integration").attributs

    assert "promotion-interne" in rule["modes_entree_exclus"]
    assert {"medecins", "agents-police-municipale", "spp-lieutenants", "administrateurs"} <= set(rule["cadres_exclus"])


# --- the rest --------------------------------------------------------------------------------------------------------


def test_the_code_comes_before_the_decree():
    """The stable reference is first, and the trap of art. 6 is told beside it."""
    references = load("references_juridiques")

    assert references.entries[0].libelle == "art. L. 422-26 du CGFP"
    assert "17 à 19" in references.get("d2008-830-6").attributs["note"]
    assert all(entry.attributs["objet"] and entry.attributs["verified_on"] for entry in references.entries)


def test_validities_say_what_they_are_worth():
    """A duration of validity never goes without its confidence, and what ends with the employer is marked."""
    habilitations = load("habilitations")
    months = {entry.code: entry.attributs.get("validite_mois") for entry in habilitations.entries}

    assert (months["R482"], months["R489"], months["SST"], months["PSC1"]) == (120, 60, 24, None)
    assert all("validite_confiance" in entry.attributs for entry in habilitations.entries if months[entry.code])
    assert habilitations.get("autorisation-conduite").attributs["employeur_seulement"]
    assert habilitations.get("B2V").attributs["employeur_seulement"]
    assert not habilitations.get("R489").attributs["employeur_seulement"]
    assert habilitations.get("R372").attributs["fin"] == "2024-12-31"


def test_the_scale_starts_at_what_is_only_a_project():
    """Level 0 is a project and is never published; the four others are."""
    scale = load("echelle_maitrise").entries

    assert [(entry.code, entry.attributs["publie"]) for entry in scale] == [
        ("0", False), ("1", True), ("2", True), ("3", True), ("4", True),
    ]  # fmt: skip


def test_the_classes_go_from_public_to_forbidden():
    """Five classes, each with what an export does of it."""
    assert [(entry.code, entry.attributs["export"]) for entry in load("classes_sensibilite").entries] == [
        ("0", "inclus"), ("1", "au-choix"), ("2", "exclu"), ("3", "consentement"), ("X", "bloque"),
    ]  # fmt: skip


def test_every_word_list_compiles_and_has_its_sentence():
    """A motif is a valid expression on flattened text, and its sentence quotes what was found."""
    for entry in load("mots_sensibles").entries:
        words = entry.attributs
        for motif in (*words["motifs"], *words["sauf"]):
            re.compile(motif)
            assert re.search(r"[à-öø-ÿœ'’]", motif) is None, motif
        assert "{mot}" in words["phrase"]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Correspondante d’une section syndicale", {"syndical"}),
        ("Représentante du personnel au comité technique", {"syndical"}),
        ("Formation des membres du comité technique", {"syndical"}),
        ("Déléguée CFDT", {"syndical"}),
        ("Secrétaire de section FO", {"syndical"}),
        ("SUD Collectivités territoriales", {"syndical"}),
        ("Membre du CST", {"syndical"}),
        ("Conseillère municipale de Saint-Cœur-des-Forges", {"mandat-politique"}),
        ("Adjointe au maire", {"mandat-politique"}),
        ("Élue en 2014", {"mandat-politique"}),
        ("Mandat électif", {"mandat-politique"}),
        ("Arrêt maladie de six mois", {"sante"}),
        ("Mi-temps thérapeutique", {"sante"}),
        ("Reconnaissance RQTH en 2015", {"handicap"}),
        ("Dossier déposé à la MDPH", {"handicap"}),
        ("Aide à une personne en situation de handicap", {"handicap"}),
        ("Grossesse", {"famille"}),
        ("Congé maternité puis congé parental", {"famille"}),
        ("Disponibilité pour élever un enfant", {"famille"}),
        ("Trésorière de la paroisse", {"religion"}),
        ("Bénévole au Secours catholique", {"religion"}),
    ],
)
def test_revealing_words_are_seen(text, groups):
    """What reveals a special category is noticed, whatever the accents and the gender."""
    assert revealing(text) == groups


@pytest.mark.parametrize(
    "text",
    [
        "Secrétaire de mairie",
        "Secrétaire générale de mairie",
        "Adjointe administrative principale de 2e classe",
        "Service de santé au travail",
        "SST, maintien et actualisation des compétences",
        "Santé et sécurité au travail",
        "Cadre de santé",
        "Élaborer un plan de formation pluriannuel",
        "Relations avec les élus",
        "Assistante de l’élu référent",
        "Collaboratrice de cabinet du maire",
        "Délibérations du conseil municipal",
        "Mandats de paiement et mandatement",
        "Syndicat mixte de traitement des déchets",
        "Syndicat intercommunal des eaux",
        "Direction sud, quartier sud",
        "CAP cuisine",
        "Économie sociale et solidaire",
        "Gestion des congés de maladie",
        "Secrétariat du comité technique",
        "Prévention des accidents du travail",
        "Accueil des enfants en situation de handicap",
        "Instructrice à la MDPH",
        "Gestion des congés parentaux",
        "Caisse primaire d’assurance maladie",
        "Régie de l’enceinte sportive",
        "Valeurs de la République et laïcité",
        "12, rue de la Paroisse",
        "Officière d’état civil par délégation",
    ],
)
def test_ordinary_words_of_the_profession_are_left_alone(text):
    """A warning that cries wolf is one that nobody reads."""
    assert revealing(text) == set()


def test_no_list_of_the_profession_is_taken_for_a_confession():
    """The cadres d’emplois, grades and jobs offered by the drop-downs raise no warning of their own."""
    offered = [
        *(grade for cadre in load("cadres_emplois").codes for grade in grades(cadre)),
        *(name for nom in ("cadres_emplois", "familles_metiers", "domaines_competence") for name in load(nom).libelles),
    ]

    assert [text for text in offered if revealing(text)] == []
