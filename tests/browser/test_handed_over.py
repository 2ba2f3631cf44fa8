"""From the demonstration, by clicking alone: a mutation's protected page and its PDF, an advisor's zip; each opened."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from data.archive import Archive
from data.passwords import strength
from editor.example import PASSWORD
from site_builder.documents import MEGA
from tests.editor.serving import Serving

PATIENCE = 90_000  # milliseconds: a busy machine is slow, not wrong


def new_dossier(page: Page, demarche: str) -> None:
    page.get_by_role("button", name="Nouveau dossier").click()
    page.get_by_role("combobox", name="Démarche").last.click()
    page.get_by_role("option", name=demarche).click()
    page.get_by_role("button", name="Créer ce dossier").click()
    expect(page.get_by_text(f"Dossier créé\u00a0: {demarche}").first).to_be_visible(timeout=PATIENCE)


def write(page: Page, form: str) -> Path:
    """Press the button for a form; gives the file that the screen names."""
    page.get_by_role("button", name=f"Écrire\u00a0: {form}").click()
    expect(page.locator(".st-key-sent").get_by_text(f"Écrit\u00a0: {form}")).to_be_visible(timeout=PATIENCE)
    return Path(page.locator(".st-key-sent .livret-path").first.inner_text())


def passphrase(page: Page) -> str:
    """The one that the screen says to give, below what was just written."""
    return page.locator(".st-key-sent code").last.inner_text()


def test_two_minutes_of_clicking(browser: Browser, archive: Path, tool: Callable[..., str], tmp_path: Path):
    """A newcomer on the demonstration makes all three in two minutes, and their readers open them."""
    seven_zip = tool("7zz", "7z")
    with Serving(archive) as serving:
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="fr-FR")
        page.set_default_timeout(PATIENCE)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(serving.address)
        page.locator("input[type=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Publier").click()
        expect(page.get_by_role("heading", name="Remettre le dossier")).to_be_visible()
        began = time.monotonic()
        new_dossier(page, "Mutation")
        protected = write(page, "Page protégée")
        phrase = passphrase(page)
        page.get_by_text("À lire ou à imprimer").click()
        page.get_by_text("Dossier complet (PDF)").first.click()
        complete = write(page, "Dossier complet (PDF)")
        new_dossier(page, "Bilan de compétences")
        expect(page.get_by_role("button", name="Écrire\u00a0: Dossier chiffré (zip)")).to_be_enabled()
        bundle = write(page, "Dossier chiffré (zip)")
        key = passphrase(page)
        took = time.monotonic() - began
        page.close()
    assert not said
    print(f"{took:.0f} s of clicking")  # quoted, never asserted: the issue asks for two minutes
    assert strength(phrase).enough
    read_protected(browser, protected, phrase)
    assert complete.stat().st_size <= 2 * MEGA
    reader = PdfReader(complete)
    assert "Anaïs D’Orvanne-Lestrac" in reader.pages[0].extract_text()
    assert reader.outline
    assert bundle.with_name(f"{bundle.stem}-fiche-de-remise.pdf").is_file()
    subprocess.run([seven_zip, "x", f"-p{key}", f"-o{tmp_path / 'recu'}", bundle], check=True, capture_output=True)
    read_portfolio(browser, tmp_path / "recu" / "dossier" / "data" / "portfolio" / "index.html")
    livret = Archive.open(archive, PASSWORD, read_only=True).livret
    assert [one.format for one in livret.envois[-3:]] == [
        "Page protégée", "Dossier complet (PDF)", "Dossier chiffré (zip)"
    ]  # fmt: skip


def read_protected(browser: Browser, path: Path, phrase: str) -> None:
    """As its recipient: a double click, the passphrase, the portfolio."""
    page = browser.new_page()
    page.goto(path.as_uri())
    expect(page).to_have_title("Portfolio protégé")
    page.get_by_label("Phrase de passe", exact=True).fill(phrase)
    page.get_by_role("button", name="Ouvrir le portfolio").click()
    inside = page.frame_locator("iframe")
    expect(inside.get_by_role("heading", level=1).first).to_have_text(re.compile("Anaïs"), timeout=PATIENCE)
    page.close()


def read_portfolio(browser: Browser, path: Path) -> None:
    """As the advisor: the extracted page, its documents beside it, remarks invited."""
    page = browser.new_page()
    page.goto(path.as_uri())
    expect(page.get_by_role("heading", level=1).first).to_have_text(re.compile("Anaïs"))
    link = page.locator("a[href*='documents/']").first.get_attribute("href")
    assert link
    assert (path.parent / link).is_file()
    expect(page.get_by_role("button", name=re.compile("remarque", re.IGNORECASE)).first).to_be_visible()
    page.close()
