"""Joined documents leave cleaned and renamed: no camera position, no author, no script, no telling file name.

A photograph of a diploma carries the place where it was taken; a PDF carries the name of whoever scanned it.
The archive keeps the bytes untouched; only the copy that leaves is rewritten.
"""

from __future__ import annotations

import io
import os
import re
import struct
import threading
import zlib
from collections.abc import Callable, Collection, Sequence
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
TARGETS = (1 * MEGA, 2 * MEGA, 5 * MEGA, 10 * MEGA)  # what a complete dossier may weigh: the limits portals state
DEFAULT_TARGET = 2 * MEGA
HEAVIEST_COPIES = 256 * MEGA  # cleaned copies kept at once, in memory
JPEG_QUALITY = 88  # re-encoding a scan at this quality is not seen, and stays near its size
_SCAN = 0xDA  # where a JPEG's pixels begin
_TELLING = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})  # APP1 to APP15 but Adobe's, which says the colours; comments
MOST_PIXELS = 120_000_000  # an A3 page at 600 dpi; beyond it an image is a trap

# What a PDF may keep: whatever else it holds (scripts, forms, attachments, signers, editors' own data) stays behind.
_CATALOG = frozenset({
    "/Type", "/Version", "/Pages", "/PageLabels", "/PageMode", "/PageLayout", "/ViewerPreferences", "/Lang",
    "/Outlines", "/Names", "/Dests", "/MarkInfo", "/StructTreeRoot", "/OCProperties", "/OutputIntents",
})  # fmt: skip
_PAGE = frozenset({
    "/Type", "/Parent", "/Resources", "/Contents", "/Group", "/Rotate", "/UserUnit", "/Tabs", "/StructParents",
    "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox",
})  # fmt: skip
_ANYWHERE = ("/Metadata", "/PieceInfo", "/AA", "/AF", "/LastModified", "/Thumb")
_SPOILT = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    struct.error,
    zlib.error,
)  # fmt: skip - what a damaged file makes its readers raise


def neutral_names(pieces: Sequence[Piece], *, discreet: bool = False) -> dict[str, str]:
    """A file name for each document: its rank and its published title, in plain ASCII, without a space.

    HR portals refuse accents and spaces; the original name may say more than the document does. A discreet name is
    the rank alone: whoever holds an encrypted zip can read the names of its entries.
    """
    width = max(2, len(str(len(pieces))))
    return {
        piece.id: f"{rank:0{width}d}{'' if discreet else f'-{_slug(piece.titre)}'}"
        f".{EXTENSIONS.get(piece.media, ('bin', ''))[0]}"
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


class Copies:
    """Cleaned copies kept in memory: a document's bytes never change under one identifier, and cleaning takes a while.

    May be used from any thread. The oldest copies are let go beyond a weight; a document that cannot be cleaned is
    tried again each time.
    """

    def __init__(self, most: int = HEAVIEST_COPIES) -> None:
        """``most`` is the weight in bytes that may be kept."""
        self._guard = threading.Lock()
        self._most = most
        self._held: dict[tuple[str, str], bytes] = {}
        self._weight = 0

    def get(self, piece: Piece) -> bytes | None:
        """The copy of a document, if one was made already."""
        return self._held.get((piece.id, piece.media))

    def all(
        self,
        pieces: Sequence[Piece],
        content: Callable[[str], bytes],
        progress: Callable[[int, int], None] | None = None,
    ) -> dict[str, bytes]:
        """As ``all_cleaned``, cleaning only what was not yet.

        Raises:
            DocumentError: for the first, in order, that cannot be cleaned.
        """
        found = {piece.id: copy for piece in pieces if (copy := self.get(piece)) is not None}
        missing = [piece for piece in pieces if piece.id not in found]

        def step(done: int, _: int) -> None:
            if progress:
                progress(len(found) + done, len(pieces))

        fresh = all_cleaned(missing, content, step)
        for piece in missing:
            self._keep(piece, fresh[piece.id])
        return {piece.id: found[piece.id] if piece.id in found else fresh[piece.id] for piece in pieces}

    def one(self, piece: Piece, content: Callable[[str], bytes]) -> bytes:
        """The copy of one document.

        Raises:
            DocumentError: when it cannot be cleaned.
        """
        return self.all((piece,), content)[piece.id]

    def forget(self) -> None:
        """Keep nothing any more."""
        with self._guard:
            self._held.clear()
            self._weight = 0

    def _keep(self, piece: Piece, copy: bytes) -> None:
        with self._guard:
            self._weight += len(copy) - len(self._held.pop((piece.id, piece.media), b""))
            self._held[piece.id, piece.media] = copy
            while self._weight > self._most:
                self._weight -= len(self._held.pop(next(iter(self._held))))


def cleaned(piece: Piece, content: bytes) -> bytes:
    """The copy of a document that may leave.

    Raises:
        DocumentError: when it cannot be read, or is of a kind that cannot be cleaned.
    """
    if piece.media == "application/pdf":
        return _cleaned_pdf(piece, content)
    if piece.media.startswith("image/"):
        return _cleaned_image(piece, content)
    if piece.media == "text/plain":
        return content
    raise DocumentError(piece.titre, "un PDF, une image ou un texte simple")


def _cleaned_pdf(piece: Piece, content: bytes) -> bytes:
    """Without metadata, scripts, forms, attachments, comments, thumbnails nor earlier revisions."""
    import pikepdf  # noqa: PLC0415 - a site without documents need not load it

    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pdf.flatten_annotations("print")  # a stamp or a signature stays visible, a hidden comment does not
            _keep(pdf.Root, _CATALOG)
            if "/Names" in pdf.Root:
                _keep(pdf.Root.Names, {"/Dests"})
            for page in pdf.pages:
                for note in page.obj.get("/Annots", ()):
                    _keep(note, ())  # emptied, for the structure of an accessible document may still name it
                _keep(page.obj, _PAGE)
            for item in pdf.objects:
                _bare(item)
            for key in ("/Info", "/ID"):
                if key in pdf.trailer:
                    del pdf.trailer[key]
            pdf.remove_unreferenced_resources()
            out = io.BytesIO()
            pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except (pikepdf.PdfError, pikepdf.PasswordError, *_SPOILT) as error:
        raise DocumentError(piece.titre, "un PDF") from error
    return out.getvalue()


def _keep(holder: Any, kept: Collection[str]) -> None:
    for key in list(holder.keys()):
        if key not in kept:
            del holder[key]


def _bare(item: Any) -> None:
    """One object of a PDF without what hangs beside it: metadata, comments, actions that do more than turn pages."""
    from pikepdf import Dictionary, Stream  # noqa: PLC0415 - see above

    if not isinstance(item, Dictionary | Stream):
        return
    if item.get("/Type") == "/Annot":
        _keep(item, ())
    for key in _ANYWHERE:
        if key in item:
            del item[key]
    action = item.get("/A")
    if isinstance(action, Dictionary) and "/S" in action:
        if action.S != "/GoTo":
            del item["/A"]
        elif "/Next" in action:
            del action["/Next"]
    if isinstance(item, Stream) and item.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        form: Any = item.Filter
        parameters: Any = item.get("/DecodeParms")
        item.write(bare_jpeg(item.read_raw_bytes()), filter=form, decode_parms=parameters)


def bare_jpeg(content: bytes) -> bytes:
    """A JPEG without its camera's segments (EXIF, XMP, IPTC, comments), its pixels untouched.

    Raises:
        ValueError: when its segments do not follow each other.
    """
    kept, at = [content[:2]], 2
    while content[at : at + 1] == b"\xff":
        marker = content[at + 1]
        if marker == _SCAN:
            return b"".join([*kept, content[at:]])
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker not in _TELLING:
            kept.append(content[at:end])
        at = end
    raise ValueError("not a JPEG")


def _cleaned_image(piece: Piece, content: bytes) -> bytes:
    """Pixels only, turned the right way up: EXIF, GPS, thumbnails and comments stay behind."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - see above

    Image.MAX_IMAGE_PIXELS = None  # our own limit, below, refuses where Pillow's would only warn
    try:
        with Image.open(io.BytesIO(content)) as image:
            form = "JPEG" if image.format == "MPO" else image.format or "PNG"  # a telephone's picture and its twin
            if image.width * image.height > MOST_PIXELS:
                raise DocumentError(piece.titre, "une image de taille raisonnable")
            if form != "JPEG" and getattr(image, "n_frames", 1) > 1:
                raise DocumentError(piece.titre, "une image d’une seule page")
            upright = ImageOps.exif_transpose(image)
            if "transparency" in upright.info:
                upright = upright.convert("RGBA")
            pixels = Image.new(upright.mode, upright.size)
            pixels.paste(upright)
            if upright.mode == "P" and (palette := upright.getpalette()):
                pixels.putpalette(palette)
            out = io.BytesIO()
            if form == "JPEG":
                pixels.save(out, "JPEG", quality=JPEG_QUALITY)
            else:
                pixels.save(out, form)
    except _SPOILT as error:
        raise DocumentError(piece.titre, "une image") from error
    return out.getvalue()
