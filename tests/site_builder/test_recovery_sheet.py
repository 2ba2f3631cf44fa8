"""The recovery sheet: what stands on it must open the archive in twenty years."""

from __future__ import annotations

import io
import re
import stat
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pypdf
import pytest

from data.archive import Archive
from data.errors import OutputError
from data.keys import CHEAPEST, RecoveryKey
from site_builder.recovery_sheet import as_html, as_pdf, content, write_sheet
from tests.data.samples import livret

KEY = RecoveryKey(2**129 + 12345)
DAY = date(2026, 11, 23)
SAID = content(KEY, Path("/home/agent/mon-livret.livret"), DAY)


def text_of_pdf(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)


def text_of_html(made: bytes) -> str:
    body = made.decode().split("<body>")[1]
    return re.sub(r"<[^>]+>", "", body)


def test_the_pdf_holds_the_key_on_one_line():
    """The key copied from the PDF is the key, on one line, with plain hyphens: 7-Zip takes it verbatim."""
    lines = [line.strip() for line in text_of_pdf(as_pdf(SAID)).splitlines()]
    assert str(KEY) in lines
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}", str(KEY))


def test_the_pdf_is_one_page_that_says_what_to_do():
    """One page: what it is, which file, from when, how to use it, with 7-Zip too; nothing of the folder."""
    made = as_pdf(SAID)
    text = " ".join(text_of_pdf(made).split())
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 1
    for said in ("Clé de secours de mon livret", "mon-livret.livret", "23 novembre 2026", "7-Zip", "AES-256"):
        assert said in text.replace("\u00a0", " ")
    assert "/home/agent" not in text
    assert b"/home/agent" not in made


def test_the_pdf_is_the_same_every_time():
    """The same key on the same day makes the same bytes: no clock of the machine in it."""
    assert as_pdf(SAID) == as_pdf(SAID)


def test_the_page_holds_the_key():
    """The printable page shows the key whole, with plain hyphens."""
    made = as_html(SAID)
    assert str(KEY) in text_of_html(made)
    assert b"\xe2\x80\x91" not in made  # a no-break hyphen would not be the password


def test_the_page_is_sound():
    """Its tags are closed in order, it runs nothing and loads nothing."""
    made = as_html(SAID).decode()
    assert "default-src 'none'" in made
    assert not re.search(r"<script|src=|url\(|https?://", made)

    class Nest(HTMLParser):
        open_: list[str] = []  # noqa: RUF012 - one instance

        def handle_starttag(self, tag, attrs):
            if tag not in {"meta", "wbr", "br"}:
                self.open_.append(tag)

        def handle_endtag(self, tag):
            assert self.open_.pop() == tag

    nest = Nest()
    nest.feed(made)
    nest.close()
    assert nest.open_ == []


def test_a_hostile_file_name_stays_text():
    """The name of the archive is text on the sheet, whatever it holds."""
    said = content(KEY, Path('<img src=x>#let x = "a" $1$ *b* \\.livret'), DAY)
    assert b"<img" not in as_html(said)
    assert '<img src=x>#let x = "a" $1$ *b*' in " ".join(text_of_pdf(as_pdf(said)).split())


@pytest.mark.parametrize("name", ["fiche.pdf", "fiche.html", "FICHE.HTM", "fiche"])
def test_the_sheet_is_for_its_owner_only(tmp_path, name):
    """Whatever its kind, the file is readable by its owner only, and nothing is left beside it."""
    path = write_sheet(KEY, Path("a.livret"), DAY, tmp_path / name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert path.read_bytes().startswith(b"%PDF" if "htm" not in name.lower() else b"<!doctype html>")


def test_an_existing_file_is_never_replaced(tmp_path):
    """A sheet never takes the place of another: that one may be of another livret. Nor of a dead link."""
    (tmp_path / "fiche.pdf").write_bytes(b"mine")
    (tmp_path / "lien.pdf").symlink_to(tmp_path / "nulle-part")
    for name in ("fiche.pdf", "lien.pdf"):
        with pytest.raises(OutputError, match="ce fichier existe déjà"):
            write_sheet(KEY, Path("a.livret"), DAY, tmp_path / name)
    assert (tmp_path / "fiche.pdf").read_bytes() == b"mine"


@pytest.mark.parametrize("place", ["absent/fiche.pdf", "file/fiche.pdf"])
def test_a_folder_that_is_not_there_is_told(tmp_path, place):
    """A sheet that cannot be written is told in a sentence."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="Rien n’a été écrit"):
        write_sheet(KEY, Path("a.livret"), DAY, tmp_path / place)


def test_the_key_read_from_the_sheet_opens_the_archive(tmp_path):
    """The whole way: an archive, its sheet, the key as it stands in the PDF, the livret."""
    path = tmp_path / "mon.livret"
    book = livret(emplois=[{"id": "e", "intitule": "Agent"}])
    with Archive.create(path, "essai", book, profile=CHEAPEST) as archive:
        sheet = write_sheet(archive.recovery_key, path, DAY, tmp_path / "fiche.pdf")
    (key,) = re.findall(r"^(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}$", text_of_pdf(sheet.read_bytes()), re.MULTILINE)
    with Archive.open(path, key, read_only=True) as opened:
        assert opened.livret == book
