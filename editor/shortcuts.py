"""An icon to double-click, written in the way of each system; what somebody else made is never overwritten."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from data.errors import OutputError, say_os_error

MARK = "Livret : ouvre l’éditeur du livret individuel de formation"
_PROGRAM = "livret-editeur"
_CODE = "import livret; livret.edit()"


def write(folder: Path | None = None, system: str = sys.platform) -> Path:
    """Write the icon on the desktop, or in a folder; one of ours that stands there already is renewed.

    Raises:
        OutputError: no such folder, it is closed, or another file bears that name.
    """
    home = _desktop() if folder is None else folder.expanduser().absolute()
    name, content = _made(_command(system), system)
    file = home / name
    if not home.is_dir():
        raise OutputError(home, "ce dossier n’existe pas (ou plus) ; indiquez-en un autre")
    try:
        if os.path.lexists(file) and not _is_ours(file):
            raise OutputError(file, "un autre fichier porte déjà ce nom")
        file.write_bytes(content)
        file.chmod(0o755)
    except OSError as error:
        raise OutputError(file, say_os_error(error)) from error
    if file.suffix == ".desktop":
        _trust(file)
    return file


def advice(system: str = sys.platform) -> str:
    """What the system asks for before it trusts an icon, if it does."""
    if system == "win32":
        return ""
    if system == "darwin":
        return "Au premier essai, macOS peut demander : clic droit sur l’icône, « Ouvrir », puis confirmez."
    return "Si l’icône ne démarre rien : clic droit, « Autoriser le lancement »."


def _desktop() -> Path:
    import platformdirs  # noqa: PLC0415 - only here

    return Path(platformdirs.user_desktop_dir())


def _is_ours(file: Path) -> bool:
    return file.is_file() and not file.is_symlink() and MARK.encode() in file.read_bytes()[:4096]


def _command(system: str) -> list[str]:
    """The program without a window that was installed with this Python, or this Python itself."""
    python = Path(sys.executable)
    program = python.with_name(_PROGRAM + python.suffix)
    if program.is_file():
        return [str(program)]
    windowless = python.with_name(f"pythonw{python.suffix}")
    return [str(windowless if system == "win32" and windowless.is_file() else python), "-c", _CODE]


def _made(command: list[str], system: str) -> tuple[str, bytes]:
    if system == "win32":
        words = " ".join(f'"{word}"' for word in command).replace("%", "%%")
        # Read line by line: from the second on, the file is in UTF-8, whatever the code page of the console.
        lines = ["@chcp 65001 >nul", f"@rem {MARK}", f'@start "" {words} %*']
        return "Livret.cmd", "".join(f"{line}\r\n" for line in lines).encode()
    if system == "darwin":
        words = " ".join(f"'{_quoted(word)}'" for word in command)
        return "Livret.command", f'#!/bin/sh\n# {MARK}\nnohup {words} "$@" >/dev/null 2>&1 &\n'.encode()
    icon = Path(__file__).parent / "static" / "icon.svg"
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        "Name=Livret",
        f"Comment={MARK}",
        f"Exec={' '.join(map(_desktop_word, command))} %f",
        f"Icon={icon}",
        "Terminal=false",
        "Categories=Office;",
    ]
    return "Livret.desktop", "".join(f"{line}\n" for line in lines).encode()


def _quoted(word: str) -> str:
    return word.replace("'", "'\\''")


def _desktop_word(word: str) -> str:
    """A word of an Exec line: quoted, and escaped once for the quotes, once more for the file."""
    for special in '\\"`$':
        word = word.replace(special, f"\\{special}")
    return '"' + word.replace("\\", "\\\\").replace("%", "%%") + '"'


def _trust(file: Path) -> None:
    """Tell GNOME that the icon may be started, where there is a GNOME to tell."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        subprocess.run(  # noqa: S603 - constant words and a path
            ["gio", "set", str(file), "metadata::trusted", "true"],  # noqa: S607 - wherever the system keeps it
            check=False, capture_output=True, timeout=5,
        )  # fmt: skip
