"""Training: days and hours added apart, and the statutory tracker."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.nominations import nominations
from data.obligations import ETATS, statutory
from data.training import Volume, volumes
from tests.data.samples import durees, livret

TODAY = date(2026, 11, 23)


def text(value):
    return value.replace("\u00a0", " ")


@given(st.lists(st.none() | durees, max_size=8))
def test_days_and_hours_are_never_mixed(lengths):
    """Totals keep the attestations' units, and every training is counted once."""
    held = livret(actions=[{"duree": length.iso if length else None} for length in lengths])
    total = volumes(held).total
    assert total.jours == sum((one.valeur for one in lengths if one and one.unite == "j"), Decimal(0))
    assert total.heures == sum((one.valeur for one in lengths if one and one.unite == "h"), Decimal(0))
    assert total.actions == len(lengths)
    assert total.total_heures(6) == total.jours * 6 + total.heures


@given(
    st.lists(st.tuples(st.sampled_from(["2020", "2021-03/2022-01", "2022/..", ""]), st.sampled_from(["PERF", "x", ""])))
)
def test_years_and_types_add_up_to_the_total(rows):
    """However a career is cut, its parts make the whole."""
    held = livret(
        actions=[{"sessions": [dates] if dates else [], "type": kind, "duree": "1 j"} for dates, kind in rows]
    )
    found = volumes(held)
    for parts in (found.par_annee, found.par_type, found.par_annee_et_type):
        assert sum(parts.values(), Volume()) == found.total


def test_a_training_counts_in_the_year_it_ended():
    """A preparation over two years is not cut; a running one counts where it began, an undated one nowhere."""
    held = livret(
        actions=[
            {"sessions": ["2011-10/2012-09"], "duree": "22 j"},
            {"sessions": ["2020-12/.."], "duree": "3 j"},
            {"duree": "12 h"},
        ]
    )
    assert list(volumes(held).par_annee) == [2020, 2012, None]


def test_types_are_told_by_code():
    """A label and its code are one type; a free text stays as typed."""
    held = livret(actions=[{"type": "PERF"}, {"type": "Formation de perfectionnement"}, {"type": "Atelier"}])
    assert {kind: volume.actions for kind, volume in volumes(held).par_type.items()} == {"PERF": 2, "Atelier": 1}


def test_only_the_trainings_given_are_added():
    """A dossier counts its own trainings."""
    held = livret(actions=[{"duree": "3 j"}, {"duree": "12 h"}])
    assert text(volumes(held, held.formations.actions[:1]).total.words) == "3 jours"
    assert text(volumes(held).total.words) == "3 jours et 12 heures"
    assert volumes(held, []).total.words == ""


# ── The tracker ───────────────────────────────────────────────────────────────────────────────────────────────────

STAGE_C = {
    "id": "e03",
    "secteur": "FPT",
    "statut": "stagiaire",
    "categorie": "C",
    "cadre_emplois": "Agents administratifs territoriaux",
    "debut": "2001-09-01",
    "fin": "2002-08-31",
    "nomination": "2001-09-01",
    "mode_entree": "recrutement-direct",
}
POST_C = STAGE_C | {"id": "e04", "statut": "titulaire", "debut": "2002-09-01", "fin": "2006-12-31", "nomination": None}
MOVED_C = POST_C | {
    "id": "e05",
    "cadre_emplois": "adjoints-administratifs",
    "debut": "2007-01-01",
    "fin": "2012-12-31",
    "mode_entree": "mutation",
}
STAGE_B = {
    "id": "e07",
    "secteur": "FPT",
    "statut": "stagiaire",
    "categorie": "B",
    "cadre_emplois": "redacteurs",
    "debut": "2013-01-01",
    "fin": "2013-12-31",
    "nomination": "2013-01-01",
    "mode_entree": "concours",
}
POST_B = STAGE_B | {
    "id": "e08",
    "statut": "titulaire",
    "debut": "2014-01-01",
    "fin": None,
    "nomination": None,
    "mode_entree": "",
}


def action(kind, dates, length, **more):
    return {"intitule": f"Formation {kind}", "type": kind, "sessions": [dates], "duree": length, **more}


def lines(code, *posts, actions=(), dispenses=(), today=TODAY):
    held = livret(emplois=list(posts), actions=list(actions), dispenses=list(dispenses))
    return [line for line in statutory(held, today) if line.obligation.code == code]


def test_nominations_are_found_in_a_career():
    """A stage opens a nomination; titularisation, mutation, reclassement and reinstatement do not."""
    back = POST_B | {"id": "e10", "debut": "2020-09-01", "mode_entree": "reintegration"}
    found = nominations(livret(emplois=[back, POST_B, STAGE_B, MOVED_C, POST_C, STAGE_C]))
    assert [(one.jour, one.categorie, one.emploi.id) for one in found] == [
        (date(2001, 9, 1), "C", "e03"),
        (date(2013, 1, 1), "B", "e07"),
    ]


@pytest.mark.parametrize(
    ("post", "opens"),
    [
        ({"statut": "titulaire", "categorie": "A", "cadre_emplois": "attaches"}, True),  # promotion interne, undated
        ({"statut": "titulaire", "categorie": "B", "cadre_emplois": "techniciens", "mode_entree": "concours"}, True),
        ({"statut": "titulaire", "categorie": "B", "cadre_emplois": "techniciens"}, False),
        ({"statut": "titulaire", "categorie": "B", "cadre_emplois": "redacteurs", "mode_entree": "concours"}, False),
        ({"statut": "cdd", "categorie": "B"}, False),
        ({"statut": "salarie-prive", "categorie": "A"}, False),
        ({"statut": "titulaire", "categorie": "A", "secteur": "FPH", "mode_entree": "detachement"}, False),
        ({"statut": "titulaire", "categorie": "B", "grade": "rédactrice principale de 1re classe"}, False),
        ({"statut": "stagiaire", "grade": "attachée"}, True),  # the grade alone says the cadre and its category
    ],
)
def test_a_post_opens_a_nomination_or_not(post, opens):
    """Another category, or a stated way into another cadre d'emplois, opens a nomination."""
    later = {"id": "next", "secteur": "FPT", "debut": "2020-01-01"} | post
    found = nominations(livret(emplois=[STAGE_B, POST_B, later]))
    assert (len(found) == 2) == opens


def test_integration_of_2013_counts_days_waived():
    """The historic case: 3 days followed and 2 waived out of the 5 that the decision says."""
    (line,) = lines(
        "integration",
        STAGE_B,
        POST_B,
        actions=[action("INT", "2013-06-10/2013-06-12", "3 j")],
        dispenses=[{"formation": "INT", "duree": "2 j", "duree_due": "5 j", "date_decision": "2013-05-14"}],
    )
    assert (line.etat, line.jours_min, line.jours_faits, line.jours_dispenses) == ("faite", 5, 3, 2)
    assert line.echeance == date(2013, 12, 31)
    assert text(line.says) == "Faite : 5 jours, dont 2 jours en dispense."


@pytest.mark.parametrize(
    ("start", "category", "days"),
    [("2013-01-01", "B", 5), ("2016-01-01", "B", 10), ("2016-01-01", "C", 5), ("2020-01-01", "A", 10)],
)
def test_integration_lasts_what_its_year_and_category_say(start, category, days):
    """Ten days in categories A and B since 2016, five otherwise."""
    post = {"secteur": "FPT", "statut": "stagiaire", "categorie": category, "debut": start, "nomination": start}
    (line,) = lines("integration", post)
    assert (line.jours_min, line.jours_max) == (days, days)
    assert line.etat == "en_retard"


def test_a_nomination_before_the_decree_owes_nothing():
    """What no text asked at the time is not claimed; what was followed all the same is shown."""
    assert lines("integration", STAGE_C, POST_C) == []
    assert lines("professionnalisation-1", STAGE_C, POST_C) == []
    (line,) = lines("integration", STAGE_C, POST_C, actions=[action("INT", "2002-03", "5 j")])
    assert line.etat == "faite"


@pytest.mark.parametrize(
    ("today", "length", "etat"),
    [
        (date(2021, 6, 1), None, "en_cours"),
        (date(2021, 6, 1), "5 j", "faite"),
        (date(2021, 6, 1), "4 j", "en_cours"),
        (date(2021, 12, 31), "4 j", "en_cours"),
        (date(2022, 1, 1), "4 j", "en_retard"),
        (date(2022, 1, 1), "30 h", "faite"),
        (date(2022, 1, 1), "29 h", "en_retard"),
    ],
)
def test_first_post_training_is_due_within_two_years(today, length, etat):
    """Under way until its last day, late afterwards; hours count at the livret's hours a day, and it says so."""
    post = POST_B | {"debut": "2020-01-01", "nomination": "2020-01-01", "fin": None}
    actions = [action("PRO1", "2021-02", length)] if length else []
    (line,) = lines("professionnalisation-1", post, actions=actions, today=today)
    assert line.etat == etat
    assert line.echeance == date(2021, 12, 31)
    assert line.converti == (length is not None and length.endswith("h"))
    assert line.says


def test_days_carried_over_from_a_waiver_are_added():
    """Days waived from integration and added to the first-post training are asked there (art. 13)."""
    waiver = {"formation": "INT", "duree": "2 j", "duree_due": "5 j", "date_decision": "2013-05-14"}
    first_post = action("PRO1", "2014-02-03/2014-02-07", "6 j", id="f09")
    for report, asked in [("f09", 7), ("Ajoutés à « Formation PRO1 »", 7), ("", 5), ("une autre", 5)]:
        (line,) = lines(
            "professionnalisation-1", STAGE_B, actions=[first_post], dispenses=[{**waiver, "report": report}]
        )
        assert line.jours_min == asked
        assert line.etat == ("faite" if asked == 5 else "en_retard")


def test_a_whole_waiver_is_told_as_such():
    """Nothing followed and everything waived is a waiver, not a training."""
    (line,) = lines("integration", STAGE_B, dispenses=[{"formation": "INT", "duree": "5 j"}])
    assert line.etat == "dispensee"
    assert text(line.says) == "Dispensée : 5 jours."


def test_career_training_runs_by_periods_of_five_years():
    """The first period opens two years after the nomination; each asks two days; the running one is open."""
    found = lines("professionnalisation-carriere", STAGE_B, POST_B, actions=[action("PROC", "2021-11", "3 j")])
    assert [(line.debut, line.echeance, line.etat) for line in found] == [
        (date(2015, 1, 1), date(2019, 12, 31), "en_retard"),
        (date(2020, 1, 1), date(2024, 12, 31), "faite"),
        (date(2025, 1, 1), date(2029, 12, 31), "en_cours"),
    ]
    assert "il reste 2 jours" in text(found[-1].says)


def test_the_first_period_of_those_already_in_post_opened_with_the_decree():
    """Nobody owed a period before 1 July 2008; changing cadre d'emplois ends the running one (art. 14)."""
    proof = action("PROC", "2011-04", "3 j")
    (line,) = [
        line
        for line in lines("professionnalisation-carriere", STAGE_C, POST_C, MOVED_C, STAGE_B, actions=[proof])
        if line.categorie == "C"
    ]
    assert (line.debut, line.etat) == (date(2008, 7, 1), "faite")
    cut = lines("professionnalisation-carriere", STAGE_C, POST_C, MOVED_C, STAGE_B)
    assert [line.categorie for line in cut if line.categorie == "C"] == []


def test_training_for_a_responsibility_exempts_and_opens_a_new_period():
    """Art. 15: the running period is exempted, and the next one starts when that training ends."""
    found = lines(
        "professionnalisation-carriere", STAGE_B, POST_B, actions=[action("PROR", "2016-05-04/2016-05-06", "3 j")]
    )
    assert [(line.debut, line.etat) for line in found] == [
        (date(2015, 1, 1), "dispensee"),
        (date(2016, 5, 7), "en_retard"),
        (date(2021, 5, 7), "en_retard"),
        (date(2026, 5, 7), "en_cours"),
    ]
    assert "« Formation PROR »" in found[0].says
    both = [action("PROR", "2016-05-04/2016-05-06", "3 j"), action("PROC", "2016-02", "2 j")]
    met = lines("professionnalisation-carriere", STAGE_B, POST_B, actions=both)[0]
    assert (met.etat, text(met.says)) == ("faite", "Faite : 2 jours.")


def test_a_period_to_come_is_announced():
    """Until two years after the nomination, the first period is announced with its date."""
    post = POST_B | {"debut": "2026-01-01", "nomination": "2026-01-01"}
    (line,) = lines("professionnalisation-carriere", post)
    assert (line.debut, line.etat) == (date(2028, 1, 1), "a_venir")
    assert text(line.says) == "S’ouvrira le 1er janvier 2028."


def test_each_responsibility_asks_for_its_own_training():
    """Within six months of each assignment; a training before the next one counts for the first only."""
    first = POST_B | {"poste_responsabilite": "2016-02-01", "fin": "2022-12-31"}
    second = POST_B | {"id": "e11", "debut": "2023-01-01", "mode_entree": "mutation"}
    second |= {"poste_responsabilite": "2023-01-01"}
    found = lines(
        "poste-responsabilite", STAGE_B, first, second, actions=[action("PROR", "2016-05-04/2016-05-06", "3 j")]
    )
    assert [(line.debut, line.echeance, line.etat) for line in found] == [
        (date(2016, 2, 1), date(2016, 7, 31), "faite"),
        (date(2023, 1, 1), date(2023, 6, 30), "en_retard"),
    ]
    both = lines("poste-responsabilite", second, actions=[action("MGT / PROR", "2023-03", "5 j")])
    assert [line.etat for line in both] == ["faite"]


def test_laicite_has_no_deadline():
    """Every fonctionnaire is trained once; nobody is late."""
    (line,) = lines("laicite", STAGE_B)
    assert (line.etat, line.echeance, line.jours_min) == ("en_cours", None, None)
    assert line.says == "Sans échéance : elle reste à suivre."
    (line,) = lines("laicite", STAGE_B, actions=[action("LAIC", "2023-10-02/2023-10-03", "2 j")])
    assert line.etat == "faite"
    assert lines("laicite") == []


def test_management_is_asked_on_first_leading_a_team():
    """Since August 2019, the first team asks for a training; a second one does not."""
    led = POST_B | {"debut": "2021-01-01", "nomination": "2013-01-01", "encadrement": 3}
    again = POST_B | {"id": "e11", "debut": "2023-01-01", "encadrement": 5}
    assert [line.emploi.id for line in lines("management", led, again)] == ["e08"]
    assert lines("management", led | {"debut": "2014-01-01"}) == []
    assert lines("management", POST_B) == []


PM = {"statut": "stagiaire", "categorie": "C", "cadre_emplois": "agents-police-municipale"}


@pytest.mark.parametrize(
    ("post", "code", "bound"),
    [
        ({"statut": "titulaire", "categorie": "A", "mode_entree": "promotion-interne"}, "integration", False),
        (PM, "integration", False),
        (PM, "pm-initiale-agent", True),
        ({"statut": "stagiaire", "categorie": "C"}, "pm-initiale-agent", False),
        ({"statut": "stagiaire", "cadre_emplois": "administrateurs"}, "integration", False),
        ({"statut": "cdi", "categorie": "B"}, "integration", True),
        ({"statut": "cdd", "categorie": "B", "fin": "2020-06-30"}, "integration", False),
        ({"statut": "cdd", "categorie": "B", "debut": "2018-01-01"}, "integration", False),
        ({"statut": "cdi", "categorie": "B"}, "laicite", False),
        ({"statut": "titulaire", "intitule": "Secrétaire général de mairie", "cadre_emplois": "redacteurs",
          "debut": "2025-01-01"}, "secretaire-general-mairie", True),
        ({"statut": "stagiaire", "cadre_emplois": "medecins"}, "professionnalisation-carriere", False),
    ],
)  # fmt: skip
def test_the_nomenclature_says_who_is_bound(post, code, bound):
    """Cadre d'emplois, way in and kind of contract decide, as the list of obligations says."""
    found = lines(code, {"secteur": "FPT", "debut": "2020-01-01"} | post)
    assert bool(found) == bound


@pytest.mark.parametrize(
    "change",
    [{"resultat": "abandon"}, {"sessions": ["2030-01"]}, {"sessions": []}, {"type": "PERF"}, {"sessions": ["2012-01"]}],
)
def test_a_training_that_does_not_count(change):
    """Abandoned, to come, undated, of another type or before the nomination: it proves nothing."""
    (line,) = lines("integration", STAGE_B, actions=[action("INT", "2013-06", "5 j") | change])
    assert line.actions == ()


def test_lines_are_in_order_and_all_speak():
    """Every line has a state with a French name and a sentence; the oldest window comes first, the undated last."""
    found = statutory(livret(emplois=[STAGE_C, POST_C, MOVED_C, STAGE_B, POST_B]), TODAY)
    starts = [line.debut or date.max for line in found]
    assert starts == sorted(starts)
    assert all(line.says.endswith(".") and ETATS[line.etat] for line in found)
    assert statutory(livret(), TODAY) == ()
