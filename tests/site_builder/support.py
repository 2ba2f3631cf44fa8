"""Themes, sites and careers for the tests of the builder: everything real, written where a test says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.fields import Ligne
from data.model import Livret
from data.publications import Publication
from data.values import PartialDate
from site_builder.build import Site
from site_builder.themes import Theme, find
from tests.data.samples import livret

JOUR = PartialDate(2026, 11, 23).first

# A theme that hides nothing of what it is given: whatever reaches the views reaches its pages.
TELLS_ALL = """<!doctype html>
<html lang="fr">
<head>
<title>{{ page.titre }}</title>
</head>
<body><h1>{{ page.titre }}</h1>{{ site }} {{ page }} {{ options }}
{% for document in site.documents %}<a href="{{ fichier(document) }}">{{ document.titre }}</a>{% endfor %}
</body></html>
"""


def write_theme(
    folder: Path, templates: Mapping[str, str] | None = None, *, toml: str = "", head: Mapping[str, Any] | None = None
) -> Path:
    """Write a theme; ``head`` replaces keys of ``theme.toml`` (None leaves one out), ``toml`` is added at its end."""
    keys: dict[str, Any] = {
        "name": folder.name,
        "title": "Essai",
        "summary": "Pour un essai.",
        "contract": 1,
        "license": "MIT",
        **(head or {}),
    }
    folder.mkdir(parents=True, exist_ok=True)
    said = [f"{key} = {_toml(value)}" for key, value in keys.items() if value is not None]
    (folder / "theme.toml").write_text("\n".join([*said, toml]), encoding="utf-8")
    for name, source in (templates or {}).items():
        path = folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return folder


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | list) else f'"{value}"'


def theme_telling_all(folder: Path) -> Theme:
    """A theme whose every page holds the whole of the context."""
    return find(str(write_theme(folder / "dit-tout", {"page.html": TELLS_ALL})))


def html_page(body: str, *, title: str = "Essai", head: str = "") -> bytes:
    """A sound page around some HTML."""
    return (
        f'<!doctype html><html lang="fr"><head><title>{title}</title>{head}</head><body>{body}</body></html>'.encode()
    )


def site_of(**files: bytes | str) -> Site:
    """A site from its files; ``index_html`` names ``index.html``."""
    return Site(
        {
            name.replace("__", "/").replace("_", "."): content.encode() if isinstance(content, str) else content
            for name, content in files.items()
        }
    )


def text_of(site: Site) -> str:
    """Everything a site holds, as one text."""
    return "\n".join(content.decode("utf-8", "replace") for content in site.files.values())


def one_row(nom: str, **fields: Any) -> Livret:
    """A livret of a single row."""
    return livret(**{nom: [{"id": "ligne", **fields}]})


def publication(**fields: Any) -> Publication:
    """A dossier."""
    return Publication.model_validate({"id": "dossier", "titre": "Dossier d’essai", **fields})


def rows_out(released: Livret) -> dict[str, Ligne]:
    """The rows of a released livret by identifier."""
    return {row.id: row for _, row in released.placed_rows()}
