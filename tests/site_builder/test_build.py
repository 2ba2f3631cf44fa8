"""Building: pure, deterministic, on several pages or on one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from data import demo
from site_builder import gate, present
from site_builder.build import ENTRY, Site, build
from site_builder.options import option_sheet
from site_builder.plan import PATHS, address, plan
from site_builder.publish import choose, publish
from site_builder.themes import find
from site_builder.view import LienView
from tests.data.samples import livret
from tests.site_builder.support import JOUR, one_row, publication, text_of, write_theme

ROOT = Path(__file__).parents[2]

DIGEST = """
import sys
from data import demo
from site_builder.publish import publish
from datetime import date
book = demo.livret()
for wish in book.publications:
    for unique in (False, True):
        made = publish(book, lambda _: b"", wish.with_(documents=()), jour=date(2026, 11, 23), unique=unique)
        print(wish.id, unique, made.site.digest)
"""


def digests(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DIGEST], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, check=True,
        text=True, timeout=60,
    )  # fmt: skip
    return done.stdout


def test_the_same_livret_gives_the_same_bytes_anywhere():
    """Neither the order of hashing, the time zone, the language of the machine nor its clock changes a byte."""
    first = digests(PYTHONHASHSEED="1", TZ="Pacific/Kiritimati", LC_ALL="C")
    assert first == digests(PYTHONHASHSEED="2", TZ="America/Los_Angeles", LC_ALL="C.UTF-8", LANG="de_DE.UTF-8")
    assert len(first.splitlines()) == 2 * len(demo.livret().publications) > 2


def view_of(book, **wish):
    return present.present(book, publication(**wish), JOUR)


def test_a_part_with_nothing_published_has_no_page():
    """No menu entry leads to an empty page; an empty livret is its home page and its styles."""
    theme = find("base")
    assert [p.path for p in plan(view_of(livret()))] == [ENTRY]
    site = build(view_of(one_row("emplois", intitule="Agent")), theme)
    assert [name for name in site.files if name.endswith(".html")] == ["experiences.html", "index.html"]


def test_interests_alone_are_worth_a_page():
    """A part without rows but with a text has its page."""
    book = type(livret()).from_data({"competences": {"centres_interet": "Randonnée"}})
    assert [p.page.code for p in plan(view_of(book, confidentiel=True))] == ["accueil", "competences"]


def test_one_page_holds_every_section():
    """On the single page the sections are those of the several pages, in the same order."""
    book = demo.livret()
    view = present.present(book, book.publications[0], JOUR)
    several, (one,) = plan(view), plan(view, unique=True)
    assert [p.page.sections[0].code for p in several] == [s.code for s in one.page.sections]
    assert one.page.navigation == several[0].page.navigation
    assert (one.page.unique, one.page.code, one.path) == (True, "page", ENTRY)


@pytest.mark.parametrize(
    ("page", "ref", "expected", "on_one_page"),
    [
        ("formations", "r1", "#r1", "#r1"),
        ("formations", "", "formations.html", "#formations"),
        ("accueil", "", "index.html", "#accueil"),
        ("experiences", "r2", "experiences.html#r2", "#r2"),
    ],
)
def test_addresses_are_relative(page, ref, expected, on_one_page):
    """A link is relative, so that the site works from a folder, any host and any sub-folder."""
    view = view_of(livret(actions=[{"id": "r1"}], emplois=[{"id": "r2"}]))
    formations = next(p.page for p in plan(view) if p.page.code == "formations")
    (one,) = plan(view, unique=True)
    lien = LienView(page, ref, "x", "")
    assert (address(lien, formations), address(lien, one.page)) == (expected, on_one_page)


def test_files_are_in_a_fixed_order_and_hold_the_documents():
    """Pages, styles, options and documents, sorted by path."""
    documents = {"documents/01-diplome.pdf": b"%PDF"}
    site = build(view_of(livret()), find("base"), documents=documents)
    assert list(site.files) == sorted(site.files)
    assert site.files["documents/01-diplome.pdf"] == b"%PDF"
    assert "assets/options.css" in site.files
    assert site.size == sum(len(content) for content in site.files.values())


def test_two_sites_are_the_same_exactly_when_their_digests_are():
    """A byte moved from a name to a content, or from a file to the next, changes the digest."""
    one = Site({"ab": b"c", "d": b""})
    others = [
        Site({"a": b"bc", "d": b""}),
        Site({"ab": b"", "d": b"c"}),
        Site({"ab": b"c"}),
        Site({"ab": b"c", "e": b""}),
    ]
    assert one.digest == Site({"ab": b"c", "d": b""}).digest
    assert len({site.digest for site in [one, *others]}) == 5


@pytest.mark.parametrize(
    "name", ["../index.html", "/etc/passwd", "a/../../b", "a\\..\\b", "C:/x", "", ".", "a//b", "a/./b", "a\0b", "a/"]
)
def test_a_site_has_no_name_that_climbs(name):
    """Whoever writes, serves or packs a site may trust its names: a climbing one cannot be."""
    with pytest.raises(ValueError, match="not a path of a site"):
        Site({"index.html": b"", name: b""})


def test_a_dossier_is_found_by_its_identifier_or_its_title():
    """A dossier is named either way; an unknown name is told with those that exist."""
    book = livret(publications=[{"id": "vae", "titre": "Ma VAE"}, {"id": "mut", "titre": "Mutation"}])
    assert choose(book, "mut") is choose(book, "Mutation") is book.publications[1]
    assert choose(book) is book.publications[0]
    assert choose(livret()) == gate.default_publication(livret())
    with pytest.raises(Exception, match=r"s’appelle « x ». Dossiers de ce livret : vae \(Ma VAE\), mut "):
        choose(book, "x")


def test_the_options_of_the_dossier_hold_until_another_is_chosen(tmp_path):
    """What a dossier keeps for a theme is used, and what is chosen for one build wins over it."""
    option = '[options.mot]\ntype = "string"\ndefault = "trois"\nlabel = "Mot"\n'
    page = "<html lang='fr'><head><title>t</title></head><body>{{ options.mot }}</body></html>"
    home = write_theme(tmp_path / "essai", {"page.html": page}, toml=option)
    wish = publication(options={"essai": {"mot": "deux"}, "autre": {"inconnu": 1}})

    def built(**more):
        return text_of(publish(livret(), bytes, wish, jour=JOUR, theme=str(home), **more).site)

    assert "<body>deux</body>" in built()
    assert "<body>un</body>" in built(chosen={"mot": "un"})


def test_options_become_style_in_one_place(tmp_path):
    """Colours, numbers and choices become custom properties; a free text never does, for it could close the sheet."""
    toml = """
[options.accent]
type = "color"
default = "#204060"
label = "Couleur"
[options.colonnes]
type = "integer"
default = 2
label = "Colonnes"
[options.forme]
type = "choice"
choices = ["ronde", "carree"]
default = "ronde"
label = "Forme"
[options.pied]
type = "string"
default = "x"
label = "Pied"
[options.photo]
type = "bool"
default = true
label = "Photo"
"""
    theme = find(str(write_theme(tmp_path / "essai", toml=toml)))
    values = theme.resolve({"pied": "}</style><script>alert(1)</script>", "accent": "#ABCDEF"})
    sheet = option_sheet(theme.options, values)
    assert sheet == ":root{--option-accent:#ABCDEF;--option-colonnes:2;--option-forme:ronde;}\n"


def test_sections_have_the_paths_of_the_plan():
    """Every section code has a path of its own."""
    assert len(set(PATHS.values())) == len(PATHS) == 5
