"""Measure what DESIGN promises of speed, and print one table: ``python tests/bench/run.py [--quick] [--json FILE]``.

Cold figures are whole processes from start to exit, by the clock, median of several runs after one warm-up.
Stretching the password is meant to cost: it is measured apart, and the figures that count run from the derived
key on, since the program is loaded meanwhile. « With the recovery key » is the whole process when nothing has to
be stretched, and so nothing is loaded meanwhile. Warm figures are taken inside one process, as in an editor.

Machines drift: compare figures of one run with each other, and with peers timed on the same machine.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data import demo  # noqa: E402 - the checkout must be found first
from data.archive import CURRENT, Archive  # noqa: E402
from data.keys import CHEAPEST, KeyHeader, RecoveryKey  # noqa: E402
from data.model import Livret  # noqa: E402
from site_builder import gate, present, publish  # noqa: E402
from site_builder.build import build  # noqa: E402
from site_builder.themes import find  # noqa: E402

PASSWORD = "mesure"
DAY = date(2026, 11, 23)
WORDS = "gestion des marchés publics et pilotage du budget de la collectivité avec les élus et les services".split()  # noqa: SIM905
MEGABYTE = 1_000_000
LAUNCH = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
from site_builder import opening
given = opening._Derivation.result
def result(self):
    key = given(self)
    opening.derived = time.perf_counter()
    return key
opening._Derivation.result = result
from editor.launch import main
try:
    main()
finally:
    print(time.perf_counter() - opening.derived)
"""  # the command itself, with one clock read when the key is there and one at the end


def career(count: int) -> Livret:
    """A livret of ``count`` rows with a Markdown text each: the content the peers were measured on."""
    rows: dict[str, list[dict[str, object]]] = {"actions": [], "emplois": [], "competences": []}
    for i in range(count):
        words = " ".join(WORDS[(i + k) % len(WORDS)] for k in range(60))
        text = f"{words}.\n\n- **Point** fort {i}\n- Résultat : {i} %\n- [lien](https://example.org/{i})\n"
        year, title, who = 2000 + i % 25, f"Intitulé n° {i}", f"Organisme {i % 17}"
        match i % 3:
            case 0:
                session = f"{year}-03-01/{year}-09-30"
                row = {"intitule": title, "organisme": who, "sessions": [session], "duree": "3 j", "objectifs": text}
                rows["actions"].append({"id": f"r{i}", **row})
            case 1:
                row = {
                    "intitule": title,
                    "employeur": who,
                    "debut": f"{year}-03-01",
                    "fin": f"{year}-09-30",
                    "missions": text,
                }
                rows["emplois"].append({"id": f"r{i}", "secteur": "FPT", **row})
            case _:
                rows["competences"].append({"id": f"r{i}", "libelle": title, "niveau": 2, "exemple": text})
    return Livret.from_data(
        {
            "titulaire": {"prenom": "Camille", "nom": "Exemple"},
            "formations": {"actions": rows["actions"]},
            "experiences": {"emplois": rows["emplois"]},
            "competences": {"competences": rows["competences"]},
        }
    )


def timed(work: Callable[[], object], runs: int) -> float:
    """Median seconds of ``work``, after one run that does not count."""
    work()
    laps = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        laps.append(time.perf_counter() - start)
    return statistics.median(laps)


def cold(archive: Path, secret: str, out: Path, runs: int, *options: str) -> tuple[float, float, int]:
    """Of a whole ``livret build`` process: median seconds, those from the derived key on, peak memory (bytes)."""
    env = {**os.environ, "LIVRET_PASSWORD": secret, "PYTHONPYCACHEPREFIX": str(out.parent / "pyc")}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", LAUNCH, "build", str(archive), "--out", str(out), "--date", "23/11/2026", *options]

    laps: list[float] = []

    def once() -> None:
        done = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        laps.append(float(done.stdout.splitlines()[-1]))

    seconds = timed(once, runs)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return seconds, statistics.median(laps[1:]), peak


def builds(folder: Path, runs: int) -> Iterator[tuple[str, str]]:
    """Cold builds: the demo, 60 rows, 2 000 rows."""
    livret, documents = demo.build()
    bare = livret.model_copy(
        update={"publications": tuple(p.model_copy(update={"documents": ()}) for p in livret.publications)}
    )
    cases = [
        ("demo, 18 documents joined", livret, documents),
        ("demo, no document joined", bare, documents),
        ("60 rows, as the peers", career(60), {}),
        ("2 000 rows, as the peers", career(2000), {}),
    ]
    key = RecoveryKey.generate()
    header = KeyHeader.wrap(key, PASSWORD, CURRENT)
    for index, (name, content, pieces) in enumerate(cases):
        archive = folder / f"case{index}.livret"
        Archive.create(archive, PASSWORD, content, pieces=pieces, recovery_key=key).close()
        stretching = timed(lambda: header.unwrap(PASSWORD), max(3, runs // 2))
        whole, after, peak = cold(archive, PASSWORD, folder / "out", runs)
        direct, _, _ = cold(archive, str(key), folder / "out", runs)
        yield f"cold build, {name}: whole process", seconds(whole)
        yield "    stretching the password, alone", seconds(stretching)
        yield "    from the derived key to the end", seconds(after)
        yield "    with the recovery key instead", seconds(direct)
        yield "    peak memory (256 MiB of it for the password)", f"{peak / 2**20:.0f} MiB"


def rebuilds(runs: int) -> Iterator[tuple[str, str]]:
    """Warm rebuilds after one row changed, as an editor's preview does them."""
    livret, _ = demo.build()
    for name, content, theme in (
        ("demo", livret, find(gate.default_publication(livret).theme or publish.DEFAULT_THEME)),
        ("2 000 rows", career(2000), find("base")),
    ):
        publication = gate.default_publication(content).model_copy(update={"documents": ()})
        edits = itertools.count()

        def once(content=content, publication=publication, theme=theme, edits=edits, kept=[None]) -> None:  # noqa: B006
            post = content.experiences.emplois[0].with_(missions=f"Mission n° {next(edits)}")
            posts = (post, *content.experiences.emplois[1:])
            edited = content.model_copy(
                update={"experiences": content.experiences.model_copy(update={"emplois": posts})}
            )
            kept[0] = build(present.present(edited, publication, DAY), theme, previous=kept[0])

        yield f"warm rebuild after an edit, {name}", seconds(timed(once, runs * 3))


def archives(folder: Path, runs: int, sizes: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    """Open and save, by weight of the documents; the key is derived cheaply here, and so counts for nothing."""
    base, _ = demo.build()
    source = random.Random(7)
    for size in sizes:
        archive = folder / f"{size}.livret"
        part = 4 * MEGABYTE if size > 4 else size * MEGABYTE
        count = max(1, size * MEGABYTE // part)
        pieces = {f"b{i}": source.randbytes(part) for i in range(count)}
        rows = [
            {"id": name, "titre": f"Document {name}", "taille": part, "media": "application/pdf"} for name in pieces
        ]
        livret = Livret.from_data({**base.to_data(), "pieces": rows})
        livret = gate_links(livret)
        Archive.create(archive, PASSWORD, livret, pieces=pieces, profile=CHEAPEST).close()
        del pieces

        def open_once(path=archive) -> None:
            with Archive.open(path, PASSWORD, read_only=True) as opened:
                assert opened.livret.titulaire.prenom

        yield f"open, {size} MB of documents", seconds(timed(open_once, runs))
        with Archive.open(archive, PASSWORD) as opened:
            edits = itertools.count()

            def save_once(opened=opened, livret=livret, edits=edits) -> None:
                opened.save(livret.with_(titulaire=livret.titulaire.with_(titre=f"Titre {next(edits)}")))

            yield f"save after one edit, {size} MB of documents", seconds(timed(save_once, runs * 3))
        archive.unlink()


def gate_links(livret: Livret) -> Livret:
    """The livret with every link to a document that is no longer there removed."""
    data = livret.to_data()
    for part in ("formations", "experiences", "competences"):
        for rows in data.get(part, {}).values():
            for row in rows if isinstance(rows, list) else ():
                row.pop("pieces", None)
    data["publications"] = []
    return Livret.from_data(data)


def seconds(value: float) -> str:
    """Three significant digits, in the unit that suits."""
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def main() -> None:
    """Run the measures asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="fewer runs, no 1 000 MB archive")
    parser.add_argument("--only", choices=["builds", "rebuilds", "archives"], help="one part only")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    asked = parser.parse_args()
    runs = 3 if asked.quick else 9
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory(prefix="livret-bench-") as name:
        folder = Path(name)
        parts = {
            "builds": lambda: builds(folder, runs),
            "rebuilds": lambda: rebuilds(runs),
            "archives": lambda: archives(folder, runs, (1, 100) if asked.quick else (1, 100, 1000)),
        }
        for part, measure in parts.items():
            if asked.only in (None, part):
                for row in measure():
                    rows.append(row)
                    print(f"{row[0]:<58}{row[1]:>12}", flush=True)
    print(f"{'peak memory of this process':<58}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>8.0f} MiB")
    if asked.json:
        asked.json.write_text(json.dumps(dict(rows), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
