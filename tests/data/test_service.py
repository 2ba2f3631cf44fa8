"""Length of service: counted in 360-day years, once, corrected by the quotité."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.service import gaps, hours, length_of_service, overlaps, say_hours
from data.values import FULL_TIME, days360
from tests.data.samples import livret

END = date(2026, 11, 23)
BEFORE_RANK_B = [
    {"id": "E02", "intitule": "Accueil", "secteur": "FPT", "debut": "2000-09-01", "fin": "2001-08-31"},
    {"id": "E03", "intitule": "État civil", "secteur": "FPT", "debut": "2001-09-01", "fin": "2002-08-31"},
    {"id": "E04", "intitule": "Élections", "secteur": "FPT", "debut": "2002-09-01", "fin": "2006-12-31"},
    {"id": "E05", "intitule": "RH", "secteur": "FPT", "debut": "2007-01-01", "fin": "2010-06-30"},
    {"id": "E06", "intitule": "Paie", "secteur": "FPT", "debut": "2010-07-01", "fin": "2012-12-31"},
]


def posts(*rows):
    return livret(emplois=[{"intitule": f"Poste {n}", "secteur": "FPT", **row} for n, row in enumerate(rows)])


def service(*rows, until=END, **options):
    return length_of_service(posts(*rows), until, **options)


def test_the_dispense_of_2013_counts_twelve_years_and_four_months():
    """The historic case: five posts in a row, up to the day before the new cadre d'emplois."""
    found = length_of_service(livret(emplois=BEFORE_RANK_B), date(2012, 12, 31))
    assert found.corrige.words.replace("\u00a0", " ") == "12 ans et 4 mois"
    assert found.brut == found.corrige
    assert found.words.replace("\u00a0", " ") == "12 ans et 4 mois au 31 décembre 2012"
    assert [ligne.motif for ligne in found.lignes] == [""] * 5


def test_only_the_chosen_posts_count():
    """A dispense looks at some posts only; the others say that they were left out."""
    found = length_of_service(livret(emplois=BEFORE_RANK_B), date(2012, 12, 31), emplois={"E05", "E06"})
    assert found.corrige.jours == 6 * 360
    assert [ligne.motif for ligne in found.lignes] == ["poste non retenu"] * 3 + ["", ""]


@pytest.mark.parametrize(
    ("row", "motif"),
    [
        ({"debut": "2000", "fin": "2001", "secteur": "prive"}, "secteur non retenu"),
        ({"debut": "2000", "fin": "2001", "secteur": "Secteur privé"}, "secteur non retenu"),
        ({"debut": "2000", "fin": "2001", "secteur": ""}, "le secteur n’est pas précisé"),
        ({"fin": "2001"}, "la date de début manque"),
        ({"debut": "2001", "fin": "2000"}, "la fin précède le début"),
        ({"debut": "2030"}, "poste postérieur à la date retenue"),
        ({"debut": "2000", "fin": "2001", "position": "disponibilite"}, "position qui ne compte pas"),
        ({"debut": "2000", "fin": "2001", "position": "Congé parental"}, "position qui ne compte pas"),
    ],
)
def test_a_post_that_does_not_count_says_why(row, motif):
    """Nothing is left out silently."""
    found = service(row)
    assert found.jours == 0
    assert found.lignes[0].motif.startswith(motif)


def test_what_counts_can_be_chosen():
    """Sectors and positions are the caller's choice; public service is only the default."""
    private = {"debut": "2000", "fin": "2001", "secteur": "prive"}
    leave = {"debut": "2002", "fin": "2002", "position": "conge-parental"}
    assert service(private, leave, secteurs=None, positions_exclues=()).corrige.annees == 3
    assert service(private, secteurs={"prive"}).corrige.annees == 2


def test_a_label_counts_like_its_code():
    """What the agent chose in the list counts, whether stored as a code or as its label."""
    assert service({"debut": "2000", "fin": "2001", "secteur": "Fonction publique territoriale"}).corrige.annees == 2


def test_quotites_take_effect_on_their_date():
    """Full time until the change, its share afterwards."""
    found = service({"debut": "2020-01-01", "fin": "2021-12-31", "quotites": ["80 | 2021-01-01"]})
    assert found.jours == 360 + 288
    assert str(found.lignes[0].corrige).replace("\u00a0", " ") == "1 an et 9 mois"
    assert found.brut.jours == 720


def test_the_first_quotite_holds_from_the_start():
    """A share without a date, or dated before the post, holds from its first day."""
    undated = service({"debut": "2020-01-01", "fin": "2020-12-31", "quotites": ["50"]})
    earlier = service({"debut": "2020-01-01", "fin": "2020-12-31", "quotites": ["50 | 2019"]})
    later = service({"debut": "2020-01-01", "fin": "2020-12-31", "quotites": ["50 | 2021"]})
    assert (undated.jours, earlier.jours, later.jours) == (180, 180, 360)


def test_posts_held_together_count_once():
    """Two full-time posts are one, two half-time posts make one, two thirds more do not pass it."""
    full = {"debut": "2020-01-01", "fin": "2020-12-31"}
    half = full | {"quotites": ["50"]}
    most = full | {"quotites": ["70"]}
    assert service(full, full).jours == 360
    assert service(half, half).jours == 360
    assert service(most, most).jours == 360
    assert service(half, most).brut.jours == 360
    assert sum(ligne.jours for ligne in service(half, most).lignes) == 432


def test_vague_dates_take_their_widest_reading():
    """A year is the whole year, a month the whole month."""
    assert service({"debut": "2006", "fin": "2008"}).corrige.words.replace("\u00a0", " ") == "3 ans"
    assert service({"debut": "2006-03", "fin": "2006-05"}).corrige.words.replace("\u00a0", " ") == "3 mois"


def test_a_running_post_counts_to_the_day_asked():
    """What has not ended counts up to the day asked, included."""
    assert service({"debut": "2025-01-01"}, until=date(2025, 12, 31)).jours == 360
    assert service({"debut": "2025-01-01", "fin": "2027"}, until=date(2025, 1, 1)).jours == 1


def test_a_year_of_full_time_is_1607_hours():
    """A VAE counts hours, corrected by the quotité."""
    assert service({"debut": "2020-01-01", "fin": "2020-12-31"}).heures == 1607
    assert service({"debut": "2020-01-01", "fin": "2020-12-31", "quotites": ["50"]}).lignes[0].heures == 804
    assert hours(Decimal(0)) == 0
    assert say_hours(19820) == "19\u202f820 heures"


DAYS = st.dates(date(2000, 1, 1), date(2020, 12, 31))
SHARES = st.lists(st.integers(1, 100), max_size=1)


@given(st.lists(st.tuples(DAYS, DAYS, SHARES), max_size=6))
def test_service_never_exceeds_the_calendar(stretches):
    """However posts overlap, service is at most the time between the first day and the last, and at most their sum."""
    rows = [
        {"debut": min(a, b).isoformat(), "fin": max(a, b).isoformat(), "quotites": [str(s) for s in shares]}
        for a, b, shares in stretches
    ]
    found = service(*rows)
    assert 0 <= found.jours <= found.brut.jours
    assert found.jours <= sum(ligne.jours for ligne in found.lignes)
    if rows:
        whole = days360(min(min(a, b) for a, b, _ in stretches), max(max(a, b) for a, b, _ in stretches))
        assert found.brut.jours <= whole


@given(DAYS, st.integers(0, 900), st.integers(1, 100))
def test_cutting_a_post_in_two_changes_nothing(start, length, share):
    """A post and the same post split at any day count alike."""
    middle, end = start + timedelta(days=length), start + timedelta(days=1000)
    quotites = [str(share)]
    whole = service({"debut": start.isoformat(), "fin": end.isoformat(), "quotites": quotites})
    split = service(
        {"debut": start.isoformat(), "fin": middle.isoformat(), "quotites": quotites},
        {"debut": (middle + timedelta(days=1)).isoformat(), "fin": end.isoformat(), "quotites": quotites},
    )
    assert whole.jours == split.jours
    assert whole.jours == Decimal(whole.brut.jours * share) / FULL_TIME


def test_gaps_are_told_without_asking_why():
    """A long stretch without post is named, with its length; a short one is not worth a word."""
    held = posts({"debut": "2000-01-01", "fin": "2000-12-31"}, {"debut": "2001-03-01", "fin": "2001-06-30"})
    (gap,) = gaps(held, END)
    assert (gap.debut, gap.fin) == (date(2001, 1, 1), date(2001, 2, 28))
    assert gap.duree.jours == 60
    assert gap.says.replace("\u00a0", " ").startswith(
        "Du 1er janvier au 28 février 2001, aucun poste entre « Poste 0 »"
    )
    assert gaps(held, END, at_least=60) == ()
    assert gaps(held, date(2000, 6, 1)) == ()


def test_a_longer_post_covers_the_gap_behind_it():
    """A post that lasted through leaves no gap, wherever it stands in the list."""
    held = posts(
        {"debut": "2001-01-01", "fin": "2001-02-28"},
        {"debut": "2000", "fin": "2005"},
        {"debut": "2003-01-01", "fin": "2003-02-28"},
        {"debut": "2006-01-01"},
    )
    assert gaps(held, END) == ()


def test_a_post_without_start_hides_no_gap_after_it():
    """No gap is claimed before a post whose start is unknown, but those after it are."""
    held = posts({"debut": "2000", "fin": "2000"}, {"fin": "2004"}, {"debut": "2006"})
    assert [gap.debut for gap in gaps(held, END)] == [date(2005, 1, 1)]
    assert gaps(livret(), END) == ()


def test_only_sure_overlaps_are_told():
    """Two posts that share a vague year are not said to overlap; two that share days are."""
    assert overlaps(posts({"debut": "2000", "fin": "2006"}, {"debut": "2006", "fin": "2008"}), END) == ()
    held = posts({"debut": "2000-01-01", "fin": "2000-12-31"}, {"debut": "2000-12-31"}, {}, {"debut": "2030"})
    (shared,) = overlaps(held, END)
    assert (shared.debut, shared.fin) == (date(2000, 12, 31), date(2000, 12, 31))
    assert shared.says.replace("\u00a0", " ").startswith("Le 31 décembre 2000, « Poste 0 » et « Poste 1 »")
