"""Try Livret: install it, make the demonstration archive, build its portfolio, say where to look.

    python3 .ci/demo.py

Everything lands in ``demo/``, and is made anew each time. Nothing personal is in it: the career is invented.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from environment import ROOT, command, ready

DEMO = ROOT / "demo"


def main() -> None:
    """Install, make, build, point."""
    print("Installing Livret and what it needs (a minute or two the first time)…", flush=True)
    python = ready()
    livret = command(python, "livret")
    password = subprocess.run(
        [python, "-c", "from editor.archive_commands import DEMO_PASSWORD as p; print(p)"],
        check=True, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8",
    ).stdout.strip()  # fmt: skip
    DEMO.mkdir(exist_ok=True)
    archive, folder = DEMO / "demo.livret", DEMO / "portfolio"
    run(livret, "demo", archive, "--force")
    run(livret, "build", archive, "--out", folder, environment={"LIVRET_PASSWORD": password})
    print(
        f"\nThe portfolio: open {(folder / 'index.html').as_uri()} in a browser."
        f"\nThe archive:   {archive} ; its password: {password}"
        f"\nThe command:   {livret} --help"
    )


def run(*words: str | Path, environment: dict[str, str] | None = None) -> None:
    """Show a command, then run it; a failing one ends the demonstration with its own exit code."""
    print("\n$", *(os.path.relpath(w) if isinstance(w, Path) else Path(w).name for w in words), flush=True)
    done = subprocess.run(words, check=False, cwd=ROOT, env=os.environ | (environment or {}))
    if done.returncode:
        raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
