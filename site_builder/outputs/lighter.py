"""A PDF made lighter: its pictures drawn with fewer points, step by step, its words and lines untouched.

A scan at 600 points an inch says nothing more than one at 150, and weighs ten times as much. What is not a picture
cannot be made lighter without being spoilt, and is left alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from site_builder.documents import MOST_PIXELS

if TYPE_CHECKING:
    import pikepdf
    from PIL import Image

INCH = 72  # PDF units
GAIN = 0.95  # a picture is replaced when it loses this much of its weight at least


@dataclass(frozen=True, slots=True)
class Step:
    """How far pictures are brought down."""

    dpi: int
    quality: int  # of JPEG
    gray: bool = False

    @property
    def words(self) -> str:
        """The step for a reader: « images à 150 points par pouce »."""
        return f"images à {self.dpi} points par pouce{', en gris' if self.gray else ''}"


# From what cannot be seen to what can still be read: 72 points an inch is a screen's.
STEPS = (
    Step(300, 85),
    Step(200, 80),
    Step(150, 72),
    Step(120, 60),
    Step(100, 50),
    Step(100, 45, gray=True),
    Step(72, 40, gray=True),
)


def lightened(content: bytes, step: Step) -> bytes:
    """The PDF with its pictures brought down to a step, where that makes them lighter."""
    import pikepdf  # noqa: PLC0415 - only when documents are bound

    with pikepdf.open(io.BytesIO(content)) as pdf:
        seen: set[tuple[int, int]] = set()
        for page in pdf.pages:
            inches = _inches(page)
            for picture in _pictures(page.obj.get("/Resources"), depth=0):
                if picture.objgen not in seen:
                    seen.add(picture.objgen)
                    _lighten(picture, inches, step)
        return saved(pdf)


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The bytes of a PDF, packed, the same each time."""
    import pikepdf  # noqa: PLC0415 - see above

    out = io.BytesIO()
    pdf.remove_unreferenced_resources()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def as_jpeg(image: Image.Image, quality: int) -> bytes:
    """An image as a JPEG, on white where it is transparent."""
    from PIL import Image  # noqa: PLC0415 - see above

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    out = io.BytesIO()
    (image if image.mode in ("L", "RGB") else image.convert("RGB")).save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _inches(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(side) for side in page.mediabox)
    unit = float(page.obj.get("/UserUnit", 1)) / INCH
    return max(abs(right - left) * unit, 0.1), max(abs(top - bottom) * unit, 0.1)


def _pictures(resources: Any, depth: int) -> Iterator[Any]:
    """The pictures of a page, those in its forms included."""
    deepest = 8
    if resources is None or depth > deepest:
        return
    for _, item in sorted(resources.get("/XObject", {}).items()):
        if item.get("/Subtype") == "/Image":
            yield item
        elif item.get("/Subtype") == "/Form":
            yield from _pictures(item.get("/Resources"), depth + 1)


def _lighten(picture: Any, inches: tuple[float, float], step: Step) -> None:
    """Replace a picture's points; one that is read in a way of its own (a mask, a cut-out) stays as it is."""
    import pikepdf  # noqa: PLC0415 - see above
    from PIL import Image  # noqa: PLC0415 - see above

    if picture.get("/ImageMask") or "/Mask" in picture or "/Decode" in picture or picture.get("/BitsPerComponent") == 1:
        return
    if int(picture.get("/Width", 0)) * int(picture.get("/Height", 0)) > MOST_PIXELS:
        return
    before = len(picture.read_raw_bytes())
    try:
        image = pikepdf.PdfImage(picture).as_pil_image()
        image = image.convert("L" if step.gray or image.mode in ("1", "L") else "RGB")
    except (pikepdf.PdfError, NotImplementedError, OSError, ValueError, TypeError, KeyError, AttributeError):
        return  # a kind of picture that nobody here can read is kept as it came
    # At most as large as the page, turned either way: how large it is drawn is not looked for.
    wide, high = sorted(inches, reverse=image.width > image.height)
    ratio = min(1.0, max(wide * step.dpi / image.width, high * step.dpi / image.height))
    if ratio < 1:
        size = (max(1, round(image.width * ratio)), max(1, round(image.height * ratio)))
        image = image.resize(size, Image.Resampling.LANCZOS)
    content = as_jpeg(image, step.quality)
    if len(content) > before * GAIN:
        return
    picture.write(content, filter=pikepdf.Name.DCTDecode)
    picture.Width, picture.Height, picture.BitsPerComponent = image.width, image.height, 8
    picture.ColorSpace = pikepdf.Name.DeviceGray if image.mode == "L" else pikepdf.Name.DeviceRGB
