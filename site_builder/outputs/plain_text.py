"""The agent's Markdown for formats that know none: plain text, its list items, or a handful of HTML tags.

All three are read off the safe HTML that the pages show, so that an export says what the site says, with the same
French spaces, and a text that was rendered for a page is not parsed again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

from site_builder import markdown

BULLET = "•"  # not a hyphen: a spreadsheet would take the cell for a formula
_BLOCKS = frozenset({"p", "blockquote", "pre", "ul", "ol", "li", "tr", "table", "hr", "div"})
_SIMPLE = frozenset({"p", "ul", "ol", "li", "strong", "em"})
_STYLED = re.compile(r"<(?:strong|em|s|code|pre|blockquote|table|p class)\b")
_SPACES = re.compile(r"[ \t\n]+")
_AROUND_BREAK = re.compile(r" *\n *")


@dataclass(slots=True)
class _Line:
    """One paragraph, list item or row of a table."""

    text: str
    depth: int = 0  # how many lists it is in
    mark: str = ""  # what stands before a list item; empty for its second paragraph
    near: bool = False  # whether no blank line stands before it, nor after: an item, a row of a table


class _Reader(HTMLParser):
    """Cuts safe HTML into lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[_Line] = []
        self.parts: list[str] = []
        self.lists: list[int] = []  # those it is in: 0 for bullets, else the next number
        self.mark = ""
        self.raw = False
        self.cells = 0  # of the row of a table
        self.link = ""
        self.linked = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag in _BLOCKS:
            self.flush()
        if tag == "ul":
            self.lists.append(0)
        elif tag == "ol":
            self.lists.append(int(held.get("start") or 1))
        elif tag == "li":
            self.mark = self.next_mark()
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "tr":
            self.cells = 0
        elif tag in ("td", "th"):
            self.begin_cell()
        elif tag == "pre":
            self.raw = True
        elif tag == "a":
            self.link, self.linked = held.get("href") or "", len(self.parts)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.flush()
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "li":
            self.mark = ""  # an empty item leaves none to what follows
        elif tag == "pre":
            self.raw = False
        elif tag == "table":
            self.cells = 0
        elif tag == "a":
            shown = "".join(self.parts[self.linked :])
            target = re.sub(r"^(?:mailto|tel):", "", self.link)
            if target and target.rstrip("/") != shown.rstrip("/"):
                self.parts.append(f" ({target})")

    def handle_data(self, data: str) -> None:
        self.parts.append(data if self.raw else _SPACES.sub(" ", data))

    def begin_cell(self) -> None:
        """Part a cell from the one before it in its row, whatever blanks stand between their tags."""
        if self.cells:
            self.parts[:] = ["".join(self.parts).rstrip(" "), " | "]
        self.cells += 1

    def next_mark(self) -> str:
        """What stands before the list item that begins."""
        if not self.lists or not self.lists[-1]:
            return BULLET
        self.lists[-1] += 1
        return f"{self.lists[-1] - 1}."

    def flush(self) -> None:
        """End the line that was being read, if it says anything."""
        text = "".join(self.parts)
        text = (text if self.raw else _AROUND_BREAK.sub("\n", text)).strip(" \n")
        self.parts.clear()
        if text:
            self.lines.append(_Line(text, len(self.lists), self.mark, bool(self.lists or self.cells)))
            self.mark = ""


@lru_cache(maxsize=4096)
def _lines(text: str) -> tuple[_Line, ...]:
    reader = _Reader()
    reader.feed(str(markdown.render(text)))
    reader.close()
    reader.flush()
    return tuple(reader.lines)


def plain(text: str) -> str:
    """A Markdown text as plain text: paragraphs apart, list items behind a bullet, addresses in brackets."""
    return _joined(_lines(text))


def prose(text: str) -> str:
    """The plain text of what is in no list."""
    return _joined(tuple(line for line in _lines(text) if not line.depth))


def items(text: str) -> tuple[str, ...]:
    """The plain text of each item of its lists; what is nested in an item belongs to it."""
    found: list[str] = []
    for line in _lines(text):
        if line.depth and (not found or (line.depth == 1 and line.mark)):
            found.append(line.text)
        elif line.depth:
            found[-1] += f"\n{line.mark} {line.text}" if line.mark else f"\n{line.text}"
    return tuple(found)


def paragraphs(text: str) -> tuple[str, ...]:
    """The plain text of each paragraph and each list item, in order."""
    return tuple(line.text for line in _lines(text))


def styled(text: str) -> bool:
    """Whether plain text loses something of it: bold, headings, tables; not its lists nor its links."""
    return bool(_STYLED.search(markdown.render(text)))


def _joined(lines: tuple[_Line, ...]) -> str:
    said = ""
    before: _Line | None = None
    for line in lines:
        indent = "  " * max(0, line.depth - 1)
        if before:
            said += "\n" if line.near or before.near else "\n\n"
        said += f"{indent}{line.mark} {line.text}" if line.mark else f"{indent}{line.text}"
        before = line
    return said


class _Simplifier(HTMLParser):
    """Keeps of safe HTML what a word processor pastes: paragraphs, lists, bold, italics, links."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SIMPLE:
            self.parts.append(f"<{tag}>")
        elif tag == "a":
            self.parts.append(f'<a href="{escape(dict(attrs).get("href") or "")}">')
        elif tag == "br":
            self.parts.append("<br>")
        elif tag in ("pre", "tr"):
            self.cells = 0
            self.parts.append("<p>")
        elif tag in ("td", "th"):
            self.parts.append(" | " if self.cells else "")
            self.cells += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _SIMPLE or tag == "a":
            self.parts.append(f"</{tag}>")
        elif tag in ("pre", "tr"):
            self.parts.append("</p>")

    def handle_data(self, data: str) -> None:
        self.parts.append(
            escape(_SPACES.sub(" ", data), quote=False) if data.strip(" \t\n") else data.replace("\n", "")
        )


@lru_cache(maxsize=4096)
def simplified(rendered: str) -> str:
    """A rendered text in ``p br ul ol li strong em a`` alone, which every editor of HTML texts takes."""
    simplifier = _Simplifier()
    simplifier.feed(rendered)
    simplifier.close()
    return "".join(simplifier.parts)
