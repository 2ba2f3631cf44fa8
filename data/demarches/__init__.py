"""The démarches: one TOML file each, read when it is needed; adding one is adding a file to this folder.

A file begins with three lines, ``code`` (the name of the file), ``libelle`` and ``ordre``: that is all that a list of
choices needs, so that is all it looks at. README.md says what the rest may hold, and ``reading`` refuses anything else.

A value that no file describes is one an agent typed: it follows the rules of the « dossier libre » under its own name.

``review`` says what a dossier lacks for its démarche; making one is ``site_builder.preparation.prepare``, which has to
ask the privacy gate.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from data import nomenclatures
from data.errors import BuildError

if TYPE_CHECKING:  # the list of choices, read in every build, does without what a whole file needs
    from datetime import date

    from data.demarches.model import Demarche
    from data.demarches.rules import Constat
    from data.model import Livret
    from data.publications import Publication

__all__ = ["FREE", "all", "codes", "free", "home", "known", "labels", "load", "resolve", "review"]

FREE = "libre"
_HEAD = re.compile(
    r'code = "(?P<code>[a-z0-9-]+)"\nlibelle = "(?P<libelle>[^"\\\n]+)"\nordre = (?P<ordre>[1-9][0-9]*)\n'
)


def home() -> Path:
    """The folder of the files."""
    return Path(str(files(__name__)))


def labels() -> dict[str, str]:
    """Every démarche there is, code and label, in the order to offer; only the beginning of each file is read.

    Raises:
        BuildError: when a file is malformed.
    """
    return dict(_labels(home()))


def codes() -> tuple[str, ...]:
    """The codes, in the order to offer."""
    return tuple(labels())


def free(value: str) -> bool:
    """Whether a dossier's démarche is none in particular: nothing chosen, or the « dossier libre »."""
    return value.strip() in {"", FREE}


def resolve(value: str) -> str:
    """The code of what was chosen or typed, in whatever capitals and accents; « libre » for what no file describes."""
    key = "-".join(nomenclatures.flat(value).split())
    if key and key.replace("-", "").isalnum() and (home() / f"{key}.toml").is_file():
        return key
    found = nomenclatures.load("demarches").get(value) if key else None
    return found.code if found else FREE


def load(value: str) -> Demarche:
    """A démarche by its code or label; a free value gets the rules of the « dossier libre », under its own name.

    Raises:
        BuildError: when its file is malformed, naming the key.
    """
    from data.demarches.reading import named, read  # noqa: PLC0415 - a list of choices does without

    found = read(home() / f"{resolve(value)}.toml")
    return named(found, value.strip()) if found.code == FREE and not free(value) else found


def known(value: str) -> Demarche:
    """A démarche that has a file, by its code or label.

    Raises:
        BuildError: when none is called so, naming those that exist, or when its file is malformed.
    """
    found = load(value)
    if found.code not in codes():
        raise BuildError(f"Aucune démarche ne s’appelle « {value} ». Démarches : {', '.join(codes())}.")
    return found


def all() -> tuple[Demarche, ...]:  # noqa: A001 - demarches.all() reads as what it is
    """Every démarche, in the order to offer.

    Raises:
        BuildError: when a file is malformed, naming the key.
    """
    return tuple(load(code) for code in codes())


def review(released: Livret, publication: Publication, jour: date, *, pages: int | None = None) -> tuple[Constat, ...]:
    """Everything a dossier lacks for its démarche, or that would help it, what is missing first; nothing is blocked.

    Args:
        released: the livret as the gate let it out.
        publication: the dossier; its démarche says what to check.
        jour: the day that lengths and delays are counted to.
        pages: how many pages its PDF has, when somebody knows.

    Raises:
        BuildError: when the file of the démarche is malformed.
    """
    from data.demarches.checking import everything  # noqa: PLC0415 - a build reviews nothing

    return everything(load(publication.demarche), released, publication, jour, pages)


@lru_cache(maxsize=4)
def _labels(folder: Path) -> tuple[tuple[str, str], ...]:
    heads = [_head(path) for path in folder.glob("*.toml")]
    return tuple((code, libelle) for _, code, libelle in sorted(heads))


def _head(path: Path) -> tuple[int, str, str]:
    found = _HEAD.match(path.read_text(encoding="utf-8"))
    if not found or found["code"] != path.stem:
        raise BuildError(
            f'Démarche « {path.stem} » : {path.name} doit commencer par trois lignes, « code = "{path.stem}" », '
            '« libelle = "…" » et « ordre = … » (un nombre entier).'
        )
    return int(found["ordre"]), found["code"], found["libelle"]
