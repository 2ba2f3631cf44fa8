"""Write a site to a folder, all or nothing: the previous output stands until the new one is whole.

The site is first written beside its destination, then exchanged with it by two renames; a failure at any
point leaves the old folder in place. Only a folder that this program made, or an empty one, is replaced.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from pathlib import Path

from data.errors import OutputError, say_os_error
from site_builder.build import ENTRY, Site

MARK = ".livret-portfolio"  # tells a folder of ours from one that holds somebody's files


def write(site: Site, folder: Path) -> Path:
    """Write a site and give the path of its first page.

    Raises:
        OutputError: when the folder is not ours to replace, or the disk refuses; nothing has changed then.
    """
    folder = folder.expanduser().absolute()
    refuse_foreign(folder)
    aside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside.mkdir()
        (aside / MARK).write_text(
            "Dossier écrit par Livret : il est remplacé à chaque publication.\n", encoding="utf-8"
        )
        for name, content in site.files.items():
            path = aside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _exchange(aside, folder)
    except OSError as error:
        raise OutputError(folder, say_os_error(error)) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder / ENTRY


def refuse_foreign(folder: Path) -> None:
    """Say that a folder cannot be replaced.

    Raises:
        OutputError: it holds files that did not come from here, or is no ordinary folder.
    """
    try:
        ordinary = folder.is_dir() and not folder.is_symlink()
        if not ordinary and (folder.is_symlink() or folder.exists()):
            raise OutputError(folder, "ce n’est pas un dossier ordinaire ; choisissez un autre nom")
        if not ordinary or (folder / MARK).is_file():
            return
        empty = next(folder.iterdir(), None) is None
    except OSError as error:
        raise OutputError(folder, say_os_error(error)) from error
    if not empty:
        raise OutputError(
            folder,
            "ce dossier contient des fichiers qui ne viennent pas de Livret ; choisissez un dossier vide ou nouveau",
        )


def _exchange(new: Path, folder: Path) -> None:
    """Put the new folder in the old one's place; the old one comes back if the second rename fails."""
    if not folder.exists():
        os.rename(new, folder)  # noqa: PTH104 - pathlib's rename would hide which of the two failed
        return
    old = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.old")
    os.rename(folder, old)  # noqa: PTH104
    try:
        os.rename(new, folder)  # noqa: PTH104
    except OSError:
        with contextlib.suppress(OSError):
            os.rename(old, folder)  # noqa: PTH104
        raise
    shutil.rmtree(old, ignore_errors=True)
