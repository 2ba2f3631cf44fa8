"""The virtual environment that the README's two commands run in; needs nothing but Python, pip and git."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


def ready(extra: str = "") -> Path:
    """Install the checkout, editable, in the active virtual environment or else in ``.venv``; give its Python.

    Args:
        extra: a group of optional dependencies to install as well.
    """
    if sys.version_info < OLDEST:
        sys.exit(f"Livret needs Python {'.'.join(map(str, OLDEST))} or newer; this is {sys.version.split()[0]}.")
    python = Path(sys.executable) if sys.prefix != sys.base_prefix else _own()
    wanted = f".[{extra}]" if extra else "."
    # This pip serves the other environment: Debian's venv brings none of its own unless python3-venv is there.
    _call(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--editable", wanted)
    return python


def command(python: Path, name: str) -> str:
    """The path of a command installed beside a Python."""
    return str(python.with_name(name + python.suffix))


def _own() -> Path:
    home = ROOT / ".venv"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not _starts(python):
        shutil.rmtree(home, ignore_errors=True)
        _call(sys.executable, "-m", "venv", "--without-pip", str(home))
    return python


def _starts(python: Path) -> bool:
    """Whether a Python is there and runs: one whose base was upgraded or removed does not."""
    return python.exists() and subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0


def _call(*words: str) -> None:
    done = subprocess.run(words, check=False, cwd=ROOT, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(f"This failed: {' '.join(words)}")
