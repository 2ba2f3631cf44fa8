"""Measure what leaves the archive, and print one table: ``python tests/bench/outputs.py [--only NAME]``.

Each figure is a function that yields rows, listed in ``FIGURES``; a new output adds one. Times are by the clock,
median of several runs after one that does not count. Peers run on the same machine, on the same bytes.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Browser
from pypdf import PdfReader

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from data import demo
from data.model import Livret
from site_builder.documents import Copies
from site_builder.outputs import bag, bundle, livret_json, pdf, protected_page, single_page
from site_builder.outputs.aes_zip import sealed
from site_builder.outputs.one_file import write_whole
from site_builder.publish import choose, publish
from tests.bench.run import DAY, MEGABYTE, WORDS, seconds, timed
from tests.browser import pages

PASSPHRASE = "abeille rocher tunnel marine violon canard fusil"
THEMES = ("base", "parcours", "sobre", "horizon")
Rows = Iterator[tuple[str, str]]


def zips(folder: Path, runs: int) -> Rows:
    """The advisor's zip of 100 MB of documents, against 7-Zip making an AES-256 zip of the same files.

    Ours holds more (the bag's digests) and is read back whole before it is written; 7-Zip does neither. At its
    default level 7-Zip deflates everything; ``-mx=0`` stores it, which is all that can be done with PDFs and images.
    """
    source = random.Random(7)
    part = 4 * MEGABYTE
    words = " ".join(source.choices(WORDS, k=part // 4)).encode()[:part]
    scans = {f"portfolio/documents/{rank:02d}.pdf": source.randbytes(part) for rank in range(1, 26)}
    mixed = {name.replace(".pdf", ".txt") if rank % 3 == 0 else name: words if rank % 3 == 0 else data
             for rank, (name, data) in enumerate(scans.items())}  # fmt: skip
    for kind, payload in (("scans", scans), ("two thirds scans, one third text", mixed)):
        yield from _against_7zip(folder, runs, kind, payload)


def _against_7zip(folder: Path, runs: int, kind: str, payload: dict[str, bytes]) -> Rows:
    documents, target = folder / kind.partition(" ")[0], folder / "made.zip"
    for name, data in payload.items():
        path = documents / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    info = bundle.BundleInfo("Mesure", "Camille Exemple")

    def ours() -> None:
        write_whole(target, bundle.pack(payload, PASSPHRASE, DAY, info).content)

    def theirs(*options: str) -> None:
        target.unlink(missing_ok=True)
        command = ["7zz", "a", "-tzip", "-mem=AES256", f"-p{PASSPHRASE}", *options, str(target), str(documents)]
        subprocess.run(command, check=True, capture_output=True)

    weight = sum(map(len, payload.values())) // MEGABYTE
    yield f"zip, {weight} MB, {kind}: ours", seconds(timed(ours, runs))
    yield "    size of the file", f"{target.stat().st_size / MEGABYTE:.1f} MB"
    held = bag.made(payload, {}, DAY)
    yield "    of which digests of the bag", seconds(timed(lambda: bag.made(payload, {}, DAY), runs))
    yield "    of which compressing and encrypting", seconds(timed(partial(_sealed, held), runs))
    packed = bundle.pack(payload, PASSPHRASE, DAY, info)
    yield "    of which reading it back", seconds(timed(lambda: bundle.unpack(packed.content, PASSPHRASE), runs))
    target.unlink()
    yield "  7zz, default level", seconds(timed(theirs, runs))
    yield "    size of the file", f"{target.stat().st_size / MEGABYTE:.1f} MB"
    yield "  7zz -mx=0, nothing compressed", seconds(timed(partial(theirs, "-mx=0"), runs))
    yield "    size of the file", f"{target.stat().st_size / MEGABYTE:.1f} MB"
    target.unlink()


def _sealed(held: dict[str, bytes], jour: date = DAY) -> bytes:
    return sealed(("LISEZ-MOI.txt", b""), held, PASSPHRASE.encode(), jour)


def pdfs(_: Path, runs: int) -> Rows:
    """The demonstration's PDF in every theme, warm: the livret edited before each run, as an agent does."""
    livret, pieces = demo.build()
    copies = Copies()
    for theme in THEMES:
        for name in ("mutation", "portfolio"):
            dossier = choose(livret, name)
            made = [
                publish(_edited(livret, run), pieces.__getitem__, dossier, jour=DAY, theme=theme, copies=copies)
                for run in range(runs + 1)
            ]
            data = livret_json.export(made[0]).content
            edits = iter(made)
            spent = timed(lambda edits=edits, data=data: pdf.document(next(edits), attachment=data), runs)
            pages = len(PdfReader(BytesIO(pdf.document(made[0]))).pages)
            yield f"PDF of « {name} », {theme}, {pages} pages", seconds(spent)


def _edited(livret: Livret, run: int) -> Livret:
    return livret.with_(titulaire=livret.titulaire.with_(titre=f"Cheffe de service, mesure {run}"))


def protected(folder: Path, runs: int) -> Rows:
    """The demonstration's protected page, its documents inside: written, then opened in Chromium from the disk."""
    livret, pieces = demo.build()
    dossier = choose(livret, "portfolio")
    copies = Copies()
    made = publish(livret, pieces.__getitem__, dossier, jour=DAY, unique=True, copies=copies)
    page, path = single_page.inline(made.site), folder / "page.html"
    yield (
        f"protected page of {len(page) / MEGABYTE:.1f} MB: encrypted, checked and written",
        seconds(timed(lambda: write_whole(path, protected_page.protect(page, [PASSPHRASE])), runs)),
    )
    yield "    size of the file", f"{path.stat().st_size / MEGABYTE:.1f} MB"
    with pages.chromium() as browser:
        yield (
            "    from the click to the portfolio shown, Chromium",
            seconds(statistics.median(_opened(browser, path) for _ in range(runs))),
        )


def _opened(browser: Browser, path: Path) -> float:
    """Seconds from the click on « Ouvrir » to the first heading of the portfolio, by the clock."""
    page = browser.new_page()
    page.goto(path.as_uri())
    page.locator("#phrase").fill(PASSPHRASE)
    began = time.perf_counter()
    page.locator("#open").click()
    page.frame_locator("iframe").locator("h1").first.wait_for()
    took = time.perf_counter() - began
    page.close()
    return took


FIGURES: dict[str, Callable[[Path, int], Rows]] = {"zips": zips, "pdfs": pdfs, "protected": protected}


def main() -> None:
    """Run the figures asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", choices=list(FIGURES), help="one figure only")
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="livret-bench-") as name:
        for figure, measure in FIGURES.items():
            if asked.only in (None, figure):
                for label, value in measure(Path(name), asked.runs):
                    print(f"{label:<58}{value:>12}", flush=True)


if __name__ == "__main__":
    main()
