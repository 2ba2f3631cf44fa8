"""Europass XML: the ``Candidate`` document that the European CV editor takes.

Its schema is no longer published, so only the shapes that real files show are written: the fixed order, every
section present even when empty, texts as HTML escaped once. A row whose section no real file shows filled
(certificates, courses, voluntary work) goes to a free section that bears the title of its list, in the same words.
What a post or a diploma has no element for stands in its description: nothing of a row is lost.

Nationality, birth, photograph and disability have elements there; Livret has no such field, and writes none.
"""

from __future__ import annotations

import uuid
from hashlib import sha256
from typing import Any, Final
from xml.etree import ElementTree as ET

from data.codes import code
from data.competences import Numerique
from data.experiences import Emploi, Stage
from data.fields import Ligne
from data.formations import Certification, Diplome
from site_builder.figures import counted_as
from site_builder.outputs import europass_skills as skills
from site_builder.outputs.europass_codes import DIALLED, MAINLAND, PUBLIC
from site_builder.outputs.europass_free import described, free_sections
from site_builder.outputs.europass_xml import dated, el
from site_builder.outputs.exported import Exported, unlinked
from site_builder.outputs.lines import Line, Lines, recent_first
from site_builder.outputs.plain_text import simplified
from site_builder.publish import Published

NAME: Final = "europass.xml"
NAMESPACES: Final = {
    "xmlns": "http://www.europass.eu/1.0",
    "xmlns:oa": "http://www.openapplications.org/oagis/9",
    "xmlns:eures": "http://www.europass_eures.eu/1.0",
    "xmlns:hr": "http://www.hr-xml.org/3",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": "http://www.europass.eu/1.0 Candidate.xsd",
}
_AGENCY: Final = "EUROPASS"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_HIGHEST_LEVEL = 8  # the French framework and the European one count alike


def export(made: Published) -> Exported:
    """What a dossier releases, as a Europass CV."""
    lines = Lines(made)
    work, education = _work(lines), _education(lines)
    licences, qualified, digital = skills.licences(lines), skills.qualifications(lines), skills.digital(lines)
    free = free_sections(lines)
    root = el(
        "Candidate",
        _identifier("hr:DocumentID", "DocumentIdentifier", "4.0"),
        _supplier(made),
        _person(made, lines),
        el(
            "CandidateProfile",
            _identifier("hr:ID", "CandidateProfileID"),
            el("hr:ExecutiveSummary", simplified(lines.view.titulaire.presentation + lines.view.titulaire.projet)),
            el("EmploymentHistory", *work),
            el("EducationHistory", *education),
            el("eures:Licenses", *licences),
            el("Certifications"),
            el("PublicationHistory"),
            el("PersonQualifications", *qualified),
            el("EmploymentReferences"),
            el("CreativeWorks"),
            el("Projects"),
            el("SocialAndPoliticalActivities"),
            el("Skills", *digital),
            el("NetworksAndMemberships"),
            el("ConferencesAndSeminars"),
            el("VoluntaryWorks"),
            el("CourseCertifications"),
            *free,
            languageCode="fr",
        ),
        _rendering(
            {
                "work-experience": work,
                "education-training": education,
                "language": qualified or skills.mother_tongues(lines),
                "profile-skills": digital,
                "driving-licence": licences,
            },
            [section.findtext("Title", "") for section in free],
        ),
        **NAMESPACES,
    )
    _number(root)
    ET.indent(root, " ")
    content = _DECLARATION + ET.tostring(root, encoding="unicode") + "\n"
    return Exported(NAME, content.encode(), _missing(made, lines, len(free)))


def _identifier(tag: str, name: str, version: str = "1.0") -> ET.Element:
    """An identifier whose number is still to be given: see ``_number``."""
    return el(tag, schemeID="", schemeName=name, schemeAgencyName=_AGENCY, schemeVersionID=version)


def _number(root: ET.Element) -> None:
    """Give the document its number, a UUID made of what it says: the same content has the same number."""
    number = str(uuid.uuid5(uuid.NAMESPACE_OID, sha256(ET.tostring(root, encoding="utf-8")).hexdigest()))
    for element in root.iter():
        if "schemeID" in element.attrib:
            element.set("schemeID", number)


def _supplier(made: Published) -> ET.Element:
    who = made.view.titulaire
    return el(
        "CandidateSupplier",
        _identifier("hr:PartyID", "PartyID"),
        el("hr:PartyName", "Owner"),
        el("PersonContact", _name(made), _email(who.courriel)),
        el("hr:PrecedenceCode", "1"),
    )


def _name(made: Published) -> ET.Element:
    who = made.view.titulaire
    return el("PersonName", el("oa:GivenName", who.prenom), el("hr:FamilyName", who.nom))


def _email(address: str) -> ET.Element | None:
    return el("Communication", el("ChannelCode", "Email"), el("oa:URI", address)) if address else None


def _person(made: Published, lines: Lines) -> ET.Element:
    """Who: a name, what the dossier shows of contact details, the mother tongue."""
    who = made.view.titulaire
    town = el("Address", el("oa:CityName", who.ville), type="home")
    return el(
        "CandidatePerson",
        _name(made),
        _email(who.courriel),
        _telephone(who.telephone) if who.telephone else None,
        el("Communication", el("UseCode", "home"), town) if who.ville else None,
        *skills.mother_tongues(lines),
    )


def _telephone(number: str) -> ET.Element:
    """A number as it is dialled from abroad; as it was typed when it is not a French one."""
    digits = "".join(filter(str.isdecimal, number))
    if not number.lstrip().startswith("+") and len(digits) == len("0123456789") and digits[0] == "0":
        dialled = DIALLED.get(digits[:4], MAINLAND)
        country, rest = el("CountryDialing", dialled), digits[1:]
    elif number.lstrip().startswith("+33"):
        country, rest = el("CountryDialing", MAINLAND), digits.removeprefix(MAINLAND)
    else:
        country, rest = None, number
    return el(
        "Communication",
        el("ChannelCode", "Telephone"),
        el("UseCode", "mobile" if rest[:1] in ("6", "7") else "home"),
        country,
        el("oa:DialNumber", rest),
    )


def _work(lines: Lines) -> list[ET.Element]:
    posts: list[Line[Any]] = sorted([*lines.of(Emploi), *lines.of(Stage)], key=recent_first)
    return [_employer(line) for line in posts]


def _employer(line: Line[Any]) -> ET.Element:
    """A post or an internship."""
    row = line.row
    french = isinstance(row, Emploi) and code("secteurs", row.secteur) in PUBLIC
    return el(
        "EmployerHistory",
        el("hr:OrganizationName", line.view.organisme),
        el(
            "PositionHistory",
            el("PositionTitle", line.view.intitule, typeCode="FREETEXT"),
            dated(line, "eures:EmploymentPeriod", "hr:CurrentIndicator", prefix="eures:"),
            el("oa:Description", described(line, used={"ville", "service"})),
            el("City", row.ville) if row.ville else None,
            el("Country", "fr") if french else None,
        ),
        el("Department", row.service) if row.service else None,
    )


def _education(lines: Lines) -> list[ET.Element]:
    titles: list[Line[Any]] = sorted([*lines.of(Diplome), *lines.of(Certification)], key=recent_first)
    return [_attendance(line) for line in titles]


def _attendance(line: Line[Any]) -> ET.Element:
    """A diploma or a certification: when it was obtained; when its studies began is not known."""
    row = line.row
    level = code("niveaux", row.niveau)
    known = level.isdecimal() and 1 <= int(level) <= _HIGHEST_LEVEL
    town = el("OrganizationContact", el("Communication", el("Address", el("oa:CityName", row.ville))))
    used = {"ville", "mention"} | ({"niveau"} if known else set())
    return el(
        "EducationOrganizationAttendance",
        el("hr:OrganizationName", line.view.organisme),
        town if row.ville else None,
        el("EducationLevelCode", level) if known else None,
        dated(line, "AttendancePeriod", "Ongoing", end_only=True),
        el(
            "EducationDegree",
            el("hr:DegreeName", line.view.intitule),
            el("FinalGrade", el("hr:ScoreText", row.mention)) if row.mention else None,
            el("OccupationalSkillsCovered", described(line, used=used)),
        ),
    )


def _rendering(sections: dict[str, list[ET.Element]], free: list[str]) -> ET.Element:
    """How the editor lays it out: the sections that have something, then the free ones."""
    order = [el("Section", el("Title", title)) for title, held in sections.items() if held]
    order += [el("Section", el("Title", title), el("Custom", "true")) for title in dict.fromkeys(free)]
    return el(
        "RenderingInformation",
        el(
            "Design",
            el("Template", "Template1"),
            el("Color", "Default"),
            el("FontSize", "Medium"),
            el("Logo", "FirstPage"),
            el("PageNumbers", "false"),
            el("SectionsOrder", *order),
        ),
    )


def _missing(made: Published, lines: Lines, free: int) -> tuple[str, ...]:
    says = []
    if free:
        what = counted_as(free, "entrée va dans une rubrique libre", "entrées vont dans des rubriques libres")
        says.append(f"{what}, faute de rubrique propre (formations suivies, concours, compétences…).")
    held: list[type[Ligne]] = [Emploi, Stage, Diplome, Certification, Numerique]
    if any(line.view.faits for model in held for line in lines.of(model)):
        says.append(
            "Ce qui n’a pas de champ dans Europass (statut, cadre d’emplois, grade…) est écrit dans les descriptions."
        )
    says += skills.missing(lines)
    if made.publication.introduction.strip():
        says.append("L’introduction du dossier n’a pas d’équivalent.")
    links = sum(len(getattr(row, "competences", ())) for row in lines.livret.rows.values())
    return (*says, *unlinked(len(made.view.documents), links))
