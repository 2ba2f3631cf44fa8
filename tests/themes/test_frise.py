"""The timeline: nothing in it may collide, however long the career."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from data.model import Livret
from data.publications import Publication
from data.values import PartialDate
from site_builder import themes
from site_builder.build import build
from site_builder.present import present
from site_builder.timeline import LABEL

DAY = PartialDate(2026, 11, 23).first


def career(posts: int, diplomas: int):
    """A view of so many posts, which overlap, and so many diplomas, some in the same year."""
    emplois = [
        {"intitule": f"Poste {i}", "employeur": "Ville", "debut": str(1984 + i), "fin": str(1986 + i)}
        for i in range(posts)
    ]
    diplomes = [{"intitule": f"Diplôme {i}", "date_obtention": str(1990 + i * 2 // 3)} for i in range(diplomas)]
    livret = Livret.from_data(
        {
            "titulaire": {"prenom": "Camille", "nom": "Exemple"},
            "experiences": {"emplois": emplois},
            "formations": {"diplomes": diplomes},
        }
    )
    return present(livret, Publication(id="p", titre="Essai"), DAY)


@pytest.mark.parametrize("diplomas", [1, 10, 40])
def test_labels_of_dated_events_never_collide(diplomas):
    """Two events of one row leave each other a quarter of the width, and no label leaves the drawing."""
    frise = career(1, diplomas).frise
    spans = [(r.rang, r.position if r.position + LABEL <= 100 else r.position - LABEL, r.annee) for r in frise.reperes]
    assert len(spans) == diplomas
    assert all(start >= 0 and start + LABEL <= 100 for _, start, _ in spans)
    for one, other in combinations(spans, 2):
        assert one[0] != other[0] or abs(one[1] - other[1]) >= LABEL


def test_every_period_has_a_row_of_its_own():
    """Twenty-eight posts that overlap stand on twenty-eight lines, inside the drawing."""
    html = build(career(28, 3), themes.find("base")).files["index.html"].decode()
    drawing = html[html.index('class="frise-dessin"') : html.index("frise-liste")]
    lines = [float(y) for y in re.findall(r'<g class="barre[^>]*>\s*<rect x="[^"]*" y="([\d.]+)em"', drawing)]
    height = float(re.search(r'height="([\d.]+)em"', drawing)[1])  # type: ignore[index]
    assert len(lines) == len(set(lines)) == 28
    assert max(lines) < height


def test_the_drawing_and_the_list_tell_the_same():
    """Whichever of the two a reader is given, every post and diploma is in it, under its link."""
    html = build(career(12, 10), themes.find("base")).files["index.html"].decode()
    cut = html.index('<ol class="frise-liste"')
    for half in (html[html.index('class="frise-dessin"') : cut], html[cut : html.index("</ol>", cut)]):
        assert len(re.findall(r'href="experiences\.html#', half)) == 12
        assert len(re.findall(r'href="formations\.html#', half)) == 10


def test_one_of_the_two_is_always_out_of_the_way():
    """Where the drawing shows the list does not, so that nobody is told the career twice."""
    sheet = (themes.bundled_home() / "base" / "static" / "frise.css").read_text("utf-8")
    assert re.search(r"^\.frise-dessin \{ display: none;", sheet, re.MULTILINE)
    for media in ("@media screen and (min-width: 60em)", "@media print"):
        rules = sheet[sheet.index(media) :].split("}\n}")[0]
        assert re.search(r"\.frise-dessin \{ display: block;", rules)
        assert re.search(r"\.frise-liste \{ display: none;", rules)
