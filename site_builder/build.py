"""View, theme and options in; a whole site in memory out. Pure: no disk, no clock, no network, no chance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from site_builder.options import option_sheet
from site_builder.plan import Planned, plan
from site_builder.render import ASSETS, render
from site_builder.sandbox import fields_read
from site_builder.themes import Theme
from site_builder.view import SiteView

ENTRY = "index.html"
_PATH = re.compile(r"[^\\:\x00-\x1f]+")  # what no system takes for a drive or a folder above


@dataclass(frozen=True, slots=True)
class Page:
    """How a page was made, so that a later build can tell whether it would come out the same."""

    planned: Planned
    theme: Theme
    options: Mapping[str, Any]
    read: Mapping[str, Any]  # the fields of the site that its templates asked for, with their values

    def stands(self, planned: Planned, view: SiteView, theme: Theme, options: Mapping[str, Any]) -> bool:
        """Whether rendering it again would give the same bytes."""
        return (
            self.planned == planned
            and self.theme is theme
            and self.options == options
            and all(getattr(view, name) == value for name, value in self.read.items())
        )


@dataclass(frozen=True, slots=True)
class Site:
    """A finished site: paths to bytes, in a fixed order. Can be written, served, checked or packed."""

    files: Mapping[str, bytes]
    pages: Mapping[str, Page] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for path in self.files:
            if not _PATH.fullmatch(path) or {"", ".", ".."}.intersection(path.split("/")):
                raise ValueError(f"not a path of a site: {path!r}")

    @property
    def size(self) -> int:
        """Its weight in bytes."""
        return sum(map(len, self.files.values()))

    @property
    def digest(self) -> str:
        """SHA-256 over names and contents: two sites are the same exactly when their digests are."""
        total = sha256()
        for path, content in self.files.items():
            total.update(f"{path}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()


def build(
    view: SiteView,
    theme: Theme,
    chosen: Mapping[str, Any] | None = None,
    *,
    documents: Mapping[str, bytes] | None = None,
    unique: bool = False,
    previous: Site | None = None,
) -> Site:
    """Render a site.

    Args:
        view: what is published.
        theme: a loaded theme.
        chosen: the options chosen, where they differ from the theme's defaults.
        documents: the joined documents, cleaned, by the path the view gives them.
        unique: everything on one page rather than a page a part.
        previous: an earlier build; its pages that would come out the same are taken from it. It changes how long
            a build takes, never what it gives.

    Raises:
        ThemeError: when a template fails.
        OptionError: for an option the theme does not know or a value it does not take.
    """
    options = theme.resolve(chosen or {})
    files: dict[str, bytes] = {}
    pages: dict[str, Page] = {}
    for planned in plan(view, unique=unique):
        before = previous.pages.get(planned.path) if previous else None
        if previous and before and before.stands(planned, view, theme, options):
            files[planned.path], pages[planned.path] = previous.files[planned.path], before
            continue
        read: set[str] = set()
        token = fields_read.set(read)
        try:
            files[planned.path] = render(planned, view, theme, options).encode()
        finally:
            fields_read.reset(token)
        values = {name: getattr(view, name) for name in sorted(read)}
        pages[planned.path] = Page(planned, theme, options, values)
    files |= {f"{ASSETS}/{path}": content for path, content in theme.static().items()}
    files[f"{ASSETS}/options.css"] = option_sheet(theme.options, options).encode()
    files |= documents or {}
    return Site(dict(sorted(files.items())), pages)
