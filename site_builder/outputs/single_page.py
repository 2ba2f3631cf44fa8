"""A site on one page: styles, fonts, images and documents inside, so that one file is the whole portfolio."""

from __future__ import annotations

import mimetypes
import os
import re
import secrets
from base64 import b64encode
from pathlib import Path

from data.errors import OutputError, say_os_error
from site_builder.build import ENTRY, Site
from site_builder.render import ASSETS, secured

_SHEET = re.compile(rf'<link rel="stylesheet" href="({ASSETS}/[^"]+)">')
_REFERENCE = re.compile(rf'\b(src|href)="((?:{ASSETS}|documents)/[^"]+)"')
_CSS_URL = re.compile(r'url\(\s*["\']?([^"\')]+)["\']?\s*\)')


def inline(site: Site) -> bytes:
    """The page of a site built with ``unique=True``, with everything it names inside it."""
    html = site.files[ENTRY].decode()
    html = _SHEET.sub(lambda found: f"<style>{_sheet(site, found[1])}</style>", html)
    html = _REFERENCE.sub(lambda found: f'{found[1]}="{_data_uri(site, found[2])}"', html)
    return secured(html).encode()


def write(site: Site, path: Path) -> Path:
    """Write the single page; a previous one stands until the new one is whole.

    Raises:
        OutputError: when the disk refuses; nothing has changed then.
    """
    path = path.expanduser().absolute()
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(inline(site))
        os.replace(aside, path)  # noqa: PTH105 - the one atomic replacement there is
    except OSError as error:
        raise OutputError(path, say_os_error(error)) from error
    finally:
        aside.unlink(missing_ok=True)
    return path


def _sheet(site: Site, name: str) -> str:
    """A style sheet with its fonts and images as data."""
    css = site.files[name].decode()
    home = name.rsplit("/", 1)[0]
    return _CSS_URL.sub(
        lambda found: (
            found[0] if found[1].startswith(("data:", "#")) else f'url("{_data_uri(site, f"{home}/{found[1]}")}")'
        ),
        css,
    )


def _data_uri(site: Site, name: str) -> str:
    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"data:{media};base64,{b64encode(site.files[name]).decode()}"
