"""Say where something stands in a livret, in the words of the screen: « Formations suivies › La paie › Durée »."""

from __future__ import annotations

from collections.abc import Sequence

from data.errors import Problem
from data.fields import Element, Ligne, champs
from data.model import LISTES, VOLETS, Livret, Titulaire
from data.publications import Publication

_HEADS: dict[str, tuple[str, type[Element]]] = {"titulaire": ("Informations personnelles", Titulaire)}


def say_place(livret: Livret, place: Sequence[str | int]) -> str:
    """A place such as ``("formations", "actions", 2, "duree")`` as an agent would name it.

    A step that is not known is left out rather than shown raw.
    """
    steps = list(place)
    if not steps:
        return ""
    if steps[0] == "publications":
        return _say(Publication.pluriel, livret.publications, Publication, steps[1:])
    if steps[0] in _HEADS:
        heading, model = _HEADS[str(steps[0])]
        return " › ".join([heading, *_field(model, steps[1:])])
    if steps[0] == "pieces":
        return _say(LISTES["pieces"].pluriel, livret.pieces, LISTES["pieces"], steps[1:])
    nom = ".".join(str(step) for step in steps[:2])
    if nom not in LISTES:
        return VOLETS.get(str(steps[0]), "")
    rows = getattr(getattr(livret, str(steps[0])), str(steps[1]))
    return _say(LISTES[nom].pluriel, rows, LISTES[nom], steps[2:])


def say_problem(livret: Livret, problem: Problem) -> str:
    """A problem with its place in words."""
    place = say_place(livret, problem.where)
    return f"{place} : {problem.says}" if place else problem.says


def _say(heading: str, rows: Sequence[Element], model: type[Element], steps: list[str | int]) -> str:
    parts = [heading]
    if steps and isinstance(steps[0], int) and steps[0] < len(rows):
        row = rows[steps[0]]
        parts.append(row.intitule_ligne if isinstance(row, Ligne) else str(getattr(row, "titre", "")))
        steps = steps[1:]
    return " › ".join([*filter(None, parts), *_field(model, steps)])


def _field(model: type[Element], steps: list[str | int]) -> list[str]:
    known = {champ.nom: champ.titre for champ in champs(model)}
    return [known[step] for step in steps[:1] if isinstance(step, str) and step in known]
