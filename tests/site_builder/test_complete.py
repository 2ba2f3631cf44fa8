"""The complete dossier: everything in one file, under a size, with what was reduced said aloud."""

from __future__ import annotations

import io
import random
import re

import pikepdf
import pypdf
import pytest
from PIL import Image

from data.errors import TooHeavy
from data.french import NBSP
from site_builder.documents import DEFAULT_TARGET, TARGETS
from site_builder.outputs import pdf
from site_builder.outputs.complete import BOOKMARK, complete
from site_builder.outputs.lighter import STEPS, lightened
from site_builder.publish import Published, choose, draft, publish
from tests.data.samples import livret
from tests.site_builder.support import JOUR, publication
from tests.site_builder.test_pdf import JSON, structure


@pytest.fixture(scope="module")
def made(demonstration) -> Published:
    """The demo's mutation dossier."""
    book, contents = demonstration
    return publish(book, contents.__getitem__, choose(book, "mutation"), jour=JOUR)


@pytest.fixture(scope="module")
def bound(made):
    """Its complete dossier, under the default target."""
    return complete(made, attachment=JSON)


def published(files: dict[str, tuple[str, bytes]], **pieces) -> Published:
    """A livret whose documents are the given files, all joined."""
    book = livret(
        pieces=[
            {"id": name, "titre": f"Pièce {name}", "type": "AUTRE", "media": media, "taille": len(content), **pieces}
            for name, (media, content) in files.items()
        ]
    )
    dossier = publication(documents=tuple(files))
    return publish(book, lambda name: files[name][1], dossier, jour=JOUR, theme="base")


def noise(width: int, height: int, form: str = "JPEG", mode: str = "RGB") -> bytes:
    """An image that no encoder makes small."""
    points = random.Random(1).randbytes(width * height * len(mode))
    out = io.BytesIO()
    Image.frombytes(mode, (width, height), points).save(out, form, **({"quality": 95} if form == "JPEG" else {}))
    return out.getvalue()


def pdf_of(*pages: str) -> bytes:
    """A PDF with a line of text a page."""
    made = pikepdf.new()
    font = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for text in pages:
        page = made.add_blank_page(page_size=(400, 500))
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = made.make_stream(f"BT /F1 20 Tf 40 400 Td ({text}) Tj ET".encode())
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_the_demo_fits_the_default_target(bound):
    """Fourteen documents, a heavy photograph among them, leave under 2 Mo; what was reduced is told, and it alone."""
    assert len(bound.content) <= DEFAULT_TARGET
    (told,) = bound.reduced
    assert re.fullmatch(
        rf"«{NBSP}BTS Assistant de direction{NBSP}»{NBSP}: 3,2{NBSP}Mo ramenés à [\d,]+{NBSP}[KM]o "
        r"\(images à \d+ points par pouce\)\.",
        told,
    )


def test_every_document_is_there_at_the_page_that_the_list_says(bound, made):
    """The list names each document, its kind and its first page; a bookmark of the same name leads there."""
    reader = pypdf.PdfReader(io.BytesIO(bound.content))
    assert len(reader.pages) == bound.pages
    *_, last = reader.outline
    marks = {item.title: reader.get_destination_page_number(item) + 1 for item in last}
    assert list(marks) == [d.titre for d in made.view.documents]
    sheet = next(page for page in reader.pages if BOOKMARK in page.extract_text()[:200])
    said = re.sub(r"\s+", " ", sheet.extract_text())
    for document in made.view.documents:
        titre = re.sub(r"\s+", " ", document.titre)
        assert re.search(rf"{re.escape(titre)} {re.escape(document.type)} \d+ {marks[document.titre]}\b", said)
    title = reader.pages[
        marks["Licence professionnelle Métiers des administrations et collectivités territoriales"] - 1
    ]
    assert "Licence professionnelle" in title.extract_text()


def test_the_pages_of_the_portfolio_count_the_documents_too(bound):
    """« 3 / 30 »: whoever prints the file knows how many sheets it is."""
    reader = pypdf.PdfReader(io.BytesIO(bound.content))
    assert f"1 / {bound.pages}" in reader.pages[0].extract_text()


def test_the_portfolio_keeps_its_structure_and_claims_no_standard(bound):
    """Bookmarks, language, tags and data of the portfolio stay; the standards that scans break are not claimed."""
    with pikepdf.open(io.BytesIO(bound.content)) as opened:
        kinds = [str(node.S) for node in structure(opened)]
        assert kinds.count("/H1") >= 4
        assert opened.Root.Lang == "fr"
        assert dict(opened.attachments)["livret.json"].get_file().read_bytes() == JSON
        raw = opened.Root.Metadata.read_bytes()
        assert not re.search(rb"pdfaid|pdfuaid", raw)
        meta = opened.open_metadata()
        assert meta["dc:title"] == "Candidature au poste de responsable formation · Anaïs D’Orvanne-Lestrac"
        assert meta["xmp:CreateDate"].startswith("2026-11-23")
        tree = opened.Root.StructTreeRoot.ParentTree
        numbers = {int(page.StructParents) for page in opened.pages if "/StructParents" in page}
        assert len(numbers) == len([p for p in opened.pages if "/StructParents" in p])
        assert all(pikepdf.NumberTree(tree).get(number) is not None for number in numbers)
        assert not opened.check_pdf_syntax()


def test_the_same_dossier_gives_the_same_bytes(bound, made):
    """No clock, no chance."""
    assert complete(made, attachment=JSON).content == bound.content


def test_without_a_limit_nothing_is_reduced(made):
    """As it comes: every picture whole."""
    whole = complete(made, target=None)
    assert whole.reduced == ()
    assert len(whole.content) > DEFAULT_TARGET


def test_without_documents_it_is_the_portfolio():
    """Nothing joined, nothing added: the standards are kept as well."""
    made = publish(livret(), lambda _: b"", publication(), jour=JOUR)
    assert complete(made, attachment=JSON).content == pdf.document(made, attachment=JSON)


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_is_kept(made, target):
    """1, 2, 5, 10 Mo: never a byte over, and never reduced more than the smaller ones."""
    assert len(complete(made, target=target).content) <= target


def test_images_stand_whole_on_a_sheet_turned_as_they_are():
    """A wide image lies on a wide sheet, with its proportions; transparency becomes white."""
    out = io.BytesIO()
    Image.new("RGBA", (300, 100), (255, 0, 0, 0)).save(out, "PNG")
    made = published({"large": ("image/png", out.getvalue()), "haute": ("image/jpeg", noise(100, 300))})
    with pikepdf.open(io.BytesIO(complete(made).content)) as opened:
        wide, high = opened.pages[-2:]
        assert (float(wide.mediabox[2]), float(wide.mediabox[3])) == (841.89, 595.28)
        assert (float(high.mediabox[2]), float(high.mediabox[3])) == (595.28, 841.89)
        for page, ratio in ((wide, 3), (high, 1 / 3)):
            across, _, _, up, *_ = [float(x) for x in re.findall(rb"[\d.]+", page.Contents.read_bytes())]
            assert across / up == pytest.approx(ratio, rel=0.01)
        picture = pikepdf.PdfImage(wide.Resources.XObject.Im0).as_pil_image()
        assert picture.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_text_is_set_as_it_is_written(encoding):
    """Lines and letters of a plain text are kept, whatever wrote it; nothing in it runs."""
    text = 'Première ligne\n    en retrait\n#import "x" $é$ 日本\n'.replace(
        "日本", "" if encoding == "cp1252" else "日本"
    )
    made = published({"note": ("text/plain", text.encode(encoding))})
    page = pypdf.PdfReader(io.BytesIO(complete(made).content)).pages[-1].extract_text()
    assert "Première ligne\n" in page
    assert '#import "x" $é$' in page


def test_a_pdf_keeps_its_pages_and_its_words():
    """Pages of another size come as they are, their text still a text."""
    made = published({"deux": ("application/pdf", pdf_of("Bonjour", "Au revoir"))})
    done = complete(made, target=1_000_000)
    pages = pypdf.PdfReader(io.BytesIO(done.content)).pages
    assert [page.extract_text() for page in pages[-2:]] == ["Bonjour", "Au revoir"]
    assert float(pages[-1].mediabox.width) == 400
    assert done.reduced == ()


def test_only_the_heaviest_is_brought_down():
    """A light image beside a heavy one keeps every point."""
    made = published({"lourde": ("image/jpeg", noise(2400, 3400)), "legere": ("image/jpeg", noise(200, 300))})
    done = complete(made, target=2_000_000)
    assert len(done.reduced) == 1
    assert "lourde" in done.reduced[0]
    with pikepdf.open(io.BytesIO(done.content)) as opened:
        assert opened.pages[-1].Resources.XObject.Im0.Width == 200


def test_gray_is_a_late_step():
    """Colours are given up when smaller pictures were not enough, and it is said."""
    made = published({f"p{n}": ("image/jpeg", noise(1240, 1754)) for n in range(4)})
    done = complete(made, target=1_000_000)
    assert any("en gris" in told for told in done.reduced)


def test_what_cannot_be_light_enough_is_refused_with_a_way_out():
    """How heavy it stays, what weighs most, which limit would do: and no file."""
    made = published({f"p{n:02}": ("image/jpeg", noise(600, 850)) for n in range(14)})
    with pytest.raises(TooHeavy) as refusal:
        complete(made, target=1_000_000)
    told = str(refusal.value)
    assert re.search(rf"pèse encore \d,\d{NBSP}Mo", told)
    assert f"la limite choisie est de 1{NBSP}Mo" in told
    assert told.count("« Pièce p".replace(" ", NBSP, 1)) == 3
    assert re.search(rf"Choisissez [25]{NBSP}Mo, ou retirez l’un de ces documents du dossier\.$", told)


def test_a_draft_has_no_documents_to_bind(demonstration):
    """A draft is to be looked at: binding it is a mistake of the program's, not a thin dossier."""
    book, _ = demonstration
    with pytest.raises(ValueError, match="draft"):
        complete(draft(book, choose(book, "mutation"), jour=JOUR))


def test_pictures_are_lightened_and_nothing_else_is():
    """Text, masks and two-colour scans stay; a colour picture keeps its look with fewer points."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(595, 842))
    pixels = Image.effect_noise((1600, 2200), 60).convert("RGB")
    colour = pikepdf.Stream(
        document, pixels.tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1600, Height=2200,
        BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceRGB,
    )  # fmt: skip
    ink = pikepdf.Stream(
        document, bytes(100 * 800), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=800, Height=800,
        BitsPerComponent=1, ColorSpace=pikepdf.Name.DeviceGray,
    )  # fmt: skip
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(A=colour, B=ink))
    page.obj.Contents = document.make_stream(b"q 595 0 0 842 0 0 cm /A Do Q q 50 0 0 50 0 0 cm /B Do Q")
    out = io.BytesIO()
    document.save(out)
    with pikepdf.open(io.BytesIO(lightened(out.getvalue(), STEPS[2]))) as opened:
        found = opened.pages[0].Resources.XObject
        assert (found.A.Width, found.A.Height) == (1276, 1754)
        assert found.A.Filter == pikepdf.Name.DCTDecode
        assert (found.B.Width, found.B.BitsPerComponent) == (800, 1)
    assert lightened(out.getvalue(), STEPS[2]) == lightened(out.getvalue(), STEPS[2])
