"""What a closed dossier shows: the livret as it was on the day it was closed, so that it can be made again years later.

A dossier never copies rows. Closing one notes the number of the archive's version, and every version is kept: the
same bytes come out of it as on that day, as long as that version has not been erased.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from data.errors import LivretError
from data.french import NBSP
from data.model import Livret
from data.publications import Publication


@dataclass(frozen=True, slots=True)
class Source:
    """What a dossier is made from: a livret, a day, and a sentence when it cannot be that of its closing."""

    livret: Livret
    jour: date
    says: str = ""


def source(livret: Livret, publication: Publication, jour: date, at: Callable[[int], Livret]) -> Source:
    """The livret and the day that a dossier shows.

    Args:
        livret: as it stands.
        publication: the dossier, open or closed.
        jour: today; a dossier still open counts to it.
        at: gives the livret of a version.
    """
    closed = publication.fermee_le
    if closed is None or closed.first > jour:
        return Source(livret, jour)
    if not publication.version:
        return Source(livret, closed.first, _gone(publication))
    try:
        return Source(at(publication.version), closed.first)
    except LivretError:
        return Source(livret, closed.first, _gone(publication))


def _gone(publication: Publication) -> str:
    closed = publication.fermee_le.words if publication.fermee_le else ""
    return (
        f"Ce dossier a été fermé le {closed}, mais la version du livret de ce jour-là n’est plus dans l’archive{NBSP}: "
        "il montre le livret d’aujourd’hui."
    )
