"""A page that has not yet been told what became of the livret repeats what it held: nobody typed that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from data.experiences import Emploi
from editor.example import PASSWORD
from tests.browser.test_newcomer import Visit, read, unlock, visiting
from tests.editor import grid
from tests.editor.serving import Serving


class Line:
    """The line between the page and the editor; what the editor says can be held back."""

    def __init__(self) -> None:
        self.held: list[str | bytes] | None = None
        self.page: WebSocketRoute | None = None

    def join(self, page: WebSocketRoute) -> None:
        """Carry both ways."""
        server = page.connect_to_server()
        self.page = page
        page.on_message(server.send)
        server.on_message(lambda said: page.send(said) if self.held is None else self.held.append(said))

    @contextmanager
    def silent(self) -> Iterator[None]:
        """The page is told nothing; it hears all of it afterwards."""
        self.held = []
        yield
        late, self.held = self.held, None
        assert late
        assert self.page
        for said in late:
            self.page.send(said)


def typed(page: Page, label: str, text: str) -> None:
    field = page.get_by_role("textbox", name=label, exact=True).first
    field.fill(text)
    field.press("Tab")


def kept(page: Page, path: Path, nom: str, expected: str) -> None:
    """Wait for the first post to hold a value on the disk; the page waits, for it is what carries the line."""
    for _ in range(60):
        if getattr(first(path), nom) == expected:
            return
        page.wait_for_timeout(250)
    assert getattr(first(path), nom) == expected


def first(path: Path) -> Emploi:
    return read(path, PASSWORD).experiences.emplois[0]


@contextmanager
def on_the_first_post(browser: Browser, archive: Path, line: Line) -> Iterator[Visit]:
    """The form of the first post, unlocked; nothing is asked of the network nor said on the console."""
    with Serving(archive, home=archive.parent) as serving, visiting(browser, serving, line.join) as visit:
        unlock(visit, PASSWORD)
        visit.menu("Mes expériences")
        visit.page.get_by_role("combobox", name="Fiche 1 sur", exact=False).click()
        visit.page.get_by_role("option", name=first(archive).intitule_ligne).first.click()
        grid.rest(visit.page, 700)
        yield visit
        assert (visit.outside, visit.said) == ([], [])


def taken_back_unheard(visit: Visit, archive: Path, line: Line, nom: str, before: str) -> None:
    """Take the last step back and type the employer, while the page is told of neither."""
    grid.rest(visit.page)
    with line.silent():
        visit.page.get_by_role("button", name="Annuler").first.click()
        kept(visit.page, archive, nom, before)
        typed(visit.page, "Employeur *", "Commune d’Essai")
        kept(visit.page, archive, "employeur", "Commune d’Essai")
    grid.rest(visit.page, 700)


def test_what_a_late_page_repeats_is_not_typed_again(browser: Browser, archive: Path) -> None:
    """A step taken back stays back, although the page repeats it with the next field typed; that field is kept."""
    line, before = Line(), first(archive)
    with on_the_first_post(browser, archive, line) as visit:
        typed(visit.page, "Poste ou fonction *", "Titre de trop")
        kept(visit.page, archive, "intitule", "Titre de trop")
        taken_back_unheard(visit, archive, line, "intitule", before.intitule)
        assert (first(archive).intitule, first(archive).employeur) == (before.intitule, "Commune d’Essai")
        title = visit.page.get_by_role("textbox", name="Poste ou fonction *").first
        expect(title).to_have_value(before.intitule)


def test_a_long_text_taken_back_stays_back(browser: Browser, archive: Path) -> None:
    """The same for Markdown, whose field then holds the former text and takes what is typed next."""
    line, before = Line(), first(archive)
    with on_the_first_post(browser, archive, line) as visit:
        area = visit.page.locator("textarea[aria-label='Missions principales']")
        area.click()
        visit.page.keyboard.press("Control+Home")
        visit.page.keyboard.insert_text("De trop. ")
        kept(visit.page, archive, "missions", f"De trop. {before.missions}")
        taken_back_unheard(visit, archive, line, "missions", before.missions)
        assert first(archive).missions == before.missions
        expect(area).to_have_value(before.missions)
        area.fill("- Autre mission")
        kept(visit.page, archive, "missions", "- Autre mission")
