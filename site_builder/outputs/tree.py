"""From the safe HTML of a text to a tree of plain data, for an output that is not a web page.

Only what ``markdown.render`` writes is known by name; of anything else the words are kept and the tag is not, so
that no text is lost and nothing that was not foreseen reaches a reader.

A node is a text, or a dict: ``t`` its kind, ``c`` its children; ``h`` the address of a link, ``debut`` the first
number of a list, ``entete`` and ``cote`` of a cell: whether it heads, and the side its text leans on.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from site_builder.markdown import allowed_link

Node = dict[str, Any] | str

DEEPEST = 6  # lists and quotations inside one another; below that, the words go on unframed: Typst has a bottom too
_INLINE = {"strong": "fort", "em": "italique", "s": "barre", "code": "code", "a": "lien"}
_BLOCK = {"p": "p", "blockquote": "citation", "ul": "puces", "ol": "numeros", "li": "point", "pre": "bloc"}
_TABLE = {"table": "tableau", "tr": "rangee", "th": "case", "td": "case"}
_KNOWN = _INLINE | _BLOCK | _TABLE
_NESTING = frozenset({"citation", "puces", "numeros"})
_ALONE = {"br": "saut", "hr": "filet"}
_HOLDS = {"puces": "point", "numeros": "point", "tableau": "rangee", "rangee": "case"}  # and nothing else
_HOLDS_BLOCKS = frozenset({"racine", "citation", "point", *_HOLDS})
_BLANK = re.compile(r"[ \t\r\n]+")  # what a browser shows as one space; not a no-break one


@lru_cache(maxsize=8192)
def tree(html: str) -> list[Node]:
    """The tree of a safe HTML text; an empty text gives an empty one. What it returns is shared: do not change it."""
    parser = _Tree()
    parser.feed(html)
    parser.close()
    return parser.root["c"]  # type: ignore[no-any-return]


class _Tree(HTMLParser):
    """Builds the tree; ``path`` holds the elements that are open, with the tag that will close each."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: dict[str, Any] = {"t": "racine", "c": []}
        self.path: list[tuple[str, dict[str, Any]]] = [("", self.root)]
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element that is known; of another, nothing."""
        said = dict(attrs)
        here = self.path[-1][1]
        if tag in _ALONE:
            _put(here, {"t": _ALONE[tag], "c": []})
            return
        kind = _KNOWN.get(tag, "")
        self.depth += kind in _NESTING
        if not kind or self.depth > DEEPEST or not _suits(kind, here, said):
            self.path.append((tag, here))
            return
        self.path.append((tag, _put(here, {"t": kind, "c": [], **_details(tag, kind, said)})))

    def handle_endtag(self, tag: str) -> None:
        """Close an element; a closing tag that nothing opened is nothing."""
        if tag not in (opened for opened, _ in self.path[1:]):
            return
        while True:
            opened, _ = self.path.pop()
            self.depth -= _KNOWN.get(opened, "") in _NESTING
            if opened == tag:
                return

    def handle_data(self, data: str) -> None:
        """A text, spaced as a browser would; what is only space between blocks is none."""
        here = self.path[-1][1]
        if not data.strip() and here["t"] in _HOLDS_BLOCKS:
            return
        if here["t"] != "bloc":
            data = _BLANK.sub(" ", data)
            if here["c"] and isinstance(here["c"][-1], dict) and here["c"][-1]["t"] == "saut":
                data = data.lstrip(" ")
        _put(here, data)


def _put(here: dict[str, Any], node: Any) -> Any:
    """Add a node, inside the rows, cells or items that it needs around it where none was opened."""
    kind = "" if isinstance(node, str) else node["t"]
    while (inner := _HOLDS.get(here["t"], kind)) != kind:
        here["c"].append({"t": inner, "c": [], **_details("", inner, {})})
        here = here["c"][-1]
    here["c"].append(node)
    return node


def _suits(kind: str, here: dict[str, Any], said: dict[str, str | None]) -> bool:
    """Whether an element may stand where it is, and lead where it says."""
    around: str = here["t"]
    match kind:
        case "lien":
            return allowed_link(said.get("href") or "")
        case "point":
            return around in ("puces", "numeros")
        case "code":
            return around != "bloc"
        case "case":
            return around in ("rangee", "tableau")
        case "rangee":
            return around == "tableau"
        case _:
            return True


def _details(tag: str, kind: str, said: dict[str, str | None]) -> dict[str, Any]:
    css = said.get("class") or ""
    match kind:
        case "lien":
            return {"h": (said.get("href") or "").strip()}
        case "p" if css == "intertitre":
            return {"t": "intertitre"}
        case "numeros":
            start = said.get("start") or ""
            return {"debut": int(start) if start.isdecimal() else 1}
        case "case":
            return {"entete": tag == "th", "cote": css}
        case _:
            return {}
