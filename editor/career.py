"""What the two charts of the home screen show, as plain lists that a page can draw and a reader can be told.

Pure: a livret in, figures and French sentences out. Days and hours are added apart wherever they are told; a bar needs
one unit, so hours are laid down as days, at the livret's own hours a day, and the chart says so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from data.codes import code
from data.fields import Ligne
from data.formations import ActionFormation
from data.french import NBSP, say_number
from data.model import Livret
from data.nomenclatures import label
from data.training import Volume, any_hours, in_days, say_days, volumes, year_of
from site_builder.timeline import timeline
from site_builder.view import LienView

GENRES = {
    "emploi": ("Emplois", "Emploi", 0),
    "stage": ("Stages", "Stage", 1),
    "tutorat": ("Tutorats", "Tutorat", 4),
    "activite": ("Activités", "Activité", 5),
    "diplome": ("Diplômes", "Diplôme ou titre", 3),
    "certification": ("Certifications", "Certification", 2),
    "concours": ("Concours et examens", "Concours ou examen", 1),
}
POINTS = frozenset({"diplome", "certification", "concours"})
TINTS = 6  # a theme names six colours; what comes after the six first types is grey
OTHERS = "autres"
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: what the page draws, the same in a table, what must be said below; empty when there is nothing yet."""

    data: Data
    headings: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    says: str = ""

    def __bool__(self) -> bool:
        return bool(self.table)


def career(livret: Livret, jour: date) -> Chart:
    """The career as a timeline: posts, internships and activities as bars, diplomas and competitions as points."""
    drawn = timeline(livret, _link, jour)
    rows = livret.rows
    barres = [
        {
            "id": barre.lien.ref,
            "genre": barre.genre,
            "titre": barre.lien.intitule,
            "organisme": barre.organisme,
            "periode": barre.periode,
            "debut": barre.debut,
            "largeur": barre.largeur,
            "rang": barre.rang,
            "enCours": barre.en_cours,
        }
        for barre in drawn.barres
    ]
    reperes = [
        {
            "id": repere.lien.ref,
            "genre": repere.genre,
            "titre": repere.lien.intitule,
            "organisme": _where(rows[repere.lien.ref]),
            "quand": repere.date,
            "position": repere.position,
        }
        for repere in drawn.reperes
    ]
    used = {one["genre"] for one in (*barres, *reperes)}
    told = [
        (barre.annee, barre.periode, GENRES[barre.genre][1], barre.lien.intitule, barre.organisme, barre.lien.ref)
        for barre in drawn.barres
    ] + [
        (one.annee, one.date, GENRES[one.genre][1], one.lien.intitule, _where(rows[one.lien.ref]), one.lien.ref)
        for one in drawn.reperes
    ]
    years = [year.annee for year in drawn.annees]
    counts = f"{_count(len(barres), 'période')} et {_count(len(reperes), 'date')}"
    return Chart(
        data={
            "kind": "frise",
            "alt": f"Frise de votre parcours, de {years[0]} à {years[-1]}{NBSP}: {counts}." if years else "",
            "genres": {
                genre: {"code": genre, "titre": many, "un": one, "tint": tint, "point": genre in POINTS}
                for genre, (many, one, tint) in GENRES.items()
                if genre in used
            },
            "annees": [{"annee": year.annee, "position": year.position} for year in drawn.annees],
            "barres": barres,
            "reperes": reperes,
            "details": [
                {
                    "code": ref,
                    "titre": titre,
                    "lignes": [f"{kind} · {when}" + (f" · {where}" if where else "")],
                    "rows": [{"id": ref, "titre": "Ouvrir la fiche", "detail": ""}],
                }
                for _, when, kind, titre, where, ref in told
            ],
        },
        headings=("Quand", "Nature", "Intitulé", "Où"),
        table=tuple(one[1:5] for one in sorted(told, key=lambda one: _when(rows[one[5]]))),
    )


def training(livret: Livret) -> Chart:
    """The days of training of each year, by type; every year between the first and the last is there."""
    per_day = livret.reglages.heures_par_jour
    dated: dict[int, list[ActionFormation]] = defaultdict(list)
    for action in livret.formations.actions:
        year = year_of(action)
        if year is not None and action.duree is not None:
            dated[year].append(action)
    if not dated:
        return Chart({}, (), ())
    weight: dict[str, Decimal] = defaultdict(Decimal)
    for actions in dated.values():
        for action in actions:
            weight[code("types_formation", action.type)] += in_days([action], per_day)
    types = _types(weight)
    annees, details, table = [], [], []
    for year in range(min(dated), max(dated) + 1):
        actions = dated.get(year, [])
        found = _year(actions, types, per_day)
        annees.append({"annee": year, **found})
        if actions:
            rows = [
                {"id": one.id, "titre": one.intitule_ligne, "detail": one.duree.words if one.duree else ""}
                for one in actions
            ]
            details.append({"code": str(year), "titre": f"{year} · {found['total']}", "lignes": [], "rows": rows})
            table.append((str(year), str(found["total"]), " ; ".join(found["detail"])))
    total = volumes(livret, [one for actions in dated.values() for one in actions]).total
    return Chart(
        data={
            "kind": "annees",
            "alt": f"Formation suivie chaque année, de {min(dated)} à {max(dated)}{NBSP}: {total.words} en tout.",
            "types": types,
            "annees": annees,
            "details": details,
        },
        headings=("Année", "Durée", "Par type de formation"),
        table=tuple(reversed(table)),
        says=_says(livret, per_day),
    )


def _link(row: Ligne) -> LienView:
    return LienView("", row.id, row.intitule_ligne, "")


def _when(row: Ligne) -> tuple[date, date]:
    """When a row begins and ends, for sorting; only dated rows are drawn."""
    periode = row.periode_ligne
    return (periode.debut.first, periode.fin.last if periode.fin else date.max) if periode else (date.max, date.max)


def _where(row: Ligne) -> str:
    return str(getattr(row, "etablissement", "") or getattr(row, "organisateur", ""))


def _types(weight: dict[str, Decimal]) -> dict[str, Data]:
    """The types with the most days, each with its colour, and one more for all the others."""
    ordered = sorted(weight, key=lambda kind: (-weight[kind], kind))
    types: dict[str, Data] = {
        kind: {"code": kind, "titre": _say_type(kind), "tint": rank} for rank, kind in enumerate(ordered[:TINTS])
    }
    rest = ordered[TINTS:]
    if rest:
        titre = _say_type(rest[0]) if len(rest) == 1 else f"{say_number(len(rest))} autres types"
        types[OTHERS] = {"code": OTHERS, "titre": titre, "tint": TINTS}
    return types


def _year(actions: list[ActionFormation], types: dict[str, Data], per_day: int) -> Data:
    by_type: dict[str, list[ActionFormation]] = defaultdict(list)
    for action in actions:
        by_type[code("types_formation", action.type)].append(action)
    parts: dict[str, Decimal] = defaultdict(Decimal)
    for kind, held in by_type.items():
        parts[kind if kind in types else OTHERS] += in_days(held, per_day)
    return {
        "total": _told(actions, per_day),
        "parts": [{"type": kind, "jours": float(parts[kind])} for kind in types if parts.get(kind)],
        "detail": [f"{_say_type(kind)}{NBSP}: {_told(held, per_day)}" for kind, held in by_type.items()],
    }


def _told(actions: list[ActionFormation], per_day: int) -> str:
    """Days and hours apart, then what the bar shows when hours were laid down as days."""
    words = sum((Volume.of(action) for action in actions), Volume()).words
    return f"{words} (soit {say_days(in_days(actions, per_day))})" if any_hours(actions) else words


def _say_type(kind: str) -> str:
    return label("types_formation", kind) if kind else "Type non précisé"


def _says(livret: Livret, per_day: int) -> str:
    """What the reader must know of the chart: its unit, how hours became days, what is not in it."""
    actions = livret.formations.actions
    says = ["En jours, à l’année où chaque formation s’est terminée."]
    if any_hours(actions):
        says.append(f"Les heures y sont portées à raison de {per_day}{NBSP}heures par jour, réglage de votre livret.")
    absent = sum(1 for one in actions if one.duree is None or year_of(one) is None)
    if absent:
        verb = "n’y figurent pas" if absent > 1 else "n’y figure pas"
        says.append(f"{_count(absent, 'formation')} sans date ou sans durée {verb}.")
    return " ".join(says)


def _count(number: int, noun: str) -> str:
    return f"{say_number(number)}{NBSP}{noun}{'s' if number > 1 else ''}"
