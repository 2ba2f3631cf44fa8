"""The demo career: the figures that a person counted by hand come out of the computation."""

from datetime import date

import pytest
from jsonschema import Draft202012Validator

from data.completeness import expiring, missing, problems
from data.demo import livret
from data.evidence import Evidence
from data.model import LISTES, Livret
from data.obligations import statutory
from data.schema import json_schema
from data.sensibilite import PARTICULIERE, scan
from data.service import gaps, length_of_service, overlaps
from data.tables import from_frame, to_frame
from data.training import volumes

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def career():
    return livret()


def test_the_dispense_counts_twelve_years_and_four_months(career):
    """Posts E02 to E06, up to the last day of 2012."""
    found = length_of_service(career, date(2012, 12, 31), emplois={"e02", "e03", "e04", "e05", "e06"})
    assert found.corrige.words.replace("\u00a0", " ") == "12 ans et 4 mois"


def test_twenty_six_years_with_a_share_at_ninety_percent(career):
    """The whole public career, of which the last two years at 90 %."""
    found = length_of_service(career, TODAY)
    assert found.brut.words.replace("\u00a0", " ") == "26 ans et 2 mois"
    assert found.corrige.words.replace("\u00a0", " ") == "26 ans"
    assert {row.emploi.id for row in found.lignes if row.motif} == {"e00a", "e00b"}
    assert not overlaps(career, TODAY)
    assert all(gap.fin < date(2000, 9, 1) for gap in gaps(career, TODAY))


def test_training_adds_up_to_the_known_totals(career):
    """21 trainings in days and 3 in hours, never mixed."""
    total = volumes(career).total
    assert (total.en_jours, str(total.jours), total.en_heures, total.heures) == (21, "104.5", 3, 76)
    assert total.words.replace("\u00a0", " ") == "104,5 jours et 76 heures"


def test_the_statutory_table_of_the_career(career):
    """Integration with its waiver, first post with the days carried over, both responsibilities, laïcité."""
    found = [(line.obligation.code, line.etat, [a.id for a in line.actions]) for line in statutory(career, TODAY)]
    assert found == [
        ("professionnalisation-carriere", "faite", ["f06"]),
        ("integration", "faite", ["f08"]),
        ("professionnalisation-1", "faite", ["f09"]),
        ("professionnalisation-carriere", "dispensee", []),
        ("poste-responsabilite", "faite", ["f12"]),
        ("professionnalisation-carriere", "en_retard", []),
        ("professionnalisation-carriere", "faite", ["f17"]),
        ("poste-responsabilite", "faite", ["f19"]),
        ("professionnalisation-carriere", "en_cours", []),
        ("laicite", "faite", ["f20"]),
    ]


def test_two_attestations_of_training_are_not_in_hand(career):
    """F21 was never received and F24 is asked for."""
    found = [one for one in missing(career) if one.place[:2] == ("formations", "actions")]
    assert {(one.ligne.id, bool(one.annoncees)) for one in found} == {("f21", False), ("f24", True)}


def test_the_english_certificate_has_expired(career):
    """November 2024 is past; the first-aid certificate is good until March 2027."""
    assert {one.ligne.intitule_ligne: one.expiree for one in expiring(career, TODAY)} == {
        "Anglais": True,
        "Certification d’anglais professionnel, niveau B2": True,
        "Sauveteur secouriste du travail (SST)": False,
    }


def test_the_career_is_in_order(career):
    """Every link leads somewhere, every competence is proved, nothing is doubtful, nothing reveals itself unawares."""
    evidence = Evidence.of(career)
    assert evidence.rompus == ()
    assert all(evidence.preuves(one.id).prouvee for one in career.competences.competences)
    assert [problem for problem in problems(career, TODAY) if problem.where[0] != "publications"] == []
    assert scan(career) == []


def test_the_sensitive_rows_are_classed_so(career):
    """The training of the committee's members, the mandate and the union work."""
    classed = {row.id for row in career.rows.values() if row.sensibilite == PARTICULIERE}
    assert {"f10", "k3", "k4", "k5"} <= classed


@pytest.mark.parametrize("place", LISTES)
def test_the_career_survives_tables(career, place):
    """Every list of the demo goes to a table and comes back equal."""
    *volet, nom = place.split(".")
    rows = getattr(getattr(career, volet[0]) if volet else career, nom)
    assert from_frame(to_frame(rows, LISTES[place]), LISTES[place]) == rows


def test_the_career_is_what_the_schema_describes(career):
    """The demo is valid against the published schema, and reads back from its JSON."""
    data = career.to_data()
    Draft202012Validator(json_schema()).validate(data)
    assert Livret.from_data(data) == career
