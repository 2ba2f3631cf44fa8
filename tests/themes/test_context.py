"""The theme contract: what every bundled theme must do, and proof that these tests would see it not done."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, meta
from markupsafe import Markup

from data import demo
from data.publications import Publication
from data.values import PartialDate
from site_builder import context, render, themes, view
from site_builder.build import build
from site_builder.outputs import single_page
from site_builder.present import present
from tests.themes.sentinels import Sample, booleans, missing, pages

BUNDLED = sorted(path.parent.name for path in themes.bundled_home().glob("*/theme.toml"))
BOTH = pytest.mark.parametrize("unique", [False, True], ids=["pages", "single"])
EACH = pytest.mark.parametrize("name", BUNDLED)


@pytest.fixture(scope="module")
def career():
    """The demonstration with everything in it, documents included."""
    livret = demo.livret()
    everything = Publication(
        id="tout",
        titre="Livret complet",
        introduction="Madame, Monsieur, **tout** y est.",
        coordonnees=("courriel", "telephone", "ville"),
        documents=tuple(piece.id for piece in livret.pieces),
        confidentiel=True,
    )
    return present(livret, everything, PartialDate(2026, 11, 23).first)


def make_theme(folder: Path, **files: str) -> themes.Theme:
    """A child of base with the given templates; ``__`` stands for a slash."""
    home = folder / "essai"
    for name, source in files.items():
        path = home / "templates" / f"{name.replace('__', '/')}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")
    (home / "theme.toml").write_text(
        'name = "essai"\ntitle = "Essai"\nsummary = "Essai."\ncontract = 1\nextends = "base"\nlicense = "MIT"\n',
        "utf-8",
    )
    return themes.find(str(home))


def empty_site() -> view.SiteView:
    """A site of which nothing but a name is published."""
    blank = Markup("")
    volets = tuple(view.VoletView(code, code, (), blank) for code in ("formations", "experiences", "competences"))
    holder = view.TitulaireView("Camille", "Exemple", "", "", blank, blank, "", "", "")
    frise = view.FriseView((), (), (), 0)
    return view.SiteView("Portfolio", blank, holder, "", (), (), frise, volets, (), "", "1er mai 2026")


@EACH
@BOTH
def test_every_field_of_every_view_shows(name, unique):
    """No theme drops silently what the agent chose to publish."""
    assert not missing(themes.find(name), unique=unique)


@pytest.mark.parametrize(
    ("template", "cut", "field"),
    [
        ("sections/documents.html", "{{ d.emetteur }}", "DocumentView.emetteur"),
        ("macros/ligne.html", "{{ f.texte }}", "FaitView.texte"),
        ("frise.html", 'data-rang="{{ b.rang }}"', "BarreView.rang"),
        ("layout.html", "{{ lien.detail }}", "LienView.detail"),
        ("sections/volet.html", "{{ section.titre }}", "SectionView.titre"),
    ],
)
def test_the_sentinel_test_sees_an_omission(tmp_path, template, cut, field):
    """A field taken out of one template is reported by its name."""
    source = (themes.bundled_home() / "base" / "templates" / template).read_text("utf-8")
    assert cut in source
    thinner = {template.removesuffix(".html").replace("/", "__"): source.replace(cut, "")}
    if field == "SectionView.titre":
        page = (themes.bundled_home() / "base" / "templates" / "page.html").read_text("utf-8")
        thinner["page"] = page.replace("{{ section.titre }}", "x")
    assert field in missing(make_theme(tmp_path, **thinner), unique=False)


@EACH
@pytest.mark.parametrize("flag", booleans())
def test_every_yes_or_no_changes_the_page(name, flag):
    """A yes or no of a view is shown too: the page is not the same without it."""
    theme = themes.find(name)
    without, _ = pages(Sample().site(), theme, unique=True)
    within, _ = pages(Sample(flag).site(), theme, unique=True)
    assert without != within


@EACH
@BOTH
def test_an_empty_site_renders(name, unique):
    """A livret that is just begun gives a page, with no empty heading nor dangling list."""
    html = build(empty_site(), themes.find(name), unique=unique).files["index.html"].decode()
    assert "Camille Exemple" in html
    assert not re.search(r"<(h[1-6]|ul|ol|dl|dd|dt|p|li)\b[^>]*>\s*</\1>", html)


@EACH
def test_templates_use_only_documented_names(name):
    """A template asks for the context, the helpers and the documented names set by base, nothing else."""
    known = {*context.NAMES, *context.SAYS, *context.LOCALS, "dict", "namespace", "range"}
    environment = Environment(autoescape=True)
    for path in themes.find(name).home.rglob("*.html"):
        used = meta.find_undeclared_variables(environment.parse(path.read_text("utf-8")))
        assert used <= known, path.name


def test_the_reference_is_up_to_date():
    """themes/CONTEXT.md is what the views generate; ``python -m site_builder.context`` writes it anew."""
    written = (themes.bundled_home() / "CONTEXT.md").read_text("utf-8")
    assert written == context.reference()
    assert tuple(context.NAMES) == render.CONTEXT
    assert tuple(context.SAYS) == render.HELPERS
    assert list(context.BLOCKS) == context.layout_blocks()


@pytest.mark.parametrize("block", context.layout_blocks())
def test_every_block_of_the_layout_can_be_overridden(tmp_path, block):
    """A child theme replaces any block of base's layout, and what it writes is on the page."""
    source = f'{{% extends "@base/layout.html" %}}{{% block {block} %}}<i title="remplace"></i>{{% endblock %}}'
    page = '{% extends "layout.html" %}'
    theme = make_theme(tmp_path, layout=source, page=page)
    assert '<i title="remplace"></i>' in build(empty_site(), theme).files["index.html"].decode()


def literal_texts(source: str) -> list[str]:
    """Words written in a template itself: between tags, or in an attribute that is read aloud."""
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<style.*?</style>|<!doctype[^>]*>", "", source, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"', source)
    between = re.sub(r"<[^>]*>", "\n", source).split("\n")
    return [text.strip() for text in (*spoken, *between) if re.search(r"[^\W\d_]", text)]


@EACH
def test_no_word_is_written_in_a_template(name):
    """Every word of a theme comes from the data or from words/fr.toml, so that another language can follow."""
    for path in themes.find(name).home.rglob("*.html"):
        assert not literal_texts(path.read_text("utf-8")), path.name


def test_the_word_test_sees_a_word():
    """A word between tags or in an attribute is seen; data are not."""
    assert literal_texts("<p>{{ say('x') }} Bonjour</p>") == ["Bonjour"]
    assert literal_texts('<a title="Voir" href="x">{{ l.intitule }}</a>') == ["Voir"]
    assert not literal_texts('{# un mot #}<p class="a">{{ a.b }} · </p>{% if x %}{% endif %}')


@EACH
def test_no_word_is_left_unused(name):
    """A theme's words are all said somewhere in its chain."""
    theme = themes.find(name)
    source = "\n".join(theme.templates().values())
    prefixes = tuple(re.findall(r"say\(\s*[\"'](\w+_)[\"'] ~", source))
    assert [
        key for key in theme.words if not re.search(rf"say\([\"']{key}[\"']", source) and not key.startswith(prefixes)
    ] == []


class Outline(HTMLParser):
    """Headings, identifiers, and whatever a page's content policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.refused: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of one tag."""
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "style" or name.startswith("on"):
                self.refused.append(f"{tag} {name}")
            if name in ("src", "href") and re.match(r"(https?:)?//", value or ""):
                self.outside.append(value or "")
        if tag == "script":
            self.refused.append(tag)


@EACH
@BOTH
def test_pages_are_well_formed(name, unique, career):
    """One h1 a page, headings in order, no repeated id, no script, no style attribute, nothing from outside."""
    site = build(career, themes.find(name), unique=unique)
    for path, content in site.files.items():
        if not path.endswith(".html"):
            continue
        page = Outline()
        page.feed(content.decode())
        assert page.levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in zip([0, *page.levels], page.levels, strict=False)), path
        assert len(page.ids) == len(set(page.ids)), path
        assert not page.refused, path
        assert not page.outside, path


@EACH
def test_links_lead_somewhere(name, career):
    """Every link to a page or an anchor of the site leads to one that exists."""
    files = {p: c.decode() for p, c in build(career, themes.find(name)).files.items() if p.endswith(".html")}
    anchors = {f"{path}#{ref}" for path, html in files.items() for ref in re.findall(r'\bid="([^"]+)"', html)}
    for path, html in files.items():
        for href in re.findall(r'<a [^>]*href="([^":]+)"', html):
            page, _, ref = href.partition("#")
            if not page.startswith("documents/"):
                assert (page or path) in files
                assert not ref or f"{page or path}#{ref}" in anchors, href


@EACH
def test_the_single_page_takes_everything_in(name, career):
    """The single page names no file: style sheets and fonts are inside it."""
    site = build(career, themes.find(name), documents={d.fichier: b"%PDF-" for d in career.documents}, unique=True)
    html = single_page.inline(site).decode()
    assert '<link rel="stylesheet"' not in html
    assert not re.search(r'(?:src|href)="(?:assets|documents)/', html)
    assert not re.search(r"url\(\s*[\"']?(?!data:|#|[\"'])", html)


@EACH
def test_a_name_cannot_end_the_running_foot(name):
    """A name with quotes, a backslash or a tag stays a name in the printed foot's style."""
    nasty = 'A"}\\</style><script>alert(1)</script>'
    site = empty_site()
    holder = view.TitulaireView(nasty, "B'C & D", "", "", Markup(""), Markup(""), "", "", "")
    html = build(replace(site, titulaire=holder), themes.find(name)).files["index.html"].decode()
    style = re.search(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    assert style
    assert style[1].count('"') == 2
    assert "\\" not in style[1]
    assert "<script" not in html
