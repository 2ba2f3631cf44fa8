"""The timeline: everything in percent of whole years, nothing over anything else."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.timeline import LABEL, SHORTEST, timeline
from site_builder.view import LienView
from tests.data.samples import livret

JOUR = date(2026, 11, 23)


def frise(jour: date = JOUR, **listes):
    return timeline(livret(**listes), lambda row: LienView("x", row.id, row.intitule_ligne, ""), jour)


def test_a_livret_without_dates_has_no_timeline():
    """Nothing dated, nothing drawn: no year, no bar, no row."""
    for empty in (frise(), frise(emplois=[{"id": "a", "intitule": "Agent"}], competences=[{"id": "c"}])):
        assert (empty.annees, empty.barres, empty.reperes, empty.rangs) == ((), (), (), 0)


def test_the_scale_runs_over_whole_years():
    """From 1 January of the first year to 31 December of the current one, whatever the months."""
    found = frise(emplois=[{"id": "a", "debut": "2017-07-01", "fin": "2019-06-30"}])
    assert [year.annee for year in found.annees] == list(range(2017, 2027))
    assert [found.annees[0].position, found.annees[5].position] == [0.0, 50.0]
    (bar,) = found.barres
    assert (bar.debut, bar.largeur, bar.annee) == (pytest.approx(4.96, abs=0.02), pytest.approx(19.98, abs=0.03), 2017)


@pytest.mark.parametrize(
    ("debut", "fin", "left", "right"),
    [
        ("2017", "2017", 0, 10),
        ("2017", "2026", 0, 89.8),
        ("2018-01", "2018-12", 10, 20),
        ("2026-01-01", None, 90, 98.95),
        ("2017-01-01", "2099", 0, 98.95),
        ("2020", "2019", 30, 40),
    ],
)
def test_a_vague_date_takes_its_widest_reading(debut, fin, left, right):
    """« 2017 à 2018 » covers both years; what still runs, or ends later, stops at the day of the portfolio."""
    found = frise(emplois=[{"id": "z", "debut": "2017", "fin": "2017"}, {"id": "a", "debut": debut, "fin": fin}])
    bar = next(bar for bar in found.barres if bar.lien.ref == "a")
    assert bar.debut == pytest.approx(left, abs=0.1)
    if fin != "2026":
        assert bar.debut + bar.largeur == pytest.approx(right, abs=0.1)


def test_a_running_post_is_said_to_run():
    """A post without an end still runs; one that ends in the future has an end."""
    found = frise(emplois=[{"id": "a", "debut": "2020"}, {"id": "b", "debut": "2021", "fin": "2030"}])
    assert [(bar.lien.ref, bar.en_cours) for bar in found.barres] == [("a", True), ("b", False)]
    assert found.annees[-1].annee == 2026


def test_what_lies_ahead_is_not_drawn():
    """A post or a competition to come is no part of the career yet, and does not stretch the scale."""
    found = frise(emplois=[{"id": "a", "debut": "2027-01"}], concours=[{"id": "b", "date": "2027"}])
    assert found.annees == ()


def test_milestones():
    """Diplomas, certifications and competitions stand at the middle of what is known of their date."""
    found = frise(
        emplois=[{"id": "a", "debut": "2017"}],
        diplomes=[{"id": "d", "date_obtention": "2018"}],
        certifications=[{"id": "c", "date_obtention": "2020-06"}],
        concours=[{"id": "x", "date": "2019-01-01"}, {"id": "sans-date"}],
    )
    assert [(mark.genre, mark.lien.ref, mark.annee, mark.date) for mark in found.reperes] == [
        ("diplome", "d", 2018, "2018"),
        ("concours", "x", 2019, "1er\u00a0janvier\u00a02019"),
        ("certification", "c", 2020, "juin\u00a02020"),
    ]
    assert [mark.position for mark in found.reperes] == pytest.approx([15, 20, 34.5], abs=0.2)


def test_posts_keep_the_top_rows():
    """Posts come first, then internships, tutoring, activities, each kind in rows of its own."""
    found = frise(
        activites=[{"id": "v", "debut": "2000", "fin": "2001"}],
        tutorats=[{"id": "t", "debut": "2003"}],
        stages=[{"id": "s", "debut": "2002", "fin": "2002"}],
        emplois=[
            {"id": "a", "debut": "2004"},
            {"id": "b", "debut": "2010", "fin": "2012"},
            {"id": "c", "debut": "2013"},
        ],
    )
    rows = {bar.lien.ref: bar.rang for bar in found.barres}
    assert rows == {"a": 0, "b": 1, "c": 1, "s": 2, "t": 3, "v": 4}
    assert found.rangs == 5


def test_training_of_each_year():
    """Days and hours are told apart, each in the year its training ended; the bar counts both together."""
    found = frise(
        emplois=[{"id": "e", "debut": "2019"}],
        actions=[
            {"id": "a", "sessions": ["2019-11 / 2020-02"], "duree": "5 j"},
            {"id": "b", "sessions": ["2020-03"], "duree": "6 h"},
            {"id": "c", "sessions": ["2021"], "duree": "3 j"},
            {"id": "d", "sessions": [], "duree": "9 j"},
            {"id": "f", "sessions": ["2021"]},
        ],
    )
    told = {y.annee: (y.jours.replace("\u00a0", " "), y.heures.replace("\u00a0", " "), y.part) for y in found.annees}
    assert told[2020] == ("5 jours", "6 heures", 100.0)
    assert told[2021] == ("3 jours", "", 50.0)
    assert told[2019] == ("", "", 0.0)


days = st.dates(date(1970, 1, 1), JOUR + timedelta(days=400))
posts = st.lists(st.tuples(days, st.none() | st.integers(0, 6000), st.integers(0, 2)), max_size=14)


def dated(day: date, precision: int) -> str:
    return day.isoformat()[: (10, 7, 4)[precision]]


@settings(max_examples=150, deadline=None)
@given(emplois=posts, stages=posts, diplomes=st.lists(days, max_size=10))
def test_nothing_is_drawn_over_anything_else(emplois, stages, diplomes):
    """Whatever the dates, bars of a row never overlap, labels neither, and all stands within the width."""

    def rows(periods, prefix):
        return [
            {
                "id": f"{prefix}{n}",
                "debut": dated(start, precision),
                "fin": None if length is None else dated(start + timedelta(days=length), precision),
            }
            for n, (start, length, precision) in enumerate(periods)
        ]

    found = frise(
        emplois=rows(emplois, "e"),
        stages=rows(stages, "s"),
        diplomes=[{"id": f"d{n}", "date_obtention": day.isoformat()} for n, day in enumerate(diplomes)],
    )
    for bar in found.barres:
        assert bar.debut >= 0
        assert bar.largeur >= SHORTEST
        assert bar.debut + bar.largeur <= 100.001
        assert 0 <= bar.rang < found.rangs
    for one, other in combinations(found.barres, 2):
        if one.rang == other.rang:
            first, second = sorted((one, other), key=lambda bar: bar.debut)
            assert first.debut + first.largeur <= second.debut + 0.001
            assert one.genre == other.genre
    for one, other in combinations(found.reperes, 2):
        if one.rang == other.rang:
            assert abs(label(one.position) - label(other.position)) >= LABEL
    assert all(0 <= mark.position <= 100 for mark in found.reperes)
    assert sorted({bar.rang for bar in found.barres}) == list(range(found.rangs))
    assert [year.position for year in found.annees] == sorted({year.position for year in found.annees})


def label(position: float) -> float:
    return position if position + LABEL <= 100 else position - LABEL
