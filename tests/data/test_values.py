"""The small values: what is read, what is refused, and the laws that every date, period and duration obeys."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.values import (
    Anciennete,
    Duree,
    Etape,
    PartialDate,
    Periode,
    Quotite,
    days360,
)
from tests.data.samples import durees, etapes, near_dates, partial_dates, periodes, quotites

ANY_VALUE = partial_dates() | periodes() | durees | etapes | quotites


@given(ANY_VALUE)
def test_the_json_form_reads_back(value):
    """Every value is exactly what its JSON text says."""
    assert type(value).parse(value.iso) == value


@given(ANY_VALUE)
def test_the_typed_form_reads_back(value):
    """What an agent sees in a cell can be typed again without changing the value."""
    assert type(value).parse(str(value)) == value


@given(partial_dates() | periodes())
def test_the_read_form_reads_back(value):
    """Dates and periods copied from a finished page mean the same when pasted into the livret."""
    assert type(value).parse(value.words) == value


@given(partial_dates())
def test_a_duree_never_reads_a_date(value):
    """A date typed in the duration's cell is refused, not guessed."""
    with pytest.raises(ValueError, match="durée"):
        Duree.parse(str(value))


@given(st.text(max_size=40), st.sampled_from([PartialDate, Periode, Duree, Etape, Quotite]))
def test_any_text_is_read_or_refused_in_french(text, kind):
    """No text makes a parser fail otherwise than with its French sentence."""
    try:
        value = kind.parse(text)
    except ValueError as error:
        says = str(error)
    else:
        says = "«" if kind.parse(value.iso) == value else ""
    assert any(mark in says for mark in ("«", "possible", "n’", "précède", "pourcentage"))


@given(st.lists(near_dates() | partial_dates(), min_size=3, max_size=3))
def test_dates_are_totally_ordered(dates):
    """Any two dates compare, in one sense only, and equality is the only tie."""
    _check_total_order(dates)


@given(st.lists(periodes(), min_size=3, max_size=3))
def test_periods_are_totally_ordered(values):
    """Any two periods compare, in one sense only, and equality is the only tie."""
    _check_total_order(values)


def _check_total_order(values):
    a, b, c = values
    assert (a < b) + (b < a) + (a == b) == 1
    assert (a <= b) == (a < b or a == b)
    assert not (a < b < c) or a < c


@given(near_dates(), near_dates())
def test_an_earlier_date_never_starts_later(a, b):
    """The order of partial dates agrees with the calendar of their first days."""
    if a < b:
        assert a.first <= b.first
    assert a.first <= a.last


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1er mars 2009", "2009-03-01"),
        ("1ER MARS 2009", "2009-03-01"),
        ("15/3/2009", "2009-03-15"),
        ("15.03.2009", "2009-03-15"),
        ("15-03-2009", "2009-03-15"),
        ("3/2009", "2009-03"),
        ("févr. 2009", "2009-02"),
        ("fevrier 2009", "2009-02"),
        ("août 2009", "2009-08"),
        ("mar 2009", "2009-03"),
        ("juil. 2009", "2009-07"),
        (" 2009 ", "2009"),
        ("2009/03/15", "2009-03-15"),
        ("29/02/2012", "2012-02-29"),
        ("1900", "1900"),
        ("2100", "2100"),
    ],
)
def test_dates_are_read_as_agents_write_them(text, iso):
    """Figures, words, abbreviations and either order are all read."""
    assert PartialDate.parse(text).iso == iso


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("29/02/2013", "le 29 février 2013 n’existe pas"),
        ("31/04/2013", "n’existe pas"),
        ("13/2009", "pas de mois n° 13"),
        ("1899", "1899 n’est pas possible"),
        ("2101", "2101 n’est pas possible"),
        ("jui 2009", "quel mois"),
        ("brumaire 2009", "quel mois"),
        ("09", "n’est pas une date"),
        ("02-06/2009", "n’est pas une date"),
        ("2009-03/15", "n’est pas une date"),
        ("", "n’est pas une date"),
        ("15/03/09", "n’est pas une date"),
    ],
)
def test_a_date_that_is_not_sure_is_refused(text, says):
    """An impossible, ambiguous or two-digit date is refused with a sentence that says why."""
    with pytest.raises(ValueError, match=says):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("du 3 au 7 février 2014", "2014-02-03/2014-02-07"),
        ("juin – juillet 2012", "2012-06/2012-07"),
        ("d’avril à mai 2000", "2000-04/2000-05"),
        ("14-16/05/2002", "2002-05-14/2002-05-16"),
        ("02-06/2009", "2009-02/2009-06"),
        ("30/01 au 02/02/2014", "2014-01-30/2014-02-02"),
        ("2009-2019", "2009/2019"),
        ("03/02/2014-07/02/2014", "2014-02-03/2014-02-07"),
        ("09/2025–10/2026", "2025-09/2026-10"),
        ("03/02/2014 - 07/02/2014", "2014-02-03/2014-02-07"),
        ("depuis le 1er mars 2014", "2014-03-01/.."),
        ("2009 –", "2009/.."),
        ("2009 -", "2009/.."),
        ("01/2023 – en cours", "2023-01/.."),
        ("01/2023 – aujourd’hui", "2023-01/.."),
        ("2023-01/", "2023-01/.."),
        ("2014-02-03/2014-02-03", "2014-02-03"),
        ("02-06-2009", "2009-06-02"),
        ("14/05/2013", "2013-05-14"),
    ],
)
def test_periods_are_read_as_agents_write_them(text, iso):
    """Every way of writing a period that the domain's own documents use is read."""
    assert Periode.parse(text).iso == iso


@pytest.mark.parametrize("text", ["-", "–", " - ", "/", "à", "du", "depuis", "2009 – 2010 – 2011", "3 – 7", "–2009"])
def test_a_period_without_its_dates_is_refused(text):
    """A dash alone, or figures without a year, is no period."""
    with pytest.raises(ValueError, match=r"n’est pas une date|quel mois"):
        Periode.parse(text)


def test_a_period_cannot_end_before_it_begins():
    """The end may be as vague as it likes, but not before the start."""
    assert Periode.parse("03/2009 – 2009").fin == PartialDate(2009)
    with pytest.raises(ValueError, match="précède"):
        Periode.parse("03/2009 – 2008")


@given(periodes(), st.dates(date(1900, 1, 1), date(2101, 1, 1)))
def test_a_period_covers_no_day_after_today(value, until):
    """Days are counted to the given day at most, and never below zero."""
    days = value.days(until)
    assert days >= 0
    assert days == 0 if until < value.debut.first else days <= (until - value.debut.first).days + 1


@pytest.mark.parametrize("value", [PartialDate(2009), Periode(PartialDate(2009))])
def test_a_date_compares_with_its_own_kind_only(value):
    """Comparing a date with something else is a mistake of the program, and is not hidden."""
    with pytest.raises(TypeError):
        _ = value < "2009"
    assert value != "2009"


def test_a_day_needs_its_month():
    """A program cannot build a date that no text could say."""
    with pytest.raises(ValueError, match="un jour demande un mois"):
        PartialDate(2009, None, 3)


def test_a_single_day_lasts_one_day():
    """Both ends of a period count."""
    assert Periode.parse("14/05/2013").days(date(2020, 1, 1)) == 1
    assert Periode.parse("2013").days(date(2020, 1, 1)) == 365
    assert Periode.parse("depuis 2019").days(date(2020, 1, 1)) == 366
    assert Periode.parse("depuis 2019").en_cours


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2014-02-03/2014-02-07", "du 3 au 7 février 2014"),
        ("2014-02-01/2014-03-07", "du 1er février au 7 mars 2014"),
        ("2014-12-30/2015-01-02", "du 30 décembre 2014 au 2 janvier 2015"),
        ("2000-03/2000-05", "mars – mai 2000"),
        ("2009/2019", "2009 – 2019"),
        ("2023-01/..", "depuis janvier 2023"),
        ("2023-01-01/..", "depuis le 1er janvier 2023"),
        ("2013-05-14", "14 mai 2013"),
    ],
)
def test_periods_are_said_as_french_says_them(text, words):
    """A period reads as a person would say it, without repeating what both ends share."""
    assert Periode.parse(text).words.replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("3 j", "3 j"),
        ("3j", "3 j"),
        ("0,5 jour", "0.5 j"),
        ("0.5 jours", "0.5 j"),
        ("½ j", "0.5 j"),
        ("1½ jour", "1.5 j"),
        ("2 ½ j", "2.5 j"),
        ("14 h", "14 h"),
        ("24 heures", "24 h"),
        ("1 607 h", "1607 h"),
        ("1\u202f607,5 h", "1607.5 h"),
    ],
)
def test_durations_keep_their_unit(text, iso):
    """Days stay days and hours stay hours, however they were written."""
    assert Duree.parse(text).iso == iso


@pytest.mark.parametrize("text", ["3", "0 j", "20000 h", "j", "3 semaines", "-2 j", "2;5 j", "9" * 5000 + " j"])
def test_a_duration_without_unit_or_sense_is_refused(text):
    """A number alone is refused, for the program would have to guess its unit."""
    with pytest.raises(ValueError, match=r"durée"):
        Duree.parse(text)


def test_durations_are_said_with_the_french_plural():
    """French begins the plural at two: 1,5 jour, 2 jours."""
    said = [Duree(Decimal(n), u).words.replace("\u00a0", " ") for n, u in [("1.5", "j"), ("2", "j"), ("24", "h")]]  # type: ignore[arg-type]
    assert said == ["1,5 jour", "2 jours", "24 heures"]
    assert Duree(Decimal(3)).heures(Decimal(6)) == 18
    assert Duree(Decimal(3), "h").heures(Decimal(6)) == 3


def test_a_step_is_cut_at_its_first_mark():
    """The text of a step may hold the other mark, and is kept without its outer spaces."""
    assert Etape.parse("2019 : a | b") == Etape(PartialDate(2019), "a | b")
    assert Etape.parse("2019-12 | jury : partielle") == Etape(PartialDate(2019, 12), "jury : partielle")
    assert Etape(PartialDate(2019), " jury ").libelle == "jury"


@pytest.mark.parametrize("text", ["2019", "2019 :", ": jury", "jury", "2019 |  "])
def test_a_step_needs_a_date_and_a_text(text):
    """A step without its date or its text is refused."""
    with pytest.raises(ValueError, match="«"):
        Etape.parse(text)


def test_a_step_built_without_text_is_refused():
    """A program cannot store a step that could not be read again."""
    with pytest.raises(ValueError, match="dites ce qui"):
        Etape(PartialDate(2019), "  ")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("90", "90"),
        ("90 %", "90"),
        ("80 % depuis 09/2024", "80 | 2024-09"),
        ("80 % à partir du 1er septembre 2024", "80 | 2024-09-01"),
        ("28,57 % depuis le 01/09/2024", "28.57 | 2024-09-01"),
    ],
)
def test_quotites_are_read(text, iso):
    """A share of full time is read with or without its date."""
    assert Quotite.parse(text).iso == iso


@pytest.mark.parametrize("text", ["0 %", "101 %", "28/35", "mi-temps", "", "90 % depuis"])
def test_an_impossible_quotite_is_refused(text):
    """A share outside ]0, 100] or in another notation is refused."""
    with pytest.raises(ValueError, match=r"quotité|date"):
        Quotite.parse(text)


@given(st.lists(st.dates(date(1950, 1, 1), date(2050, 12, 31)), min_size=3, max_size=3).map(sorted))
def test_service_adds_up(days):
    """Two stretches that follow each other count together what the whole counts."""
    start, middle, end = days
    if start < middle:
        before = middle.fromordinal(middle.toordinal() - 1)
        assert days360(start, before) + days360(middle, end) == days360(start, end)


def test_service_counts_years_of_360_days():
    """A calendar year is a year, a month a month, whatever their days; an inverted stretch counts for nothing."""
    assert days360(date(2001, 1, 1), date(2001, 12, 31)) == 360
    assert days360(date(2001, 2, 1), date(2001, 2, 28)) == 30
    assert days360(date(2001, 2, 2), date(2001, 2, 1)) == 0


@pytest.mark.parametrize(
    ("jours", "words"),
    [(0, "0 jour"), (1, "1 jour"), (29, "29 jours"), (30, "1 mois"), (360, "1 an"), (4440, "12 ans et 4 mois")],
)
def test_length_of_service_is_said_in_years_and_months(jours, words):
    """Days are said only when there is nothing longer to say."""
    assert str(Anciennete(jours)).replace("\u00a0", " ") == words
