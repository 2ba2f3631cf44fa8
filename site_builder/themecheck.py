"""What a theme must pass, its author's machine or ours: it shows everything, bears an empty livret, asks for nothing.

A sample site is made by filling every field of every view with a text found nowhere else; a field whose text
is on no page is a field the theme drops silently, which is what agents complain of most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import count
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from markupsafe import Markup

from data.errors import ThemeError
from site_builder import checks
from site_builder.build import Site, build
from site_builder.plan import PATHS
from site_builder.themes import Theme
from site_builder.view import FriseView, SiteView, TitulaireView, VoletView

VOLETS = {"formations": "actions", "experiences": "emplois", "competences": "langues"}  # and a list of each
PLUMBING = frozenset({"page", "ref", "code", "nom", "genre", "fichier"})  # names and addresses, not words to read


def check_theme(theme: Theme) -> list[str]:
    """Everything wrong with a theme, a French sentence each; empty when it is in order."""
    found: list[str] = []
    for unique in (False, True):
        try:
            site = build(sample(), theme, documents={"documents/exemple.pdf": b"%PDF-"}, unique=unique)
            nothing = build(empty(), theme, unique=unique)
        except ThemeError as error:
            return [str(error)]
        found += [f"« {where} » n’est montré nulle part" for where in missing(site)]
        found += checks.check(site) + checks.check(nothing)
    return list(dict.fromkeys(found))


def missing(site: Site) -> list[str]:
    """The fields of the sample that no page shows.

    A link's detail may be left out where space is short, as long as some link shows its own.
    """
    shown = "\n".join(content.decode() for name, content in site.files.items() if name.endswith(".html"))
    found: dict[str, bool] = {}
    for where, text in _walk(sample(), "site"):
        field = "lien.detail" if where.endswith(".detail") and "chiffres" not in where else where
        found[field] = found.get(field, False) or text in shown
    return [field for field, seen in found.items() if not seen]


def sample() -> SiteView:
    """A site whose every field holds a text of its own; links lead to rows that exist."""
    numbers = count(1)
    site: SiteView = _filled(SiteView, "site", numbers)
    return site


def empty() -> SiteView:
    """A site of which nothing but the name is published."""
    blank = Markup("")
    return SiteView(
        titre="Portfolio",
        introduction=blank,
        titulaire=TitulaireView("Camille", "Exemple", "", "", blank, blank, "", "", ""),
        demarche="",
        chiffres=(),
        tableaux=(),
        frise=FriseView((), (), (), 0),
        volets=tuple(VoletView(code, code, (), blank) for code in VOLETS),
        documents=(),
        mention="",
        date="1er janvier 2026",
    )


def _walk(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in PLUMBING:
                yield from _walk(getattr(value, field.name), f"{where}.{field.name}")
    elif isinstance(value, tuple):
        for item in value:
            yield from _walk(item, where)
    elif isinstance(value, str):
        yield where, str(value)


def _filled(kind: Any, where: str, numbers: Iterator[int]) -> Any:
    """A value of a type, with a text of its own in every string."""
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        given = {f.name: _filled(hints[f.name], f"{where}.{f.name}", numbers) for f in fields(kind)}
        return kind(**{**given, **_plumbing(kind.__name__, next(numbers))})
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        if inner is VoletView:
            return tuple(_called(_filled(VoletView, where, numbers), code, nom) for code, nom in VOLETS.items())
        return (_filled(inner, where, numbers),)
    if isinstance(kind, UnionType):
        return _filled(next(arg for arg in get_args(kind) if arg is not NoneType), where, numbers)
    simple = {bool: True, int: 3, float: 12.5}
    if kind in simple:
        return simple[kind]
    text = f"sentinelle{next(numbers)}x"
    return Markup(f"<p>{text}</p>") if kind is Markup else text  # noqa: S704 - our own text


def _called(volet: VoletView, code: str, nom: str) -> VoletView:
    """A part of the sample under a name of its own, and its lists too: no two have the same in a real site."""
    texte = volet.texte if code == "competences" else Markup("")  # the one part that has a text
    return replace(volet, code=code, texte=texte, listes=tuple(replace(liste, code=nom) for liste in volet.listes))


def _plumbing(kind: str, number: int) -> dict[str, Any]:
    """The names and addresses of a view: real ones, so that links are alive."""
    real: dict[str, dict[str, Any]] = {
        "LienView": {"page": list(PATHS)[1], "ref": ""},
        "LigneView": {"ref": f"r{number}"},
        "ListeView": {"code": "emplois"},
        "DocumentView": {"ref": f"r{number}", "fichier": "documents/exemple.pdf"},
        "BarreView": {"genre": "emploi", "rang": 0},
        "RepereView": {"genre": "diplome"},
        "AnneeView": {"annee": 2011},
        "FriseView": {"rangs": 1},
    }
    return real.get(kind, {})
