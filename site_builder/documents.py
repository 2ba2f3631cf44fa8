"""Joined documents leave cleaned and renamed: no camera position, no author, no script, no telling file name.

A photograph of a diploma carries the place where it was taken; a PDF carries the name of whoever scanned it.
The archive keeps the bytes untouched; only the copy that leaves is rewritten.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from data.errors import DocumentError
from data.french import NBSP, fold, say_number
from data.model import Piece

EXTENSIONS = {
    "application/pdf": ("pdf", "PDF"),
    "image/jpeg": ("jpg", "JPEG"),
    "image/png": ("png", "PNG"),
    "image/webp": ("webp", "WebP"),
    "text/plain": ("txt", "texte"),
}
LONGEST_NAME = 60
MEGA = 1_000_000
JPEG_QUALITY = 88  # re-encoding a scan at this quality is not seen, and stays near its size
MOST_PIXELS = 120_000_000  # an A3 page at 600 dpi; beyond it an image is a trap

_CATALOG_LEFTOVERS = (
    "/Metadata",
    "/OpenAction",
    "/AA",
    "/AcroForm",
    "/PieceInfo",
    "/Collection",
    "/SpiderInfo",
    "/URI",
)
_NAME_LEFTOVERS = ("/JavaScript", "/EmbeddedFiles", "/URLS")
_PAGE_LEFTOVERS = ("/Metadata", "/AA", "/PieceInfo", "/Thumb", "/LastModified", "/Annots")


def neutral_names(pieces: Sequence[Piece]) -> dict[str, str]:
    """A file name for each document: its rank and its published title, in plain ASCII, without a space.

    HR portals refuse accents and spaces; the original name may say more than the document does.
    """
    width = max(2, len(str(len(pieces))))
    return {
        piece.id: f"{rank:0{width}d}-{_slug(piece.titre)}.{EXTENSIONS.get(piece.media, ('bin', ''))[0]}"
        for rank, piece in enumerate(pieces, 1)
    }


def _slug(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:LONGEST_NAME]
    return plain.strip("-") or "document"


def say_media(media: str) -> str:
    """``PDF``, ``JPEG``…: a file's nature for a reader."""
    return EXTENSIONS.get(media, ("", "fichier"))[1]


def say_size(size: int) -> str:
    """``230 Ko``, ``4,1 Mo``: decimal units, as French portals state their limits."""
    if size < MEGA:
        return f"{max(1, round(size / 1000))}{NBSP}Ko"
    return f"{say_number((Decimal(size) / MEGA).quantize(Decimal('0.1')))}{NBSP}Mo"


def all_cleaned(
    pieces: Sequence[Piece], content: Callable[[str], bytes], progress: Callable[[int, int], None] | None = None
) -> dict[str, bytes]:
    """Every document as it may leave, by identifier; several at once, for a photograph takes a processor a while.

    Raises:
        DocumentError: for the first, in order, that cannot be cleaned.
    """
    if not pieces:
        return {}
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - a site without documents need not load it

    longest_first = sorted(pieces, key=lambda piece: -piece.taille)
    with ThreadPoolExecutor(max_workers=min(len(pieces), os.cpu_count() or 1)) as pool:
        jobs = {piece.id: pool.submit(cleaned, piece, content(piece.id)) for piece in longest_first}
        done: dict[str, bytes] = {}
        for rank, piece in enumerate(pieces, 1):
            done[piece.id] = jobs[piece.id].result()
            if progress:
                progress(rank, len(pieces))
    return done


def cleaned(piece: Piece, content: bytes) -> bytes:
    """The copy of a document that may leave.

    Raises:
        DocumentError: when a PDF or an image cannot be read, and so cannot be cleaned.
    """
    if piece.media == "application/pdf":
        return _cleaned_pdf(piece, content)
    if piece.media.startswith("image/"):
        return _cleaned_image(piece, content)
    return content


def _cleaned_pdf(piece: Piece, content: bytes) -> bytes:
    """Without metadata, scripts, forms, attachments, comments, thumbnails nor earlier revisions."""
    import pikepdf  # noqa: PLC0415 - a site without documents need not load it

    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pdf.flatten_annotations("print")  # a stamp or a signature stays visible, a hidden comment does not
            for key in _CATALOG_LEFTOVERS:
                _drop(pdf.Root, key)
            for key in _NAME_LEFTOVERS:
                _drop(pdf.Root.get("/Names", {}), key)
            for page in pdf.pages:
                for key in _PAGE_LEFTOVERS:
                    _drop(page.obj, key)
            _drop(pdf.trailer, "/Info")
            pdf.remove_unreferenced_resources()
            out = io.BytesIO()
            pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise DocumentError(piece.titre, "un PDF") from error
    return out.getvalue()


def _drop(holder: Any, key: str) -> None:
    if key in holder:
        del holder[key]


def _cleaned_image(piece: Piece, content: bytes) -> bytes:
    """Pixels only, turned the right way up: EXIF, GPS, thumbnails and comments stay behind."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - see above

    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise DocumentError(piece.titre, "une image de taille raisonnable")
            upright = ImageOps.exif_transpose(image)
            form = image.format or "PNG"
            pixels = Image.new(upright.mode, upright.size)
            pixels.paste(upright)
            if upright.mode == "P" and (palette := upright.getpalette()):
                pixels.putpalette(palette)
            out = io.BytesIO()
            if form == "JPEG":
                pixels.save(out, "JPEG", quality=JPEG_QUALITY)
            else:
                pixels.save(out, form)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise DocumentError(piece.titre, "une image") from error
    return out.getvalue()
