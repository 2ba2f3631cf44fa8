"""The tables and figures that a démarche asks for, counted on what was released and on nothing else.

Which ones, under which headings, is in the démarche's file; here is how each kind is made. An empty table is not one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from data.competences import Competence, Numerique
from data.demarches.model import Demarche, Montre
from data.demarches.rules import experience
from data.experiences import Emploi
from data.fields import Ligne
from data.formations import ActionFormation, Titre
from data.french import NBSP, NNBSP, say_number
from data.model import Livret
from data.nomenclatures import label
from data.obligations import ETATS, Suivi, statutory
from data.service import ServiceEmploi, length_of_service, say_hours
from data.training import say_days, volumes
from data.values import PartialDate
from site_builder import gate
from site_builder.markdown import typographic
from site_builder.ordering import recent_first
from site_builder.view import ChiffreView, TableauView

_PLURAL = 2  # French plurals begin at two
_Rows = Sequence[tuple[str, ...]]


def tableaux(released: Livret, demarche: Demarche, jour: date) -> tuple[TableauView, ...]:
    """The tables of a démarche that have rows, in the order of its file."""
    return tuple(table for asked in demarche.tableaux if (table := _TABLES[asked.genre](released, asked, jour)).lignes)


def chiffres(released: Livret, demarche: Demarche, jour: date) -> tuple[ChiffreView, ...]:
    """The figures of a démarche, in the order of its file; a nought is not a figure."""
    return tuple(view for asked in demarche.chiffres for view in _FIGURES[asked.genre](released, asked, jour))


def told_in_tables(released: Livret, demarche: Demarche) -> frozenset[str]:
    """The rows that a table of a démarche says whole: a short portfolio does not list them a second time."""
    found: set[str] = set()
    for asked in demarche.tableaux:
        if asked.genre == "formations":
            found.update(row.id for row in released.formations.actions)
        elif asked.genre == "a-acquerir":
            found.update(row.id for row in _projects(released))
    return frozenset(found)


def without_projects(released: Livret) -> Livret:
    """What is known already: a competence yet to be acquired is not counted as one."""
    held = released.competences
    known = tuple(row for row in held.competences if row.niveau != gate.A_ACQUERIR)
    if len(known) == len(held.competences):
        return released
    return released.model_copy(update={"competences": held.model_copy(update={"competences": known})})


# ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _table(asked: Montre, columns: Sequence[str], rows: _Rows, total: Sequence[str] = ()) -> TableauView:
    return TableauView(
        code=asked.genre,
        titre=asked.titre,
        colonnes=tuple(columns),
        lignes=tuple(tuple(typographic(cell) for cell in row) for row in rows),
        total=tuple(total),
    )


def _diplomes(released: Livret, asked: Montre, _: date) -> TableauView:
    held: tuple[Titre, ...] = released.formations.diplomes + released.formations.certifications
    rows = [
        (row.intitule_ligne, _niveau(row), row.date_obtention.words if row.date_obtention else "")
        for row in sorted(held, key=recent_first)
    ]
    return _table(asked, ("Titre ou diplôme", "Niveau", "Date"), rows)


def _formations(released: Livret, asked: Montre, _: date) -> TableauView:
    followed = released.formations.actions
    rows = [
        (row.intitule_ligne, label("organismes", row.organisme), _dates(row), row.duree.words if row.duree else "")
        for row in sorted(followed, key=recent_first)
    ]
    total = volumes(released, followed).total.words
    return _table(asked, ("Formation", "Organisme", "Dates", "Durée"), rows, ("Total", "", "", total) if total else ())


def _experiences(released: Livret, asked: Montre, jour: date) -> TableauView:
    counted = experience(released, jour)
    rows = [
        (line.emploi.employeur, line.emploi.intitule_ligne, _when(line.emploi), _length(line))
        for line in _posts(counted.lignes)
    ]
    total = ("Total", "", "", counted.corrige.words) if counted.jours else ()
    return _table(asked, ("Employeur", "Fonctions", "Dates", "Durée"), rows, total)


def _heures(released: Livret, asked: Montre, jour: date) -> TableauView:
    counted = experience(released, jour)
    rows = [
        (
            ", ".join(filter(None, (line.emploi.intitule_ligne, line.emploi.employeur))),
            _when(line.emploi),
            " puis ".join(str(one) for one in line.emploi.quotites) or f"100{NBSP}%",
            say_hours(line.heures) if not line.motif else _not_counted(line),
        )
        for line in _posts(counted.lignes)
    ]
    says = f"Total estimé, sur la base de {say_number(1607)} heures par an à temps complet"
    total = (says, "", "", say_hours(counted.heures)) if counted.jours else ()
    return _table(asked, ("Expérience", "Dates", "Quotité", "Heures"), rows, total)


def _statutaires(released: Livret, asked: Montre, jour: date) -> TableauView:
    rows = [
        (
            line.obligation.libelle,
            f"{NNBSP}; ".join(action.intitule_ligne for action in _behind(line)) or "Dispense du CNFPT",
            f"{NNBSP}; ".join(filter(None, (_dates(action) for action in _behind(line)))),
            _statutory_days(line),
            "Exonérée" if line.exoneree_par and not line.actions else ETATS[line.etat],
        )
        for line in _followed(released, jour)
    ]
    return _table(asked, ("Formation statutaire", "Suivie", "Dates", "Durée", "État"), rows)


def _carriere(released: Livret, asked: Montre, jour: date) -> TableauView:
    rows = [
        (_when(post), post.employeur, post.intitule_ligne, _grade(post), label("cadres_emplois", post.cadre_emplois))
        for post in sorted(released.experiences.emplois, key=recent_first)
    ]
    service = length_of_service(released, jour)
    total = ("Services publics", "", "", "", service.corrige.words) if service.jours else ()
    return _table(asked, ("Dates", "Employeur", "Fonctions", "Grade", "Cadre d’emplois"), rows, total)


def _a_acquerir(released: Livret, asked: Montre, _: date) -> TableauView:
    rows = [
        (row.intitule_ligne, row.usage if isinstance(row, Numerique) else label("domaines_competence", row.domaine))
        for row in _projects(released)
    ]
    return _table(asked, ("Compétence", "Domaine"), rows)


_TABLES: dict[str, Callable[[Livret, Montre, date], TableauView]] = {
    "diplomes": _diplomes,
    "formations": _formations,
    "experiences": _experiences,
    "heures": _heures,
    "statutaires": _statutaires,
    "carriere": _carriere,
    "a-acquerir": _a_acquerir,
}


# ── Figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _total_experience(released: Livret, _: Montre, jour: date) -> Iterator[ChiffreView]:
    counted = experience(released, jour)
    if counted.jours:
        when = f"au {PartialDate.of(jour).words}"
        yield ChiffreView("experience", counted.corrige.words, "d’expérience professionnelle", when)


def _total_hours(released: Livret, _: Montre, jour: date) -> Iterator[ChiffreView]:
    hours = experience(released, jour).heures
    if hours:
        unit = "heures d’expérience" if hours >= _PLURAL else "heure d’expérience"
        detail = f"estimation, selon la quotité et {say_number(1607)} heures par an"
        yield ChiffreView("heures", say_number(hours), unit, detail)


def _total_statutory(released: Livret, _: Montre, jour: date) -> Iterator[ChiffreView]:
    followed = {action.id: action for line in _followed(released, jour) for action in line.actions}
    if followed:
        unit = "formations obligatoires" if len(followed) >= _PLURAL else "formation obligatoire"
        volume = volumes(released, followed.values()).total.words
        yield ChiffreView("statutaires", say_number(len(followed)), unit, volume)


_FIGURES: dict[str, Callable[[Livret, Montre, date], Iterator[ChiffreView]]] = {
    "experience": _total_experience,
    "heures": _total_hours,
    "statutaires": _total_statutory,
}


# ── What both say ────────────────────────────────────────────────────────────────────────────────────────────────────


def _projects(released: Livret) -> list[Competence | Numerique]:
    """What is yet to be acquired."""
    rows: list[Competence | Numerique] = [*released.competences.competences, *released.competences.numerique]
    return [row for row in rows if row.niveau == gate.A_ACQUERIR]


def _followed(released: Livret, jour: date) -> Iterator[Suivi]:
    """The statutory obligations about which something was done: what is merely due is not shown."""
    return (line for line in statutory(released, jour) if line.actions or line.dispenses or line.exoneree_par)


def _behind(line: Suivi) -> tuple[ActionFormation, ...]:
    return line.actions or ((line.exoneree_par,) if line.exoneree_par else ())


def _statutory_days(line: Suivi) -> str:
    waived = f"{say_days(line.jours_dispenses)} en dispense" if line.jours_dispenses else ""
    return ", ".join(filter(None, (say_days(line.jours_faits) if line.jours_faits else "", waived)))


def _posts(lines: Iterable[ServiceEmploi]) -> list[ServiceEmploi]:
    return sorted(lines, key=lambda line: recent_first(line.emploi))


def _length(line: ServiceEmploi) -> str:
    if line.motif:
        return _not_counted(line)
    whole, counted = line.brut.words, line.corrige.words
    return whole if whole == counted else f"{counted} (sur {whole})"


def _not_counted(line: ServiceEmploi) -> str:
    return f"non compté{NBSP}: {line.motif}"


def _niveau(row: Titre) -> str:
    """``Niveau 6``, without the examples that help whoever types."""
    return label("niveaux", row.niveau).partition(" (")[0]


def _grade(post: Emploi) -> str:
    category = label("categories", post.categorie)
    if not (post.grade_actuel and category):
        return post.grade_actuel or category
    return f"{post.grade_actuel}, {category[0].lower()}{category[1:]}"


def _dates(action: ActionFormation) -> str:
    return " et ".join(period.words for period in sorted(action.sessions))


def _when(row: Ligne) -> str:
    period = row.periode_ligne
    return period.words if period else ""
