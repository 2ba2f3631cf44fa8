"""The portfolio as a PDF that everybody can read: PDF/UA-1 for who listens to it, PDF/A-3a for who keeps it.

Typst lays it out from the same views as the site. A livret reaches it as data, never as markup: whatever an agent
pasted stays a text. Templates come from the bundled themes only (``themes/base/pdf/README.md``): a template can ask
Typst to fetch a package over the network, so an agent's own theme brings none.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from data.errors import ThemeError
from site_builder.outputs.signs import Signs
from site_builder.outputs.tree import tree
from site_builder.publish import Published
from site_builder.themes import ROOT_THEME, Theme, bundled_home, find
from site_builder.view import LigneView

PART = "pdf"
ENTRY = "dossier.typ"
DATA = "donnees.json"
ATTACHED = "livret.json"
ATTACHED_SAYS = "Les données de ce portfolio, pour un logiciel"
STANDARDS = ["a-3a", "ua-1"]
_ONE_AT_A_TIME = threading.Lock()  # a compiler is nobody else's while it works


def document(made: Published, *, attachment: bytes = b"") -> bytes:
    """The portfolio as a PDF, the same bytes each time.

    ``attachment`` is the published livret as JSON, in UTF-8, joined to it as ``livret.json``.

    Raises:
        ThemeError: a template fails.
    """
    return typeset(made, ENTRY, attachment=attachment)


def typeset(made: Published, *entries: str, attachment: bytes = b"", more: Mapping[str, Any] | None = None) -> bytes:
    """One or several templates of a theme as one PDF; ``more`` is said to them under ``pieces``.

    Raises:
        ThemeError: a template fails.
    """
    import typst  # noqa: PLC0415 - only when a PDF is made

    folders = template_folders(made.theme)
    set_by = _theme(folders[0])
    readable = _signs(folders).readable
    said = {
        "site": as_data(made.view, readable),
        "options": _options(made, set_by),
        "mots": {**set_by.words, **made.theme.words},
        "joint": {"nom": ATTACHED, "dit": ATTACHED_SAYS} if attachment else None,
        "pieces": as_data(more, readable),
    }
    files = {
        **_templates(folders),
        "main.typ": "\n".join(f'#include "/{entry}"' for entry in entries).encode(),
        DATA: json.dumps(said, ensure_ascii=False).encode(),
        ATTACHED: attachment,
    }
    moment = datetime.combine(made.jour, time(), UTC)
    try:
        return _compile(folders, files, int(moment.timestamp()))
    except typst.TypstError as error:
        raise ThemeError(made.theme.name, f"son PDF ne se compose pas ({error.message})") from error


def warm(theme: str = ROOT_THEME) -> None:
    """Read a theme's templates and fonts ahead of a document.

    Raises:
        ThemeError: when the theme does not exist.
    """
    folders = template_folders(find(theme))
    _templates(folders)
    _compiler(folders)


def template_folders(theme: Theme) -> tuple[Path, ...]:
    """The bundled themes whose templates set a theme's PDF, nearest first: the first holds the entry."""
    bundled = [folder for folder in theme.folders if folder.parent == bundled_home()]
    nearest = next((rank for rank, folder in enumerate(bundled) if (folder / PART / ENTRY).is_file()), None)
    return (bundled_home() / ROOT_THEME,) if nearest is None else tuple(bundled[nearest:])


def as_data(value: Any, readable: Callable[[str], str] = str) -> Any:
    """A view as plain data: long texts as trees, every other text readable; rows with their weight in letters.

    The weight tells a template whether a row may be kept whole on a page.
    """
    if isinstance(value, Markup):
        return _readable_tree(tree(str(value)), readable)
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, tuple):
        return [as_data(item, readable) for item in value]
    if isinstance(value, Mapping):
        return {name: as_data(item, readable) for name, item in value.items()}
    if not is_dataclass(value):
        return value
    said = {f.name: as_data(getattr(value, f.name), readable) for f in fields(value)}
    if isinstance(value, LigneView):
        said["poids"] = _weight(value)
    return said


def _readable_tree(nodes: Any, readable: Callable[[str], str]) -> Any:
    return [
        readable(node) if isinstance(node, str) else {**node, "c": _readable_tree(node["c"], readable)}
        for node in nodes
    ]


def _weight(ligne: LigneView) -> int:
    links = (*ligne.competences, *ligne.preuves, *ligne.documents)
    return (
        sum(len(text.html) for text in ligne.textes)
        + sum(len(fait.titre) + len(fait.texte) for fait in ligne.faits)
        + sum(len(link.intitule) + len(link.detail) for link in links)
    )


def _options(made: Published, set_by: Theme) -> dict[str, Any]:
    """The options of the theme whose template is used, as chosen wherever the chosen value means the same to it."""
    chosen = made.theme.resolve(made.publication.options.get(made.theme.name, {}))
    return {
        name: chosen[name] if name in chosen and not option.refusal(chosen[name]) else option.default
        for name, option in set_by.options.items()
    }


@cache
def _theme(folder: Path) -> Theme:
    return find(str(folder))


@cache
def _templates(folders: tuple[Path, ...]) -> dict[str, bytes]:
    """Every template by name: ``x.typ`` is the nearest theme's, ``base/x.typ`` that one theme's."""
    found: dict[str, bytes] = {}
    for folder in reversed(folders):
        for path in sorted((folder / PART).rglob("*.typ")):
            name = path.relative_to(folder / PART).as_posix()
            found[name] = found[f"{folder.name}/{name}"] = path.read_bytes()
    return found


@cache
def _compiler(folders: tuple[Path, ...]) -> Any:
    """A compiler with the themes' fonts and Typst's own; kept, for it remembers what it laid out."""
    import typst  # noqa: PLC0415 - see above

    homes = [str(home) for folder in folders if (home := folder / PART / "fonts").is_dir()]
    fonts = typst.Fonts(include_system_fonts=False, font_paths=homes)
    return typst.Compiler(root=str(bundled_home()), font_paths=fonts, ignore_system_fonts=True)


@cache
def _signs(folders: tuple[Path, ...]) -> Signs:
    """What these fonts can show, found out by having Typst try."""
    import typst  # noqa: PLC0415 - see above

    def shows(text: str) -> bool:
        try:
            _compile(folders, {"main.typ": b'#set document(title: "x")\n#read("/texte")', "texte": text.encode()}, 0)
        except typst.TypstError:
            return False
        return True

    return Signs(shows)


def _compile(folders: tuple[Path, ...], files: Mapping[str, bytes], moment: int) -> bytes:
    with _ONE_AT_A_TIME:
        made: bytes = _compiler(folders).compile(dict(files), pdf_standards=STANDARDS, timestamp=moment)
    return made
