"""Write a portfolio where the agent wants it, and give the line to log: what « Publier » does, without a screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from data.errors import OutputError
from data.french import NBSP
from data.publications import Envoi, Publication
from editor import dossiers
from site_builder import checks
from site_builder.leaving import Leaving
from site_builder.outputs import folder, single_page
from site_builder.publish import Published

FOLDER, SINGLE = "dossier", "page"
FORMS = {FOLDER: "Dossier web", SINGLE: "Page unique"}  # as the log of exports names them


@dataclass(frozen=True, slots=True)
class Sent:
    """A portfolio that was written: what to open, and what the log is to say of it."""

    first: Path
    envoi: Envoi
    faults: tuple[str, ...]  # what a theme that did not come with the program gets wrong


def destination(typed: str, archive: Path, dossier: Publication, form: str) -> Path:
    """Where to write, from what was typed: beside the archive unless a whole path was given.

    Raises:
        OutputError: when that would take the archive's own place.
    """
    default = dossiers.default_place(archive, dossier, single=form == SINGLE)
    path = archive.absolute().parent / Path(typed.strip()).expanduser() if typed.strip() else default
    if form == SINGLE and path.suffix.lower() not in {".html", ".htm"}:
        path /= default.name
    own = archive.resolve()
    if path.resolve() == own or own in path.resolve().parents:
        raise OutputError(path, f"c’est la place de votre livret lui-même{NBSP}; choisissez un autre nom")
    return path


def envoi(made: Published, content: bytes | None, leaving: Leaving) -> Envoi:
    """The line to log; ``content`` is the single page's, None stands for a folder."""
    digest = made.site.digest if content is None else sha256(content).hexdigest()
    form = FORMS[FOLDER if content is None else SINGLE]
    class_3 = tuple(row.ref for row in leaving.consenties)
    return dossiers.envoi_of(made.publication, form, digest, class_3, datetime.now().astimezone())


def write(made: Published, path: Path, leaving: Leaving, *, single: bool) -> Sent:
    """Write a portfolio, whole or not at all.

    Raises:
        OutputError: when the disk refuses, or what stands there is not ours to replace; nothing has changed then.
        BuildError: when a page names a file that its theme lacks.
    """
    faults = () if made.theme.bundled else tuple(checks.check(made.site))
    if single:
        first = single_page.write(made.site, path)
        return Sent(first, envoi(made, first.read_bytes(), leaving), faults)
    return Sent(folder.write(made.site, path), envoi(made, None, leaving), faults)
