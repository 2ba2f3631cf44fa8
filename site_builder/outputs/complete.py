"""The complete dossier: the portfolio, the list of its documents, then the documents themselves, in one PDF.

HR portals take one file, and not a heavy one. The portfolio keeps its structure and its bookmarks; the documents are
scans that nobody tagged, so the whole claims neither PDF/UA nor PDF/A, which the portfolio alone does.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.errors import TooHeavy
from data.french import NBSP
from data.model import Piece
from site_builder.documents import DEFAULT_TARGET, TARGETS, say_size
from site_builder.outputs.lighter import STEPS, as_jpeg, lightened, saved
from site_builder.outputs.pdf import ENTRY, typeset
from site_builder.publish import Published

if TYPE_CHECKING:
    import pikepdf

LIST = "pieces.typ"
TEXT = "texte-joint.typ"
A4 = (595.28, 841.89)
MARGIN = 28.35  # a centimetre around an image
QUALITY = 90
BOOKMARK = "Pièces jointes"
_HEAVIEST_SAID = 3


@dataclass(frozen=True, slots=True)
class Complete:
    """A complete dossier, and what was done to make it light enough."""

    content: bytes
    pages: int
    reduced: tuple[str, ...]  # a sentence for each document made lighter: from what to what, and how


@dataclass(slots=True)
class _Bound:
    """A document on its way into the dossier."""

    piece: Piece
    titre: str
    genre: str
    pages: int
    content: bytes  # as a PDF
    whole: bytes  # the same before anything was taken away
    step: int = -1  # the last of STEPS that was tried

    @property
    def said(self) -> str:
        return f"«{NBSP}{self.titre}{NBSP}»"


def complete(made: Published, *, target: int | None = DEFAULT_TARGET, attachment: bytes = b"") -> Complete:
    """Bind the joined documents after the portfolio, made lighter until the whole is under a size.

    The heaviest document is brought down first, a step at a time: a light one is left as it is for as long as can be.

    Args:
        made: a finished portfolio, its documents cleaned; not a draft.
        target: the most it may weigh, in bytes; none for as it comes.
        attachment: as for ``pdf.document``.

    Raises:
        TooHeavy: even with every picture at its least.
        ThemeError: a template fails.
    """
    bound = [_as_pdf(made, piece) for piece in made.joined]
    base = _portfolio(made, bound, attachment)
    content = _together(made, base, bound)
    while target is not None and len(content) > target:
        if not _bring_down(bound, excess=len(content) - target):
            raise _too_heavy(len(content), target, len(base), bound)
        content = _together(made, base, bound)
    pages = _pages(base) + sum(one.pages for one in bound)
    return Complete(content, pages, tuple(_reductions(bound)))


def _as_pdf(made: Published, piece: Piece) -> _Bound:
    """A document as pages: a PDF as it is, an image on a sheet, a text set.

    Raises:
        ValueError: when the portfolio is a draft.
    """
    content = made.document(piece.id)
    shown = next(d for d in made.view.documents if d.ref == piece.id)
    if not content:
        raise ValueError("a draft has no documents to bind")
    if piece.media == "text/plain":
        content = typeset(made, TEXT, more={"titre": shown.titre, "texte": _decoded(content)})
    elif piece.media.startswith("image/"):
        content = _sheet(content)
    return _Bound(piece, shown.titre, shown.type, _pages(content), content, content)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _sheet(content: bytes) -> bytes:
    """An image on an A4 page of its own, turned as the image is, as large as it can be without being enlarged."""
    import pikepdf  # noqa: PLC0415 - only when documents are bound
    from PIL import Image  # noqa: PLC0415 - see above

    with Image.open(io.BytesIO(content)) as image:
        kept = image.format == "JPEG" and image.mode in ("L", "RGB")
        points = content if kept else as_jpeg(image, QUALITY)
        gray = kept and image.mode == "L"
        width, height = image.size
    page = A4 if height >= width else A4[::-1]
    scale = min((page[0] - 2 * MARGIN) / width, (page[1] - 2 * MARGIN) / height, 1.0)
    wide, high = width * scale, height * scale
    left, bottom = (page[0] - wide) / 2, (page[1] - high) / 2
    pdf = pikepdf.new()
    sheet = pdf.add_blank_page(page_size=page)
    picture = pikepdf.Stream(
        pdf, points, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height,
        BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
        ColorSpace=pikepdf.Name.DeviceGray if gray else pikepdf.Name.DeviceRGB,
    )  # fmt: skip
    sheet.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
    sheet.obj.Contents = pdf.make_stream(
        f"q {wide:.2f} 0 0 {high:.2f} {left:.2f} {bottom:.2f} cm /Im0 Do Q".encode("ascii")
    )
    return saved(pdf)


def _pages(content: bytes) -> int:
    import pikepdf  # noqa: PLC0415 - see above

    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def _portfolio(made: Published, bound: Sequence[_Bound], attachment: bytes) -> bytes:
    """The portfolio with the list of what follows; where a document begins depends on how long the list is."""
    if not bound:
        return typeset(made, ENTRY, attachment=attachment)
    content, first = b"", 0
    while not content or _pages(content) != first:
        first = _pages(content) if content else 0
        content = typeset(made, ENTRY, LIST, attachment=attachment, more=_listed(bound, first))
    return content


def _listed(bound: Sequence[_Bound], before: int) -> Mapping[str, object]:
    rows, begins = [], before + 1
    for one in bound:
        rows.append({"titre": one.titre, "type": one.genre, "pages": one.pages, "debut": begins})
        begins += one.pages
    return {
        "titre": BOOKMARK,
        "colonnes": ("Document", "Nature", "Pages", "Commence page"),
        "liste": tuple(rows),
        "pages": begins - before - 1,
    }


def _together(made: Published, base: bytes, bound: Sequence[_Bound]) -> bytes:
    """The portfolio and the documents in one file, with a bookmark each."""
    import pikepdf  # noqa: PLC0415 - see above

    if not bound:
        return base
    with pikepdf.open(io.BytesIO(base)) as pdf:
        begins = []
        for one in bound:
            begins.append(len(pdf.pages))
            with pikepdf.open(io.BytesIO(one.content)) as more:
                pdf.pages.extend(more.pages)
            for page in list(pdf.pages)[begins[-1] :]:
                for key in ("/StructParents", "/Tabs", "/Annots", "/AA"):
                    if key in page.obj:  # a place in a structure, or a link, that stayed behind
                        del page.obj[key]
        with pdf.open_outline() as outline:
            (last,) = (item for item in outline.root if item.title == BOOKMARK)
            last.children += [pikepdf.OutlineItem(one.titre, first) for one, first in zip(bound, begins, strict=True)]
        _rename(pdf, made)
        return saved(pdf)


def _rename(pdf: pikepdf.Pdf, made: Published) -> None:
    """Say the same title, author, language and day, and no standard: scans keep to none."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as before:
        kept = {name: before[name] for name in ("dc:title", "dc:creator", "dc:language") if name in before}
    del pdf.Root.Metadata
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
        for name, value in kept.items():
            meta[name] = value
        meta["xmp:CreateDate"] = meta["xmp:ModifyDate"] = f"{made.jour.isoformat()}T00:00:00+00:00"


def _bring_down(bound: Sequence[_Bound], excess: int) -> bool:
    """Take one step more on the heaviest documents, until about as much was saved as is needed; nothing left to do?"""
    saved_so_far, moved = 0, False
    while saved_so_far < excess:
        heaviest = max(bound, key=lambda one: (one.step + 1 < len(STEPS), len(one.content)), default=None)
        if heaviest is None or heaviest.step + 1 >= len(STEPS):
            return moved
        heaviest.step += 1
        lighter = lightened(heaviest.whole, STEPS[heaviest.step])
        if len(lighter) < len(heaviest.content):
            saved_so_far += len(heaviest.content) - len(lighter)
            heaviest.content = lighter
        moved = True
    return moved


def _reductions(bound: Sequence[_Bound]) -> Iterator[str]:
    for one in bound:
        if len(one.content) < len(one.whole):
            yield (
                f"{one.said}{NBSP}: {say_size(len(one.whole))} ramenés à {say_size(len(one.content))} "
                f"({STEPS[one.step].words})."
            )


def _too_heavy(size: int, target: int, base: int, bound: Sequence[_Bound]) -> TooHeavy:
    heaviest = sorted(bound, key=lambda one: -len(one.content))[:_HEAVIEST_SAID]
    larger = next((limit for limit in TARGETS if limit >= size and limit > target), None)
    fewer = "retirez l’un de ces documents du dossier"
    if base > target:
        fewer = f"publiez moins de lignes, car le portfolio seul pèse {say_size(base)}"
    way_out = f"Choisissez {say_size(larger)}, ou {fewer}" if larger else fewer.capitalize()
    return TooHeavy(
        say_size(size), say_size(target), [f"{one.said} ({say_size(len(one.content))})" for one in heaviest], way_out
    )
