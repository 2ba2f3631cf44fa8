"""The hand-over sheet: a stranger with a zip, this page and a telephone gets the dossier, and knows it is the one."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pypdf
import pytest

from site_builder.handover_sheet import as_html, as_pdf, content
from site_builder.outputs import bundle, forms
from site_builder.outputs.forms import Asked, Made
from site_builder.publish import publish
from tests.data.samples import livret
from tests.site_builder.support import JOUR, publication

PHRASE = "ruche lampe vallon plume douze citron hameau"
FILE = "dossier-2026-11-23.zip"
BOOK = livret(
    titulaire={"prenom": "Anaïs", "nom": "Delorvanne"},
    emplois=[{"id": "e1", "intitule": "Agente d’accueil", "employeur": "Ville", "debut": "2010", "secteur": "FPT"}],
    diplomes=[{"id": "d1", "intitule": "Licence", "pieces": ["p1"]}],
    pieces=[{"id": "p1", "titre": "Diplôme", "media": "text/plain", "taille": 9}],
)
SECRECY = "communiqués ni à l’employeur ni à un tiers sans l’accord de l’agent (art. 20 à 26 du décret n° 2007-1845)"


def made(**wish) -> Made:
    """A dossier handed over as a zip."""
    wish = {"titre": "Faire le point", "theme": "base", "documents": ["p1"], "destinataire": "Cabinet Exemple"} | wish
    publisher = partial(publish, BOOK, {"p1": b"un texte."}.__getitem__, publication(**wish), jour=JOUR)
    return forms.make(forms.named("zip"), publisher, Asked(passphrases=(PHRASE,)))


@pytest.fixture(scope="module")
def handed() -> Made:
    return made(demarche="bilan")


def plain(text: str) -> str:
    return " ".join(text.replace("\u200b", "").split())


def pages(pdf: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def text_of_pdf(pdf: bytes) -> str:
    return plain("\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))


def text_of_html(html: bytes) -> str:
    return plain(re.sub(r"<[^>]+>", "", html.decode().split("<body>")[1]).replace("&#34;", '"'))


READERS = pytest.mark.parametrize(
    "read", [lambda said: text_of_pdf(as_pdf(said)), lambda said: text_of_html(as_html(said))], ids=["pdf", "html"]
)


@READERS
def test_it_says_who_what_and_how(handed, read):
    """For whom, what, by whom, when, which file of which size, what is inside, how to open it on every system."""
    text = read(content(handed, FILE))
    size = f"{handed.size:,}".replace(",", " ")
    for said in (
        "Faire le point", "Cabinet Exemple", "Anaïs Delorvanne", "23 novembre 2026", FILE, f"({size} octets)",
        f"{len(handed.packed.names)} fichiers", "Windows", "7-Zip", "https://www.7-zip.org", "macOS", "Keka",
        "The Unarchiver", "Linux", f'7z x "{FILE}"', "CRC SHA", f'certutil -hashfile "{FILE}" SHA256',
        f'shasum -a 256 "{FILE}"', "par téléphone ou par SMS", "clé USB", "effacez", "tableaux.xlsx", "portfolio.pdf",
    ):  # fmt: skip
        assert said in text


@READERS
def test_the_fingerprint_is_the_files_own(handed, read):
    """The groups read one after the other are what ``sha256sum`` says of the file, which a reader compares."""
    text = read(content(handed, FILE))
    digest = hashlib.sha256(handed.content).hexdigest()
    assert digest in text.replace(" ", "")
    assert re.search(r"(?:[0-9a-f]{8} ){7}[0-9a-f]{8}", text)[0].replace(" ", "") == digest
    assert handed.packed.tag_manifest[:32] in text.replace(" ", "")


@READERS
def test_the_passphrase_is_nowhere(handed, read):
    """No word of the passphrase stands on the sheet: it goes by another way."""
    text = read(content(handed, FILE))
    assert [word for word in PHRASE.split() if word in text] == []


@READERS
def test_a_bilan_is_protected_by_law_and_said_so(handed, read):
    """The results of a bilan go nowhere without the agent's agreement, with the text that says so; only for a bilan."""
    assert SECRECY in read(content(handed, FILE))
    other = read(content(made(demarche="mutation"), FILE))
    assert "2007-1845" not in other
    assert "ne les transmettez à personne sans l’accord de Anaïs Delorvanne" in other


@READERS
def test_remarks_are_asked_for_only_when_they_can_be_made(handed, read):
    """How to send remarks back is told when the portfolio takes them, and not otherwise."""
    assert ".livret-retour" in read(content(handed, FILE, retour=True))
    assert "remarques" not in read(content(handed, FILE))


def test_who_it_is_for_may_be_said_later():
    """A dossier that names no reader takes the one it is handed to; without any, the line is left out."""
    nobody = made(destinataire="")
    assert "Remis à Mme Exemple" in text_of_html(as_html(content(nobody, FILE, "Mme Exemple"))).replace("àMme", "à Mme")
    assert "Remis à" not in text_of_html(as_html(content(nobody, FILE)))


def test_one_page_whatever_is_said(handed):
    """Every kind of content, remarks, a bilan, a long title, reader and file name: still one page to print."""
    payload = {name.replace("#", "01.pdf" if "documents" in name else "01.csv"): b"x" for name in bundle.INSIDE}
    packed = bundle.pack(payload, PHRASE, JOUR, bundle.BundleInfo.of(handed.made))
    full = replace(handed, packed=packed)
    said = content(full, "dossier-" + "de-mi-carriere-" * 6 + ".zip", retour=True)
    said["dossier"] = "Bilan de compétences de mi-carrière et projet d’évolution vers la formation " * 2
    pdf = as_pdf(said)
    assert pages(pdf) == 1
    assert text_of_pdf(pdf).endswith("hors ce que la loi vous impose de conserver.")


def test_the_pdf_is_kept_and_read_aloud(handed, tmp_path, tool):
    """PDF/A-2a and PDF/UA-1, tagged, in French, titled, every font inside."""
    pdf = as_pdf(content(handed, FILE))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert plain(reader.metadata.title) == "Fiche de remise : Faire le point"
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>2<.*pdfaid:conformance>A<", xmp, re.DOTALL)
    assert re.search(r"pdfuaid:part>1<", xmp)
    (tmp_path / "fiche.pdf").write_bytes(pdf)
    fonts = subprocess.run([tool("pdffonts"), tmp_path / "fiche.pdf"], check=True, capture_output=True, text=True)
    rows = fonts.stdout.splitlines()[2:]
    assert rows
    assert all(re.search(r" yes yes (?:yes|no) ", row) for row in rows)


def test_it_is_the_same_every_time(handed):
    """The same zip makes the same sheet, byte for byte: no clock of the machine in it."""
    said = content(handed, FILE)
    assert (as_pdf(said), as_html(said)) == (as_pdf(said), as_html(said))


def test_the_page_asks_for_nothing_and_runs_nothing(handed):
    """The printable page holds everything it shows; its headings follow one another."""
    html = as_html(content(handed, FILE, retour=True)).decode()
    assert "default-src 'none'" in html
    assert not re.search(r"<script|src=|href=|url\(|@import", html)
    levels = [int(level) for level in re.findall(r"<h([1-6])>", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_hostile_names_stay_text():
    """A title, a reader and a file name are text on the sheet, whatever they hold."""
    hostile = '<img src=x>#let x = "a" $1$ *b* `c` {fichier} \\'
    handed = made(titre=hostile, destinataire=hostile)
    said = content(handed, f"{hostile}.zip", retour=True)
    assert b"<img" not in as_html(said)
    assert '#let x = "a" $1$ *b* `c` {fichier} \\' in text_of_html(as_html(said))
    assert '<img src=x>#let x = "a" $1$ *b* `c` {fichier} \\' in text_of_pdf(as_pdf(said))


def test_only_a_zip_has_one():
    """Asking for the sheet of another form is a mistake of the program, and stops there."""
    publisher = partial(publish, BOOK, {"p1": b"un texte."}.__getitem__, publication(theme="base"), jour=JOUR)
    page = forms.make(forms.named("page"), publisher, Asked())
    with pytest.raises(ValueError, match="only a zip"):
        content(page, FILE)
