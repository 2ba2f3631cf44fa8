"""What to do next: its order, its words, where each step leads."""

from __future__ import annotations

from datetime import date

import pytest

from data import demo
from data.competences import Competence, Competences, Habilitation
from data.experiences import Emploi, Experiences
from data.formations import ActionFormation, Diplome, Formations
from data.model import LISTES, Livret, Titulaire
from data.obligations import statutory
from data.values import Duree, PartialDate, Periode
from editor.career import career, training
from editor.moments import say_day, say_moment, say_time
from editor.next_steps import MOST, next_steps

JOUR = date(2026, 11, 24)
PARSE = PartialDate.parse


def full(**parts: object) -> Livret:
    """A small livret that lacks nothing, but what a test takes away."""
    attested = {"pieces": ("p1",)}
    post = Emploi(
        id="e1", intitule="Jardinier", employeur="Ville", debut=PARSE("2020"), competences=("c1",), **attested
    )
    return Livret.from_data(
        Livret(
            titulaire=Titulaire(prenom="Ada", nom="Lar"),
            experiences=Experiences(emplois=(post,)),
            formations=Formations(
                diplomes=(Diplome(id="d1", intitule="BTS", date_obtention=PARSE("1998"), **attested),),
                actions=(
                    ActionFormation(
                        id="f1", intitule="La paie", sessions=(Periode.parse("2024-03-04"),),
                        duree=Duree.parse("2 j"), **attested,
                    ),
                ),
            ),
            competences=Competences(competences=(Competence(id="c1", libelle="Tailler"),)),
            charte=PARSE("2026"),
        ).to_data()
        | {"pieces": [{"id": "p1", "titre": "Attestation", "taille": 12}]}
    ).with_(**parts)  # fmt: skip


def says(livret: Livret, **known: object) -> list[str]:
    return [step.says for step in next_steps(livret, JOUR, **known)]


def test_a_livret_in_order_asks_for_nothing_but_the_key():
    """When nothing is lacking, the one thing proposed is to verify the recovery key, and not even that once it was."""
    assert says(full()) == ["Vérifiez votre clé de secours"]
    assert says(full(), key_verified=True) == []


def test_an_empty_livret_is_told_where_to_begin():
    """Somebody new is led to their name, then to the four lists that say most."""
    steps = next_steps(Livret(), JOUR)
    assert [step.liste for step in steps] == [
        "titulaire", "experiences.emplois", "formations.diplomes", "formations.actions", "competences.competences",
    ]  # fmt: skip


def test_what_was_not_understood_comes_first():
    """An entry to correct is the first step, names the text and the field, and leads to its row."""
    livret = full()
    wrong = livret.formations.diplomes[0].with_(a_corriger={"date_obtention": "l’an pèbre"})
    livret = livret.with_(formations=livret.formations.with_(diplomes=(wrong,)), charte=None)
    first = next_steps(livret, JOUR)[0]
    assert (first.liste, first.row) == ("formations.diplomes", "d1")
    assert "l’an pèbre" in first.why
    assert "Date d’obtention" in first.why


def test_overdue_training_comes_before_what_expires_and_what_is_missing():
    """The demonstration's late statutory training, its licence and its documents are told in that order."""
    steps = next_steps(demo.livret(), JOUR)
    assert [step.liste for step in steps[:3]] == [
        "formations.actions", "competences.habilitations", "formations.actions",
    ]  # fmt: skip
    assert "6\N{NO-BREAK SPACE}mai\N{NO-BREAK SPACE}2021" in steps[0].why
    assert steps[1].row == "h-sst"
    assert steps[2].says == "Joignez 5\N{NO-BREAK SPACE}justificatifs"


def test_a_tracker_known_already_is_not_computed_again():
    """The tracker given is the one believed."""
    assert not any(step.says.startswith("Régularisez") for step in next_steps(demo.livret(), JOUR, suivi=()))
    late = [line for line in statutory(demo.livret(), JOUR) if line.etat == "en_retard"]
    assert next_steps(demo.livret(), JOUR, suivi=late)[0].says.startswith("Régularisez")


@pytest.mark.parametrize(("until", "told"), [("2027-03", True), ("2027-09", False), ("2026-10", True)])
def test_what_expires_is_told_half_a_year_ahead(until: str, told: bool):
    """A licence is a step when it expires within six months or has, and not before."""
    livret = full()
    licence = Habilitation(id="h1", intitule="CACES", debut=PARSE("2022"), date_echeance=PARSE(until))
    livret = livret.with_(competences=livret.competences.with_(habilitations=(licence,)))
    assert ("h1" in [step.row for step in next_steps(livret, JOUR)]) is told


def test_an_incomplete_list_is_named_with_its_first_row():
    """The list whose fields lack the most gives a step that leads to the first row to complete."""
    livret = full()
    post = livret.experiences.emplois[0]
    livret = livret.with_(experiences=livret.experiences.with_(emplois=(post, post.with_(id="e2", employeur=""))))
    step = next(step for step in next_steps(livret, JOUR) if step.says.startswith("Complétez"))
    assert (step.liste, step.row) == ("experiences.emplois", "e2")
    assert "Employeur" in step.why


def test_an_unproved_competence_and_a_document_adrift_are_told():
    """A competence nothing shows and a document that proves nothing each give a step to their row."""
    livret = full()
    adrift = livret.pieces[0].with_(id="p2")
    alone = Competence(id="c2", libelle="Greffer")
    livret = livret.with_(
        competences=livret.competences.with_(competences=(*livret.competences.competences, alone)),
        pieces=(*livret.pieces, adrift),
    )
    assert [step.row for step in next_steps(livret, JOUR)[:2]] == ["c2", "p2"]


def test_there_are_five_at_most_and_each_leads_somewhere():
    """However much is lacking, five steps at most, each to a known place."""
    livret = demo.livret()
    bare = livret.with_(titulaire=livret.titulaire.with_(a_corriger={"courriel": "?"}), pieces=(), charte=None)
    steps = next_steps(bare, JOUR)
    assert len(steps) == MOST
    assert all(step.liste in {*LISTES, "titulaire", "aide", "securite"} for step in steps)


# The charts


def test_the_timeline_holds_every_dated_row_once():
    """Bars and points together are the dated rows, and the table tells as many."""
    livret = demo.livret()
    chart = career(livret, JOUR)
    experiences, formations = livret.experiences, livret.formations
    periods = (*experiences.emplois, *experiences.stages, *experiences.tutorats, *experiences.activites)
    events = (*formations.diplomes, *formations.certifications, *formations.concours)
    assert sorted(one["id"] for one in chart.data["barres"]) == sorted(row.id for row in periods if row.periode_ligne)
    assert sorted(one["id"] for one in chart.data["reperes"]) == sorted(row.id for row in events if row.periode_ligne)
    assert len(chart.table) == len(periods) + len(events)
    assert not career(Livret(), JOUR)


def test_hours_are_laid_down_as_days_at_the_livrets_own_rate_and_said_apart():
    """A year of hours stands as days at the livret's rate; its words keep the hours and the chart says the rate."""
    livret = demo.livret()
    year = next(one for one in training(livret).data["annees"] if one["annee"] == 2022)
    assert year["total"] == "40\N{NO-BREAK SPACE}heures (soit 6,67\N{NO-BREAK SPACE}jours)"
    assert [part["jours"] for part in year["parts"]] == [6.67]
    seven = livret.with_(reglages=livret.reglages.with_(heures_par_jour=8))
    assert next(one for one in training(seven).data["annees"] if one["annee"] == 2022)["parts"][0]["jours"] == 5.0
    assert "8\N{NO-BREAK SPACE}heures par jour" in training(seven).says


def test_days_alone_are_told_without_a_rate():
    """Nothing is converted, and nothing said of it, when every attestation counts days."""
    chart = training(full())
    assert "heures" not in chart.says
    assert chart.table == (
        ("2024", "2\N{NO-BREAK SPACE}jours", "Type non précisé\N{NO-BREAK SPACE}: 2\N{NO-BREAK SPACE}jours"),
    )


def test_the_bars_add_up_to_the_training_followed():
    """What the bars show, all years and types together, is what the livret counts, in days."""
    livret = demo.livret()
    shown = sum(part["jours"] for year in training(livret).data["annees"] for part in year["parts"])
    assert shown == pytest.approx(104.5 + 76 / 6, abs=0.05)


def test_trainings_without_a_date_are_said_to_be_absent():
    """A training that cannot be drawn is told rather than dropped in silence."""
    livret = full()
    undated = ActionFormation(id="f2", intitule="Sans date", duree=Duree.parse("1 j"))
    livret = livret.with_(formations=livret.formations.with_(actions=(*livret.formations.actions, undated)))
    assert "1\N{NO-BREAK SPACE}formation sans date ou sans durée n’y figure pas." in training(livret).says


# Moments


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 24), "aujourd’hui"),
        (date(2026, 11, 23), "hier"),
        (date(2026, 11, 22), "dimanche 22\N{NO-BREAK SPACE}novembre\N{NO-BREAK SPACE}2026"),
        (date(2027, 1, 1), "vendredi 1er\N{NO-BREAK SPACE}janvier\N{NO-BREAK SPACE}2027"),
    ],
)
def test_days_are_said_as_people_do(day: date, said: str):
    """Today and yesterday have their words; other days their name and date."""
    assert say_day(day, JOUR) == said


def test_a_moment_is_told_by_the_local_clock():
    """The hour follows the day, in the French way."""
    from datetime import datetime  # noqa: PLC0415

    noon = datetime(2026, 11, 23, 9, 5).astimezone()
    assert say_time(noon) == "9\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}05"
    assert say_moment(noon, JOUR) == "hier à 9\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}05"
