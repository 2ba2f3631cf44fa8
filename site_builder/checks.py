"""Look over a built site before anybody else does: links, outside requests, alternatives, headings, anchors.

Pure: reads a Site in memory and gives French sentences. What needs a browser (contrast, layout) is looked at
by the test suite, once for every theme; what depends on the agent's texts is looked at here, at every build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from urllib.parse import SplitResult, unquote, urlsplit

from site_builder.build import Site
from site_builder.markdown import SCHEMES

_LOADING = frozenset({"src", "poster", "background", "data"})  # attributes that load, whatever the tag
_LOADING_BY_HREF = frozenset({"link", "image", "use"})
_OUT_OF_PLACE = frozenset({"script", "iframe", "object", "embed", "base"})
_CSS_LOADING = re.compile(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)")
_HEADINGS = {f"h{n}": n for n in range(1, 7)}


@dataclass
class _Page(HTMLParser):
    """What one page names, shows and lacks."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lang: str = ""
    titled: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "html":
            self.lang = given.get("lang", "")
        elif tag == "title":
            self.titled = True
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag in _HEADINGS:
            self.headings.append(_HEADINGS[tag])
        self.loads += _loaded(tag, given)
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.faults.append("la page en ouvrirait une autre d’elle-même")
        if tag == "img" and "alt" not in given:
            self.faults.append("une image n’a pas de texte de remplacement")
        if tag in _OUT_OF_PLACE:
            self.faults.append(f"la balise {tag} n’a pas sa place dans un portfolio")
        if "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"la balise {tag} porte un style ou un script que la page refuse d’appliquer")

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        """Keep what a style element holds."""
        if self.cdata_elem == "style":
            self.sheets.append(data)


def _loaded(tag: str, given: dict[str, str]) -> Iterator[str]:
    """The addresses that a tag makes a browser fetch."""
    yield from (value for name, value in given.items() if name in _LOADING)
    yield from (one.split()[0] for one in given.get("srcset", "").split(", ") if one.split())
    if tag in _LOADING_BY_HREF:
        yield from (given[name] for name in ("href", "xlink:href") if name in given)


def check(site: Site) -> list[str]:
    """Everything wrong with a site, a French sentence each; empty when it may leave."""
    pages = {name: _read(content) for name, content in site.files.items() if name.endswith(".html")}
    found = [f"{name} : {fault}" for name, page in pages.items() for fault in _page_faults(page)]
    for name, page in pages.items():
        found += [f"{name} : {fault}" for fault in _link_faults(name, page, pages, site)]
    for name, content in site.files.items():
        if name.endswith(".css"):
            sheet = content.decode("utf-8", "replace")
            if "\ufffd" in sheet:
                found.append(f"{name} : cette feuille de style n’est pas écrite en UTF-8")
            found += [f"{name} : {fault}" for fault in _sheet_faults(name, sheet, site)]
    return list(dict.fromkeys(found))


def _read(content: bytes) -> _Page:
    page = _Page()
    page.feed(content.decode())
    page.close()
    return page


def _page_faults(page: _Page) -> Iterator[str]:
    yield from page.faults
    if page.lang != "fr":
        yield "la langue de la page n’est pas indiquée"
    if not page.titled:
        yield "la page n’a pas de titre"
    if page.headings.count(1) != 1:
        yield "il faut un titre principal (h1) et un seul"
    for above, below in zip(page.headings, page.headings[1:], strict=False):
        if below > above + 1:
            yield f"un titre h{below} suit un titre h{above} : un niveau manque"
            break
    if repeated := sorted({i for i in page.ids if page.ids.count(i) > 1} if len(set(page.ids)) < len(page.ids) else ()):
        yield f"l’ancre « {repeated[0]} » sert deux fois"


def _link_faults(name: str, page: _Page, pages: dict[str, _Page], site: Site) -> Iterator[str]:
    anchors = {other: set(read.ids) for other, read in pages.items()}
    for link in page.loads:
        if not link.startswith("data:") and (fault := _missing(name, link, site, anchors)):
            yield fault
    for sheet in page.sheets:
        yield from _sheet_faults(name, sheet, site)
    for link in page.links:
        scheme = _split(link).scheme
        if scheme == "data":
            continue
        if scheme:
            if scheme not in SCHEMES:
                yield f"le lien « {link[:60]} » n’est pas d’une sorte permise"
        elif fault := _missing(name, link, site, anchors):
            yield fault


def _missing(name: str, link: str, site: Site, anchors: dict[str, set[str]]) -> str:
    """Why a relative link leads nowhere, or out; empty when it is alive."""
    parts = _split(link)
    if parts.scheme or parts.netloc:
        return f"« {link[:60]} » appelle une autre machine"
    target = normpath(join(dirname(name), unquote(parts.path))) if parts.path else name
    if target not in site.files:
        return f"« {link[:60]} » ne mène nulle part"
    if parts.fragment and target in anchors and parts.fragment not in anchors[target]:
        return f"« {link[:60]} » ne mène à rien dans cette page"
    return ""


def _sheet_faults(name: str, sheet: str, site: Site) -> Iterator[str]:
    for url, imported in _CSS_LOADING.findall(sheet):
        link = url or imported
        if not link.startswith(("data:", "#")) and (fault := _missing(name, link, site, {})):
            yield fault


def _split(link: str) -> SplitResult:
    """A link in parts; one that cannot be read counts as an unknown kind."""
    try:
        return urlsplit(link)
    except ValueError:
        return SplitResult("illisible", "", "", "", "")
