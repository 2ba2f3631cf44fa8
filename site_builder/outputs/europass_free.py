"""The free sections of a Europass CV, and the descriptions that say what no element does."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from html import escape
from typing import Any, Final
from xml.etree import ElementTree as ET

from data.competences import Competence, Habilitation, Langue, Numerique
from data.experiences import Emploi, Stage
from data.fields import Ligne
from data.formations import Certification, Diplome
from data.french import NBSP
from site_builder.outputs import europass_skills as skills
from site_builder.outputs.europass_xml import dated, el
from site_builder.outputs.lines import Line, Lines
from site_builder.outputs.plain_text import simplified
from site_builder.view import FaitView

_HOUSED: Final = (Emploi, Stage, Diplome, Certification)  # those that have a section of their own
_BETWEEN: Final = f"{NBSP}· "
INTERESTS: Final = "Centres d’intérêt"
_DETAILS: Final = "Précisions"


def described(line: Line[Any], *, used: AbstractSet[str] = frozenset(), who: bool = False) -> str:
    """The texts of a row, then its facts that no element says, as HTML.

    Args:
        line: the row.
        used: the fields that an element says.
        who: whether to begin with its organisation.
    """
    said = f"<p>{escape(line.view.organisme, quote=False)}</p>" if who and line.view.organisme else ""
    for rank, texte in enumerate(line.view.textes):
        heading = f"<p><strong>{escape(texte.titre, quote=False)}</strong></p>" if rank else ""
        said += heading + simplified(texte.html)
    facts = [_fact(fait) for fait in line.view.faits if fait.nom not in used]
    if line.view.duree and not isinstance(line.row, Emploi):  # that of a post follows from its dates
        facts.insert(0, f"Durée{NBSP}: {escape(line.view.duree, quote=False)}")
    return said + (f"<p>{_BETWEEN.join(facts)}</p>" if facts else "")


def free_sections(lines: Lines) -> list[ET.Element]:
    """One element an entry, as an importer keeps one entry of each; same titles make one section."""
    found: list[ET.Element] = []
    for model, held in lines:
        if issubclass(model, Competence):
            found += _competences(lines)
        elif issubclass(model, Langue | Numerique):
            rest = [line for line in held if skills.untold(line)]
            found += [_entry(model.pluriel, _DETAILS, _list(rest))] if rest else []
        elif issubclass(model, Habilitation):
            found += [_row(model, line) for line in held if not skills.licence(line)]
        elif not issubclass(model, _HOUSED):
            found += [_row(model, line) for line in held]
    volet = next(volet for volet in lines.view.volets if volet.code == "competences")
    if volet.texte:
        found.append(_entry(INTERESTS, INTERESTS, simplified(volet.texte)))
    return found


def _fact(fait: FaitView) -> str:
    return f"{escape(fait.titre, quote=False)}{NBSP}: {escape(fait.texte, quote=False)}"


def _row(model: type[Ligne], line: Line[Any]) -> ET.Element:
    return _entry(model.pluriel, line.view.intitule, described(line, who=True), dated(line, "Date", "Ongoing"))


def _entry(section: str, title: str, description: str, when: ET.Element | None = None) -> ET.Element:
    return el("Others", el("Title", section), el("Other", el("Title", title), el("Description", description), when))


def _competences(lines: Lines) -> list[ET.Element]:
    """One entry a category, its competences in a list."""
    listes = [liste for volet in lines.view.volets for liste in volet.listes if liste.code == "competences"]
    return [
        _entry(
            liste.titre,
            groupe.titre or liste.titre,
            _items(
                f"{escape(ligne.intitule, quote=False)}{_level(ligne.niveau_libelle)}"
                + "".join(f"<br>{_fact(fait)}" for fait in ligne.faits)
                + "".join(simplified(texte.html) for texte in ligne.textes)
                for ligne in groupe.lignes
            ),
        )
        for liste in listes
        for groupe in liste.groupes
    ]


def _level(words: str) -> str:
    return f" ({escape(words, quote=False)})" if words else ""


def _list(held: Iterable[Line[Any]]) -> str:
    """What no element says of some rows, one item each."""
    return _items(
        f"{escape(line.view.intitule, quote=False)}<br>{_BETWEEN.join(_fact(fait) for fait in skills.untold(line))}"
        for line in held
    )


def _items(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
