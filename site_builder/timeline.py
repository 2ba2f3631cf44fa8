"""The career as a timeline: periods placed in percent, packed in rows so that none collides, one tick a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from data.fields import Ligne
from data.model import Livret
from data.values import Duree, Periode
from site_builder.view import AnneeView, BarreView, FriseView, LienView, RepereView

GENRES = {"emplois": "emploi", "stages": "stage", "tutorats": "tutorat", "activites": "activite"}
REPERES = {"diplomes": "diplome", "certifications": "certification", "concours": "concours"}
SHORTEST = 0.6  # percent of the width: below it a period could not be seen nor touched
LABEL = 25.0  # percent of the width kept for the label of an event, to its right, or to its left near the end


def timeline(livret: Livret, lien: Callable[[Ligne], LienView], jour: date) -> FriseView:
    """The timeline of a released livret; empty when nothing in it has a date.

    The scale runs over whole years, from that of the first post, internship or activity (or of the first event
    when there is none) to the year of ``jour``.
    """
    periods = [
        (genre, row, period)
        for nom, genre in GENRES.items()
        for row in getattr(livret.experiences, nom)
        if (period := row.periode_ligne) and period.debut.first <= jour
    ]
    events = [
        (genre, row, period)
        for nom, genre in REPERES.items()
        for row in getattr(livret.formations, nom)
        if (period := row.periode_ligne) and period.debut.first <= jour
    ]
    starts = [period.debut.year for _, _, period in [*periods, *events]]
    if not starts:
        return FriseView((), (), (), 0)
    scale = _Scale(min(starts), jour.year)
    barres = _barres(sorted(periods, key=lambda item: (item[2], item[1].id)), scale, lien, jour)
    reperes = _reperes(sorted(events, key=lambda item: (item[2], item[1].id)), scale, lien)
    return FriseView(
        annees=_annees(livret, scale),
        barres=barres,
        reperes=reperes,
        rangs=1 + max((barre.rang for barre in barres), default=-1),
    )


class _Scale:
    """Whole years to percent."""

    def __init__(self, first: int, last: int) -> None:
        self.years = range(first, last + 1)
        self.start = date(first, 1, 1)
        self.days = (date(last + 1, 1, 1) - self.start).days

    def place(self, day: date) -> float:
        return round(min(max((day - self.start).days / self.days, 0), 1) * 100, 2)


def _middle(period: Periode) -> date:
    """The middle of a partial date, so that « 2009 » does not stand on 1 January."""
    return period.debut.first + (period.debut.last - period.debut.first) / 2


def _barres(
    periods: Sequence[tuple[str, Ligne, Periode]], scale: _Scale, lien: Callable[[Ligne], LienView], jour: date
) -> tuple[BarreView, ...]:
    """Bars packed greedily as they are drawn, posts first so that the career keeps the top row."""
    barres = {}
    ends: dict[str, list[float]] = defaultdict(list)  # right edge of the last bar, for each row of a kind
    ranks: dict[str, int] = {}
    for genre, row, period in periods:
        end = min(jour, period.fin.last if period.fin else jour)
        left = min(scale.place(period.debut.first), 100 - SHORTEST)
        right = max(scale.place(end + timedelta(days=1)), round(left + SHORTEST, 2))
        rows = ends[genre]
        rang = next((i for i, used in enumerate(rows) if used <= left), len(rows))
        rows[rang : rang + 1] = [right]
        ranks[row.id] = rang
        barres[row.id] = (genre, row, period, left, round(right - left, 2))
    offsets, used = {}, 0
    for genre in GENRES.values():
        offsets[genre] = used
        used += len(ends[genre])
    return tuple(
        BarreView(
            genre=genre,
            lien=lien(row),
            organisme=getattr(row, "employeur", "") or getattr(row, "organisme", ""),
            periode=period.words,
            annee=period.debut.year,
            debut=left,
            largeur=width,
            rang=offsets[genre] + ranks[row.id],
            en_cours=period.en_cours,
        )
        for genre, row, period, left, width in barres.values()
    )


def _reperes(
    events: Sequence[tuple[str, Ligne, Periode]], scale: _Scale, lien: Callable[[Ligne], LienView]
) -> tuple[RepereView, ...]:
    """Events with their labels packed in rows: a label stands to the right, or to the left when it would run out."""
    reperes, rows = [], list[list[tuple[float, float]]]()
    for genre, row, period in events:
        place = scale.place(_middle(period))
        start = place if place + LABEL <= 100 else place - LABEL  # noqa: PLR2004 - the whole width
        rang = next((i for i, taken in enumerate(rows) if all(_apart(start, other) for other in taken)), len(rows))
        rows[rang:] = rows[rang:] or [[]]
        rows[rang].append((start, start + LABEL))
        reperes.append(RepereView(genre, lien(row), period.debut.words, period.debut.year, place, rang))
    return tuple(reperes)


def _apart(start: float, other: tuple[float, float]) -> bool:
    return start >= other[1] or start + LABEL <= other[0]


def _annees(livret: Livret, scale: _Scale) -> tuple[AnneeView, ...]:
    days: dict[int, Decimal] = defaultdict(Decimal)
    hours: dict[int, Decimal] = defaultdict(Decimal)
    for year, duree in _trainings(livret):
        (days if duree.unite == "j" else hours)[year] += duree.valeur
    per_day = Decimal(livret.reglages.heures_par_jour)
    totals = {year: days[year] * per_day + hours[year] for year in {*days, *hours}}
    most = max(totals.values(), default=Decimal(0))
    return tuple(
        AnneeView(
            annee=year,
            position=scale.place(date(year, 1, 1)),
            jours=Duree(days[year], "j").words if days.get(year) else "",
            heures=Duree(hours[year], "h").words if hours.get(year) else "",
            part=round(float(totals.get(year, 0) / most * 100), 2) if most else 0.0,
        )
        for year in scale.years
    )


def _trainings(livret: Livret) -> Iterable[tuple[int, Duree]]:
    """Each training with the year it ended: an attestation is dated from its end."""
    for action in livret.formations.actions:
        period = action.periode_ligne
        if action.duree and period:
            yield (period.fin or period.debut).year, action.duree
