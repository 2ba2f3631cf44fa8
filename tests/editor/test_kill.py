"""The process ended in the middle of edits, as a power cut does: nothing that was shown as saved is ever missing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.archive import Archive
from data.keys import CHEAPEST
from data.model import Livret

ROOT = Path(__file__).parents[2]
KILLS = 50
# A nursery: it loads the editor once, and each child it forks edits until it is killed. What a child prints, it prints
# once the screen would say « Enregistré »: that was shown as saved.
NURSERY = """
import os, sys
from pathlib import Path
from data.model import Piece
from editor import drafts
from editor.workshop import workshop
def work(path, first):
    workshop.unlock(Path(path), "essai")
    for number in range(first, 100_000):
        pieces = [Piece(id=f"p{number}", titre="Scan", media="text/plain", taille=9)] if number % 5 == 0 else []
        def edit(livret):
            return drafts.edit_titulaire(drafts.attach(livret, "", "", pieces), {"titre": str(number)})
        workshop.change("taper", edit, {one.id: b"%09d" % number for one in pieces})
        assert not workshop.failure, workshop.failure
        os.write(1, b"%d\\n" % number)
for line in sys.stdin:
    child = os.fork()
    if not child:
        work(sys.argv[1], int(line))
    os.write(1, b"child %d\\n" % child)
    os.waitpid(child, 0)
    os.write(1, b"gone\\n")
"""


@pytest.mark.timeout(600)
def test_nothing_shown_as_saved_is_missing_after_fifty_kills(tmp_path: Path):
    """Killed fifty times while it saves edits and documents, the editor finds the last it had shown, or later."""
    path = tmp_path / "a.livret"
    Archive.create(path, "essai", Livret(), profile=CHEAPEST).close()
    chance = random.Random(50)
    shown = 0
    command = [sys.executable, "-c", NURSERY, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        for _ in range(KILLS):
            nursery.stdin.write(f"{shown + 1}\n")
            nursery.stdin.flush()
            lines = [nursery.stdout.readline(), nursery.stdout.readline()]  # it is born, and at work
            time.sleep(chance.uniform(0, 0.06))
            os.kill(int(next(line for line in lines if line.startswith("child")).split()[1]), signal.SIGKILL)
            lines += iter(nursery.stdout.readline, "gone\n")
            shown = max([shown, *(int(line) for line in lines if line[:1].isdigit())])

            with Archive.open(path, "essai") as archive:
                kept = int(archive.livret.titulaire.titre)
                assert kept in (shown, shown + 1)
                documents = {piece.id for piece in archive.livret.pieces}
                assert documents >= {f"p{number}" for number in range(5, shown + 1, 5)}
                assert all(archive.piece(one) == b"%09d" % int(one[1:]) for one in sorted(documents)[-3:])
            shown = kept
        nursery.stdin.close()
