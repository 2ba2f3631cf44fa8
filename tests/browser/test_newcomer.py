"""A newcomer's two sittings in a real browser: from no file at all to a published page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from data.archive import Archive
from data.model import Livret
from tests.editor import grid
from tests.editor.serving import Serving

# The first sitting was yesterday: only the clock that dates versions is told so.
YESTERDAY = """
from datetime import UTC, datetime, timedelta
import data.archive as archive
dated = archive.even_second
archive.even_second = lambda now: dated(now or datetime.now(UTC) - timedelta(days=1))
"""


class Visit:
    """A browser on a running editor, and what it did that nobody should have to see."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.outside: list[str] = []
        self.said: list[str] = []
        page.context.on("request", lambda request: self._request(request.url, base))
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _request(self, url: str, base: str) -> None:
        if not url.startswith((f"{base}/", "data:", "blob:", base.replace("http", "ws"))):
            self.outside.append(url)

    def press(self, name: str, *, exact: bool = True) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        grid.rest(self.page)

    def menu(self, name: str) -> None:
        """Go to a screen."""
        self.page.get_by_role("link", name=name).first.click()
        grid.rest(self.page, 700)

    def part(self, name: str) -> None:
        """Choose a list of a part."""
        self.page.get_by_role("radio", name=re.compile(f"^{name}")).click()
        self.page.wait_for_selector(".st-key-intro")
        grid.rest(self.page, 500)

    def fill(self, label: str, text: str) -> None:
        """Fill a field and leave it."""
        field = self.page.get_by_role("textbox", name=label, exact=True).first
        field.fill(text)
        field.press("Tab")
        grid.rest(self.page)


@contextmanager
def visiting(
    browser: Browser, serving: Serving, line: Callable[[WebSocketRoute], None] | None = None
) -> Iterator[Visit]:
    """A fresh browser let in by the launch address; ``line`` may stand between the page and the editor."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    context.set_default_timeout(60_000)
    page = context.new_page()
    if line:
        page.route_web_socket("**", line)
    visit = Visit(page, serving.base)
    page.goto(serving.address)
    page.wait_for_selector("h1")
    grid.rest(page, 500)
    try:
        yield visit
    finally:
        context.close()


def unlock(visit: Visit, secret: str) -> None:
    """Open the livret."""
    visit.page.locator("input[type=password]").fill(secret)
    visit.page.get_by_role("button", name="Ouvrir", exact=True).click()
    visit.page.wait_for_selector("[data-testid=stSidebar]")
    grid.rest(visit.page, 700)


def begin(visit: Visit) -> str:
    """Create a livret and take the first steps; gives the recovery key."""
    page = visit.page
    visit.press("Créer mon livret")
    visit.press("Proposer une phrase de passe", exact=False)
    phrase = page.locator(".st-key-new_offered_box h3").inner_text()
    visit.press("Adopter", exact=False)
    page.locator("input[type=password]").nth(1).fill(phrase)
    grid.rest(page, 700)
    visit.press("Créer le livret", exact=False)
    page.get_by_text("La fiche de secours").wait_for()
    page.get_by_text("montrer la clé").click()
    grid.rest(page)
    key = page.locator("[data-testid=stCode]").inner_text().strip()
    assert page.get_by_role("button", name="Continuer").is_disabled()
    for field in page.get_by_label(re.compile(r"^Groupe n° \d$")).all():
        number = int(re.findall(r"\d", field.get_attribute("aria-label") or "")[0])
        field.fill(key.split("-")[number - 1])
        grid.rest(page, 600)
    visit.press("Continuer")
    visit.press("J’accepte cette charte", exact=False)
    visit.fill("Prénom *", "Camille")
    visit.fill("Nom d’usage *", "Essai")
    visit.press("Continuer")
    expect(page.get_by_role("heading", name=re.compile("À vous de jouer"))).to_be_visible()
    visit.press("Ouvrir mon livret", exact=False)
    page.wait_for_selector("[data-testid=stSidebar]")
    return key


def read(path: Path, key: str) -> Livret:
    """What is on the disk."""
    with Archive.open(path, key, read_only=True) as archive:
        return archive.livret


def linked(livret: Livret) -> list[str]:
    """The competences of the only post, by name."""
    names = {row.id: row.libelle for row in livret.competences.competences}
    return [names[one] for one in livret.experiences.emplois[0].competences]


def eventually(found: Callable[[], object], expected: object) -> None:
    """Wait for the disk to hold what was typed; a busy machine is slow, not wrong."""
    for _ in range(40):
        if found() == expected:
            return
        time.sleep(0.25)
    assert found() == expected


TRAININGS = ["Accueillir le public", "La paie, niveau 1", "Animer une équipe"]


@pytest.mark.timeout(600)
def test_two_sittings_of_a_newcomer(browser: Browser, tool: Callable[..., str], tmp_path: Path):
    """Created, filled by typing, proved, published, locked, opened by the recovery key, restored to yesterday."""
    archive = tmp_path / "mon-livret.livret"
    with Serving(home=tmp_path, before=YESTERDAY) as serving, visiting(browser, serving) as visit:
        key = begin(visit)
        begun = read(archive, key)
        assert (begun.titulaire.prenom, begun.titulaire.nom, bool(begun.charte)) == ("Camille", "Essai", True)
        add_trainings(visit, archive, key)
        drop_a_document(visit, archive, key, tmp_path / "attestation.pdf")
        add_a_post(visit, archive, key)
        assert (visit.outside, visit.said) == ([], [])

    with Serving(archive, home=tmp_path) as serving, visiting(browser, serving) as visit:
        page = visit.page
        unlock(visit, key)
        visit.menu("Mes formations")
        visit.part("Formations suivies")
        grid.write(page, "Intitulé", 0, "Renommée aujourd’hui")
        visit.menu("Aperçu")
        expect(page.frame_locator("iframe").first.get_by_role("heading", name="Camille Essai")).to_be_visible()
        visit.menu("Publier")
        publish(visit, tmp_path / "portfolio-essai")
        assert "Gestionnaire de paie" in (tmp_path / "portfolio-essai" / "experiences.html").read_text("utf-8")
        eventually(lambda: len(read(archive, key).envois), 1)
        visit.press("Verrouiller", exact=False)
        expect(page.locator("input[type=password]")).to_be_visible()
        unlock(visit, key.lower().replace("-", " "))
        visit.menu("Historique")
        restore_yesterday(visit)
        eventually(lambda: {row.intitule for row in read(archive, key).formations.actions}, set(TRAININGS))
        assert (visit.outside, visit.said) == ([], [])


def add_trainings(visit: Visit, archive: Path, key: str) -> None:
    """Type three trainings in the table."""
    visit.menu("Mes formations")
    visit.part("Formations suivies")
    for index, title in enumerate(TRAININGS):
        assert grid.append(visit.page, "Intitulé", title) == index
        grid.write(visit.page, "Dates", index, f"0{index + 1}/03/2022")
        grid.write(visit.page, "Durée", index, f"{index + 1} j")
    eventually(
        lambda: [
            (row.intitule, *map(str, row.sessions), str(row.duree)) for row in read(archive, key).formations.actions
        ],
        [(title, f"0{index + 1}/03/2022", f"{index + 1}\u00a0j") for index, title in enumerate(TRAININGS)],
    )


def drop_a_document(visit: Visit, archive: Path, key: str, scan: Path) -> None:
    """Drop a PDF on the row whose form is shown: the last one typed."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(scan)
    visit.page.locator(f"input[value='{TRAININGS[-1]}']").first.wait_for()  # its form is drawn
    visit.page.locator("input[type=file]").set_input_files(str(scan))
    visit.page.get_by_text("attestation", exact=False).first.wait_for()
    grid.rest(visit.page, 700)
    livret = read(archive, key)
    (piece,) = livret.pieces
    assert [row.intitule for row in livret.formations.actions if piece.id in row.pieces] == TRAININGS[-1:]


def add_a_post(visit: Visit, archive: Path, key: str) -> None:
    """Add a post by its form: Markdown missions, and two competences that do not exist yet."""
    page = visit.page
    visit.menu("Mes expériences")
    visit.press("Ajouter un emploi", exact=False)
    visit.fill("Poste ou fonction *", "Gestionnaire de paie")
    visit.fill("Employeur *", "Commune d’Essai")
    visit.fill("Début", "mars 2020")
    page.locator("textarea[aria-label='Missions principales']").click()
    page.keyboard.insert_text("- **Établir** la paie\n- Conseiller les agents")
    expect(page.locator(".livret-apercu strong", has_text="Établir")).to_be_visible()
    links = page.get_by_role("combobox", name="Compétences mises en œuvre *")
    for competence in ("Établir la paie", "Conseiller un agent"):
        links.click()
        page.keyboard.type(competence, delay=15)
        page.wait_for_timeout(300)
        page.keyboard.press("Enter")
        grid.rest(page, 600)
    eventually(lambda: linked(read(archive, key)), ["Établir la paie", "Conseiller un agent"])
    (emploi,) = read(archive, key).experiences.emplois
    assert (str(emploi.debut), emploi.missions.startswith("- **Établir**")) == ("03/2020", True)


def publish(visit: Visit, target: Path) -> None:
    """Write the portfolio to a folder, once what leaves has been shown."""
    expect(visit.page.get_by_role("heading", name="Ce qui sort")).to_be_visible()
    assert not target.exists()
    visit.page.get_by_text("À lire ou à imprimer").click()
    grid.rest(visit.page)
    visit.page.get_by_text("Un dossier de pages web").first.click()
    grid.rest(visit.page)
    visit.fill("Où l’écrire", str(target))
    visit.press("Écrire\u00a0: Un dossier de pages web", exact=False)
    expect(visit.page.get_by_text("Écrit\u00a0: Un dossier de pages web")).to_be_visible()


def restore_yesterday(visit: Visit) -> None:
    """Take the last version of yesterday up again."""
    expect(visit.page.get_by_text("Hier", exact=False).first).to_be_visible()
    visit.page.locator("[class*='st-key-day_']").nth(1).get_by_role("button", name="Regarder").first.click()
    grid.rest(visit.page)
    visit.press("Reprendre cette version", exact=False)
    visit.press("Oui, la reprendre", exact=False)
