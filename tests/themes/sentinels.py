"""A site whose every field holds a value found nowhere else, made from the views' own types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import count, cycle
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from markupsafe import Markup

from data.fields import lists_of
from data.model import LISTS_GROUPS
from site_builder import view
from site_builder.plan import PATHS, Planned, plan
from site_builder.render import render
from site_builder.themes import Theme
from site_builder.timeline import GENRES, REPERES

YEAR = 9101  # of the one year of the sample's timeline
PLUMBING = frozenset({"genre", "code", "page"})  # drawn from a known set: they choose a template, a class, an address


class Sample:
    """Builds views of sentinels; ``flipped`` names the one boolean that is true, as ``LigneView.justifie``."""

    def __init__(self, flipped: str = "") -> None:
        self.flipped = flipped
        self.numbers = count(1)
        self.pages = cycle(PATHS)

    def site(self) -> view.SiteView:
        """The whole site."""
        site = self.make(view.SiteView)
        assert isinstance(site, view.SiteView)
        return site

    def make(self, kind: type[Any], **known: Any) -> Any:
        """One view, filled; ``known`` are values that may not be just any."""
        hints = get_type_hints(kind)
        known = {**self.known(kind), **known}
        return kind(**{f.name: known.get(f.name) or self.value(kind, f.name, hints[f.name]) for f in fields(kind)})

    def known(self, kind: type[Any]) -> dict[str, Any]:
        """What a view must agree on with the rest of the program."""
        if kind is view.LienView:
            return {"page": next(self.pages)}
        if kind is view.SiteView:
            return {"volets": tuple(self.make(view.VoletView, code=code) for code in LISTS_GROUPS)}
        if kind is view.FriseView:
            return {
                "barres": tuple(self.make(view.BarreView, genre=genre) for genre in GENRES.values()),
                "reperes": tuple(self.make(view.RepereView, genre=genre) for genre in REPERES.values()),
            }
        years = (view.AnneeView, view.BarreView, view.RepereView)
        return {"annee": YEAR} if kind in years else {}

    def value(self, kind: type[Any], name: str, hint: Any) -> Any:
        """A value of a type, unlike any other."""
        number = next(self.numbers)
        if isinstance(hint, UnionType):
            hint = next(arg for arg in get_args(hint) if arg is not NoneType)
        if get_origin(hint) is tuple:
            return self.several(get_args(hint)[0])
        if isinstance(hint, type) and is_dataclass(hint):
            return self.make(hint)
        simple = {bool: f"{kind.__name__}.{name}" == self.flipped, int: 70000 + number, float: number + 0.37}
        text = f"s{number}x"
        return simple[hint] if hint in simple else Markup(f"<p>{text}</p>") if hint is Markup else text  # noqa: S704

    def several(self, kind: type[Any]) -> tuple[Any, ...]:
        """One of a kind, or one of every list of the model."""
        if get_origin(kind) is tuple:
            return (self.several(get_args(kind)[0]),)
        if kind is str:
            return (f"s{next(self.numbers)}x",)
        if kind is not view.ListeView:
            return (self.make(kind),)
        names = [nom for group in LISTS_GROUPS.values() for nom, _ in lists_of(group)]
        return tuple(self.make(kind, code=nom) for nom in names)


def texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Every sentinel of a view, with the field it fills."""
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in PLUMBING:
                yield from texts(getattr(value, field.name), f"{type(value).__name__}.{field.name}")
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item, where)
    elif not isinstance(value, bool) and value is not None:
        yield where, str(value)


def booleans() -> list[str]:
    """Every boolean of the row and timeline views."""
    kinds = (kind for kind in vars(view).values() if isinstance(kind, type) and is_dataclass(kind))
    hints = ((kind.__name__, get_type_hints(kind)) for kind in kinds if kind is not view.PageView)
    return [f"{name}.{field}" for name, known in hints for field, hint in known.items() if hint is bool]


def pages(site: view.SiteView, theme: Theme, *, unique: bool) -> tuple[str, list[view.PageView]]:
    """The HTML of every page, with sentinels for what the plan itself puts in."""
    made = Sample()
    planned = []
    for number, one in enumerate(plan(site, unique=unique)):
        sections = tuple(replace(s, titre=f"section{number}{s.code}x") for s in one.page.sections)
        links = tuple(made.make(view.LienView, page=lien.page) for lien in one.page.navigation)
        page = replace(one.page, titre=f"titre{number}x", sections=sections, navigation=links)
        planned.append(Planned(one.path, page))
    options = theme.resolve({})
    return "\n".join(render(one, site, theme, options) for one in planned), [one.page for one in planned]


def missing(theme: Theme, *, unique: bool) -> set[str]:
    """The fields that no page of a theme shows."""
    site = Sample().site()
    html, shown = pages(site, theme, unique=unique)
    found = {where for where, text in texts(site, "SiteView") if text not in html}
    for page in shown:
        known = replace(page, sections=tuple(replace(s, volet=None) for s in page.sections))
        found |= {where for where, text in texts(known, "PageView") if text not in html}
    return found
