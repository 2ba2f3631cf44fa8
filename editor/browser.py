"""How the browser is led to the editor: through a file that only this user can read, and that does not stay.

The launch token must not stand on the browser's command line, which every user of the machine can read.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from editor.guard import Door
from editor.threshold import Page

_PATIENCE = 20.0  # seconds a browser may take to start; no file of ours lives longer


def has_display() -> bool:
    """Whether a window can be opened: without one, Python would start a text browser in this very terminal."""
    if os.name == "nt" or sys.platform == "darwin":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def lead(door: Door, opens: Callable[[str], bool] | None = None) -> bool:
    """Have the browser open the editor; whether there is one. Returns when it came, or should have."""
    page = (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Livret</title>'
        f'<meta http-equiv="refresh" content="0;url={escape(door.address)}">'
    )
    with _lent(page.encode()) as file:
        if not (opens or _opens)(file.as_uri()):
            return False
        door.used.wait(_PATIENCE)
        return True


def show(page: Page) -> None:
    """Show a page when there is no server to ask for it."""
    with _lent(page.body) as file:
        if _opens(file.as_uri()):
            time.sleep(_PATIENCE)


def _opens(address: str) -> bool:
    import webbrowser  # noqa: PLC0415 - only here

    return webbrowser.open(address)


@contextlib.contextmanager
def _lent(page: bytes) -> Iterator[Path]:
    import tempfile  # noqa: PLC0415 - only here

    descriptor, name = tempfile.mkstemp(prefix="livret-", suffix=".html", dir=_folder())
    file = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(page)
        yield file
    finally:
        with contextlib.suppress(OSError):
            file.unlink()


def _folder() -> Path | None:
    """Where the browser can read: those that Linux distributions box in see neither /tmp nor hidden folders."""
    if not sys.platform.startswith("linux"):
        return None
    import platformdirs  # noqa: PLC0415 - only here

    for folder in (Path(platformdirs.user_downloads_dir()), Path.home()):
        if folder.is_dir() and os.access(folder, os.W_OK):
            return folder
    return None
