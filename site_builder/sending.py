"""Hand a dossier over: write one form of it where the agent wants it, and give the line to log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from data.errors import OutputError, say_os_error
from data.french import NBSP, NNBSP
from data.publications import Envoi, Publication
from site_builder import dossiers
from site_builder.build import Site
from site_builder.outputs import bundle_texts, folder
from site_builder.outputs.forms import FOLDER, ZIP, Form, Made
from site_builder.outputs.one_file import write_whole
from site_builder.outputs.single_page import HEAD_LENGTH
from site_builder.render import MARK

SHEET = "fiche-de-remise"
_MARKS = (MARK.encode(), bundle_texts.MARK)  # of a page and of a zip; other files are known by their fingerprint


@dataclass(frozen=True, slots=True)
class Sent:
    """What was written: what to open, what goes with it, and what the log is to say of it."""

    first: Path
    beside: tuple[Path, ...]  # the hand-over sheet
    made: Made
    envoi: Envoi


def destination(typed: str, archive: Path, dossier: Publication, form: Form) -> Path:
    """Where to write, from what was typed: beside the archive unless a whole path was given.

    Raises:
        OutputError: when that would take the archive's own place.
    """
    default = dossiers.default_place(archive, dossier, form)
    path = archive.absolute().parent / Path(typed.strip()).expanduser() if typed.strip() else default
    if form.suffixe and path.suffix.lower() != form.suffixe:
        path /= default.name
    own = archive.resolve()
    if path.resolve() == own or own in path.resolve().parents:
        raise OutputError(path, f"c’est la place de votre livret lui-même{NNBSP}; choisissez un autre nom")
    return path


def envoi(made: Made, to: str = "") -> Envoi:
    """The line to log for what was made; ``to`` names its readers when the dossier does not."""
    agreed = {consent.ligne for consent in made.made.publication.consentements}
    class_3 = tuple(row for row in made.made.released.rows if row in agreed)
    return dossiers.envoi_of(made.made.publication, made.form, made.sha256, class_3, datetime.now().astimezone(), to)


def write(made: Made, path: Path, known: Collection[str], to: str = "") -> Sent:
    """Write what was made, whole or not at all.

    Args:
        made: the dossier in one form.
        path: where.
        known: fingerprints of what was handed over before: a file of these may be replaced, as may a page of ours.
        to: who it is for, when the dossier does not say.

    Raises:
        OutputError: when the disk refuses, or what stands there is not ours to replace; nothing has changed then.
    """
    refuse_taken(made.form, path, known)
    if not made.form.suffixe:
        first = folder.write(Site(made.files), path)
        return Sent(first if made.form.code == FOLDER else first.parent, (), made, envoi(made, to))
    path = path.expanduser().absolute()
    sheets = _sheets(made, path, to)
    write_whole(path, made.content)
    for sheet, content in sheets.items():
        write_whole(sheet, content)
    return Sent(path, tuple(sheets), made, envoi(made, to))


def refuse_taken(form: Form, path: Path, known: Collection[str]) -> None:
    """Say that a form cannot be written there, before anything of it or of others is.

    Raises:
        OutputError: what stands there is not ours to replace.
    """
    path = path.expanduser().absolute()
    if not form.suffixe:
        folder.refuse_foreign(path)
    elif not _refuse_foreign(path, known) and form.code == ZIP:
        for sheet in _sheet_paths(path):
            _refuse_foreign(sheet, ())


def _sheet_paths(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.stem}-{SHEET}.pdf"), path.with_name(f"{path.stem}-{SHEET}.html")


def _sheets(made: Made, path: Path, to: str) -> dict[Path, bytes]:
    """The sheet that goes with an encrypted zip, to print or to read on a screen."""
    if made.form.code != ZIP:
        return {}
    from site_builder import handover_sheet  # noqa: PLC0415 - only this form has one

    said = handover_sheet.content(made, path.name, to, retour=made.invited)
    pdf, html = _sheet_paths(path)
    return {pdf: handover_sheet.as_pdf(said), html: handover_sheet.as_html(said)}


def _refuse_foreign(path: Path, known: Collection[str]) -> bool:
    """Whether something of ours stands there, to be replaced."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except IsADirectoryError:
        raise OutputError(path, f"c’est un dossier{NNBSP}; choisissez un autre nom") from None
    except OSError as error:
        raise OutputError(path, say_os_error(error)) from error
    if not any(mark in content[:HEAD_LENGTH] for mark in _MARKS) and sha256(content).hexdigest() not in known:
        raise OutputError(
            path,
            f"ce fichier existe déjà et n’a pas été écrit par ce livret{NBSP}: "
            "choisissez un autre nom, ou déplacez-le d’abord",
        )
    return True
