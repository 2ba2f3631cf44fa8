"""Days and hours of training, per year and per type.

Days and hours are added apart, for the attestation's own unit is the proof; one figure for both exists only
when somebody asks for it, at the livret's own number of hours a day. A training counts in the year it ended:
a preparation from October to September is not cut in two by guesswork.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from data.codes import code
from data.formations import ActionFormation, Dispense
from data.french import NBSP, say_number
from data.model import Livret

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Volume:
    """So many days and so many hours, from so many trainings; ``+`` adds volumes."""

    jours: Decimal = _NONE
    heures: Decimal = _NONE
    en_jours: int = 0  # trainings counted in days
    en_heures: int = 0
    sans_duree: int = 0  # trainings whose duration is not known, which add nothing

    @classmethod
    def of(cls, action: ActionFormation) -> Volume:
        """The volume of one training."""
        if action.duree is None:
            return cls(sans_duree=1)
        if action.duree.unite == "j":
            return cls(jours=action.duree.valeur, en_jours=1)
        return cls(heures=action.duree.valeur, en_heures=1)

    @property
    def actions(self) -> int:
        """How many trainings, with or without a known duration."""
        return self.en_jours + self.en_heures + self.sans_duree

    def __add__(self, other: Volume) -> Volume:
        return Volume(
            self.jours + other.jours,
            self.heures + other.heures,
            self.en_jours + other.en_jours,
            self.en_heures + other.en_heures,
            self.sans_duree + other.sans_duree,
        )

    def total_heures(self, par_jour: int) -> Decimal:
        """Days and hours together, in hours, at ``par_jour`` hours a day (``reglages.heures_par_jour``)."""
        return self.jours * par_jour + self.heures

    @property
    def words(self) -> str:
        """``104,5 jours et 76 heures``, each in its unit; empty when nothing is known."""
        said = [
            f"{say_number(value)}{NBSP}{unit}{'s' if value >= 2 else ''}"  # noqa: PLR2004 - French plural
            for value, unit in ((self.jours, "jour"), (self.heures, "heure"))
            if value
        ]
        return " et ".join(said)


@dataclass(frozen=True, slots=True)
class Volumes:
    """The training of a career, whole, by year, by type, by both; ``None`` is the year of an undated training."""

    total: Volume
    par_annee: Mapping[int | None, Volume]  # latest year first, undated last
    par_type: Mapping[str, Volume]  # by code, or free text; most trainings first
    par_annee_et_type: Mapping[tuple[int | None, str], Volume]


def volumes(livret: Livret, actions: Iterable[ActionFormation] | None = None) -> Volumes:
    """Add up the trainings followed, those of the livret unless others are given."""
    total = Volume()
    years: dict[int | None, Volume] = {}
    types: dict[str, Volume] = {}
    both: dict[tuple[int | None, str], Volume] = {}
    for action in livret.formations.actions if actions is None else actions:
        one, year, kind = Volume.of(action), year_of(action), code("types_formation", action.type)
        total += one
        years[year] = years.get(year, Volume()) + one
        types[kind] = types.get(kind, Volume()) + one
        both[year, kind] = both.get((year, kind), Volume()) + one
    return Volumes(
        total=total,
        par_annee=dict(sorted(years.items(), key=lambda item: (item[0] is None, -(item[0] or 0)))),
        par_type=dict(sorted(types.items(), key=lambda item: (-item[1].actions, item[0]))),
        par_annee_et_type=both,
    )


def year_of(action: ActionFormation) -> int | None:
    """The year a training ended, or began when it is still running; None when it has no date."""
    periode = action.periode_ligne
    if periode is None:
        return None
    return (periode.fin or periode.debut).year


def in_days(rows: Iterable[ActionFormation | Dispense], per_day: int) -> Decimal:
    """The days of some rows, hours counted at the livret's hours a day."""
    durations = [row.duree for row in rows if row.duree is not None]
    days = sum((one.valeur if one.unite == "j" else one.valeur / max(1, per_day) for one in durations), Decimal(0))
    return days.quantize(Decimal("0.01"))


def any_hours(rows: Iterable[ActionFormation | Dispense]) -> bool:
    """Whether ``in_days`` converts anything, which must then be said."""
    return any(row.duree is not None and row.duree.unite == "h" for row in rows)


def say_days(value: Decimal) -> str:
    """``3,5 jours``, ``1 jour``."""
    return f"{say_number(value)}{NBSP}jour{'s' if value >= 2 else ''}"  # noqa: PLR2004 - French plural
