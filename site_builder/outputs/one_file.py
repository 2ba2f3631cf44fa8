"""Write one file, all or nothing: what stood there stands until the new one is whole."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from data.errors import OutputError, say_os_error


def write_whole(path: Path, content: bytes, *, mode: int = 0o666) -> Path:
    """Write a file beside its place and put it there at once; gives its full path.

    Args:
        path: where; missing folders are made.
        content: all of it.
        mode: the rights it is created with, before the user's own mask.

    Raises:
        OutputError: when the disk refuses; nothing has changed then.
    """
    path = path.expanduser().absolute()
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.touch(mode=mode)
        aside.write_bytes(content)
        os.replace(aside, path)  # noqa: PTH105 - the one atomic replacement there is
    except OSError as error:
        raise OutputError(path, say_os_error(error)) from error
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
    return path
