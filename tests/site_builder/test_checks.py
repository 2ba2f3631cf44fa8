"""The look over a built site: each fault is seen, and a sound site has none."""

from __future__ import annotations

import pytest

from data import demo
from site_builder import checks, themes
from site_builder.outputs import single_page
from site_builder.publish import publish
from tests.site_builder.support import JOUR, html_page, site_of

SOUND = (
    '<h1 id="haut">Titre</h1><h2>Un</h2><p><a href="autre.html#la">lien</a> <a href="#haut">haut</a>'
    ' <a href="https://www.cnfpt.fr" rel="noopener">dehors</a> <a href="mailto:a@b.fr">mail</a>'
    ' <a href="documents/01.pdf">pièce</a></p><img src="assets/a.png" alt=""><h3>Deux</h3><h2>Trois</h2>'
)


def site(body: str = SOUND, *, head: str = "", css: bytes = b"p{background:url(a.png)} q{fill:url(#x)}"):
    return site_of(
        index_html=html_page(body, head=head),
        autre_html=html_page("<h1>Autre</h1><p id='la'>là</p>"),
        assets__a_png=b"png",
        assets__s_css=css,
        documents__01_pdf=b"%PDF",
    )


def test_a_sound_site_has_no_fault():
    """Live links, alternatives, headings in order, nothing from outside: nothing to say."""
    assert checks.check(site(head='<link rel="stylesheet" href="assets/s.css"><style>p{color:red}</style>')) == []


FAULTS = {
    "dead-link": ('<a href="absent.html">x</a>', "« absent.html » ne mène nulle part"),
    "dead-document": ('<a href="documents/99.pdf">x</a>', "« documents/99.pdf » ne mène nulle part"),
    "missing-anchor": ('<a href="#absent">x</a>', "« #absent » ne mène à rien dans cette page"),
    "missing-anchor-there": ('<a href="autre.html#absent">x</a>', "« autre.html#absent » ne mène à rien"),
    "climbing-link": ('<a href="../prive.html">x</a>', "« ../prive.html » ne mène nulle part"),
    "outside-image": ('<img src="https://a.fr/x.png" alt="">', "« https://a.fr/x.png » appelle une autre machine"),
    "protocol-relative": ('<img src="//a.fr/x.png" alt="">', "appelle une autre machine"),
    "outside-set": ('<img src="assets/a.png" srcset="assets/a.png 1x, https://a.fr/x.png 2x" alt="">', "autre machine"),
    "outside-sheet": ('<link rel="stylesheet" href="https://a.fr/s.css">', "appelle une autre machine"),
    "preconnect": ('<link rel="preconnect" href="https://fonts.example">', "appelle une autre machine"),
    "outside-video": ('<video src="https://a.fr/v.mp4"></video>', "appelle une autre machine"),
    "outside-poster": ('<video poster="https://a.fr/v.jpg"></video>', "appelle une autre machine"),
    "outside-drawing": ('<svg><image href="https://a.fr/v.svg"/></svg>', "appelle une autre machine"),
    "style-element": ("<style>@import 'https://a.fr/s.css';</style>", "appelle une autre machine"),
    "style-element-url": ("<style>p{background:url(https://a.fr/x)}</style>", "appelle une autre machine"),
    "refresh": ('<meta http-equiv="Refresh" content="0;url=https://a.fr">', "en ouvrirait une autre d’elle-même"),
    "base": ('<base href="https://a.fr/">', "la balise base n’a pas sa place"),
    "no-alternative": ('<img src="assets/a.png">', "une image n’a pas de texte de remplacement"),
    "two-h1": ("<h1>Encore</h1>", "il faut un titre principal (h1) et un seul"),
    "skipped-heading": ("<h4>Trop bas</h4>", "un titre h4 suit un titre h2 : un niveau manque"),
    "repeated-id": ('<p id="haut">x</p>', "l’ancre « haut » sert deux fois"),
    "inline-style": ('<p style="color:red">x</p>', "la balise p porte un style ou un script"),
    "handler": ('<p onclick="x()">x</p>', "la balise p porte un style ou un script"),
    "handler-closed": ('<br onclick="x()"/>', "la balise br porte un style ou un script"),
    "script": ("<script>x()</script>", "la balise script n’a pas sa place"),
    "iframe": ('<iframe src="autre.html"></iframe>', "la balise iframe n’a pas sa place"),
    "javascript": ('<a href="javascript:x()">x</a>', "le lien « javascript:x() » n’est pas d’une sorte permise"),
    "javascript-hidden": ('<a href=" java&#9;script:x()">x</a>', "n’est pas d’une sorte permise"),
    "file": ('<a href="file:///etc/passwd">x</a>', "n’est pas d’une sorte permise"),
    "unreadable-link": ('<a href="http://[">x</a>', "n’est pas d’une sorte permise"),
}


@pytest.mark.parametrize(("added", "says"), FAULTS.values(), ids=FAULTS.keys())
def test_each_fault_is_seen(added, says):
    """One fault added to a sound page gives one sentence, with the page’s name."""
    (fault,) = checks.check(site(SOUND + added))
    assert fault.startswith("index.html : ")
    assert says in fault


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("<html><head><title>t</title></head><h1>x</h1></html>", "la langue de la page n’est pas indiquée"),
        ('<html lang="en"><head><title>t</title></head><h1>x</h1></html>', "la langue de la page n’est pas indiquée"),
        ('<html lang="fr"><h1>x</h1></html>', "la page n’a pas de titre"),
        ('<html lang="fr"><title>t</title><p>x</p></html>', "il faut un titre principal"),
    ],
)
def test_a_page_says_what_it_is(page, says):
    """A page has its language, its title and its main heading."""
    assert (
        checks.check(site_of(index_html=page)) == [f"index.html : {says}"]
        or says in checks.check(site_of(index_html=page))[0]
    )


@pytest.mark.parametrize(
    ("css", "says"),
    [
        (b"@import 'https://a.fr/s.css';", "« https://a.fr/s.css » appelle une autre machine"),
        (b"@import url(https://a.fr/s.css);", "appelle une autre machine"),
        (b"@font-face{src:url('//fonts.example/a.woff2')}", "appelle une autre machine"),
        (b"p{background:url(absent.png)}", "« absent.png » ne mène nulle part"),
        ("/* é */".encode("latin-1"), "n’est pas écrite en UTF-8"),
    ],
)
def test_each_fault_of_a_sheet_is_seen(css, says):
    """A style sheet asks for nothing outside, and for nothing that is not there."""
    (fault,) = checks.check(site(css=css))
    assert fault.startswith("assets/s.css : ")
    assert says in fault


def test_the_same_fault_is_told_once():
    """A fault repeated a hundred times is one sentence."""
    assert len(checks.check(site(SOUND + '<a href="absent.html">x</a>' * 100))) == 1


@pytest.mark.parametrize("name", [theme.name for theme in themes.available()])
@pytest.mark.parametrize("unique", [False, True])
def test_the_demonstration_is_sound_in_every_theme(name, unique):
    """A real career, in each theme that comes with the program, has no fault, single page included."""
    book = demo.livret()
    made = publish(book, bytes, book.publications[0].with_(documents=()), jour=JOUR, theme=name, unique=unique)
    assert checks.check(made.site) == []
    if unique:
        assert checks.check(site_of(index_html=single_page.inline(made.site))) == []
