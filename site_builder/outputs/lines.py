"""The released rows beside their views, in the order of the site: where exports in foreign formats read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from data.fields import Ligne
from data.model import LISTES, Livret, Piece
from site_builder.publish import Published
from site_builder.view import LigneView, SiteView

Row = TypeVar("Row", bound=Ligne)
Held_co = TypeVar("Held_co", bound=Ligne, covariant=True)


@dataclass(frozen=True, slots=True)
class Line(Generic[Held_co]):
    """One row: its values, its words."""

    row: Held_co
    view: LigneView

    @property
    def debut(self) -> str:
        """When it began, or its single date, as precise as it is known (ISO 8601); empty when it is not."""
        period = self.row.periode_ligne
        return period.debut.iso if period else ""

    @property
    def fin(self) -> str:
        """When it ended, or its single date; empty while it runs or when it is not known."""
        period = self.row.periode_ligne
        return period.fin.iso if period and period.fin else ""


class Lines:
    """Every released row of a portfolio, by its model."""

    def __init__(self, made: Published) -> None:
        self.livret: Livret = made.released
        self.view: SiteView = made.whole()
        rows = self.livret.rows
        self._by_list: dict[str, list[Line[Ligne]]] = {
            f"{volet.code}.{liste.code}": [
                Line(rows[view.ref], view) for groupe in liste.groupes for view in groupe.lignes if view.ref in rows
            ]
            for volet in self.view.volets
            for liste in volet.listes
        }

    def of(self, model: type[Row]) -> list[Line[Row]]:
        """The rows of one model, in the order in which the site shows them."""
        place = next(place for place, known in LISTES.items() if known is model)
        return self._by_list.get(place, [])  # type: ignore[return-value] # one list holds one model

    def __iter__(self) -> Iterator[tuple[type[Ligne], list[Line[Ligne]]]]:
        for place, model in LISTES.items():
            if model is not Piece and place in self._by_list:
                yield model, self._by_list[place]


def recent_first(line: Line[Ligne]) -> tuple[int, int]:
    """Sorts rows of several lists together: what runs, then the latest ended."""
    period = line.row.periode_ligne
    if period is None:
        return (0, 0)
    end = date.max if period.fin is None else period.fin.last
    return (-end.toordinal(), -period.debut.first.toordinal())
