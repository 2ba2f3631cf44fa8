"""The agent's Markdown: safe whatever is pasted, French as it is written."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from site_builder.markdown import allowed_link, render, typographic

CASES = re.findall(
    r"^=== (.+?)\n(.*?)\n---\n(.*?)(?=\n\n===|\Z)",
    (Path(__file__).parent / "markdown_cases.md").read_text("utf-8"),
    re.DOTALL | re.MULTILINE,
)
NARROW, WIDE = "\u202f", "\u00a0"

TAGS = {
    "p": {"class"}, "strong": set(), "em": set(), "s": set(), "ul": set(), "ol": {"start"}, "li": set(), "hr": set(),
    "br": set(), "blockquote": set(), "code": {"class"}, "pre": set(), "a": {"href", "title", "rel"},
    "div": {"class", "tabindex", "role", "aria-label"}, "table": set(), "thead": set(), "tbody": set(), "tr": set(),
    "th": {"class"}, "td": {"class"},
}  # fmt: skip


@pytest.mark.parametrize(("name", "source", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_text_gives_the_html_expected(name, source, expected):
    """Each case of the fixtures file gives the HTML written under it."""
    assert render(source).strip() == expected.strip().replace("·", WIDE).replace("¦", NARROW)


def test_the_fixtures_file_is_read_whole():
    """No case is lost to a slip in the fixtures file."""
    text = (Path(__file__).parent / "markdown_cases.md").read_text("utf-8")
    assert len(CASES) == text.count("\n=== ")


class Tags(HTMLParser):
    """The tags of some HTML, with everything that is not allowed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):  # noqa: D102 - html.parser’s own
        if tag not in TAGS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in TAGS.get(tag, set()):
                self.wrong.append(f"{tag}.{name}")
            if name == "href":
                self.links.append(value or "")

    handle_startendtag = handle_starttag

    def handle_decl(self, decl):  # noqa: D102 - html.parser’s own
        self.wrong.append(decl)

    handle_pi = unknown_decl = handle_comment = handle_decl


ATTACKS = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](\u0001javascript:alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](\u200bjavascript:alert(1))",
    "[x](\uff4aavascript:alert(1))",
    "[x](javascript\uff1aalert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[x](blob:https://a/b)",
    "[x](file:///etc/passwd)",
    "[x](view-source:javascript:alert(1))",
    "[x](feed:javascript:alert(1))",
    "[x](//evil.example/x)",
    "[x](\\\\evil.example\\x)",
    "[x](/absolute)",
    "[x](#ancre)",
    "[x](http://[)",
    '[x](https://a.fr "onmouseover=alert(1)")',
    '[x](https://a.fr "\\" onmouseover=\\"alert(1)")',
    "[x](https://a.fr'onmouseover='alert(1))",
    '[x](<https://a.fr" onmouseover="alert(1)>)',
    "[x]: javascript:alert(1)\n\n[x]",
    "[x]: data:text/html,x 'y'\n\n[x][]",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "<mailto:a@b.fr?subject=x onclick=1>",
    "![x](javascript:alert(1))",
    '![<img src=x onerror=alert(1)>](https://a.fr/x.png "t")',
    "![[a](javascript:b)](https://a.fr)",
    "[![x](data:image/png,x)](javascript:alert(1))",
    "[a [b](javascript:c) d](javascript:e)",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "<!DOCTYPE x>",
    "<style>@import url(https://evil)</style>",
    "<a href=javascript:alert(1)>x</a>",
    "</p></section><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    '```"><script>alert(1)</script>\nx\n```',
    '```x" onclick="alert(1)\ny\n```',
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "| <script> | b |\n|:-:|--:|\n| <img onerror=1> | `</td>` |",
    "# <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\<script>alert(1)</script>",
    "«<script>»alert(1)",
    "~~<s onclick=1>~~",
]


def check_harmless(text: str) -> Tags:
    found = Tags(render(text))
    assert found.wrong == []
    for link in found.links:
        assert re.match(r"(https?:|mailto:|tel:)", link, re.IGNORECASE), link
    return found


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_stays_text(text):
    """Whatever is pasted, no tag nor attribute beyond the known ones comes out, and no link but the four schemes."""
    check_harmless(text)


def test_the_look_at_tags_sees_a_planted_one():
    """The check above is not blind: a script, a handler, a style and a comment are seen."""
    planted = "<p onclick='x'>a</p><script>x</script><td style='a'>b</td><!-- c -->"
    assert Tags(planted).wrong == ["p.onclick", "script", "td.style", " c "]


pieces = st.sampled_from(
    [
        *ATTACKS, "<", ">", "[", "](", ")", "`", "```", "|", "\n", "\n\n", "---", ":-:", "*", "_", "#", "!", '"', "'",
        "&#", ";", "javascript:", "data:", "https://", "<a ", "href=", "«", " ", "\t", "\x00", "\u2028", "~~", "\\",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=60) | st.lists(pieces | st.text(max_size=4), max_size=12).map("".join))
@example(text="[" * 400)
@example(text="> " * 300)
def test_no_text_makes_a_tag_that_is_not_known(text):
    """Any text at all gives known tags and attributes only."""
    check_harmless(text)


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.sampled_from("a1 '«»:;!?%\u00a0\u202f\n0"), max_size=30))
def test_typography_changes_spaces_and_apostrophes_only(text):
    """French spaces never add, remove nor reorder a word."""

    def bare(one: str) -> str:
        return re.sub(r"\s+", "", one).replace("’", "'")

    assert bare(typographic(text)) == bare(text)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u00a0"])
def test_an_empty_text_gives_an_empty_one(text):
    """Nothing typed gives nothing to show, so that a theme may test for it."""
    assert render(text) == Markup("")


@pytest.mark.parametrize("url", ["https://a.fr", "HTTP://a.fr", "mailto:a@b.fr", "tel:+33102030405"])
def test_four_schemes_are_allowed(url):
    """The web, mail and the telephone: what a portfolio needs."""
    assert allowed_link(url)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["[" * 5000, "*a **a " * 5000, "<" * 5000, "![" * 2500, "`" * 5001, "|" * 5000])
def test_a_hostile_text_does_not_hang(text):
    """Text made to exhaust a parser comes back in time."""
    assert render(text)
