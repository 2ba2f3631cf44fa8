"""Templates to HTML: one sandboxed environment a theme, three names in the context, five helpers, clear errors.

A theme cannot run Python, write, or see more than the views. The head of every page (character set,
content policy, no indexing, no referrer) is put in here, so that no theme can forget it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from types import TracebackType
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError

from data.errors import ThemeError
from site_builder.plan import Planned, address
from site_builder.sandbox import ThemeEnvironment
from site_builder.themes import Theme
from site_builder.view import DocumentView, SiteView

ASSETS = "assets"
CONTEXT = ("site", "page", "options")
HELPERS = ("url", "asset", "fichier", "say", "modele")

MARK = '<meta name="generator" content="Livret">'  # tells a page of ours from somebody's

_HEAD = re.compile(r"<head(?:\s[^>]*)?>\s*")
_INLINE_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


def render(planned: Planned, site: SiteView, theme: Theme, options: Mapping[str, Any]) -> str:
    """One page of a site as HTML.

    Raises:
        ThemeError: naming the template and the line, when the theme is at fault.
    """
    page = planned.page
    with _blaming(theme):
        template = _environment(_Sources(theme.templates())).get_template("page.html")
        html = template.render(
            site=site,
            page=page,
            options=options,
            url=lambda lien: address(lien, page),
            asset=_asset,
            fichier=_file,
            say=_Sayer(theme),
            modele=_candidates,
        )
    if not _HEAD.search(html):
        raise ThemeError(theme.name, "sa page n’a pas de balise <head>, où se place la protection du lecteur")
    return secured(html)


def prepare(theme: Theme) -> None:
    """Compile a theme's templates ahead of the first page."""
    with _blaming(theme):
        environment = _environment(_Sources(theme.templates()))
        for name in theme.templates():
            if not name.startswith("@"):
                environment.get_template(name)


@contextmanager
def _blaming(theme: Theme) -> Iterator[None]:
    """Turn whatever a template does wrong into the one error that names it, with its file and line."""
    try:
        yield
    except TemplateSyntaxError as error:
        raise ThemeError(theme.name, f"{error.name} ligne {error.lineno} : {error.message}") from error
    except TemplateNotFound as error:
        raise ThemeError(theme.name, f"il manque le modèle « {error.message} »") from error
    except RecursionError as error:
        raise ThemeError(theme.name, "un modèle s’inclut lui-même sans fin") from error
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise ThemeError(theme.name, f"{_place(error.__traceback__)} : {error}") from error


def secured(html: str) -> str:
    """The page with the head that protects its reader; replaces one that is already there."""
    styles = " ".join(sorted({f"'sha256-{_digest(style)}'" for style in _INLINE_STYLE.findall(html)}))
    policy = (
        f"default-src 'none'; style-src 'self'{' ' + styles if styles else ''}; img-src 'self' data:; "
        "font-src 'self' data:; form-action 'none'; base-uri 'none'"
    )
    head = (
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="robots" content="noindex, nofollow, noarchive">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"{MARK}\n"
    )
    html = _SECURED.sub("", html)
    return _HEAD.sub(lambda _: "<head>\n" + head, html, count=1)


_SECURED = re.compile(
    r'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy"[^>]*>\n'
    r'<meta name="robots"[^>]*>\n<meta name="referrer"[^>]*>\n' + re.escape(f"{MARK}\n")
)


def _digest(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()


def _asset(path: str) -> str:
    return f"{ASSETS}/{path}"


def _file(document: DocumentView) -> str:
    return document.fichier


class _Sayer:
    """``say("clef")``: the theme's own words, with ``{name}`` filled in."""

    def __init__(self, theme: Theme) -> None:
        self._words = theme.words

    def __call__(self, key: str, /, **values: object) -> str:
        if key not in self._words:
            raise ValueError(f"le mot « {key} » n’est pas dans words/fr.toml")
        try:
            return self._words[key].format(**values) if values else self._words[key]
        except LookupError as error:
            raise ValueError(f"au mot « {key} », il manque la valeur de {{{error.args[0]}}}") from error


def _candidates(kind: str, code: str) -> list[str]:
    """``modele("lignes", liste.code)``: template names to ``include``, the particular one before the general."""
    return [f"{kind}/{code}.html", f"{kind}/defaut.html"]


class _Sources:
    """A theme's templates; equal exactly when they are the same reading of the same files."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.sources = sources

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sources) and self.sources is other.sources

    def __hash__(self) -> int:
        return id(self.sources)

    def load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        """What jinja2 asks of a loader; the name serves as file name, so that errors show it."""
        return (self.sources[name], name, _up_to_date) if name in self.sources else None


def _up_to_date() -> bool:
    return True


@lru_cache(maxsize=16)
def _environment(sources: _Sources) -> ThemeEnvironment:
    return ThemeEnvironment(
        loader=FunctionLoader(sources.load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
    )


def _place(trace: TracebackType | None) -> str:
    """The deepest template line of a traceback."""
    place = "modèle"
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".html"):
            place = f"{name} ligne {trace.tb_lineno}"
        trace = trace.tb_next
    return place
