"""Measure what an agent waits for in the editor, in a real Chromium: ``python tests/bench/editor.py [--runs N]``.

Every figure is taken in the page, by its own clock, from the key that is pressed to what is seen; medians of several
runs. « Interactive » runs from the command's start to a password field that takes text. « Shown as saved » ends when
the state of saving is drawn again, which happens once the version is on the disk, fsync included. The preview's
figure runs from that same key to the new page loaded in its frame. The password's own stretching is not measured: the
livrets here have the cheapest profile.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page  # noqa: E402 - the checkout must be found first

from data import demo  # noqa: E402
from data.archive import Archive  # noqa: E402
from data.keys import CHEAPEST  # noqa: E402
from data.model import Livret  # noqa: E402
from data.values import PartialDate  # noqa: E402
from tests.bench.run import career  # noqa: E402
from tests.browser.pages import chromium  # noqa: E402
from tests.editor import grid  # noqa: E402
from tests.editor.serving import Serving  # noqa: E402

PASSWORD = "mesure"
SAVED = """() => {
  const mark = () => [...document.querySelectorAll("[class*='st-key-saved_']")].map(one => one.className).join();
  const before = mark(), start = performance.now();
  window.saved = new Promise(done => {
    const look = () => (mark() && mark() !== before ? done(performance.now() - start) : requestAnimationFrame(look));
    look();
  });
}"""
LOADED = """() => {
  const frame = document.querySelector("iframe"), before = frame.src, start = performance.now();
  window.loaded = new Promise(done => {
    const look = () => {
      const now = document.querySelector("iframe");
      if (!now || now.src === before) return requestAnimationFrame(look);
      now.addEventListener("load", () => done(performance.now() - start), { once: true });
    };
    look();
  });
}"""


def archive(home: Path, name: str, livret: Livret, pieces: dict[str, bytes]) -> Path:
    """A livret on the disk, past its first steps."""
    path = home / f"{name}.livret"
    accepted = livret.with_(charte=PartialDate(2026, 11, 24))
    Archive.create(path, PASSWORD, accepted, pieces=pieces, profile=CHEAPEST).close()
    return path


def opened(page: Page, serving: Serving) -> float:
    """Unlock; gives the seconds until the home screen stands."""
    page.goto(serving.address)
    page.wait_for_selector("input[type=password]")
    page.locator("input[type=password]").fill(PASSWORD)
    start = time.perf_counter()
    page.get_by_role("button", name="Ouvrir", exact=True).click()
    page.wait_for_selector("[data-testid=stSidebar]")
    grid.rest(page, 0)
    return time.perf_counter() - start


def interactive(path: Path, runs: int) -> float:
    """Seconds from the command to a field that takes text, the browser already there."""
    laps = []
    with chromium() as browser:
        for lap in range(runs + 1):
            context = browser.new_context()
            page = context.new_page()
            start = time.perf_counter()
            with Serving(path) as serving:
                page.goto(serving.address)
                page.locator("input[type=password]").fill("x")
                if lap:  # the first start of all compiles
                    laps.append(time.perf_counter() - start)
                context.close()
    return statistics.median(laps)


def edits(path: Path, runs: int, *, beside: bool) -> tuple[float, float]:
    """Milliseconds from a key to « Enregistré », and to the preview beside; a cell's and a preview's own figures."""
    with chromium() as browser, Serving(path) as serving:
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        opened(page, serving)
        page.get_by_role("link", name="Mes expériences").click()
        page.wait_for_selector("[data-testid=stDataFrame]")
        grid.rest(page, 500)
        if beside:
            page.get_by_text("Aperçu à côté").click()
            page.wait_for_selector("iframe")
            grid.rest(page, 1500)
        saved, loaded = [], []
        field = page.get_by_role("textbox", name="Poste ou fonction *")
        for lap in range(runs + 1):
            field.fill(f"Poste mesuré {lap}")
            page.evaluate(SAVED)
            if beside:
                page.evaluate(LOADED)
            field.press("Tab")
            saved.append(page.evaluate("() => window.saved"))
            if beside:
                loaded.append(page.evaluate("() => window.loaded"))
            grid.rest(page, 300)
        return statistics.median(saved[1:]), statistics.median(loaded[1:]) if beside else 0.0


def warm(livret: Livret, pieces: dict[str, bytes], runs: int) -> float:
    """Milliseconds the server takes to rebuild the preview after an edit, without the browser."""
    from editor import drafts  # noqa: PLC0415 - only for this figure
    from editor.showcase import show  # noqa: PLC0415
    from editor.workshop import workshop  # noqa: PLC0415

    laps = []
    with tempfile.TemporaryDirectory() as home:
        path = archive(Path(home), "warm", livret, pieces)
        workshop.unlock(path, PASSWORD)
        show()
        row = livret.experiences.emplois[0].id
        for lap in range(runs + 1):
            cells = {row: {"intitule": f"Poste {lap}"}}
            workshop.change("mesurer", lambda one, cells=cells: drafts.edit_rows(one, "experiences.emplois", cells))
            start = time.perf_counter()
            show()
            laps.append((time.perf_counter() - start) * 1000)
        workshop.lock()
    return statistics.median(laps[1:])


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    livret, pieces = demo.build()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        # As installed: modules are compiled once, not at every start.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(home / "pyc")
        hundred = archive(home, "demo", livret, pieces)
        thousands = archive(home, "deux-mille", career(2000), {})
        rows: list[tuple[str, Callable[[], str]]] = [
            ("interactive, from the command", lambda: f"{interactive(hundred, runs):.2f} s"),
            ("an edit shown as saved, 100 rows", lambda: f"{edits(hundred, runs, beside=False)[0]:.0f} ms"),
            ("an edit shown as saved, 2 000 rows", lambda: f"{edits(thousands, runs, beside=False)[0]:.0f} ms"),
            ("preview rebuilt after an edit, server", lambda: f"{warm(livret, pieces, runs):.0f} ms"),
            (
                "an edit shown as saved / in the preview beside",
                lambda: "{:.0f} / {:.0f} ms".format(*edits(hundred, runs, beside=True)),
            ),
        ]
        for name, measure in rows:
            print(f"{name:<50} {measure()}", flush=True)


if __name__ == "__main__":
    main()
