"""Markdown to safe HTML, once, the same everywhere: HTML off, few link schemes, French spaces.

The agent's texts may be pasted from anywhere: nothing in them may run, load or call home.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

SCHEMES = frozenset({"http", "https", "mailto", "tel"})

# HTML, and what turns plain text pasted from elsewhere into something else: four spaces into code, a line
# over dashes into a heading, a bracketed line into nothing at all.
UNWANTED = ["html_block", "html_inline", "code", "lheading", "reference"]

_THIN = "\u202f"
_BEFORE = re.compile(r"[ \u00a0]+([;!?%])(?!\w)")
_BEFORE_COLON = re.compile(r"[ \u00a0]+:(?=\s|$)")
_QUOTE_OPEN = re.compile(r"«[ \u00a0\u202f]*")
_QUOTE_CLOSE = re.compile(r"[ \u00a0\u202f]*»")
_THOUSANDS = re.compile(r"(?<!\d)(?<!\d[,.])\d{1,3}(?: \d{3})+(?!\d)")  # not the space of « en 2019 100 agents »
_ALIGNED = {"text-align:left": "gauche", "text-align:center": "centre", "text-align:right": "droite"}
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


@lru_cache(maxsize=16384)
def typographic(text: str) -> str:
    """French spaces where a French keyboard gives plain ones: « » : ; ! ? % and thousands; curly apostrophes.

    Only existing spaces are changed, so an URL or a time (14:30) stays as it is.
    """
    if "«" in text or "»" in text:
        text = _QUOTE_CLOSE.sub("\u00a0»", _QUOTE_OPEN.sub("«\u00a0", text))
    if "'" in text:
        text = _APOSTROPHE.sub("’", text)
    if " " not in text:
        return text
    text = _BEFORE_COLON.sub("\u00a0:", _BEFORE.sub(_THIN + r"\1", text))
    return _THOUSANDS.sub(lambda number: number[0].replace(" ", _THIN), text)


def allowed_link(url: str) -> bool:
    """Whether a link may be kept: http, https, mailto and tel only; never a relative or protocol-relative one."""
    try:
        scheme = urlsplit(url.strip()).scheme.lower()
    except ValueError:
        return False
    return scheme in SCHEMES


class _SafeRenderer(RendererHTML):
    """Turns the token stream into HTML that no text can make dangerous."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Text, with French spaces."""
        return super().text([_respaced(tokens[idx])], 0, options, env)

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A heading becomes a strong paragraph: a row's text must not break the outline of the page around it."""
        return '<p class="intertitre">'

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """The end of a heading."""
        return "</p>\n"

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A link that tells the other side nothing."""
        tokens[idx].attrSet("rel", "noopener noreferrer")
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """An image becomes its description: loading one would call another machine."""
        return escapeHtml(typographic(self.renderInlineAsText(tokens[idx].children or [], options, env)))

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A table, in a frame that scrolls on a phone and can be reached by keyboard."""
        return '<div class="tableau" tabindex="0" role="group" aria-label="Tableau">\n<table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """The end of a table."""
        return "</table>\n</div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A cell whose alignment is a class: the page's policy refuses a style."""
        style = str(tokens[idx].attrs.pop("style", ""))
        if style in _ALIGNED:
            tokens[idx].attrSet("class", _ALIGNED[style])
        return self.renderToken(tokens, idx, options, env)

    td_open = th_open


def _respaced(token: Token) -> Token:
    return Token("text", "", 0, content=typographic(token.content))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}, renderer_cls=_SafeRenderer)
    parser.enable(["table", "strikethrough"]).disable(UNWANTED)
    parser.validateLink = allowed_link  # type: ignore[method-assign]
    return parser


@lru_cache(maxsize=8192)
def render(text: str) -> Markup:
    """Safe HTML of a Markdown text; an empty text gives an empty one.

    The cache makes a preview after one edit cost one text, not two thousand; it lives in memory only.
    """
    return Markup(_parser().render(text)) if text.strip() else Markup("")  # noqa: S704 - made safe above
