"""The whole way from a livret to a site, for whoever has the documents at hand: the command line, the editor.

What must never leave (a social security number, a bank account) is looked for here, after the gate and before
any page exists: nothing else stands between a slip and a stranger.

An editor does it again after each edit and hands back what it got the time before: pages, findings and cleaned
documents that would come out the same are taken from there. That changes how long it takes, never what it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from data import nomenclatures
from data.errors import BuildError, ForbiddenContent, Problem
from data.fields import champs, lists_of
from data.model import LISTES, LISTS_GROUPS, Livret, Piece
from data.places import say_problem
from data.publications import Publication
from data.sensibilite import INTERDITE, Finding, scan, scan_text
from site_builder import gate, present
from site_builder.asked import short_pages
from site_builder.build import Site, build
from site_builder.documents import Copies, neutral_names
from site_builder.render import prepare
from site_builder.sandbox import ThemeEnvironment
from site_builder.themes import Theme, find
from site_builder.view import SiteView

DEFAULT_THEME = "parcours"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look over everything that leaves found, and which part of it found what."""

    at: Livret  # what leaves, the dossier's own texts included
    findings: tuple[Finding, ...]
    parts: tuple[tuple[Livret, tuple[Finding, ...]], ...] = field(compare=False, repr=False)

    def told(self, *, forbidden: bool) -> list[str]:
        """What must never leave, or what should be read again, a sentence each with its place in words."""
        return [
            say_problem(self.at, Problem(finding.place, finding.says))
            for finding in self.findings
            if (finding.classe >= INTERDITE) is forbidden
        ]


@dataclass(frozen=True, slots=True)
class Published:
    """A finished portfolio and what it was made from."""

    jour: date  # the day its figures are counted to
    publication: Publication
    theme: Theme
    view: SiteView
    site: Site
    warnings: tuple[str, ...]  # words that may reveal more than the agent means to, each with its place
    joined: tuple[Piece, ...] = field(repr=False)  # the documents, as released
    proved: frozenset[str] = field(repr=False)  # the gate's word on which rows a document proves
    looked: Looked = field(compare=False, repr=False)
    templates: Mapping[str, str] = field(compare=False, repr=False)  # the very reading of the theme's files used

    @property
    def released(self) -> Livret:
        """The livret as the gate let it out: what exports other than pages are made from, and nothing else."""
        return self.looked.at.model_copy(update={"publications": ()})

    def whole(self) -> SiteView:
        """The views of every released row and field, for files of data: the pages may be short and say less."""
        if not short_pages(self.publication):
            return self.view
        return present.views(self.released, self.proved, self.publication, self.jour, whole=True)

    def document(self, ref: str) -> bytes:
        """The cleaned copy of a joined document; empty in a draft, which has none."""
        return next((self.site.files.get(d.fichier, b"") for d in self.view.documents if d.ref == ref), b"")


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
    known = ", ".join(f"{one.id} ({one.titre})" for one in livret.publications) or "aucun pour l’instant"
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
    theme: str | Theme = "",
    chosen: Mapping[str, Any] | None = None,
    unique: bool = False,
    discreet: bool = False,
    progress: Progress | None = None,
    previous: Published | None = None,
    copies: Copies | None = None,
) -> Published:
    """Build the portfolio of one publication, documents cleaned and joined.

    Args:
        livret: the whole livret; only what the gate releases goes further.
        piece: gives the bytes of a document.
        publication: which rows, which documents, which theme.
        jour: the day the figures are counted to; it alone decides what « en cours » means.
        theme: a theme, its name or its folder, instead of the publication's.
        chosen: options, on top of those the publication keeps for that theme.
        unique: everything on one page.
        discreet: documents are named by their rank alone, for an archive whose entry names can be read.
        progress: called after each document with (done, total).
        previous: what was published before, of this livret or any other, to take from it what would come out the same.
        copies: the documents cleaned before, likewise; those cleaned now are added to it.

    Raises:
        ThemeError, OptionError, DocumentError, ForbiddenContent: each a French sentence.
    """
    loaded = _loaded(publication, theme, previous)
    released, looked = _released(livret, publication, previous)
    clean = (copies or Copies()).all(released.pieces, piece, progress)
    sizes = {identifier: len(content) for identifier, content in clean.items()}
    names = neutral_names(released.pieces, discreet=discreet)
    proved = gate.proved(livret)
    view = present.views(released, proved, publication, jour, sizes=sizes, names=names)
    documents = {f"documents/{names[row.id]}": clean[row.id] for row in released.pieces}
    return _built(view, loaded, publication, chosen, documents, proved, looked, previous, jour, unique=unique)


def draft(
    livret: Livret,
    publication: Publication,
    *,
    jour: date,
    theme: str | Theme = "",
    chosen: Mapping[str, Any] | None = None,
    previous: Published | None = None,
    copies: Copies | None = None,
) -> Published:
    """The pages of a portfolio without its documents, to be looked at: cleaning them can wait until one is opened.

    A document's size is that of its cleaned copy once it is among ``copies``, until then that of the document as kept:
    the one thing in which these pages may differ from those of ``publish``.

    Raises:
        ThemeError, OptionError, ForbiddenContent: each a French sentence.
    """
    loaded = _loaded(publication, theme, previous)
    released, looked = _released(livret, publication, previous)
    known = {piece.id: copies.get(piece) for piece in released.pieces} if copies else {}
    sizes = {identifier: len(copy) for identifier, copy in known.items() if copy is not None}
    proved = gate.proved(livret)
    view = present.views(released, proved, publication, jour, sizes=sizes)
    return _built(view, loaded, publication, chosen, {}, proved, looked, previous, jour, unique=False)


def look_over(released: Livret, publication: Publication, previous: Looked | None = None) -> Looked:
    """Look for what must not leave, or not unawares, in everything that does; nothing is raised.

    A text is judged by itself, and a row by its own texts: scanning the livret part by part finds what scanning it
    whole does, and a part that is equal to what it was before needs no second scan.
    """
    at = released.model_copy(update={"publications": (publication,)})
    before = previous.parts if previous else ()
    parts = []
    for index, part in enumerate(_parts(at)):
        known = index < len(before) and before[index][0] == part
        parts.append(before[index] if known else (part, tuple(scan(part))))
    found = [finding for _, findings in parts for finding in findings]
    rows = [finding for finding in found if finding.kind == "classe"]  # told after all the texts, as ``scan`` does
    return Looked(at, (*(finding for finding in found if finding.kind != "classe"), *rows), tuple(parts))


def _parts(livret: Livret) -> list[Livret]:
    """A livret in pieces, in the order in which it is scanned: who, free texts, each list at its place, dossiers."""
    bare = {
        volet: getattr(livret, volet).model_copy(update={nom: () for nom, _ in lists_of(group)})
        for volet, group in LISTS_GROUPS.items()
    }
    nothing = Livret()
    parts = [nothing.model_copy(update={"titulaire": livret.titulaire, "competences": bare["competences"]})]
    for volet, group in LISTS_GROUPS.items():
        empty = getattr(nothing, volet)
        for nom, _ in lists_of(group):
            rows = getattr(getattr(livret, volet), nom)
            parts.append(nothing.model_copy(update={volet: empty.model_copy(update={nom: rows})}))
    parts.append(nothing.model_copy(update={"pieces": livret.pieces}))
    parts.append(nothing.model_copy(update={"publications": livret.publications}))
    return parts


def _released(livret: Livret, publication: Publication, previous: Published | None) -> tuple[Livret, Looked]:
    """What the gate lets out, looked over.

    Raises:
        ForbiddenContent: when a text holds a social security number or a bank account.
    """
    released = gate.release(livret, publication)
    looked = look_over(released, publication, previous.looked if previous else None)
    if forbidden := looked.told(forbidden=True):
        raise ForbiddenContent(forbidden)
    return released, looked


def _loaded(publication: Publication, wanted: str | Theme, previous: Published | None) -> Theme:
    """The theme, or the equal one of the time before when its files were not read again: its pages can be kept."""
    theme = wanted if isinstance(wanted, Theme) else theme_of(publication, wanted)
    if previous and previous.theme == theme and previous.templates is theme.templates():
        return previous.theme
    return theme


def _plain(theme: Theme) -> bool:
    """Whether a theme reads ``site`` field by field, and so whether it can be told which pages an edit leaves alone.

    A build notes the fields that are asked for as ``site.field``; a theme that prints ``site`` whole, or hands it to
    a filter or a macro, may show what was not noted: its pages are all made again.
    """
    return _reads_fields_only(_Reading(theme.templates()))


class _Reading:
    """A reading of a theme's files, told from another by identity: equal texts may stand in for other files."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self.templates = templates

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reading) and self.templates is other.templates

    def __hash__(self) -> int:
        return id(self.templates)


@lru_cache(maxsize=16)
def _reads_fields_only(reading: _Reading) -> bool:
    from jinja2 import TemplateError, nodes  # noqa: PLC0415 - a first build need not know

    environment = ThemeEnvironment()
    for source in set(reading.templates.values()):
        try:
            tree = environment.parse(source)
        except TemplateError:  # told when it is rendered, if it ever is
            return False
        named = sum(1 for name in tree.find_all(nodes.Name) if name.name == "site")
        read = sum(1 for get in tree.find_all(nodes.Getattr) if getattr(get.node, "name", "") == "site")
        if named != read:
            return False
    return True


def _built(
    view: SiteView,
    theme: Theme,
    publication: Publication,
    chosen: Mapping[str, Any] | None,
    documents: Mapping[str, bytes],
    proved: frozenset[str],
    looked: Looked,
    previous: Published | None,
    jour: date,
    *,
    unique: bool,
) -> Published:
    options = {**publication.options.get(theme.name, {}), **(chosen or {})}
    before = previous.site if previous and previous.theme is theme and _plain(theme) else None
    site = build(view, theme, options, documents=documents, unique=unique, previous=before)
    warnings = tuple(looked.told(forbidden=False))
    joined = looked.at.pieces
    return Published(jour, publication, theme, view, site, warnings, joined, proved, looked, theme.templates())
