"""Europass XML: the shape that real files show, whatever was typed, and none of what Livret must not ask for."""

from __future__ import annotations

import re
import uuid
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from data.model import Livret
from site_builder.outputs import europass
from tests.site_builder.exports_support import made, made_of
from tests.site_builder.support import publication

EU, OA, EURES, HR = (
    "http://www.europass.eu/1.0",
    "http://www.openapplications.org/oagis/9",
    "http://www.europass_eures.eu/1.0",
    "http://www.hr-xml.org/3",
)
NAMES = {"e": EU, "oa": OA, "eures": EURES, "hr": HR}
PREFIXES = {EU: "", OA: "oa:", EURES: "eures:", HR: "hr:"}

# What real files show: every child an element may have, in order. Those of CandidateProfile are always there.
PROFILE = [
    "hr:ID", "hr:ExecutiveSummary", "EmploymentHistory", "EducationHistory", "eures:Licenses", "Certifications",
    "PublicationHistory", "PersonQualifications", "EmploymentReferences", "CreativeWorks", "Projects",
    "SocialAndPoliticalActivities", "Skills", "NetworksAndMemberships", "ConferencesAndSeminars", "VoluntaryWorks",
    "CourseCertifications",
]  # fmt: skip
ORDER = {
    "Candidate": ["hr:DocumentID", "CandidateSupplier", "CandidatePerson", "CandidateProfile", "RenderingInformation"],
    "CandidateSupplier": ["hr:PartyID", "hr:PartyName", "PersonContact", "hr:PrecedenceCode"],
    "PersonContact": ["PersonName", "Communication"],
    "PersonName": ["oa:GivenName", "hr:FamilyName"],
    "CandidatePerson": ["PersonName", "Communication", "PrimaryLanguageCode"],
    "Communication": [
        "ChannelCode", "UseCode", "OtherTitle", "CountryDialing", "oa:DialNumber", "CountryCode", "oa:URI", "Address",
    ],
    "Address": ["oa:AddressLine", "oa:CityName", "CountryCode", "oa:PostalCode"],
    "CandidateProfile": [*PROFILE, "Others"],
    "EmploymentHistory": ["EmployerHistory"],
    "EmployerHistory": [
        "hr:OrganizationName", "OrganizationContact", "hr:IndustryCode", "PositionHistory", "Department", "Link",
    ],
    "PositionHistory": ["PositionTitle", "eures:EmploymentPeriod", "oa:Description", "City", "Country"],
    "eures:EmploymentPeriod": ["eures:StartDate", "eures:EndDate", "hr:CurrentIndicator"],
    "EducationHistory": ["EducationOrganizationAttendance"],
    "EducationOrganizationAttendance": [
        "hr:OrganizationName", "OrganizationContact", "EducationLevelCode", "AttendancePeriod", "EducationDegree",
    ],
    "OrganizationContact": ["Communication"],
    "AttendancePeriod": ["StartDate", "EndDate", "Ongoing"],
    "EducationDegree": ["hr:DegreeName", "FieldOfStudy", "FinalGrade", "Thesis", "OccupationalSkillsCovered"],
    "FinalGrade": ["hr:ScoreText"],
    "eures:Licenses": ["eures:License"],
    "eures:License": ["hr:LicenseTypeCode"],
    "PersonQualifications": ["PersonCompetency"],
    "PersonCompetency": ["CompetencyID", "hr:TaxonomyID", "hr:CompetencyName", "eures:CompetencyDimension"],
    "eures:CompetencyDimension": ["hr:CompetencyDimensionTypeCode", "eures:Score"],
    "eures:Score": ["hr:ScoreText"],
    "Skills": ["PersonCompetency"],
    "Others": ["Title", "Other"],
    "Other": ["Title", "Description", "Date"],
    "Date": ["StartDate", "EndDate", "Ongoing"],
    "RenderingInformation": ["Design"],
    "Design": ["Template", "Color", "FontSize", "Logo", "PageNumbers", "SectionsOrder"],
    "SectionsOrder": ["Section"],
    "Section": ["Title", "Custom"],
}  # fmt: skip
ORDER |= {tag: ["hr:FormattedDateTime"] for tag in ("StartDate", "EndDate", "eures:StartDate", "eures:EndDate")}
HTML = {"hr:ExecutiveSummary", "oa:Description", "OccupationalSkillsCovered", "Description"}
NEVER = ("Nationality", "Birth", "Gender", "Disability", "Photo", "Attachment", "Visa")


def parsed(portfolio) -> ET.Element:
    return ET.fromstring(europass.export(portfolio).content)  # noqa: S314 - our own


def short(element: ET.Element) -> str:
    space, _, name = element.tag[1:].partition("}")
    return PREFIXES[space] + name


def faults(root: ET.Element) -> list[str]:
    """Children that are not those real files show, or not in their order."""
    found = []
    for element in root.iter():
        known, names = ORDER.get(short(element), []), [short(child) for child in element]
        if strangers := set(names) - set(known):
            found.append(f"{short(element)} holds {sorted(strangers)}")
        elif sorted(names, key=known.index) != names:
            found.append(f"{short(element)} has {names}")
    return found


class Tags(HTMLParser):
    """Which tags and attributes a text has, and what it says once they are read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()
        self.said = ""

    def handle_starttag(self, tag, attrs):
        """Note a tag."""
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        """Note a text."""
        self.said += data


@pytest.mark.parametrize("which", ["whole", "mutation", "nothing"])
def test_every_element_is_in_its_place(which, request):
    """No element real files do not show, none out of order, and every section is there even when it is empty."""
    root = parsed(request.getfixturevalue(which))
    assert faults(root) == []
    assert [short(child) for child in root.find("e:CandidateProfile", NAMES)][: len(PROFILE)] == PROFILE


def test_an_element_out_of_place_would_be_seen(whole):
    """The table of the order is not blind: a stranger and a swap are both told."""
    root = parsed(whole)
    person = root.find("e:CandidatePerson", NAMES)
    person.append(ET.Element(f"{{{EU}}}NationalityCode"))
    post = root.find(".//e:PositionHistory", NAMES)
    post[:] = reversed(post)
    assert len(faults(root)) == 2


def test_the_head_is_that_of_real_files(whole):
    """Declaration, default namespace, the four others by their usual prefixes, and the place of the schema."""
    text = europass.export(whole).content.decode()
    assert text.startswith('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Candidate xmlns="')
    for name, address in europass.NAMESPACES.items():
        assert f' {name}="{address}"' in text
    assert "<!DOCTYPE" not in text
    assert "<ns0:" not in text


@pytest.mark.parametrize("which", ["whole", "nothing"])
def test_what_livret_must_not_ask_for_is_not_there(which, request):
    """Nationality, birth, gender, disability, photograph: no such element exists, not even an empty one."""
    text = europass.export(request.getfixturevalue(which)).content.decode()
    assert not [word for word in NEVER if f"{word}" in " ".join(re.findall(r"<(/?[\w:]+)", text))]


def test_the_number_of_a_document_follows_from_what_it_says(whole, mutation):
    """A UUID, the same for the same content, another for another."""
    numbers = [
        [element.get("schemeID") for element in parsed(one).iter() if element.get("schemeID")]
        for one in (whole, whole, mutation)
    ]
    assert numbers[0] == numbers[1]
    assert numbers[0][0] != numbers[2][0]
    assert len(set(numbers[0])) == 1
    assert uuid.UUID(numbers[0][0]).version == 5


def test_texts_are_html_escaped_once(whole):
    """Descriptions hold a handful of tags and no attribute but an address; nothing is escaped twice."""
    seen = Tags()
    for element in parsed(whole).iter():
        if short(element) in HTML and element.text:
            seen.feed(element.text)
        else:
            assert "<" not in (element.text or "")
    assert seen.found <= {"p", "br", "ul", "ol", "li", "strong", "em", "a"}
    assert {"p", "ul", "li", "strong"} <= seen.found
    assert seen.attributes <= {"href"}
    assert "&amp;" not in seen.said
    assert "Écrire un règlement de formation que l’on lit." in seen.said


def test_hostile_texts_stay_texts():
    """Tags, quotes, entities and control characters come back as they were typed, but for what XML forbids."""
    nasty = '<script>alert("x")</script> & &lt; ]]> \x00\x0b\x1f\ufffe é \U0001f600'
    shown = '<script>alert("x")</script> & &lt; ]]>  é \U0001f600'
    root = parsed(
        made(
            emplois=[
                {"id": "a", "intitule": nasty, "employeur": nasty, "ville": nasty, "service": nasty, "grade": nasty}
            ],
            concours=[{"id": "b", "intitule": nasty, "precision": nasty}],
            numerique=[{"id": "c", "outil": nasty}],
            langues=[{"id": "d", "langue": nasty, "niveau": nasty}],
        )
    )
    assert faults(root) == []
    post = root.find(".//e:EmployerHistory", NAMES)
    assert post.findtext("hr:OrganizationName", "", NAMES) == shown
    assert post.findtext("e:PositionHistory/e:City", "", NAMES) == shown
    html = Tags()
    html.feed(post.findtext("e:PositionHistory/oa:Description", "", NAMES))
    assert html.found <= {"p"}
    assert shown in html.said


def test_dates_keep_their_precision():
    """A year stays a year; a running post has no end and says so; what is not dated has no period."""
    posts = [
        {"id": "a", "intitule": "A", "debut": "2019-03", "fin": "2020"},
        {"id": "b", "intitule": "B", "debut": "2020-05-04"},
        {"id": "c", "intitule": "C"},
    ]
    found = {
        post.findtext("e:PositionTitle", "", NAMES): [
            element.text for element in post.iter() if short(element) in ("hr:FormattedDateTime", "hr:CurrentIndicator")
        ]
        for post in parsed(made(emplois=posts)).iterfind(".//e:PositionHistory", NAMES)
    }
    assert found == {"B": ["2020-05-04", "true"], "A": ["2019-03", "2020", "false"], "C": []}


def test_a_diploma_says_its_level_and_when_it_was_obtained():
    """The level of the French framework is the European one; no day begins studies whose beginning is not known."""
    titles = [
        {
            "id": "a",
            "intitule": "BTS",
            "niveau": "5",
            "date_obtention": "2000-07",
            "mention": "Bien",
            "contenu": "- Droit",
        },
        {"id": "b", "intitule": "BAFA", "niveau": "non-classe"},
    ]
    first, second = parsed(made(diplomes=titles)).iterfind(".//e:EducationOrganizationAttendance", NAMES)
    assert first.findtext("e:EducationLevelCode", "", NAMES) == "5"
    assert first.find("e:AttendancePeriod/e:StartDate", NAMES) is None
    assert first.findtext("e:AttendancePeriod/e:EndDate/hr:FormattedDateTime", "", NAMES) == "2000-07"
    assert first.findtext("e:EducationDegree/e:FinalGrade/hr:ScoreText", "", NAMES) == "Bien"
    assert first.findtext("e:EducationDegree/e:OccupationalSkillsCovered", "", NAMES) == "<ul><li>Droit</li></ul>"
    assert second.find("e:EducationLevelCode", NAMES) is None
    assert "Non classé" in second.findtext("e:EducationDegree/e:OccupationalSkillsCovered", "", NAMES)


def test_languages_have_their_code_and_the_five_skills():
    """ISO 639-3 when it is known; a level known only as a whole is repeated for the five skills, and that is told."""
    languages = [
        {"id": "a", "langue": "Français", "niveau": "langue-maternelle"},
        {"id": "b", "langue": "en", "niveau": "B2", "lire": "C1", "ecouter": "B2"},
        {"id": "c", "langue": "Espagnol", "niveau": "A2"},
        {"id": "d", "langue": "Wolof", "niveau": "courant"},
    ]
    portfolio = made(langues=languages)
    root = parsed(portfolio)
    mother = root.find("e:CandidatePerson/e:PrimaryLanguageCode", NAMES)
    assert (mother.get("name"), mother.text) == ("NORMAL", "fra")
    found = {}
    for one in root.iterfind("e:CandidateProfile/e:PersonQualifications/e:PersonCompetency", NAMES):
        name = one.find("e:CompetencyID", NAMES)
        codes = [
            element.text.rpartition("-")[2] for element in one.iterfind(".//hr:CompetencyDimensionTypeCode", NAMES)
        ]
        levels = [element.text for element in one.iterfind(".//hr:ScoreText", NAMES)]
        found[name.get("schemeName"), name.text] = list(zip(codes, levels, strict=True))
    assert found[("NORMAL", "eng")] == [("Listening", "B2"), ("Reading", "C1")]
    assert [level for _, level in found[("NORMAL", "spa")]] == ["A2"] * 5
    assert found[("FREE_TEXT", "Wolof")] == []
    assert any("1\u00a0langue est répété" in says for says in europass.export(portfolio).missing)
    free = root.find("e:CandidateProfile/e:Others", NAMES)
    assert "Wolof<br>Niveau global\u00a0: courant" in free.findtext("e:Other/e:Description", "", NAMES)


def test_only_driving_licences_are_licences():
    """A licence of a European category is one; any other authorisation goes to a free section, with its dates."""
    rows = [
        {"id": "a", "intitule": "Permis B", "famille": "permis", "debut": "1999"},
        {"id": "b", "intitule": "B", "famille": "electrique", "debut": "2020-02"},
        {"id": "c", "intitule": "Permis C", "famille": "permis", "debut": "1999", "fin": "2010"},
        {"id": "d", "intitule": "Permis bateau", "famille": "permis"},
        {"id": "e", "intitule": "permis b"},
    ]
    portfolio = made(habilitations=rows)
    root = parsed(portfolio)
    assert [one.text for one in root.iterfind(".//hr:LicenseTypeCode", NAMES)] == ["B"]
    titles = {one.findtext("e:Other/e:Title", "", NAMES) for one in root.iterfind(".//e:Others", NAMES)}
    assert titles == {"B", "Permis C", "Permis bateau"}
    assert any(says.startswith("De 2\u00a0permis de conduire") for says in europass.export(portfolio).missing)


def test_digital_skills_are_distinct_and_short():
    """The importer refuses a name twice, and more than 99 signs; what is cut is told, the whole stands beside."""
    rows = [{"id": "a", "outil": "Tableur"}, {"id": "b", "outil": "tableur"}, {"id": "c", "outil": "x" * 120}]
    portfolio = made(numerique=rows)
    names = [one.text for one in parsed(portfolio).iterfind(".//e:Skills//hr:CompetencyName", NAMES)]
    assert names == ["Tableur", "x" * 98 + "…"]
    assert any("été raccourci à 99 signes" in says for says in europass.export(portfolio).missing)


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("06 12 34 56 78", "33", "612345678"),
        ("+33 5 61 00 00 00", "33", "561000000"),
        ("0692 12 34 56", "262", "692123456"),
        ("0596 12 34 56", "596", "596123456"),
        ("poste 4512", None, "poste 4512"),
        ("+32 470 12 34 56", None, "+32 470 12 34 56"),
    ],
)
def test_a_telephone_is_dialled_from_abroad(typed, country, number):
    """A French number gets its country, overseas departments theirs; any other is left as it was typed."""
    book = Livret.from_data({"titulaire": {"telephone": typed}})
    root = parsed(made_of(book, publication(coordonnees=["telephone"])))
    said = root.find("e:CandidatePerson/e:Communication", NAMES)
    assert said.findtext("e:CountryDialing", None, NAMES) == country
    assert said.findtext("oa:DialNumber", "", NAMES) == number


def test_the_order_of_sections_is_that_of_what_is_there(whole, nothing):
    """Only sections that hold something are named, the free ones once each and as such."""
    order = parsed(whole).find("e:RenderingInformation/e:Design/e:SectionsOrder", NAMES)
    titles = [(one.findtext("e:Title", "", NAMES), one.findtext("e:Custom", "", NAMES)) for one in order]
    assert titles[:5] == [
        ("work-experience", ""),
        ("education-training", ""),
        ("language", ""),
        ("profile-skills", ""),
        ("driving-licence", ""),
    ]
    assert {custom for _, custom in titles[5:]} == {"true"}
    assert len(set(titles)) == len(titles)
    free = {one.findtext("e:Title", "", NAMES) for one in parsed(whole).iterfind(".//e:Others", NAMES)}
    assert {title for title, _ in titles[5:]} == free
    assert {"Formations suivies", "Compétences", "Concours et examens professionnels", "Centres d’intérêt"} <= free
    assert len(parsed(nothing).find(".//e:SectionsOrder", NAMES)) == 0


def test_each_free_section_holds_one_entry(whole):
    """An importer keeps one entry of each element: a section of several entries is several elements of one title."""
    sections = list(parsed(whole).iterfind(".//e:Others", NAMES))
    assert all(len(section.findall("e:Other", NAMES)) == 1 for section in sections)
    trainings = [s for s in sections if s.findtext("e:Title", "", NAMES) == "Formations suivies"]
    assert len(trainings) == 24
    assert all(s.findtext("e:Other/e:Title", "", NAMES).strip() for s in sections)
