"""The key figures of a portfolio: length of service, training, competences, highest diploma.

They are counted on what was released, so that a withheld row cannot be guessed from a total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from data.fields import Ligne
from data.formations import Titre
from data.french import NBSP, say_number
from data.model import Livret
from data.service import length_of_service
from data.values import Duree, PartialDate
from site_builder.view import ChiffreView

_PLURAL = 2  # French plurals begin at two


def key_figures(released: Livret, shown: Callable[[Ligne], bool], jour: date) -> Iterator[ChiffreView]:
    """The key figures of a released livret, in reading order; a nought is not a figure.

    ``shown`` says whether a published row or a document shows a competence.
    """
    service = length_of_service(released, jour)
    if service.jours > 0:
        yield ChiffreView("anciennete", service.corrige.words, "de service public", f"au {PartialDate.of(jour).words}")
    actions = released.formations.actions
    days = sum((a.duree.valeur for a in actions if a.duree and a.duree.unite == "j"), Decimal(0))
    hours = sum((a.duree.valeur for a in actions if a.duree and a.duree.unite == "h"), Decimal(0))
    counted = f"en {counted_as(len(actions), 'formation suivie', 'formations suivies')}"
    if days:
        more = f", et {Duree(hours, 'h').words}" if hours else ""
        yield ChiffreView(
            "formation",
            say_number(days),
            "jours de formation" if days >= _PLURAL else "jour de formation",
            counted + more,
        )
    elif hours:
        yield ChiffreView("formation", say_number(hours), "heures de formation", counted)
    if competences := released.competences.competences:
        count = sum(1 for competence in competences if shown(competence))
        yield ChiffreView(
            "competences",
            say_number(len(competences)),
            "compétences" if len(competences) > 1 else "compétence",
            f"dont {say_number(count)} montrée{'s' if count > 1 else ''} par une expérience ou un justificatif"
            if count
            else "",
        )
    if highest := max((d.niveau for d in _titres(released) if d.niveau.isdigit()), default=""):
        yield ChiffreView("niveau", highest, "niveau de diplôme", "cadre national, de 1 à 8")


def counted_as(number: int, one: str, many: str) -> str:
    """``24 formations suivies``: a number with its noun in the right number."""
    return f"{say_number(number)}{NBSP}{many if number >= _PLURAL else one}"


def _titres(released: Livret) -> tuple[Titre, ...]:
    return released.formations.diplomes + released.formations.certifications
