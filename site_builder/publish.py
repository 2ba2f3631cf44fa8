"""The whole way from a livret to a site, for whoever has the documents at hand: the command line, the editor.

What must never leave (a social security number, a bank account) is looked for here, after the gate and before
any page exists: nothing else stands between a slip and a stranger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from data import nomenclatures
from data.errors import BuildError, ForbiddenContent, Problem
from data.fields import champs
from data.model import LISTES, Livret
from data.places import say_problem
from data.publications import Publication
from data.sensibilite import INTERDITE, scan, scan_text
from site_builder import gate, present
from site_builder.build import Site, build
from site_builder.documents import all_cleaned, neutral_names
from site_builder.render import prepare
from site_builder.themes import Theme, find
from site_builder.view import SiteView

DEFAULT_THEME = "parcours"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Published:
    """A finished portfolio and what it was made from."""

    publication: Publication
    theme: Theme
    view: SiteView
    site: Site
    warnings: tuple[str, ...]  # words that may reveal more than the agent means to, each with its place


def choose(livret: Livret, wanted: str = "") -> Publication:
    """The publication named by its identifier or title; without a name, the first still open.

    Raises:
        BuildError: when none is called so, naming those that exist.
    """
    if not wanted:
        return gate.default_publication(livret)
    for publication in livret.publications:
        if wanted in (publication.id, publication.titre):
            return publication
    known = ", ".join(p.id for p in livret.publications) or "aucun pour l’instant"
    raise BuildError(f"Aucun dossier ne s’appelle « {wanted} ». Dossiers de ce livret : {known}.")


def theme_of(publication: Publication, wanted: str = "") -> Theme:
    """The theme asked for, else the publication's own, else the default.

    Raises:
        ThemeError: when it is missing or malformed.
    """
    return find(wanted or publication.theme or DEFAULT_THEME)


def warm(theme: str = "") -> None:
    """Read the reference lists and compile a theme ahead of a build; a wrong guess costs little.

    Raises:
        ThemeError: when the theme asked for does not exist.
    """
    prepare(find(theme or DEFAULT_THEME))
    for liste in {champ.liste for model in LISTES.values() for champ in champs(model) if champ.liste}:
        nomenclatures.load(liste)
    scan_text("x")


def publish(
    livret: Livret,
    piece: Callable[[str], bytes],
    publication: Publication,
    *,
    jour: date,
    theme: str = "",
    chosen: Mapping[str, Any] | None = None,
    unique: bool = False,
    progress: Progress | None = None,
) -> Published:
    """Build the portfolio of one publication, documents cleaned and joined.

    Args:
        livret: the whole livret; only what the gate releases goes further.
        piece: gives the bytes of a document.
        publication: which rows, which documents, which theme.
        jour: the day the figures are counted to; it alone decides what « en cours » means.
        theme: a theme's name or folder, instead of the publication's.
        chosen: options, on top of those the publication keeps for that theme.
        unique: everything on one page.
        progress: called after each document with (done, total).

    Raises:
        ThemeError, OptionError, DocumentError, ForbiddenContent: each a French sentence.
    """
    loaded = theme_of(publication, theme)
    released = gate.release(livret, publication)
    warnings = _looked_over(released, publication)
    joined = released.pieces
    names = neutral_names(joined)
    clean = all_cleaned(joined, piece, progress)
    documents = {f"documents/{names[row.id]}": clean[row.id] for row in joined}
    sizes = {identifier: len(content) for identifier, content in clean.items()}
    view = present.views(released, gate.proved(livret), publication, jour, sizes=sizes)
    options = {**publication.options.get(loaded.name, {}), **(chosen or {})}
    site = build(view, loaded, options, documents=documents, unique=unique)
    return Published(publication, loaded, view, site, warnings)


def _looked_over(released: Livret, publication: Publication) -> tuple[str, ...]:
    """What the agent should reread before this leaves, a sentence each.

    Raises:
        ForbiddenContent: when a text holds a social security number or a bank account.
    """
    looked_at = released.model_copy(update={"publications": (publication,)})
    found = scan(looked_at)
    told = [say_problem(looked_at, Problem(finding.place, finding.says)) for finding in found]
    if forbidden := [text for finding, text in zip(found, told, strict=True) if finding.classe >= INTERDITE]:
        raise ForbiddenContent(forbidden)
    return tuple(told)
