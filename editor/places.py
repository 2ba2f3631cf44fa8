"""Where livrets lie on this machine: the agent's documents, the last files opened, the folders to look in."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path, user_data_path, user_documents_path

from data.errors import LivretError, say_os_error

SUFFIX = ".livret"
DEFAULT_NAME = f"mon-livret{SUFFIX}"
MOST_RECENT = 5
_MOST_SHOWN = 200  # entries of a folder: a longer one is searched by typing its path


class FolderClosed(LivretError):
    """A folder cannot be looked into."""

    exit_code = 6

    def __init__(self, path: Path, cause: OSError) -> None:
        super().__init__(f"Le dossier {path} ne s’ouvre pas : {say_os_error(cause)}.")


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder holds that matters here."""

    path: Path
    folders: tuple[Path, ...]
    livrets: tuple[Path, ...]


def documents() -> Path:
    """The agent's own documents, or their home when there is no such folder."""
    found = user_documents_path()
    return found if found.is_dir() else Path.home()


def example() -> Path:
    """Where the demonstration is put when it is tried from the editor."""
    folder = user_data_path("livret")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"exemple{SUFFIX}"


def is_file(path: Path) -> bool:
    """Whether a file is there, as far as can be told: what is closed, too long or no path at all is not."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether a folder is there, as far as can be told."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def is_there(path: Path) -> bool:
    """Whether something is there, as far as can be told."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def typed(text: str) -> Path:
    """The path that somebody typed or pasted, its quotation marks taken off, its ~ followed."""
    path = Path(text.strip().strip('"'))
    with contextlib.suppress(RuntimeError):  # ~somebody, who has no account here
        path = path.expanduser()
    return path.absolute()


def look(folder: Path) -> Folder:
    """The visible folders and the livrets of a folder, in alphabetical order.

    Raises:
        FolderClosed: it is not there, or not ours to read.
    """
    folders, livrets = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith((".", "$")):
                    continue
                if entry.name.endswith(SUFFIX) and is_file(Path(entry.path)):
                    livrets.append(Path(entry.path))
                elif is_folder(Path(entry.path)):
                    folders.append(Path(entry.path))
    except OSError as error:
        raise FolderClosed(folder, error) from error
    key = str.casefold
    return Folder(
        folder,
        tuple(sorted(folders, key=lambda path: key(path.name))[:_MOST_SHOWN]),
        tuple(sorted(livrets, key=lambda path: key(path.name))),
    )


def recent() -> list[Path]:
    """The last livrets opened that are still there, the latest first; only their paths are remembered."""
    try:
        known = json.loads(_memory().read_text("utf-8"))
        return [path for path in map(Path, known) if is_file(path)][:MOST_RECENT]
    except (OSError, ValueError, TypeError, RecursionError):
        return []


def remember(path: Path) -> None:
    """Put a livret first among the last opened; not being able to is no trouble."""
    full = path.expanduser().absolute()
    kept = [str(full), *(str(one) for one in recent() if one != full)][:MOST_RECENT]
    with contextlib.suppress(OSError):
        memory = _memory()
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.touch(mode=0o600)
        memory.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")


def _memory() -> Path:
    return user_config_path("livret") / "recents.json"
