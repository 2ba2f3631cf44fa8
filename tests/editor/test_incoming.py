"""A file that is dropped: what it is, how it is called."""

from __future__ import annotations

import io

import pikepdf
import pytest

from editor.incoming import media_of, new_piece

PDF = b"%PDF-1.7\n"
JPEG = b"\xff\xd8\xff\xe0\0\0"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("scan.txt", PDF, "application/pdf"),
        ("scan.pdf", JPEG, "image/jpeg"),
        ("scan.pdf", PNG, "image/png"),
        ("scan", b"GIF89a", "image/gif"),
        ("scan", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("son.wav", b"RIFF\0\0\0\0WAVEfmt ", "audio/x-wav"),
        ("lettre.txt", b"Bonjour", "text/plain"),
        ("mystere", b"\0\1", "application/octet-stream"),
        ("vide", b"", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(name, content, media):
    """A PDF called .txt is a PDF; a name is believed only when the bytes say nothing."""
    assert media_of(name, content) == media


def test_a_dropped_file_becomes_a_document():
    """Its title is its name made readable, its size and number of pages are known, and it is received."""
    held = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(held)
    pdf = held.getvalue()
    piece = new_piece("C:\\scans\\arrete_de-nomination.PDF", pdf)
    assert (piece.titre, piece.fichier) == ("Arrete de nomination", "arrete_de-nomination.PDF")
    assert (piece.media, piece.taille, piece.etat) == ("application/pdf", len(pdf), "recue")
    assert piece.pages == 1
    assert piece.detenue


@pytest.mark.parametrize(
    ("name", "titre"), [("", "Document"), (".pdf", ".pdf"), ("__.pdf", "Document"), ("é.pdf", "É")]
)
def test_a_nameless_file_has_a_title_all_the_same(name, titre):
    """A file with an odd name is kept under a title that can be read; a broken PDF has no pages."""
    piece = new_piece(name, b"%PDF-broken")
    assert piece.titre == titre
    assert piece.pages is None
