"""Every page of every theme as its reader meets it: on a screen, on a phone, in the dark, on paper, by ear."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit
from urllib.request import url2pathname

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.browser.pages import PAGES, SINGLE, opened, themes

Home = Callable[[str], Path]
WIDTHS = (320, 390, 768, 1440, 2560)
A4 = (595, 842)
MOST_SHEETS = {SINGLE: 40}  # the whole of a career of 26 years; any other page: 20
every_page = pytest.mark.parametrize("page_name", PAGES)
every_theme = pytest.mark.parametrize("theme", themes())


def write(tmp_path: Path, body: str, head: str = "") -> Path:
    path = tmp_path / "page.html"
    path.write_text(
        f'<!doctype html>\n<html lang="fr"><head><meta charset="utf-8"><title>Essai</title>{head}</head>'
        f"<body><main><h1>Essai</h1>{body}</main></body></html>",
        "utf-8",
    )
    return path


# --- nothing asked, nothing refused ---------------------------------------------------------------------------------


@every_theme
@every_page
def test_a_page_opens_in_silence(browser: Browser, portfolio: Home, theme: str, page_name: str):
    """A page opened from the disk asks nothing of the outside, breaks no rule of its own policy, logs nothing."""
    with opened(browser, portfolio(theme) / page_name) as (page, witness):
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        assert (witness.outside, witness.said) == ([], [])


def test_an_outside_request_and_a_refused_style_would_be_seen(browser: Browser, tmp_path: Path):
    """A picture from elsewhere is an outside request; a style that the policy refuses is a message."""
    policy = "<meta http-equiv='Content-Security-Policy' content=\"style-src 'none'\">"
    body = '<img src="http://127.0.0.1:9/spy.png" alt=""><p style="color:red">x</p>'
    with opened(browser, write(tmp_path, body, policy)) as (_, witness):
        assert witness.outside == ["http://127.0.0.1:9/spy.png"]
        assert any("Content Security Policy" in said for said in witness.said)


FONTS = """() => ({
    missing: [...document.fonts].filter(font => font.status === "error").map(font => font.family),
    loaded: [...document.fonts].filter(font => font.status === "loaded").length,
    declared: document.fonts.size,
})"""


@every_theme
@every_page
def test_the_typefaces_of_a_page_are_there(browser: Browser, portfolio: Home, theme: str, page_name: str):
    """Every typeface that a page uses is loaded from the portfolio itself, and a theme that brings some uses them."""
    with opened(browser, portfolio(theme) / page_name) as (page, _):
        fonts = page.evaluate(FONTS)
    assert fonts["missing"] == []
    assert bool(fonts["loaded"]) == bool(fonts["declared"])


def test_a_missing_typeface_would_be_seen(browser: Browser, tmp_path: Path):
    """A typeface whose file is not there is reported by its name."""
    style = "<style>@font-face{font-family:Absente;src:url(absente.woff2)}body{font-family:Absente}</style>"
    with opened(browser, write(tmp_path, "", style)) as (page, _):
        assert page.evaluate(FONTS)["missing"] == ["Absente"]


# --- links ----------------------------------------------------------------------------------------------------------


ADDRESSES = """all => all.map(link => {
    const given = link.getAttribute("href");
    return given.startsWith("data:") ? given.slice(0, 200) : link.href;
})"""


def dead_links(page: Page) -> list[str]:
    """The links of an opened page that lead to no file, to no anchor, or to an empty document."""
    ids_of: dict[str, set[str]] = {}
    faults = []
    for href in sorted(set(page.eval_on_selector_all("a[href]", ADDRESSES))):
        target, anchor = urldefrag(href)
        scheme = urlsplit(href).scheme
        if scheme in ("http", "https", "mailto", "tel"):
            continue  # the agent's own links: nobody is asked whether they answer
        if scheme == "data":
            faults += [href[:60]] if len(target.partition(",")[2]) < len("%PDF-1.4") else []
            continue
        path = Path(url2pathname(urlsplit(target).path))
        if not path.is_file():
            faults.append(href)
        elif anchor:
            if target not in ids_of:
                ids_of[target] = set(re.findall(r'\bid="([^"]+)"', path.read_text("utf-8")))
            faults += [] if unquote(anchor) in ids_of[target] else [href]
    return faults


@every_theme
@every_page
def test_every_link_of_a_page_is_alive(browser: Browser, portfolio: Home, theme: str, page_name: str):
    """Every link leads to a page, an anchor or a document that is in the portfolio."""
    with opened(browser, portfolio(theme) / page_name) as (page, _):
        assert page.locator("a[href]").count() > 0
        assert dead_links(page) == []


def test_a_dead_link_would_be_seen(browser: Browser, tmp_path: Path):
    """A missing page, a missing anchor and an empty document are dead links; an anchor that is there is not."""
    links = "<a href='nowhere.html'>a</a><a href='#gone'>b</a><a href='data:,'>c</a><a href='#here' id=\"here\">d</a>"
    with opened(browser, write(tmp_path, links)) as (page, _):
        assert len(dead_links(page)) == 3


@every_theme
def test_the_menu_leads_through_all_pages(browser: Browser, portfolio: Home, theme: str):
    """Clicking the entries of the menu one after the other opens every page, and each says where one is."""
    home = portfolio(theme)
    with opened(browser, home / "index.html") as (page, witness):
        count = page.locator("nav").first.locator("a").count()
        seen = []
        for index in range(count):
            page.locator("nav").first.locator("a").nth(index).click()
            seen.append(Path(urlsplit(page.url).path).name)
            assert page.locator("nav a[aria-current]").count() >= 1, f"{seen[-1]}: the menu does not say where one is"
        assert set(seen) == set(PAGES) - {SINGLE}
        assert witness.said == []


# --- width ----------------------------------------------------------------------------------------------------------

OVERFLOW = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return [...document.body.querySelectorAll("*")]
        .filter(node => node.getBoundingClientRect().right > wide + 0.5)
        .map(node => node.tagName.toLowerCase() + (node.className ? "." + node.className : ""))
        .slice(0, 5).concat(document.documentElement.scrollWidth + " px of content");
}"""


@every_theme
@every_page
def test_no_page_scrolls_sideways(browser: Browser, portfolio: Home, theme: str, page_name: str):
    """From a small phone to a very wide screen, in the light and in the dark, a page is as wide as its window."""
    faults = {}
    with opened(browser, portfolio(theme) / page_name) as (page, _):
        for dark in (False, True):
            page.emulate_media(color_scheme="dark" if dark else "light")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                if found := page.evaluate(OVERFLOW):
                    faults[width, "dark" if dark else "light"] = found
    assert faults == {}


def test_a_page_that_is_too_wide_would_be_seen(browser: Browser, tmp_path: Path):
    """An element wider than the window is named."""
    with opened(browser, write(tmp_path, "<div style='width:2000px'>x</div>"), width=390) as (page, _):
        assert page.evaluate(OVERFLOW)[0] == "div"


# --- accessibility --------------------------------------------------------------------------------------------------


def accessibility(page: Page, axe: str) -> list[str]:
    """What the checker finds, best practices included, with the first place of each."""
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    assert found["passes"], "the checker checked nothing"
    return [f"{v['id']}: {v['nodes'][0]['target']} ({len(v['nodes'])}) {v['help']}" for v in found["violations"]]


# The single page holds what the others hold: once is enough for what it alone may get wrong, and it is long.
LOOKS = [(name, 1440, False) for name in PAGES] + [(name, 390, True) for name in PAGES if name != SINGLE]


@every_theme
@pytest.mark.parametrize(("page_name", "width", "dark"), LOOKS)
def test_the_accessibility_checker_finds_nothing(
    browser: Browser, portfolio: Home, axe: str, theme: str, page_name: str, width: int, *, dark: bool
):
    """No rule of WCAG or good practice is broken on any page, on a screen in the light or a phone in the dark."""
    with opened(browser, portfolio(theme) / page_name, width=width, dark=dark, bypass_csp=True) as (page, _):
        assert accessibility(page, axe) == []


def test_an_inaccessible_page_would_be_seen(browser: Browser, axe: str, tmp_path: Path):
    """A picture without a text and a pale text are found."""
    body = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><p style='color:#bbb;background:#fff'>pâle</p>"
    with opened(browser, write(tmp_path, body), bypass_csp=True) as (page, _):
        assert {fault.split(":")[0] for fault in accessibility(page, axe)} == {"image-alt", "color-contrast"}


# --- paper ----------------------------------------------------------------------------------------------------------


def paper_faults(pdf: bytes, most: int) -> list[str]:
    """What is wrong with a printed page."""
    sheets = PdfReader(BytesIO(pdf)).pages
    faults = [] if 0 < len(sheets) <= most else [f"{len(sheets)} sheets"]
    for number, sheet in enumerate(sheets, 1):
        size = (round(sheet.mediabox.width), round(sheet.mediabox.height))
        faults += [] if size == A4 else [f"sheet {number} is {size}"]
        faults += [] if len(sheet.extract_text().split()) >= 3 else [f"sheet {number} is empty"]
    return faults


@every_theme
@every_page
def test_a_page_prints_on_a4(browser: Browser, portfolio: Home, theme: str, page_name: str):
    """Printed with the browser's own settings, a page gives A4 sheets, none of them empty, and not too many."""
    with opened(browser, portfolio(theme) / page_name, dark=True) as (page, _):
        pdf = page.pdf(prefer_css_page_size=True)
    assert paper_faults(pdf, MOST_SHEETS.get(page_name, 20)) == []


def test_a_page_that_prints_badly_would_be_seen(browser: Browser, tmp_path: Path):
    """Another format, an empty sheet and too many sheets are found."""
    style = "<style>@page{size:Letter}div{break-before:page;height:1cm}</style>"
    with opened(browser, write(tmp_path, "<p>a b c</p><div></div><div>a b c</div>", style)) as (page, _):
        faults = paper_faults(page.pdf(prefer_css_page_size=True), 2)
    assert faults[0] == "3 sheets"
    assert sum("is (612, 792)" in fault for fault in faults) == 3
    assert "sheet 2 is empty" in faults


# --- HTML -----------------------------------------------------------------------------------------------------------


DATA = re.compile(r"(data:[\w/+.-]+;base64,)[\w+/=]{100,}")
# The checker knows no « self » on a disk, and the documents left out change what was signed: the browser judges the
# policy (test_a_page_opens_in_silence). « rx » is of SVG 2, younger than the checker's CSS.
NOT_ITS_BUSINESS = re.compile(r"violates Content Security Policy|Property “rx” doesn't exist")


def html_faults(checker: Sequence[str], *paths: Path) -> list[str]:
    """The errors and warnings of the Nu checker, with their places."""
    done = subprocess.run(
        [*checker, "--format", "json", "--exit-zero-always", *map(str, paths)],
        check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    return [
        f"{Path(m['url']).name}:{m.get('lastLine', '?')}: {m['message']}"
        for m in json.loads(done.stderr)["messages"]
        if (m["type"] != "info" or m.get("subType") == "warning") and not NOT_ITS_BUSINESS.search(m["message"])
    ]


@every_theme
def test_the_html_checker_finds_nothing(html_checker: list[str], portfolio: Home, tmp_path: Path, theme: str):
    """Every page is HTML without an error or a warning; megabytes of documents inside it are left out."""
    for name in PAGES:
        html = (portfolio(theme) / name).read_text("utf-8")
        (tmp_path / name).write_text(DATA.sub(r"\1AAAA", html), "utf-8")
    assert html_faults(html_checker, *(tmp_path / name for name in PAGES)) == []


def test_bad_html_would_be_seen(html_checker: list[str], tmp_path: Path):
    """An element that does not exist and an identifier given twice are found."""
    faults = html_faults(html_checker, write(tmp_path, "<blague>x</blague><p id='a'></p><p id='a'></p>"))
    assert any("blague" in fault for fault in faults)
    assert any("Duplicate ID" in fault for fault in faults)
