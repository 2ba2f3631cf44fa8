"""Try Livret: install it, make the demonstration archive, build its portfolio, open the editor on it.

    python3 .ci/demo.py

Everything lands in ``demo/``, and is made anew each time. Nothing personal is in it: the career is invented.
The editor ends with Ctrl+C, with its own « Quitter », or by itself when no tab has been open for two minutes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from environment import ROOT, command, ready

DEMO = ROOT / "demo"


def main() -> int:
    """Install, make, build, point, open; give the editor's exit code."""
    print("Installing Livret and what it needs (a minute or two the first time)…", flush=True)
    python = ready()
    livret = command(python, "livret")
    password = subprocess.run(
        [python, "-c", "from editor.example import PASSWORD; print(PASSWORD)"],
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
        "\nThe editor opens now; give it that password. Ctrl+C ends it."
    )
    return opened(livret, "edit", archive)


def opened(*words: str | Path) -> int:
    """Run the editor until it ends; what is sent to this process is for the editor, which ends cleanly."""
    show(*words)
    with subprocess.Popen(words, cwd=ROOT) as editor:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl+C to both
        signal.signal(signal.SIGTERM, lambda *_: editor.terminate())
        return editor.wait()


def run(*words: str | Path, environment: dict[str, str] | None = None) -> None:
    """Show a command, then run it; a failing one ends the demonstration with its own exit code."""
    show(*words)
    done = subprocess.run(words, check=False, cwd=ROOT, env=os.environ | (environment or {}))
    if done.returncode:
        raise SystemExit(done.returncode)


def show(*words: str | Path) -> None:
    """Print a command as one would type it here."""
    print("\n$", *(os.path.relpath(w) if isinstance(w, Path) else Path(w).name for w in words), flush=True)


if __name__ == "__main__":
    sys.exit(main())
