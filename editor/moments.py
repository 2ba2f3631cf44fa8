"""Days and hours as French says them of one's own doings: « hier », « lundi 23 novembre 2026 », « 14 h 32 »."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from data.french import say_hour
from data.values import PartialDate

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def today() -> date:
    """The agent's own day."""
    return date.today()  # noqa: DTZ011 - by the clock of this computer, as the agent reads it


def say_day(day: date, today: date) -> str:
    """``aujourd’hui``, ``hier``, else the day of the week and the date."""
    if day == today:
        return "aujourd’hui"
    if day == today - timedelta(days=1):
        return "hier"
    return f"{JOURS[day.weekday()]} {PartialDate.of(day).words}"


def say_time(moment: datetime) -> str:
    """``14 h 32``, by the clock of this computer."""
    return say_hour(moment.astimezone())


def say_moment(moment: datetime, today: date) -> str:
    """``hier à 14 h 32``, ``lundi 23 novembre 2026 à 9 h 05``."""
    local = moment.astimezone()
    return f"{say_day(local.date(), today)} à {say_time(local)}"
