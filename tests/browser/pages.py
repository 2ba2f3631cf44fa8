"""The demonstration's pages in every bundled theme, and a browser to look at them with."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from data.model import Livret
from site_builder import gate
from site_builder.outputs import folder, single_page
from site_builder.plan import PATHS
from site_builder.publish import publish
from site_builder.themes import available, bundled_home

HERE = Path(__file__).resolve().parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
DAY = date(2026, 11, 23)
SINGLE = "portfolio.html"  # the page that holds everything
PAGES = (*PATHS.values(), SINGLE)
# A machine without a network: everything that would telephone is off.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def themes() -> list[str]:
    """The themes that come with the program."""
    return [theme.name for theme in available() if theme.home.is_relative_to(bundled_home())]


def build(theme: str, home: Path, livret: Livret, documents: Mapping[str, bytes]) -> None:
    """Write the demonstration's portfolio as a folder, the single page beside its pages."""
    make = functools.partial(
        publish, livret, documents.__getitem__, gate.default_publication(livret), jour=DAY, theme=theme
    )
    folder.write(make().site, home)
    single_page.write(make(unique=True).site, home / SINGLE)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Witness:
    """What a page does that nobody should have to see."""

    outside: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note every request that leaves the disk, every message, every error."""
        page.on("request", self._request)
        page.on("requestfailed", lambda request: self.said.append(f"failed: {request.url[:100]}"))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _request(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:")):
            self.outside.append(request.url)


@contextmanager
def opened(
    browser: Browser, path: Path, *, width: int = 1440, height: int = 900, dark: bool = False, bypass_csp: bool = False
) -> Iterator[tuple[Page, Witness]]:
    """A page opened from the disk as an agent opens it: by a double click, without a server."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        bypass_csp=bypass_csp,
        locale="fr-FR",
    )
    context.set_default_timeout(120_000)  # a busy machine is slow, not wrong
    page, witness = context.new_page(), Witness()
    witness.watch(page)
    try:
        page.goto(path.as_uri())
        page.evaluate("document.fonts.ready.then(() => true)")
        yield page, witness
    finally:
        context.close()


def npm_file(path: str) -> Path:
    """A file of a package that ``tests/browser/package.json`` names; it may not be installed."""
    return Path(os.fspath(HERE)) / "node_modules" / path
