"""A file that comes in, as a document of the livret: what it is, how it is called, how many pages it has."""

from __future__ import annotations

import io
import mimetypes
from pathlib import PurePath
from typing import Any

from data.model import Piece


def new_piece(name: str, content: bytes, **known: Any) -> Piece:
    """A document from a file dropped on the page: its title from its name, its nature from its first bytes."""
    return Piece(
        titre=known.pop("titre", "") or _title(name),
        fichier=PurePath(name.replace("\\", "/")).name,
        media=media_of(name, content),
        taille=len(content),
        pages=_pages(name, content),
        etat="recue",
        **known,
    )


_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
)


def media_of(name: str, content: bytes) -> str:
    """What a file is: its first bytes are believed before its name."""
    for start, media in _MAGIC:
        if content.startswith(start):
            return media
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _title(name: str) -> str:
    stem = PurePath(name.replace("\\", "/")).stem.replace("_", " ").replace("-", " ").strip()
    return stem[:1].upper() + stem[1:] if stem else "Document"


def _pages(name: str, content: bytes) -> int | None:
    if media_of(name, content) != "application/pdf":
        return None
    import pikepdf  # noqa: PLC0415 - only when a document comes in

    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return len(pdf.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return None  # kept as it is: the agent's own file is never refused
