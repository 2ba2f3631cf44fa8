"""The portfolio as a PDF: read back by other programs, with everything in it and nothing that was not released."""

from __future__ import annotations

import io
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pikepdf
import pypdf
import pytest

from site_builder import markdown, themes, view
from site_builder.outputs import pdf
from site_builder.publish import Published, choose, publish
from tests.data.samples import livret
from tests.site_builder.support import JOUR, one_row, publication, write_theme
from tests.themes.sentinels import Sample, booleans, texts
from tests.themes.test_context import empty_site

BUNDLED = sorted(path.parent.name for path in themes.bundled_home().glob("*/theme.toml"))
EACH = pytest.mark.parametrize("name", BUNDLED)
JSON = '{"nom": "D’Orvanne", "vide": null}'.encode()
# What a drawing is made of, and what leads somewhere: neither is a text to read.
DRAWN = frozenset({
    "BarreView.debut", "BarreView.largeur", "BarreView.rang", "RepereView.position", "RepereView.rang",
    "AnneeView.position", "AnneeView.part", "FriseView.rangs",
})  # fmt: skip
LEADS = re.compile(r"\w+\.ref|(FaitView|TexteView)\.nom")
HOSTILE = [
    '#import "@preview/cetz:0.3.0": *',
    '#read("/etc/passwd")',
    "$x^2$ *gras* _it_ `code` \\ // fin /* non */ @ref <label> ~ --- = Titre",
    '#{panic()} #eval("1") ]#show: none',
    '"}]} \\u{41} \\n',
]


@pytest.fixture(scope="module")
def made(demonstration) -> Published:
    """The demo's mutation dossier, published with its confidential mention."""
    book, contents = demonstration
    dossier = choose(book, "mutation").with_(confidentiel=True)
    return publish(book, contents.__getitem__, dossier, jour=JOUR)


@pytest.fixture(scope="module")
def content(made) -> bytes:
    """Its PDF."""
    return pdf.document(made, attachment=JSON)


def published(book=None, **fields: Any) -> Published:
    """A small livret, published."""
    return publish(book or livret(), lambda _: b"", publication(**fields), jour=JOUR, theme="base")


def read(content: bytes) -> str:
    """Everything a PDF says: the text of its pages, and the alternatives of its drawings."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        alternatives = [str(node.Alt) for node in structure(opened) if "/Alt" in node]
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    return "\n".join([*pages, *alternatives]).replace("\u200b", "")


def structure(opened: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the structure, in reading order."""
    waiting = [opened.Root.StructTreeRoot.K]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting += reversed(list(node))
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            if "/K" in node:
                waiting.append(node.K)


def flat(text: str) -> str:
    """Without the spaces, where a line may be cut."""
    return re.sub(r"\s", "", text)


def test_it_says_what_it_is(content, made):
    """Both standards, the language, a title to show, an author, the day it was made: for archives and for readers."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        meta = opened.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("3", "A", "1")
        assert opened.Root.Lang == "fr"
        assert opened.Root.MarkInfo.Marked
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        assert meta["dc:title"] == f"{made.view.titre} · Anaïs D’Orvanne-Lestrac"
        assert meta["dc:creator"] == ["Anaïs D’Orvanne-Lestrac"]
        assert meta["xmp:CreateDate"].startswith("2026-11-23T00:00:00")
        assert "/JavaScript" not in opened.Root.get("/Names", {})
        assert "/OpenAction" not in opened.Root


def test_the_published_data_are_attached(content):
    """The JSON is inside, byte for byte, as the source of the document."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert {name: file.get_file().read_bytes() for name, file in opened.attachments.items()} == {
            "livret.json": JSON
        }
        (joint,) = opened.Root.AF
        assert joint.AFRelationship == "/Source"
        assert joint.EF.F.Subtype == "/application/json"


def test_without_data_nothing_is_attached(made):
    """No empty file hangs on a PDF of which no data was asked for."""
    with pikepdf.open(io.BytesIO(pdf.document(made))) as opened:
        assert not opened.attachments


@EACH
def test_fonts_are_inside_and_only_what_is_used_of_them(name, made, tool):
    """Every font is embedded as a subset, with its way back to letters."""
    content = pdf.document(replace(made, theme=themes.find(name)))
    listed = subprocess.run([tool("pdffonts"), "-"], input=content, capture_output=True, check=True).stdout.decode()
    fonts = [line.split() for line in listed.splitlines()[2:]]
    assert fonts
    for font in fonts:
        assert re.match(r"[A-Z]{6}\+", font[0])
        assert font[-5:-2] == ["yes", "yes", "yes"]


@EACH
def test_every_page_is_numbered_and_bears_the_name_and_the_mention(name, made):
    """« 3 / 12 » and the dossier stand on each page after the first, which may be a cover; name and mention on each."""
    pages = pypdf.PdfReader(io.BytesIO(pdf.document(replace(made, theme=themes.find(name))))).pages
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert number == 1 or re.search(rf"(?<!\d){number} / {len(pages)}(?!\d)", text)
        assert "Confidentiel" in text
        assert "D’Orvanne-Lestrac" in text
        assert number == 1 or made.view.titre in text


@EACH
def test_bookmarks_lead_to_the_parts_and_their_lists(name, made):
    """The parts that hold something and their lists are bookmarks, in order."""
    reader = pypdf.PdfReader(io.BytesIO(pdf.document(replace(made, theme=themes.find(name)))))
    titles = [item.title for item in _flatten(reader.outline)]
    parts = [v for v in made.view.volets if v.listes]
    wanted = [title for part in parts for title in (part.titre, *(liste.titre for liste in part.listes))]
    found = (next((one for one in wanted if title.endswith(one)), "") for title in titles)  # a theme may number them
    assert [title for title in found if title] == wanted
    assert all(reader.get_destination_page_number(item) is not None for item in _flatten(reader.outline))


def _flatten(outline):
    for item in outline:
        yield from _flatten(item) if isinstance(item, list) else [item]


@EACH
def test_its_structure_can_be_listened_to(name, made):
    """A heading a level at a time, an alternative to every figure, headed tables, and nothing unknown to PDF 1.7."""
    with pikepdf.open(io.BytesIO(pdf.document(replace(made, theme=themes.find(name))))) as opened:
        nodes = [(str(node.S), node) for node in structure(opened)]
    levels = [int(kind[2:]) for kind, _ in nodes if re.fullmatch(r"/H[1-6]", kind)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len([kind for kind, _ in nodes if kind == "/Figure"]) == 1
    kinds = {kind for kind, _ in nodes}
    assert {"/Document", "/P", "/L", "/LI", "/Link", "/Table", "/TH", "/TD", "/TOC"} <= kinds


@EACH
def test_figures_have_an_alternative_that_says_it_all(name, made):
    """Whoever does not see the timeline is told each post with its dates."""
    with pikepdf.open(io.BytesIO(pdf.document(replace(made, theme=themes.find(name))))) as opened:
        (alternative,) = (str(node.Alt) for node in structure(opened) if node.S == "/Figure")
    for barre in made.view.frise.barres:
        assert f"{barre.lien.intitule}, {barre.lien.detail}" in alternative
        assert barre.periode in alternative


def missing(name: str, made: Published) -> set[str]:
    """The fields that a theme's PDF does not show."""
    site = Sample().site()
    said = flat(read(pdf.document(replace(made, theme=themes.find(name), view=site))))
    absent = {where for where, text in texts(site, "SiteView") if flat(re.sub("<[^>]*>", "", text)) not in said}
    return {where for where in absent - DRAWN if not LEADS.fullmatch(where)}


@EACH
def test_every_field_of_every_view_shows(name, made):
    """No template drops silently what the agent chose to publish."""
    assert missing(name, made) == set()


@pytest.mark.parametrize(("cut", "field"), [("d.emetteur", "DocumentView.emetteur"), ("f.texte", "FaitView.texte")])
def test_the_sentinel_test_sees_an_omission(made, monkeypatch, cut, field):
    """A field taken out of the library is reported by its name."""
    folders = pdf.template_folders(themes.find("base"))
    thinner = {path: source.replace(cut.encode(), b'"x"') for path, source in pdf._templates(folders).items()}
    monkeypatch.setattr(pdf, "_templates", lambda _: thinner)
    assert field in missing("base", made)


@EACH
def test_what_is_drawn_follows_the_figures(name, made):
    """Each number that places something on the timeline moves something on the page."""
    frise, theme = made.view.frise, themes.find(name)
    before = pdf.document(replace(made, theme=theme))
    for where in DRAWN - {"FriseView.rangs", "BarreView.rang"}:  # periods may well have a row each
        kind, field = where.split(".")
        listed = {"BarreView": "barres", "RepereView": "reperes", "AnneeView": "annees"}[kind]
        items = getattr(frise, listed)
        rank = next(i for i, item in enumerate(items) if getattr(item, "part", 1))
        changed = replace(items[rank], **{field: getattr(items[rank], field) + 1})
        moved = replace(frise, **{listed: (*items[:rank], changed, *items[rank + 1 :])})
        assert pdf.document(replace(made, theme=theme, view=replace(made.view, frise=moved))) != before, where


@EACH
def test_every_yes_or_no_changes_the_page(name, made):
    """A yes or no of a view is shown too: the PDF is not the same without it."""
    theme = themes.find(name)
    without = pdf.document(replace(made, theme=theme, view=Sample().site()))
    for flag in booleans():
        assert pdf.document(replace(made, theme=theme, view=Sample(flag).site())) != without, flag


@EACH
def test_an_empty_livret_makes_a_page(name, made):
    """A livret that is just begun gives its one page, with a name and no empty heading."""
    content = pdf.document(replace(made, theme=themes.find(name), view=empty_site()))
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert len(reader.pages) == 1
    assert "Camille Exemple" in reader.pages[0].extract_text()
    assert not re.search("Documents joints|En chiffres|Le parcours|Dans ce", reader.pages[0].extract_text())


@EACH
@pytest.mark.parametrize("option", ["accent", "taille", "frise"])
def test_options_of_the_theme_reach_the_pdf(name, option, made):
    """What is chosen for the site is chosen for its PDF."""
    theme = themes.find(name)
    if option not in theme.options or pdf.template_folders(theme)[0] != theme.home:
        pytest.skip("this theme has no such option")
    value = {"accent": "#a01020", "taille": "grande", "frise": False}[option]
    chosen = made.publication.with_(options={name: {option: value}})
    before = pdf.document(replace(made, theme=theme))
    after = pdf.document(replace(made, theme=theme, publication=chosen))
    assert after != before
    if option == "frise":
        assert theme.words["formation_annee"] not in read(after)


def test_an_agents_own_theme_brings_no_template(tmp_path, made):
    """A template of the agent's is never read; the nearest bundled parent sets the page, with the agent's words."""
    home = write_theme(tmp_path / "mien", head={"extends": "parcours"})
    (home / "pdf").mkdir()
    (home / "pdf" / "dossier.typ").write_text('#panic("read")', "utf-8")
    (home / "words").mkdir()
    (home / "words" / "fr.toml").write_text('chiffres = "En nombres"', "utf-8")
    theme = themes.find(str(home))
    assert [folder.name for folder in pdf.template_folders(theme)] == ["parcours", "base"]
    assert "En nombres" in read(pdf.document(replace(made, theme=theme)))


def test_a_theme_of_ones_own_without_parents_is_set_as_base(tmp_path, made):
    """A theme that stands alone has no word of base's: its PDF keeps to base's."""
    theme = themes.find(
        str(write_theme(tmp_path / "seul", toml='[options.accent]\ntype = "bool"\ndefault = true\nlabel = "x"\n'))
    )
    assert [folder.name for folder in pdf.template_folders(theme)] == ["base"]
    assert "Anaïs" in read(pdf.document(replace(made, theme=theme)))


def test_templates_ask_nothing_of_the_network():
    """No bundled template names a package, nor reads anything but the data it is given."""
    sources = {path: path.read_text("utf-8") for path in themes.bundled_home().glob("*/pdf/**/*.typ")}
    assert len(sources) > 5
    for path, source in sources.items():
        assert "@" not in re.sub(r"//.*", "", source), path
        for read_ in re.findall(r"\b(?:read|json|image|csv|toml|yaml|xml|cbor|plugin|bibliography)\([^)]*", source):
            assert read_ in ('json("/donnees.json"', 'read("/" + joint.nom, encoding: none'), path
        for imported in re.findall(r'#?(?:import|include) "([^"]+)"', source):
            assert imported.endswith(".typ"), path


@EACH
def test_fonts_come_with_their_licence(name):
    """Static fonts, light, each family under a licence that stands beside them."""
    home = themes.bundled_home() / name / "pdf" / "fonts"
    fonts = [path for path in home.glob("*") if path.suffix in (".ttf", ".otf")]
    assert all(path.stat().st_size < 60_000 for path in fonts)
    assert not fonts or "SIL OPEN FONT LICENSE" in "".join(path.read_text("utf-8") for path in home.glob("OFL*.txt"))


def test_the_same_dossier_gives_the_same_bytes(made, content):
    """No clock, no chance: twice is once, whatever was made in between, from any thread."""
    found: list[bytes] = []
    jobs = [threading.Thread(target=lambda: found.append(pdf.document(made, attachment=JSON))) for _ in range(3)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert found == [content] * 3


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_typst_is_a_text(text):
    """Markup of the typesetter, in any field, comes out letter for letter and does nothing."""
    book = one_row("emplois", intitule=text, employeur=text, missions=f"```\n{text}\n```").with_()
    said = flat(read(pdf.document(published(book, titre=text, introduction=f"```\n{text}\n```"))))
    assert said.count(flat(markdown.typographic(text))) >= 3


def test_a_word_without_end_stays_on_the_page():
    """Ten thousand letters in a row are cut at the margin, and none is lost."""
    content = pdf.document(published(one_row("emplois", intitule="Agente", missions="kwz" * 3_334)))
    assert sum(flat(page.extract_text()).count("kwz") for page in pypdf.PdfReader(io.BytesIO(content)).pages) > 3_300
    for line in lines(content):
        assert float(line["xMax"]) < 595 - 50


def lines(content: bytes) -> list[dict[str, str]]:
    """Where each line of text stands, in points."""
    said = subprocess.run(["pdftotext", "-bbox-layout", "-", "-"], input=content, capture_output=True, check=True)
    found = re.findall(r"<line ([^>]*)>", said.stdout.decode())
    return [dict(re.findall(r'(\w+)="([^"]*)"', line)) for line in found]


def test_signs_of_other_scripts_are_shown_or_marked():
    """Hebrew and Arabic are set; what no font has becomes one empty square, and costs nobody the whole PDF."""
    content = pdf.document(
        published(
            one_row("emplois", intitule="Œuvre ﬁne 👩‍💻🎉 et 日本", missions="\ue000 שלום, e\u0301té \u0007 – العربية")
        )
    )
    said = read(content)
    assert re.search("Œuvre (ﬁ|fi)ne □ et □\n", said)
    assert "שלום" in said
    assert "العربية" in said
    assert "été □ –" in said


@EACH
def test_french_is_read_back_as_it_was_written(name, made, tool):
    """Ligatures, œ, quotation marks and their spaces come out of the PDF as letters, in any font."""
    text = "L’œuvre « officielle » : Æ, affluer, ﬁn ; 1 250 € – 50 % ! Ça, où ? Ÿ"
    view_ = replace(made.view, introduction=markdown.render(text))
    content = pdf.document(replace(made, theme=themes.find(name), view=view_))
    said = subprocess.run([tool("pdftotext"), "-", "-"], input=content, capture_output=True, check=True)
    told = re.sub(r"[ \n\u00a0\u202f]+", " ", said.stdout.decode()).replace("ﬁn", "fin")
    assert "L’œuvre « officielle » : Æ, affluer, fin ; 1 250 € – 50 % ! Ça, où ? Ÿ" in told


def test_links_lead_out_by_four_ways_only():
    """Web, mail and telephone; anything else is words. Links between rows lead to pages of the PDF."""
    text = (
        "[a](https://a.example/x) [b](mailto:b@c.example) [c](tel:+33102030405) [d](javascript:alert(1)) [e](file:///x)"
    )
    content = pdf.document(published(one_row("emplois", intitule="Agente", missions=text)))
    assert addresses(content) == {"https://a.example/x", "mailto:b@c.example", "tel:+33102030405"}


def addresses(content: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(content)) as opened:
        notes = [note for page in opened.pages for note in page.get("/Annots", ())]
        assert all(note.Subtype == "/Link" for note in notes)
        return {str(note.A.URI) for note in notes if "/A" in note and "/URI" in note.A}


@EACH
def test_links_between_rows_lead_to_them(name, made):
    """A competence leads to the post that shows it; a link whose row is not there is plain words."""
    with pikepdf.open(io.BytesIO(pdf.document(replace(made, theme=themes.find(name))))) as opened:
        inside = [n for page in opened.pages for n in page.get("/Annots", ()) if "/Dest" in n or n.A.S == "/GoTo"]
    rows = [row for v in made.view.volets for liste in v.listes for group in liste.groupes for row in group.lignes]
    assert len(inside) >= sum(len(row.competences) + len(row.preuves) + len(row.documents) for row in rows)


@EACH
def test_nothing_withheld_is_in_any_stream(name, made, demonstration):
    """Neither a row nor a document left out of the dossier leaves a word in the file, streams opened."""
    book, _ = demonstration
    released = made.released
    kept = {row.id for _, row in released.placed_rows()}
    secrets = {
        row.intitule_ligne for _, row in book.placed_rows() if row.id not in kept and len(row.intitule_ligne) > 12
    }
    said = released.to_data()
    secrets = {secret for secret in secrets if secret not in str(said)}
    assert len(secrets) > 20
    content = pdf.document(replace(made, theme=themes.find(name)), attachment=JSON)
    with pikepdf.open(io.BytesIO(content)) as opened:
        raw = b"".join(obj.read_bytes() for obj in opened.objects if isinstance(obj, pikepdf.Stream))
    everything = flat(read(content)) + raw.decode("latin-1") + raw.decode("utf-8", "ignore")
    assert not [secret for secret in secrets if flat(secret) in everything or secret in everything]


def test_deep_texts_are_shown(made):
    """Lists and quotations twenty deep end in words, not in a refusal."""
    deep = "\n".join("  " * depth + f"- mot{depth}x" for depth in range(20)) + "\n\n" + ">" * 20 + " fond"
    content = pdf.document(replace(made, view=replace(made.view, introduction=markdown.render(deep))))
    said = read(content)
    assert "mot5x" in said
    assert "fond" in said


def test_rich_texts_keep_their_shape():
    """Lists, tables, quotations and code are structure, not only looks."""
    parts = (
        "- un\n- deux",
        "1. trois",
        "| a | b |\n|---|--:|\n| c | **d** |",
        "> cité",
        "~~barré~~ `code`  \nsuite",
        "# Inter",
    )
    content = pdf.document(published(introduction="\n\n---\n\n".join(parts)))
    with pikepdf.open(io.BytesIO(content)) as opened:
        kinds = [str(node.S) for node in structure(opened)]
    assert kinds.count("/L") >= 2
    assert {"/Table", "/TH", "/TD", "/BlockQuote"} <= set(kinds)
    said = re.sub(r"\s+", " ", read(content))
    assert "• un • deux 1. trois a b c d cité barré code suite Inter" in said


def test_tables_of_the_procedure_are_tables(made):
    """A table that the procedure asks for keeps its headings, its rows and its sum."""
    table = view.TableauView(
        "jours", "Jours par formation", ("Formation", "Jours"), (("Valeurs", "2"), ("Été", "5")), ("Total", "7")
    )
    content = pdf.document(replace(made, view=replace(made.view, tableaux=(table,))))
    said = read(content)
    assert "Jours par formation" in said
    with pikepdf.open(io.BytesIO(content)) as opened:
        kinds = [str(node.S) for node in structure(opened)]
    assert kinds.count("/TH") >= 2


def test_the_demo_is_light(content):
    """The mutation dossier alone is a small fraction of what a portal takes."""
    assert len(content) < 600_000
