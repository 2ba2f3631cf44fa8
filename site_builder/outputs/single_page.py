"""A site on one page: styles, fonts, images and documents inside, so that one file is the whole portfolio."""

from __future__ import annotations

import mimetypes
import re
from base64 import b64encode
from pathlib import Path
from posixpath import dirname, join, normpath

from data.errors import BuildError, OutputError, say_os_error
from site_builder.build import ENTRY, Site
from site_builder.outputs.one_file import write_whole
from site_builder.render import ASSETS, MARK, secured

HEAD_LENGTH = 16_384  # more than the head of a page of ours takes up to its mark

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
        OutputError: when the disk refuses, or a page that is not ours stands there; nothing has changed then.
        BuildError: when the page names a file that its theme lacks.
    """
    _refuse_foreign(path.expanduser())
    return write_whole(path, inline(site))


def _refuse_foreign(path: Path) -> None:
    try:
        with path.open("rb") as page:
            ours = MARK.encode() in page.read(HEAD_LENGTH)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return  # nothing to replace; what else is wrong is told when writing
    except OSError as error:
        raise OutputError(path, say_os_error(error)) from error
    if not ours:
        raise OutputError(path, "ce fichier ne vient pas de Livret ; choisissez un autre nom")


def _sheet(site: Site, name: str) -> str:
    """A style sheet with its fonts and images as data."""

    def inlined(found: re.Match[str]) -> str:
        if found[1].startswith(("data:", "#")):
            return found[0]
        return f'url("{_data_uri(site, normpath(join(dirname(name), found[1])))}")'

    return _CSS_URL.sub(inlined, _file(site, name).decode())


def _data_uri(site: Site, name: str) -> str:
    name = re.split("[?#]", name, maxsplit=1)[0]
    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"data:{media};base64,{b64encode(_file(site, name)).decode()}"


def _file(site: Site, name: str) -> bytes:
    if name not in site.files:
        raise BuildError(
            f"Le portfolio nomme « {name} », que le thème ne fournit pas. « livret theme check » le vérifie."
        )
    return site.files[name]
