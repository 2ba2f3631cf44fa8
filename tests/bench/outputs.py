"""Measure what leaves the archive, and print one table: ``python tests/bench/outputs.py [--only NAME]``.

Each figure is a function that yields rows, listed in ``FIGURES``; a new output adds one. Times are by the clock,
median of several runs after one that does not count. Peers run on the same machine, on the same bytes.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from site_builder.outputs import bag, bundle
from site_builder.outputs.aes_zip import sealed
from tests.bench.run import DAY, MEGABYTE, WORDS, seconds, timed

PASSPHRASE = "abeille rocher tunnel marine violon canard fusil"
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
        bundle.write(bundle.pack(payload, PASSPHRASE, DAY, info), target)

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


FIGURES: dict[str, Callable[[Path, int], Rows]] = {"zips": zips}


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
