"""Sensitivity: classes, forbidden numbers, revealing words; warned about, never repeated, never blocked."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.fields import champs
from data.model import LISTES
from data.mots import FLAT, Word, _gate, _hits, _merged, find, heads
from data.nomenclatures import flat, load
from data.numeros import IBAN_LENGTHS, is_iban, is_nir
from data.sensibilite import INTERDITE, PARTICULIERE, scan, scan_text, suggested_class
from tests.data.samples import livret


def kinds(text):
    return [finding.kind for finding in scan_text(text)]


def key_of(number):
    return f"{97 - int(number.replace('2A', '19').replace('2B', '18')) % 97:02d}"


NIRS = ["1850675123456", "2991213456789", "285062A123456", "185062B004321", "1850697123456"]
GROUPS = re.compile(r"(.)(..)(..)(..)(...)(...)(..)?")


@pytest.mark.parametrize("nir", NIRS)
@pytest.mark.parametrize("gap", ["", " ", "\u00a0", ".", "-", "_"])
def test_a_social_security_number_is_seen_however_it_is_spaced(nir, gap):
    """With its key it is certain, without it plausible; both are told, and neither is repeated."""
    for number in (nir, nir + key_of(nir)):
        spaced = gap.join(part for part in GROUPS.fullmatch(number).groups() if part)
        (finding,) = scan_text(f"Mon numéro : {spaced}, merci.")
        assert (finding.kind, finding.classe) == ("nir", INTERDITE)
        assert not re.search(r"\d\D*\d", finding.says)


@given(st.from_regex(r"[12][0-9]{2}(0[1-9]|1[0-2])[0-9]{10}", fullmatch=True))
def test_a_wrong_key_is_no_social_security_number(number):
    """Fifteen figures count only when the last two are the key."""
    wanted = key_of(number[:13])
    assert is_nir(number) == (number[13:] == wanted and number[7:10] != "000" and number[10:13] != "000")


@pytest.mark.parametrize(
    "text",
    [
        "SIRET 123 456 789 00012",
        "1672531200000",  # a time in milliseconds
        "3760123456789",  # a barcode
        "1853975123456",  # no such month
        "1850699000456",  # no such commune
        "1850600123456",  # no such département
        "06 12 34 56 78 06 12 34 56 78",
        "18506751234567890",
        "1 85 06 75 123 456 99",
    ],
)
def test_other_numbers_pass_in_silence(text):
    """A warning that cries wolf is no longer read."""
    assert kinds(text) == []


IBANS = ["FR1420041010050500013M02606", "DE89370400440532013000", "GB82WEST12345698765432", "BE68539007547034"]


@pytest.mark.parametrize("iban", IBANS)
def test_a_bank_account_is_seen_however_it_is_spaced(iban):
    """In groups of four or in one piece, in capitals or not, followed by a word or not."""
    groups = " ".join(re.findall(".{1,4}", iban))
    for text in (iban, groups, groups.lower(), f"RIB : {groups} merci", f"{groups}.", f"rib_{iban}.pdf"):
        (finding,) = scan_text(text)
        assert (finding.kind, finding.classe) == ("iban", INTERDITE)
        assert iban[4:12] not in finding.says.replace(" ", "")


@given(st.sampled_from(IBANS), st.integers(2, 30), st.sampled_from("0123456789"))
def test_one_wrong_figure_is_no_bank_account(iban, place, figure):
    """Any single figure changed breaks the check digits."""
    if place < len(iban) and iban[place].isdigit() and iban[place] != figure:
        assert not is_iban(iban[:place] + figure + iban[place + 1 :])
    assert is_iban(iban)


@pytest.mark.parametrize(
    "text", ["FR12", "XX" + IBANS[0][2:], IBANS[0] + "9", IBANS[0][:-1], "FR14 2004 ; 1010 0505", ""]
)
def test_what_only_looks_like_an_account_is_none(text):
    """The country's length and the check digits must both hold."""
    assert kinds(text) == []
    assert not is_iban(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Secrétaire de la section syndicale", "syndicat"),
        ("Adhérente CFDT depuis 2010", "union-sigle"),
        ("attestation_cgt_2020.pdf", "union-sigle"),
        ("Formation _syndicale_", "syndicat"),
        ("Conseillère municipale de Valmorain", "conseiller-elu"),
        ("Première adjointe au maire", "adjoint-au-maire"),
        ("Congé de longue maladie en 2012", "conge-maladie"),
        ("CONGÉ PARENTAL", "conge-parental"),
        ("Bénéficiaire d’une RQTH", "rqth"),
        ("Catéchiste à la paroisse", "culte"),
        ("Membre du CST", "instances-sigle"),
    ],
)
def test_revealing_words_are_seen(text, kind):
    """Whatever their capitals, accents or underscores; the sentence shows the word as it was typed."""
    finding = next(found for found in scan_text(text) if found.kind == kind)
    assert finding.classe == PARTICULIERE
    shown = re.search("« (.+?) »", finding.says)[1]
    assert shown in text


@pytest.mark.parametrize(
    "text",
    [
        "Syndicat mixte d’assainissement de la Haute-Ère",
        "Gestion des congés de maladie et des accidents de service",
        "Instruction des dossiers de congé parental",
        "Santé et sécurité au travail (SST)",
        "Analyse de la masse salariale",  # no word begins with a revealing one
        "Au SUD du département",
        "le cst",  # an acronym only in capitals
        "",
    ],
)
def test_innocent_words_pass_in_silence(text):
    """Trades that deal with such matters, employers of that name, mere look-alikes."""
    assert kinds(text) == []


def naive(text):
    """The entries seen by reading the nomenclature as its own page says, one entry at a time."""
    seen = set()
    for entry in load("mots_sensibles").entries:
        rules = entry.attributs
        subject = flat(text.replace("_", " "), casse=rules["casse"])
        spared = [found.span() for sauf in rules["sauf"] for found in re.finditer(sauf, subject)]
        for hit in re.finditer(rf"\b(?:{'|'.join(rules['motifs'])})\b", subject):
            if not any(begin <= hit.start() and hit.end() <= end for begin, end in spared):
                seen.add(entry.code)
    return seen


FRAGMENTS = sorted(
    {
        word
        for entry in load("mots_sensibles").entries
        for motif in (*entry.attributs["motifs"], *entry.attributs["sauf"])
        for word in re.findall(r"[A-Za-z]{2,}", motif)
    }
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*FRAGMENTS, ".", "2014", "Œuvre", "l’", "é"]), max_size=8), st.sampled_from([" ", "_"])
)
def test_the_fast_search_sees_what_the_plain_one_sees(words, gap):
    """The gate by first letters only saves time: it sees what trying every pattern everywhere sees."""
    text = gap.join(words)
    assert {hit.word.code for hit in find([text])} == naive(text)


@pytest.mark.parametrize("entry", load("mots_sensibles").entries, ids=lambda entry: entry.code)
def test_no_motif_escapes_the_gate(entry):
    """Every motif of the nomenclature has known first letters, so that no pattern is tried everywhere."""
    assert all(head for motif in entry.attributs["motifs"] for head in heads(motif))


def test_an_unforeseen_motif_is_looked_for_everywhere():
    """A motif whose beginning is not plain letters is tried at every place rather than missed."""
    assert heads(r"\w+ au maire") == {""}
    assert heads(r"(?:a|b)+c") == {""}
    assert heads(r"[ab]cd") == {""}
    assert heads("fa ?fpt") == {"fa"}
    with pytest.raises(ValueError, match="unclosed"):
        heads("(?:ab")
    word = Word("x", "y", re.compile(r"\b\w+ au maire\b"), (), "{mot}")
    gate = _gate({"": [word]})
    assert [hit[0] for hit, _ in _hits("adjointe au maire", gate)] == ["adjointe au maire"]
    assert heads("(?:re)?elue?") == {"re", "elu"}
    assert heads("(?:ma|sa) maladie|cgt(?: fo)?") == {"ma ", "sa ", "cgt"}


@given(st.text(max_size=30))
def test_sign_by_sign_is_the_same_as_whole(text):
    """Flattening one sign at a time gives what the nomenclatures' own function gives."""
    plain = text.replace("_", " ")
    assert text.translate(FLAT) == flat(plain, casse=True)
    assert text.translate(FLAT).lower() == flat(plain)


def test_numbers_and_words_are_told_in_reading_order():
    """A text is read once, from its beginning, and each thing is told once."""
    text = "RQTH, 1850675123456, puis CFDT, CFDT et encore la CFDT, et 1850675123456"
    assert kinds(text) == ["rqth", "nir", "union-sigle"]


# ── A whole livret ────────────────────────────────────────────────────────────────────────────────────────────────────

NIR = NIRS[0]


def places(held):
    return {finding.place for finding in scan(held)}


def test_every_text_of_a_livret_is_read():
    """Rows, steps, lists of texts, free values, file names, the holder, the dossiers, the entries to correct."""
    held = livret(
        actions=[{"intitule": NIR, "organisme": f"x {NIR}", "a_corriger": {"duree": NIR}, "note_privee": NIR}],
        vae=[{"certification": "x", "etapes": [f"2019 | {NIR}"]}],
        competences=[{"libelle": "x", "contextes": ["travail", NIR]}],
        pieces=[{"titre": "x", "fichier": f"scan_{NIR}.pdf"}],
        titulaire={"presentation": NIR},
        publications=[{"titre": "x", "introduction": NIR, "destinataire": NIR}],
    )
    held = held.with_(competences=held.competences.with_(centres_interet=NIR))
    assert places(held) == {
        ("titulaire", "presentation"),
        ("formations", "actions", 0, "intitule"),
        ("formations", "actions", 0, "organisme"),
        ("formations", "actions", 0, "a_corriger"),
        ("formations", "actions", 0, "note_privee"),
        ("formations", "vae", 0, "etapes", 0),
        ("competences", "competences", 0, "contextes", 1),
        ("competences", "centres_interet"),
        ("pieces", 0, "fichier"),
        ("publications", 0, "introduction"),
        ("publications", 0, "destinataire"),
    }


@pytest.mark.parametrize("place", LISTES)
def test_every_list_of_rows_is_read(place):
    """No list of the livret escapes the scan."""
    nom = place.split(".")[-1]
    text = next(champ.nom for champ in champs(LISTES[place]) if champ.genre in {"texte", "choix"} and champ.nom != "id")
    assert (*place.split("."), 0, text) in places(livret(**{nom: [{text: f"voir {NIR}"}]}))


def test_a_word_is_not_told_where_it_cannot_leave_unawares():
    """A row already classed 3 and a private note are quiet; a number is told everywhere."""
    text = f"Section syndicale {NIR}"
    held = livret(activites=[{"intitule": text, "sensibilite": 3}, {"intitule": "x", "note_privee": text}])
    assert [finding.kind for finding in scan(held)] == ["nir", "nir"]


def test_a_code_of_a_list_is_no_text():
    """Choosing « action syndicale » is told once, as a class, not as a word."""
    for value in ("action-syndicale", "Action syndicale"):
        held = livret(activites=[{"intitule": "Correspondante", "type": value, "sensibilite": 0}])
        assert [(finding.kind, finding.place[-1]) for finding in scan(held)] == [("classe", "sensibilite")]


@pytest.mark.parametrize(
    ("nom", "row", "suggested"),
    [
        ("actions", {"type": "SYND"}, 3),
        ("actions", {"type": "CST"}, 3),
        ("actions", {"type": "PERF"}, 0),
        ("actions", {"type": "Atelier"}, 0),
        ("activites", {"type": "mandat-electif"}, 3),
        ("activites", {"type": "Aide à une personne en situation de handicap ou âgée"}, 3),
        ("activites", {"type": "service-civique"}, 0),
        ("emplois", {"position": "conge-parental"}, 3),
        ("emplois", {"position": "activite"}, 0),
        ("pieces", {"type": "entretien"}, 2),
        ("pieces", {"type": "arrete"}, 1),
        ("pieces", {"type": "diplome"}, 0),
        ("diplomes", {"intitule": "Licence"}, 0),
    ],
)
def test_a_type_calls_for_a_class(nom, row, suggested):
    """The lists say which types reveal something; a row classed below is told, a row classed so is not."""
    held = livret(**{nom: [row]})
    (one,) = held.rows.values()
    assert suggested_class(one) == suggested
    assert bool(scan(held)) == (suggested > 0)
    assert scan(livret(**{nom: [{**row, "sensibilite": suggested}]})) == []


def test_passages_that_touch_are_one():
    """Innocent passages may overlap; what lies in their union is spared."""
    assert _merged([(3, 8), (0, 5), (10, 12), (8, 9)]) == [(0, 9), (10, 12)]


@pytest.mark.parametrize(
    "unit",
    ["1", "1 ", "a", "gestion ", "gestion des syndicats ", "syndicat ", "FR76 ", "FR", "1850675", "elu aupres d "],
)
@pytest.mark.timeout(60)
def test_hostile_texts_take_linear_time(unit):
    """Half a million signs made to mislead are scanned in seconds; going back over them would take hours."""
    assert isinstance(scan_text(unit * (500_000 // len(unit))), list)


def test_every_country_has_a_length():
    """Lengths are those the banks use, between 15 and 34 signs."""
    assert all(15 <= length <= 34 for length in IBAN_LENGTHS.values())
    assert IBAN_LENGTHS["FR"] == 27
