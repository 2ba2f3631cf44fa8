"""Languages, digital skills and driving licences of a Europass CV, in its own codes."""

from __future__ import annotations

from typing import Any, Final
from xml.etree import ElementTree as ET

from data.codes import code, entry
from data.competences import Habilitation, Langue, Numerique
from data.french import NBSP, fold
from site_builder.figures import counted_as
from site_builder.outputs.europass_codes import CEF, LANGUAGES, LEVELS, LICENCES
from site_builder.outputs.europass_xml import el
from site_builder.outputs.exported import legal
from site_builder.outputs.lines import Line, Lines
from site_builder.view import FaitView

MOTHER_TONGUE: Final = "langue-maternelle"
LONGEST_SKILL: Final = 99
_CUT = "…"


def mother_tongues(lines: Lines) -> list[ET.Element]:
    """The languages of which the agent says that they are their own."""
    found = []
    for line in lines.of(Langue):
        if _is_mother_tongue(line):
            scheme, said = _language(line)
            found.append(el("PrimaryLanguageCode", said, name=scheme))
    return found


def qualifications(lines: Lines) -> list[ET.Element]:
    """The other languages, with the level of each of the five skills of the European framework."""
    found = []
    for line in lines.of(Langue):
        if not _is_mother_tongue(line):
            scheme, said = _language(line)
            scores = [_score(CEF[nom], level) for nom, level in _levels(line.row).items()]
            head = [el("CompetencyID", said, schemeName=scheme), el("hr:TaxonomyID", "language")]
            found.append(el("PersonCompetency", *head, *scores))
    return found


def digital(lines: Lines) -> list[ET.Element]:
    """Software and digital skills, each name once, as the importer asks."""
    names = {fold(name): name for line in reversed(lines.of(Numerique)) if (name := _skill(line.view.intitule))}
    return [
        el("PersonCompetency", el("hr:TaxonomyID", "Digital_Skill"), el("hr:CompetencyName", name))
        for name in reversed(names.values())
    ]


def licences(lines: Lines) -> list[ET.Element]:
    """The driving licences of a European category, each once."""
    categories = dict.fromkeys(filter(None, map(licence, lines.of(Habilitation))))
    return [el("eures:License", el("hr:LicenseTypeCode", category)) for category in categories]


def licence(line: Line[Any]) -> str:
    """The European category of a driving licence; empty for anything else, and for a licence that has ended."""
    row: Habilitation = line.row
    found = entry("permis", row.intitule)
    known = found is not None and found.code in LICENCES
    driving = code("familles_habilitation", row.famille) == "permis" or fold(row.intitule).startswith("permis")
    return found.code if found and known and driving and not row.fin else ""


def untold(line: Line[Any]) -> list[FaitView]:
    """The facts of a language or a digital skill that its element does not say."""
    if not isinstance(line.row, Langue):
        return list(line.view.faits)
    told = set(_levels(line.row))
    if _is_mother_tongue(line) or not _detailed(line.row):
        told.add("niveau")
    return [fait for fait in line.view.faits if fait.nom not in told or not _is_level(line.row, fait.nom)]


def missing(lines: Lines) -> list[str]:
    """What the codes of Europass do not say."""
    says = []
    if spread := [line for line in lines.of(Langue) if not _detailed(line.row) and _levels(line.row)]:
        of = counted_as(len(spread), "langue", "langues")
        says.append(f"Le niveau global de {of} est répété pour les cinq compétences, seules connues d’Europass.")
    if driving := sum(1 for line in lines.of(Habilitation) if licence(line)):
        of = counted_as(driving, "permis de conduire", "permis de conduire")
        says.append(f"De {of}, seule la catégorie est reprise{NBSP}: ni date, ni précision.")
    if cut := sum(len(legal(line.view.intitule)) > LONGEST_SKILL for line in lines.of(Numerique)):
        what = counted_as(cut, "outil numérique a", "outils numériques ont")
        says.append(f"{what} été raccourci{'s' if cut > 1 else ''} à {LONGEST_SKILL} signes.")
    return says


def _language(line: Line[Langue]) -> tuple[str, str]:
    """How a language is named: its code in ISO 639-3 when it is known, else in full."""
    known = LANGUAGES.get(code("langues", line.row.langue), "")
    return ("NORMAL", known) if known else ("FREE_TEXT", line.view.intitule)


def _is_mother_tongue(line: Line[Langue]) -> bool:
    return code("cecrl", line.row.niveau) == MOTHER_TONGUE


def _is_level(row: Langue, nom: str) -> bool:
    return code("cecrl", getattr(row, nom)) in LEVELS | {MOTHER_TONGUE}


def _detailed(row: Langue) -> dict[str, str]:
    """The level of each skill for which one is known."""
    found = {nom: code("cecrl", getattr(row, nom)) for nom in CEF}
    return {nom: level for nom, level in found.items() if level in LEVELS}


def _levels(row: Langue) -> dict[str, str]:
    """The level of each skill; the global one for all when no skill has its own: Europass knows no other way."""
    if detailed := _detailed(row):
        return detailed
    level = code("cecrl", row.niveau)
    return dict.fromkeys(CEF, level) if level in LEVELS else {}


def _score(dimension: str, level: str) -> ET.Element:
    return el(
        "eures:CompetencyDimension",
        el("hr:CompetencyDimensionTypeCode", dimension),
        el("eures:Score", el("hr:ScoreText", level)),
    )


def _skill(name: str) -> str:
    """A name that Europass takes."""
    text = " ".join(legal(name).split())
    return text if len(text) <= LONGEST_SKILL else text[: LONGEST_SKILL - len(_CUT)].rstrip() + _CUT
