"""The preview, from memory: the site that a dossier would make, as the livret stands now; nothing is written.

A site is rebuilt only when the livret or the choices changed, and from what was built before. One is held for each
dossier and theme looked at lately, so that two tabs do not take each other's pages away; each has a folder of its own
in the addresses. Documents are cleaned when somebody opens them. Everything is forgotten when the livret is locked.
"""

from __future__ import annotations

import mimetypes
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from data.archive import Archive
from data.errors import LivretError
from data.model import Livret
from data.publications import Publication
from editor.past import past
from editor.workshop import workshop
from site_builder import markdown, themes
from site_builder.build import ENTRY
from site_builder.documents import Copies
from site_builder.frozen import Source, source
from site_builder.leaving import Leaving, leaving
from site_builder.publish import DEFAULT_THEME, Progress, Published, choose, draft, publish
from site_builder.themes import Theme

MOST_HELD = 4  # sites at once; each weighs a few megabytes, most of them the theme's fonts, which are shared
WATCHED_EVERY = 1.0  # seconds

# What the system's own table of types may not know, or say otherwise.
_MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A site to be shown, or why there is none."""

    folder: str  # where its pages are, below /apercu/; empty when there is none
    stamp: int  # another one whenever a page, a style or an image is no longer the same
    pages: tuple[tuple[str, str], ...]  # path and title of each, in menu order
    theme: Theme | None
    errors: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def address(self, path: str = ENTRY, row: str = "") -> str:
        """What to put into an iframe; a page that the site lacks is its first.

        A row to scroll to is told in the query, for the editor's own script: a fragment would scroll the page around
        the frame as well, at every edit.
        """
        found = path if any(path == known for known, _ in self.pages) else ENTRY
        return f"/apercu/{self.folder}/{found}?v={self.stamp}" + (f"&ligne={row}" if row else "")


@dataclass(frozen=True, slots=True)
class _Held:
    """A built site, and all that it depends on."""

    asked: tuple[Any, ...]
    made: Published
    shown: Shown


class Showcase:
    """What is being shown; its methods may be called from any thread."""

    def __init__(self) -> None:
        self._guard = threading.RLock()
        self._archive: Archive | None = None  # whose sites are held
        self._held: dict[str, _Held] = {}  # by folder, the latest shown last
        self._themes: dict[str, Theme] = {}
        self._stamp = 0
        self.copies = Copies()  # cleaned documents, of use to whoever publishes too

    def show(
        self,
        publication_id: str = "",
        theme: str = "",
        options: Mapping[str, Any] | None = None,
        jour: date | None = None,
    ) -> Shown:
        """The site of a dossier, built again if anything changed; an error is told in it rather than raised.

        Args:
            publication_id: the dossier; without one, the first still open.
            theme: a theme's name or folder, instead of the dossier's.
            options: options of the theme, on top of those that the dossier keeps for it.
            jour: the day that figures are counted to; today when it is not said.
        """
        with self._guard:
            self._sweep()
            day = jour or date.today()  # noqa: DTZ011 - the agent's own day
            try:
                version, livret = workshop.version, workshop.livret
                dossier = choose(livret, publication_id)
                shown = source(livret, dossier, day, past_livret)
                loaded = self.theme(theme or dossier.theme)
                folder = f"{dossier.id}.{loaded.name}"
                held = self._held.pop(folder, None)
                asked = (version, loaded, dict(options or {}), day)
                if held is None or held.asked != asked:
                    made = draft(
                        shown.livret, dossier, jour=shown.jour, theme=loaded, chosen=options, copies=self.copies,
                        previous=held.made if held else None,
                    )  # fmt: skip
                    held = _Held(asked, made, self._said(folder, made, held))
            except LivretError as error:
                return Shown("", self._stamp, (), None, (str(error),))
            self._keep(folder, held)
            return held.shown

    def page(self, path: str) -> tuple[bytes, str] | None:
        """A file of a site shown lately, with its media type; None when there is none, or the livret is locked.

        A path without a folder is looked for in the site shown last.

        Raises:
            DocumentError: the file is a joined document, and it cannot be cleaned.
            PieceMissing, DamagedArchive: as the archive says.
        """
        with self._guard:
            self._sweep()
            folder, _, name = path.partition("/")
            held = self._held.get(folder)
            if held is None:
                held, name = next(reversed(self._held.values()), None), path
            if held is None:
                return None
            made = held.made
        name = name or ENTRY
        content = made.site.files.get(name)
        if content is None:
            ref = next((document.ref for document in made.view.documents if document.fichier == name), "")
            piece = next((piece for piece in made.joined if piece.id == ref), None)
            if piece is None:
                return None
            content = self.copies.one(piece, workshop.piece)
        return content, media_type(name)

    def theme(self, name: str = "") -> Theme:
        """A theme by name or folder; those that come with the program are read once.

        Raises:
            ThemeError: when it is missing or malformed.
        """
        wanted = name or DEFAULT_THEME
        if wanted not in self._themes:
            found = themes.find(wanted)
            if not found.bundled:
                return found
            self._themes[wanted] = found
        return self._themes[wanted]

    def publish(
        self, dossier: Publication, *, unique: bool, discreet: bool = False, progress: Progress | None = None
    ) -> Published:
        """The whole portfolio of a dossier, documents cleaned and joined, with what the preview has made ready.

        Raises:
            LivretError: a French sentence, whatever forbids it.
        """
        shown = self.source(dossier)
        with self._guard:
            self._sweep()
            self._attend()
            held = self._latest(dossier)
        return publish(
            shown.livret, workshop.piece, dossier, jour=shown.jour, theme=self.theme(dossier.theme), unique=unique,
            discreet=discreet, progress=progress, previous=held, copies=self.copies,
        )  # fmt: skip

    @staticmethod
    def source(dossier: Publication) -> Source:
        """The livret and the day that a dossier shows: today's, or those of its closing."""
        return source(workshop.livret, dossier, date.today(), past_livret)  # noqa: DTZ011 - the agent's own day

    def leaving(self, dossier: Publication) -> Leaving:
        """What a dossier would let out, as the livret stands."""
        with self._guard:
            self._sweep()
            held = self._latest(dossier)
        shown = self.source(dossier)
        found = leaving(shown.livret, dossier, shown.jour, previous=held.looked if held else None)
        return replace(found, warnings=(shown.says, *found.warnings)) if shown.says else found

    def _latest(self, dossier: Publication) -> Published | None:
        """What was built last for a dossier."""
        mine = [held.made for held in self._held.values() if held.made.publication.id == dossier.id]
        return mine[-1] if mine else None

    def refresh(self) -> None:
        """Read every theme's files anew: one of them is being written."""
        with self._guard:
            themes.forget()
            self._themes.clear()
            self._held.clear()

    def forget(self) -> None:
        """Forget everything that was decrypted, the texts that the builder keeps at hand included."""
        with self._guard:
            self._archive = None
            self._held.clear()
            self.copies.forget()
            markdown.render.cache_clear()
            markdown.typographic.cache_clear()

    def _said(self, folder: str, made: Published, before: _Held | None) -> Shown:
        """The site in words; its stamp is the one before when nothing that a browser would fetch has changed."""
        stamp = before.shown.stamp if before and before.made.site == made.site else 0
        if not stamp:
            stamp = self._stamp = self._stamp + 1
        pages = tuple((page.planned.path, page.planned.page.titre) for page in made.site.pages.values())
        return Shown(folder, stamp, pages, made.theme, (), made.warnings)

    def _keep(self, folder: str, held: _Held) -> None:
        if not workshop.open:  # locked meanwhile
            self.forget()
            return
        self._held[folder] = held
        while len(self._held) > MOST_HELD:
            self._held.pop(next(iter(self._held)))
        self._attend()

    def _attend(self) -> None:
        """Watch over the livret whose content is being held."""
        archive = workshop.archive
        if self._archive is None and archive is not None:
            self._archive = archive
            threading.Thread(target=self._watch, args=(archive,), daemon=True, name="oubli de l’aperçu").start()

    def _sweep(self) -> None:
        """Forget what belongs to a livret that is no longer open."""
        if self._archive is not None and workshop.archive is not self._archive:
            self.forget()

    def _watch(self, archive: Archive) -> None:
        """Forget even when nobody asks for anything any more: locked means that nothing stays decrypted."""
        while self._archive is archive:
            if workshop.archive is not archive:
                with self._guard:
                    self._sweep()
                return
            time.sleep(WATCHED_EVERY)


def media_type(name: str) -> str:
    """What a browser is told of a file."""
    suffix = PurePosixPath(name).suffix.lower()
    return _MEDIA.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


showcase = Showcase()


def past_livret(numero: int) -> Livret:
    """The livret of a version of what is open."""
    return past.livret(workshop.opened, numero)


def show(publication_id: str = "", theme: str = "", options: Mapping[str, Any] | None = None) -> Shown:
    """The site of a dossier in a theme, as the livret stands; see ``Showcase.show``."""
    return showcase.show(publication_id, theme, options)


def page(path: str) -> tuple[bytes, str] | None:
    """A file of the preview with its media type; see ``Showcase.page``."""
    return showcase.page(path)
