"""The process ended in the middle of edits, as a power cut does: nothing that was shown as saved is ever missing."""

from __future__ import annotations

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
# Each line is printed once the screen would say « Enregistré »: what it holds was shown as saved.
EDITOR = """
import sys
from pathlib import Path
from data.model import Piece
from editor import drafts
from editor.workshop import workshop
workshop.unlock(Path(sys.argv[1]), "essai")
for number in range(int(sys.argv[2]), 100_000):
    pieces = [Piece(id=f"p{number}", titre="Scan", media="text/plain", taille=9)] if number % 5 == 0 else []
    workshop.change("taper", lambda livret: drafts.edit_titulaire(
        drafts.attach(livret, "", "", pieces), {"titre": str(number)}), {one.id: b"%09d" % number for one in pieces})
    assert not workshop.failure, workshop.failure
    print(number, flush=True)
"""


@pytest.mark.timeout(600)
def test_nothing_shown_as_saved_is_missing_after_fifty_kills(tmp_path: Path):
    """Killed fifty times while it saves edits and documents, the editor finds the last it had shown, or later."""
    path = tmp_path / "a.livret"
    Archive.create(path, "essai", Livret(), profile=CHEAPEST).close()
    chance = random.Random(50)
    shown = 0
    for _ in range(KILLS):
        command = [sys.executable, "-c", EDITOR, str(path), str(shown + 1)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline()]  # it is at work
            time.sleep(chance.uniform(0, 0.06))
            process.send_signal(signal.SIGKILL)
            lines += process.stdout.readlines()
        shown = max([shown, *(int(line) for line in lines if line.endswith("\n"))])

        with Archive.open(path, "essai") as archive:
            kept = int(archive.livret.titulaire.titre)
            assert kept in (shown, shown + 1)
            documents = {piece.id for piece in archive.livret.pieces}
            assert documents >= {f"p{number}" for number in range(5, shown + 1, 5)}
            assert all(archive.piece(one) == b"%09d" % int(one[1:]) for one in sorted(documents)[-3:])
        shown = kept
