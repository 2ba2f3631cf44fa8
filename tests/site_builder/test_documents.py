"""Documents leave cleaned: what they show is unchanged, what they tell on the side is gone."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import zlib
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from data.errors import DocumentError
from data.model import Piece
from site_builder.documents import all_cleaned, cleaned, neutral_names, say_media, say_size

SECRET = "Secret-zq"
PDF, JPEG, PNG = (Piece(id="p", titre="Diplôme", media=m) for m in ("application/pdf", "image/jpeg", "image/png"))
CONTENT = b"0 0 1 rg 100 100 200 300 re f BT /F1 24 Tf 120 600 Td (Diplome) Tj ET"


def text(where: str) -> pikepdf.String:
    return pikepdf.String(f"{SECRET}-{where}")


def jpeg_with_exif(size: tuple[int, int] = (60, 40), orientation: int = 1) -> bytes:
    """A photograph as a telephone makes it: place, author, comment, orientation."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 3, size[1] // 3), fill="red")
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = f"{SECRET}-artist"
    exif[0x010E] = f"{SECRET}-description"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, exif=exif, comment=f"{SECRET}-comment".encode())
    return out.getvalue() + f"{SECRET}-appended".encode()


def page_pdf() -> pikepdf.Pdf:
    """A page with a drawing and a word, and nothing else."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, 595, 842],
        Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font)),
        Contents=pdf.make_stream(CONTENT),
    )
    pdf.pages.append(pikepdf.Page(page))
    return pdf


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable, **how)
    return out.getvalue()


def telling_pdf() -> bytes:
    """A PDF that tells everything a PDF can tell beside what it shows."""
    pdf = page_pdf()
    page, root = pdf.pages[0].obj, pdf.Root
    dictionary, name = pikepdf.Dictionary, pikepdf.Name

    def action(where: str) -> pikepdf.Object:
        return pdf.make_indirect(dictionary(S=name.JavaScript, JS=text(where)))

    def stream(where: str, **keys: object) -> pikepdf.Object:
        made = pdf.make_stream(f"{SECRET}-{where}".encode())
        for key, value in keys.items():
            made[f"/{key}"] = value
        return made

    pdf.docinfo["/Author"] = f"{SECRET}-author"
    root.Metadata = stream("xmp", Type=name.Metadata, Subtype=name.XML)
    page.Metadata = stream("page-xmp", Type=name.Metadata, Subtype=name.XML)
    root.OpenAction = action("open")
    root.AA = dictionary(WC=action("close"))
    page.AA = dictionary(O=action("page-open"))
    root.PieceInfo = dictionary(App=dictionary(Private=text("private")))
    root.Lang = pikepdf.String("fr-FR")
    root["/SecretKey"] = text("unknown-key")
    page["/SecretKey"] = text("unknown-page-key")
    page.LastModified = text("date")
    page.Thumb = stream("thumb")
    file = pdf.make_indirect(
        dictionary(Type=name.Filespec, F=text("path"), EF=dictionary(F=stream("attached", Type=name.EmbeddedFile)))
    )
    root.AF = pikepdf.Array([file])
    page.AF = pikepdf.Array([file])
    root.Names = dictionary(
        EmbeddedFiles=dictionary(Names=[text("attachment"), file]),
        JavaScript=dictionary(Names=[text("script"), action("named")]),
        AlternatePresentations=dictionary(Names=[text("slides"), dictionary()]),
    )
    signature = pdf.make_indirect(dictionary(Type=name.Sig, Name=text("signer"), Location=text("place")))
    root.Perms = dictionary(DocMDP=signature)
    root.DSS = dictionary(Certs=[stream("certificate")])
    note = pdf.make_indirect(
        dictionary(
            Type=name.Annot, Subtype=name.Text, Rect=[10, 10, 30, 30], Contents=text("note"), T=text("reviewer"), F=2
        )
    )
    link = pdf.make_indirect(
        dictionary(
            Type=name.Annot,
            Subtype=name.Link,
            Rect=[10, 10, 30, 30],
            Border=[0, 0, 0],
            A=dictionary(S=name.URI, URI=text("url")),
        )
    )
    field = pdf.make_indirect(
        dictionary(
            Type=name.Annot, Subtype=name.Widget, FT=name.Tx, T=text("field"), V=text("value"), F=2, Rect=[0, 0, 9, 9]
        )
    )
    page.Annots = pikepdf.Array([note, link, field])
    root.AcroForm = dictionary(Fields=[field], XFA=stream("xfa"))
    element = pdf.make_indirect(dictionary(Type=name.StructElem, S=name.Annot))
    element.K = pikepdf.Array([dictionary(Type=name.OBJR, Obj=note)])
    root.StructTreeRoot = pdf.make_indirect(dictionary(Type=name.StructTreeRoot, K=element))
    outline = pdf.make_indirect(dictionary(Title=pikepdf.String("Page 1"), A=action("outline")))
    root.Outlines = pdf.make_indirect(dictionary(Type=name.Outlines, First=outline, Last=outline, Count=1))
    outline.Parent = root.Outlines
    picture = pdf.make_stream(jpeg_with_exif().removesuffix(f"{SECRET}-appended".encode()))
    picture.Type, picture.Subtype, picture.Width, picture.Height = name.XObject, name.Image, 60, 40
    picture.ColorSpace, picture.BitsPerComponent, picture.Filter = name.DeviceRGB, 8, name.DCTDecode
    picture.Metadata = stream("image-xmp", Type=name.Metadata, Subtype=name.XML)
    page.Resources.XObject = dictionary(Im0=picture)
    page.Contents = pdf.make_stream(CONTENT + b" q 200 0 0 150 300 400 cm /Im0 Do Q")
    pdf.trailer.ID = pikepdf.Array([text("id-1"), text("id-2")])
    return saved(pdf)


def objects_text(content: bytes) -> str:
    """Everything a PDF holds, every stream decoded."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = [repr(pdf.trailer), str(pdf.docinfo)]
        for one in pdf.objects:
            found.append(repr(one))
            if isinstance(one, pikepdf.Stream):
                found.append(one.read_raw_bytes().decode("latin-1"))
                try:
                    found.append(one.read_bytes().decode("latin-1"))
                except pikepdf.PdfError:
                    continue
        return "\n".join(found)


def pixels_of(content: bytes, folder: Path) -> bytes:
    folder.mkdir()
    (folder / "a.pdf").write_bytes(content)
    subprocess.run(["pdftoppm", "-r", "40", "a.pdf", "p"], cwd=folder, check=True, capture_output=True, timeout=60)
    return b"".join(path.read_bytes() for path in sorted(folder.glob("p*.ppm")))


def test_a_pdf_tells_nothing_beside_what_it_shows():
    """Author, metadata, scripts, attachments, comments, form values, signer, bookmarks’ actions, EXIF: all gone."""
    source = telling_pdf()
    assert source.count(SECRET.encode()) > 25
    clean = cleaned(PDF, source)
    assert SECRET.encode() not in clean
    assert SECRET not in objects_text(clean)
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        assert set(pdf.Root.keys()) <= {
            "/Type", "/Pages", "/Lang", "/Outlines", "/StructTreeRoot", "/MarkInfo", "/Names", "/PageMode",
        }  # fmt: skip
        assert pdf.Root.Lang == "fr-FR"
        assert pdf.Root.Outlines.First.Title == "Page 1"
        assert "/Annots" not in pdf.pages[0].obj
        assert not pdf.docinfo


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="pdftoppm (poppler) draws the pages")
def test_a_pdf_looks_the_same(tmp_path):
    """Not a pixel of the page changes, the picture on it included."""
    source = telling_pdf()
    before, after = pixels_of(source, tmp_path / "a"), pixels_of(cleaned(PDF, source), tmp_path / "b")
    assert len(before) > 10_000
    assert before == after


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="pdftoppm (poppler) draws the pages")
def test_a_printed_stamp_stays_and_a_hidden_comment_goes(tmp_path):
    """What an annotation prints becomes part of the page; what it hides is dropped."""
    pdf = page_pdf()
    shape = pdf.make_stream(b"1 0 0 rg 0 0 100 100 re f")
    shape.Type, shape.Subtype, shape.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 100, 100]
    stamp = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[400, 700, 500, 800], F=4, Contents=text("stamp"),
        AP=pikepdf.Dictionary(N=shape),
    )  # fmt: skip
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(stamp)])
    source = saved(pdf)
    clean = cleaned(PDF, source)
    assert SECRET not in objects_text(clean)
    assert pixels_of(source, tmp_path / "a") == pixels_of(clean, tmp_path / "b")


def test_an_earlier_revision_is_gone():
    """What a later revision replaced is no longer in the file."""
    pdf = page_pdf()
    pdf.pages[0].obj.Contents = pdf.make_stream(CONTENT.replace(b"Diplome", SECRET.encode()))
    first = saved(pdf)
    with pikepdf.open(io.BytesIO(first)) as again:
        number, size = again.pages[0].obj.Contents.objgen[0], int(again.trailer.Size)
        root = again.Root.objgen[0]
    previous = int(first.rsplit(b"startxref", 1)[1].split()[0])
    fresh = b"\n%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(CONTENT), CONTENT)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    places = (number, len(first) + 1, size, root, previous, len(first) + len(fresh))
    revised = first + fresh + table % places
    assert SECRET.encode() in revised
    clean = objects_text(cleaned(PDF, revised))
    assert SECRET not in clean
    assert "(Diplome) Tj" in clean


def test_cleaning_is_deterministic():
    """The same document gives the same bytes, so that two builds are equal."""
    source, photo = telling_pdf(), jpeg_with_exif()
    assert cleaned(PDF, source) == cleaned(PDF, source)
    assert cleaned(JPEG, photo) == cleaned(JPEG, photo)


def test_the_number_that_names_a_pdf_is_its_content_only():
    """Two PDFs that differ by their identifier only leave as the same bytes."""
    found = set()
    for which in ("un", "deux"):
        pdf = page_pdf()
        pdf.trailer.ID = pikepdf.Array([text(which), text(which)])
        found.add(cleaned(PDF, saved(pdf)))
    assert len(found) == 1


@pytest.mark.parametrize("user", ["", "sesame"])
def test_a_protected_pdf(user):
    """A PDF that needs a password is refused; one that anybody can open leaves unprotected and clean."""
    pdf = page_pdf()
    pdf.docinfo["/Author"] = SECRET
    source = saved(pdf, encryption=pikepdf.Encryption(user=user, owner="proprietaire"))
    if user:
        with pytest.raises(DocumentError, match="« Diplôme » ne se lit pas comme un PDF"):
            cleaned(PDF, source)
    else:
        with pikepdf.open(io.BytesIO(cleaned(PDF, source))) as opened:
            assert not opened.is_encrypted
            assert SECRET not in repr(opened.trailer)


GARBAGE = [b"", b"\x00", b"%PDF-1.7\n", b"GIF89a", b"\xff\xd8\xff\xe0", b"<svg onload='x'/>", b"%PDF-1.7\n1 0 obj<<>>"]


@pytest.mark.parametrize("content", GARBAGE)
@pytest.mark.parametrize("piece", [PDF, JPEG, PNG], ids=["pdf", "jpeg", "png"])
def test_garbage_is_refused_in_french(piece, content):
    """What cannot be read cannot be cleaned: the agent is told which document, and what to do."""
    with pytest.raises(DocumentError, match=r"« Diplôme » ne se lit pas comme une? .* ne peut pas être nettoyé"):
        cleaned(piece, content)


@pytest.mark.parametrize("media", ["application/msword", "application/zip", "text/html", "", "video/mp4"])
def test_a_kind_that_cannot_be_cleaned_does_not_leave(media):
    """A word-processor file keeps its author and its corrections: it is refused rather than sent as it is."""
    with pytest.raises(DocumentError, match="« Note »"):
        cleaned(Piece(id="p", titre="Note", media=media), b"auteur")


def test_a_plain_text_leaves_as_it_is():
    """A text holds nothing but itself."""
    assert cleaned(Piece(id="p", titre="Note", media="text/plain"), b"abc") == b"abc"


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow tells of damaged EXIF, which is dropped anyway
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), many=st.integers(1, 30), kind=st.sampled_from(["pdf", "jpeg", "png"]))
def test_a_damaged_document_is_cleaned_or_refused(seed, many, kind):
    """Flipped bytes never raise anything but the refusal an agent can read."""
    chance = random.Random(seed)
    piece, source = {"pdf": (PDF, TELLING), "jpeg": (JPEG, PHOTO), "png": (PNG, DRAWING)}[kind]
    damaged = bytearray(source)
    for _ in range(many):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    if chance.random() < 0.2:
        del damaged[chance.randrange(len(damaged)) :]
    try:
        clean = cleaned(piece, bytes(damaged))
    except DocumentError:
        return
    assert kind == "pdf" or f"{SECRET}-appended".encode() not in clean


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_the_right_way_up(orientation):
    """The orientation is applied to the pixels before it is dropped, whatever the camera held."""
    source = jpeg_with_exif((60, 40), orientation)
    with Image.open(io.BytesIO(cleaned(JPEG, source))) as clean:
        clean.load()
        assert clean.size == ((60, 40) if orientation <= 4 else (40, 60))
        corner = {1: (5, 5), 2: (54, 5), 3: (54, 34), 4: (5, 34), 5: (5, 5), 6: (34, 5), 7: (34, 54), 8: (5, 54)}
        red, green, _ = clean.getpixel(corner[orientation])
        assert red > 200
        assert green < 80


def test_a_photograph_tells_nothing_beside_its_pixels():
    """Place, author, comment, and what was appended to the file are gone."""
    source = jpeg_with_exif()
    assert SECRET.encode() in source
    clean = cleaned(JPEG, source)
    assert SECRET.encode() not in clean
    with Image.open(io.BytesIO(clean)) as image:
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def png(mode: str, **how: object) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (30, 20), (0, 0, 255))
    ImageDraw.Draw(image).rectangle((0, 0, 9, 9), fill=(255, 0, 0))
    image = Image.new("I;16", (30, 20), 40_000) if mode == "I;16" else image.convert(mode)
    if mode in {"RGBA", "LA"}:
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    image.save(out, "PNG", **how)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_drawing_keeps_its_pixels(mode):
    """Every kind of PNG leaves with the same pixels, its texts dropped."""
    told = PngInfo()
    told.add_text("Author", SECRET)
    source = png(mode, pnginfo=told)
    clean = cleaned(PNG, source)
    assert SECRET.encode() not in clean
    with Image.open(io.BytesIO(source)) as before, Image.open(io.BytesIO(clean)) as after:
        shown = [(one.mode, one.getpalette(), one.tobytes()) for one in (before, after)]
        assert shown[0] == shown[1]


@pytest.mark.parametrize(("mode", "transparency"), [("P", 0), ("L", 29), ("RGB", (0, 0, 255))])
def test_what_was_transparent_stays_so(mode, transparency):
    """A signature on a transparent ground does not get a black one."""
    source = png(mode, transparency=transparency)
    with Image.open(io.BytesIO(source)) as before, Image.open(io.BytesIO(cleaned(PNG, source))) as after:
        assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()


def test_a_cmyk_photograph_is_kept():
    """A scan in four colours, as printers make them, leaves readable."""
    out = io.BytesIO()
    Image.new("CMYK", (20, 20), (0, 255, 255, 0)).save(out, "JPEG")
    with Image.open(io.BytesIO(cleaned(JPEG, out.getvalue()))) as image:
        red, green, _ = image.convert("RGB").getpixel((5, 5))
        assert (red > 180, green < 80) == (True, True)


def test_a_photograph_in_several_pictures_leaves_as_one():
    """Telephones put a second picture behind the first: only the one that is seen leaves."""
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(
        out, "MPO", save_all=True, append_images=[Image.new("RGB", (20, 20), "blue")]
    )
    with Image.open(io.BytesIO(cleaned(JPEG, out.getvalue()))) as image:
        assert (image.format, getattr(image, "n_frames", 1)) == ("JPEG", 1)


def test_pages_of_a_scan_are_never_lost_in_silence():
    """A scan of several pages in one TIFF is refused, rather than sent with its first page only."""
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "TIFF", save_all=True, append_images=[Image.new("RGB", (20, 20))])
    with pytest.raises(DocumentError, match="« Scan » ne se lit pas comme une image d’une seule page"):
        cleaned(Piece(id="p", titre="Scan", media="image/tiff"), out.getvalue())


@pytest.mark.parametrize("side", [11_000, 12_000, 30_000])
def test_an_image_made_to_fill_the_memory_is_refused(side):
    """A small file that unfolds into an enormous image is refused before it is unfolded, without any other noise."""
    out = io.BytesIO()
    Image.new("1", (100, 100)).save(out, "PNG")
    bomb = bytearray(out.getvalue())
    bomb[16:24] = side.to_bytes(4, "big") * 2  # the header's width and height; its checksum comes second
    bomb[29:33] = zlib.crc32(bytes(bomb[12:29])).to_bytes(4, "big")
    with pytest.raises(DocumentError, match="taille raisonnable"):
        cleaned(PNG, bytes(bomb))


def test_names_are_neutral_and_unique():
    """Whatever the titles, file names are plain ASCII without a space, and no two are the same."""
    titles = ["Attestation d’intégration – Catégorie B (2013)", "../../etc/passwd", "", "Œuvre", "a" * 300, "Diplôme"]
    pieces = [Piece(id=f"p{n}", titre=title, media="application/pdf") for n, title in enumerate([*titles, *titles])]
    names = list(neutral_names(pieces).values())
    assert len(set(names)) == len(pieces)
    assert names[0] == "01-attestation-d-integration-categorie-b-2013.pdf"
    assert names[1] == "02-etc-passwd.pdf"
    assert names[2] == "03-document.pdf"
    assert names[3] == "04-oeuvre.pdf"
    assert all(name.isascii() and not set(name) & set(' /\\"<>&%:') and len(name) < 80 for name in names)


@settings(max_examples=100, deadline=None)
@given(titles=st.lists(st.text(max_size=80), max_size=12))
def test_any_title_gives_a_name_that_every_system_takes(titles):
    """No title makes a name that climbs, hides or breaks on Windows."""
    pieces = [Piece(id=f"p{n}", titre=title, media="image/png") for n, title in enumerate(titles)]
    names = neutral_names(pieces)
    assert len({name.casefold() for name in names.values()}) == len(pieces)
    for name in names.values():
        assert name.endswith(".png")
        assert set(name[:-4]) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_documents_are_cleaned_together_and_the_first_fault_is_told():
    """All documents are cleaned, with one step of progress each; the first that cannot be is the one named."""
    steps: list[tuple[int, int]] = []
    contents = {"a": jpeg_with_exif(), "b": b"texte"}
    pieces = [
        Piece(id="a", titre="A", media="image/jpeg", taille=9),
        Piece(id="b", titre="B", media="text/plain", taille=5),
    ]
    made = all_cleaned(pieces, contents.__getitem__, lambda done, total: steps.append((done, total)))
    assert (made["b"], SECRET.encode() in made["a"], steps) == (b"texte", False, [(1, 2), (2, 2)])
    with pytest.raises(DocumentError, match="« A »"):
        all_cleaned(pieces, lambda _: b"garbage")
    assert all_cleaned([], contents.__getitem__) == {}


def test_sizes_and_kinds_in_words():
    """Sizes are in decimal units with a French comma; kinds are those a reader knows."""
    sizes = [say_size(n).replace("\u00a0", " ") for n in (0, 90_400, 999_999, 4_100_000)]
    assert sizes == ["1 Ko", "90 Ko", "1000 Ko", "4,1 Mo"]
    assert [say_media(m) for m in ("application/pdf", "image/jpeg", "x/y")] == ["PDF", "JPEG", "fichier"]


TELLING, PHOTO, DRAWING = telling_pdf(), jpeg_with_exif(), png("RGBA")
