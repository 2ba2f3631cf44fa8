"""Find a theme, check what it declares, walk its chain of parents; nothing of a theme is ever executed here.

A theme is a folder: ``theme.toml`` (who, contract, parent, options), ``templates/``, ``static/``, ``words/``.
Three homes are looked in, in this order: a path given by hand, the agent's own themes folder, the bundled themes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from data.errors import OptionError, ThemeError, say_os_error
from site_builder.options import Option, declared_options, near_miss

CONTRACT = 1  # rises when something of the published context is removed or changes meaning
ROOT_THEME = "base"
LONGEST_CHAIN = 8

_HEAD = {
    "name": str, "title": str, "summary": str, "contract": int, "extends": str, "license": str, "authors": list,
    "homepage": str, "options": dict, "hidden": bool,
}  # fmt: skip
_NEEDED = ("name", "title", "summary", "contract", "license")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_WORD = re.compile(r"(?:[^{}]|\{\{|\}\}|\{[a-z_][a-z0-9_]*\})*")  # {name} only: a dotted one would reach into Python


def forget() -> None:
    """Read every theme's files anew: a theme is being written."""
    _read_static.cache_clear()
    _read_templates.cache_clear()


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme with its parents, nearest first; everything a build needs, already checked."""

    name: str
    title: str
    summary: str
    license: str
    authors: tuple[str, ...]
    home: Path
    chain: tuple[str, ...]  # names, the theme itself first, the root last
    folders: tuple[Path, ...]  # one a name of the chain
    options: Mapping[str, Option]
    words: Mapping[str, str]
    hidden: bool = field(default=False)

    @property
    def bundled(self) -> bool:
        """Whether it came with the program."""
        return self.home.parent == bundled_home()

    def resolve(self, chosen: Mapping[str, Any]) -> dict[str, Any]:
        """The value of every option: the chosen one or the theme's default.

        Raises:
            OptionError: for an unknown option, with a near miss, or a value that does not suit.
        """
        for name, value in chosen.items():
            if name not in self.options:
                raise OptionError(self.name, f"pas d’option « {name} »{near_miss(name, self.options)}")
            if refusal := self.options[name].refusal(value):
                raise OptionError(self.name, refusal)
        return {name: chosen.get(name, option.default) for name, option in self.options.items()}

    def static(self) -> dict[str, bytes]:
        """The files to copy as they are, by path; a theme's own file wins over its parents'."""
        return dict(sorted(_read_static(self.folders).items()))

    def templates(self) -> dict[str, str]:
        """Every template by name: ``layout.html`` is the nearest theme's, ``@base/layout.html`` that one theme's."""
        return _read_templates(self.chain, self.folders)


def bundled_home() -> Path:
    """The folder of the themes that come with the program."""
    return Path(str(files("themes")))


def user_home() -> Path:
    """The folder where an agent puts themes of their own."""
    import platformdirs  # noqa: PLC0415 - only when a theme is not bundled

    return platformdirs.user_data_path("livret", appauthor=False) / "themes"


def is_name(text: str) -> bool:
    """Whether a theme may be called so."""
    return bool(_NAME.fullmatch(text))


def available() -> list[Theme]:
    """Every theme that can be chosen, bundled ones first; broken ones of the agent's are left out."""
    found: dict[str, Theme] = {}
    for home in (user_home(), bundled_home()):  # the agent's own wins over a bundled one of the same name
        for folder in sorted(home.glob("*/theme.toml")):
            try:
                theme = find(str(folder.parent))
            except ThemeError:
                continue
            if not theme.hidden:
                found.setdefault(theme.name, theme)
    return sorted(found.values(), key=lambda theme: (not theme.bundled, theme.name))


def find(name: str) -> Theme:
    """Load a theme by name, or by the path of its folder.

    Raises:
        ThemeError: when it, or a parent of it, is missing or malformed; all faults of a file at once.
    """
    folder = _folder(name, wanted_by="")
    return _load(folder)


def _folder(name: str, wanted_by: str) -> Path:
    if not _NAME.fullmatch(name):
        path = Path(name).expanduser()
        if (path / "theme.toml").is_file():
            return path.resolve()
        raise ThemeError(name, "aucun dossier de thème à cet endroit (il y faudrait un fichier theme.toml)")
    for home in (user_home(), bundled_home()):
        if (home / name / "theme.toml").is_file():
            return home / name
    known = sorted(p.parent.name for p in bundled_home().glob("*/theme.toml"))
    wanted = f" (demandé par « {wanted_by} »)" if wanted_by else ""
    raise ThemeError(
        name, f"ce thème n’existe pas{wanted}{near_miss(name, known)} ; thèmes fournis : {', '.join(known)}"
    )


def _load(folder: Path) -> Theme:
    heads = list(_chain(folder))
    nearest, first = heads[0]
    options: dict[str, Option] = {}
    words: dict[str, str] = {}
    for path, head in reversed(heads):
        options |= declared_options(head, options)
        words |= _words(path, head["name"])
    return Theme(
        name=first["name"],
        title=first["title"],
        summary=first["summary"],
        license=first["license"],
        authors=tuple(first.get("authors", ())),
        home=nearest,
        chain=tuple(head["name"] for _, head in heads),
        folders=tuple(path for path, _ in heads),
        options=options,
        words=words,
        hidden=first.get("hidden", False),
    )


def _chain(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The theme and its parents, nearest first."""
    seen: list[str] = []
    current: Path | None = folder
    while current is not None:
        head = _head(current)
        if head["name"] in seen:
            raise ThemeError(seen[0], f"les thèmes héritent en rond : {' → '.join([*seen, head['name']])}")
        if len(seen) >= LONGEST_CHAIN:
            raise ThemeError(
                seen[0], f"plus de {LONGEST_CHAIN} thèmes à la suite : {' → '.join([*seen, head['name']])}"
            )
        seen.append(head["name"])
        yield current, head
        parent = head.get("extends")
        current = _folder(parent, wanted_by=head["name"]) if parent else None


def _head(folder: Path) -> dict[str, Any]:
    """``theme.toml``, checked: unknown keys are errors, since a silent typo is the worst of them."""
    try:
        head = tomllib.loads((folder / "theme.toml").read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ThemeError(folder.name, "son fichier theme.toml ne se lit pas") from error
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(folder.name, f"theme.toml est mal écrit ({error})") from error
    faults = [f"clé inconnue « {key} »{near_miss(key, _HEAD)}" for key in head if key not in _HEAD]
    faults += [f"il manque « {key} »" for key in _NEEDED if key not in head]
    faults += [
        f"« {key} » n’a pas la bonne forme"
        for key, value in head.items()
        if key in _HEAD and type(value) is not _HEAD[key]
    ]
    if not faults and not _NAME.fullmatch(head["name"]):
        faults.append(f"le nom « {head['name']} » doit être en minuscules, chiffres et tirets")
    if not faults and head["contract"] != CONTRACT:
        faults.append(f"écrit pour le contrat {head['contract']}, ce programme connaît le contrat {CONTRACT}")
    if faults:
        raise ThemeError(folder.name, " ; ".join(faults))
    return head


def _words(folder: Path, name: str) -> dict[str, str]:
    """The theme's own words; French for now, merged key by key along the chain."""
    path = folder / "words" / "fr.toml"
    if not path.is_file():
        return {}
    try:
        words = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ThemeError(name, "son fichier words/fr.toml ne se lit pas") from error
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(name, f"words/fr.toml est mal écrit ({error})") from error
    if wrong := [key for key, value in words.items() if not isinstance(value, str)]:
        raise ThemeError(name, f"words/fr.toml : « {wrong[0]} » n’est pas un texte")
    if wrong := [key for key, value in words.items() if not _WORD.fullmatch(value)]:
        raise ThemeError(name, f"words/fr.toml : « {wrong[0]} » : entre accolades, un nom simple seulement")
    return words


@cache
def _read_static(folders: tuple[Path, ...]) -> dict[str, bytes]:
    return {name: content for folder in reversed(folders) for name, content in _files(folder, "static")}


@cache
def _read_templates(chain: tuple[str, ...], folders: tuple[Path, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, folder in reversed(list(zip(chain, folders, strict=True))):
        for relative, content in _files(folder, "templates"):
            if relative.endswith(".html"):
                try:
                    found[relative] = found[f"@{name}/{relative}"] = content.decode()
                except UnicodeDecodeError as error:
                    raise ThemeError(name, f"templates/{relative} n’est pas écrit en UTF-8") from error
    return found


def _files(folder: Path, part: str) -> Iterator[tuple[str, bytes]]:
    """The files of a part of a theme by relative path; a link would publish a file from elsewhere."""
    home = folder / part
    try:
        for path in sorted(home.rglob("*")):
            relative = path.relative_to(home).as_posix()
            if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
                raise ThemeError(folder.name, f"{part}/{relative} est un lien vers un fichier hors du thème")
            if path.is_file():
                yield relative, path.read_bytes()
    except OSError as error:
        raise ThemeError(folder.name, f"son dossier {part} ne se lit pas ({say_os_error(error)})") from error
