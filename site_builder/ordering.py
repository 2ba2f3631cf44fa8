"""In which order rows are read, and under which headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from data import nomenclatures
from data.competences import Competence
from data.fields import Ligne
from site_builder import gate


def recent_first(row: Ligne) -> tuple[float, float, str]:
    """A key that puts what still runs first, then what ended last, what has no date at the end."""
    period = row.periode_ligne
    if period is None:
        return (0.0, 0.0, row.intitule_ligne)
    end = date.max if period.fin is None else period.fin.last
    return (-end.toordinal(), -period.debut.first.toordinal(), row.intitule_ligne)


def grouped(nom: str, rows: Sequence[Ligne]) -> Iterator[tuple[str, list[Ligne]]]:
    """The rows of a list, most recent first; competences by category, the best mastered first, projects last."""
    if nom != "competences":
        yield "", sorted(rows, key=recent_first)
        return
    categories = nomenclatures.load("categories_competence")
    groups: dict[str, list[Ligne]] = {entry.libelle: [] for entry in categories.entries}
    projects = nomenclatures.label("echelle_maitrise", str(gate.A_ACQUERIR))
    for row in rows:
        mine = projects if level_of(row) == gate.A_ACQUERIR else categories.label(getattr(row, "categorie", ""))
        groups.setdefault(mine, []).append(row)
    if projects in groups:
        groups[projects] = groups.pop(projects)
    for heading, members in groups.items():
        if members:
            yield heading, sorted(members, key=lambda row: (-(level_of(row) or 0), row.intitule_ligne))


def level_of(row: Ligne) -> int | None:
    """The mastery of a competence; None for anything else, or when it is not shown."""
    return row.niveau if isinstance(row, Competence) else None
