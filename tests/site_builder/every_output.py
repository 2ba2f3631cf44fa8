"""Every output of a dossier, opened down to its last byte and turned into text to search.

``every_output`` makes each form that the program offers (``site_builder.outputs.forms``: a new one is found by itself)
and opens what it made the way its reader could: a page with its attributes and the documents inlined in it, a PDF with
its text, metadata, attachments and inflated streams, a workbook with its cells, a zip or a protected page with the
passphrase, and every file name on the way.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from html import unescape
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote, unquote_to_bytes

import pikepdf
import pypdf

from data.model import Livret
from data.publications import Publication
from site_builder.documents import Copies
from site_builder.outputs import bundle, forms, protected_page
from site_builder.publish import Published, publish

PASSPHRASE = "cirque moulin tambour violet galop prairie sabot"
_DATA_URI = re.compile(r"data:[a-zA-Z0-9.+/-]*(?:;[a-zA-Z0-9.+=\" -]*)*?(;base64)?,([A-Za-z0-9+/=%._~!$&()*,:@?-]*)")

_SEALED = re.compile(r'<script id="content" type="[a-z/+-]+">[^<]*</script>')


def publisher(book: Livret, contents: Mapping[str, bytes], dossier: Publication, jour: date, **asked: Any) -> Any:
    """What gives a form the portfolio it is made from, each kind made once."""
    made: dict[tuple[bool, bool], Published] = {}
    copies = Copies()

    def give(*, unique: bool, discreet: bool) -> Published:
        if (unique, discreet) not in made:
            made[unique, discreet] = publish(
                book, contents.__getitem__, dossier, jour=jour, unique=unique, discreet=discreet, copies=copies, **asked
            )
        return made[unique, discreet]

    return give


def every_output(give: Any, wanted: Iterable[str] | None = None) -> dict[str, str]:
    """Everything readable in each output, by its code; all outputs unless some are ``wanted``."""
    found = {}
    for form in forms.forms():
        if wanted is None or form.code in wanted:
            made = forms.make(form, give, forms.Asked(passphrases=(PASSPHRASE,)))
            found[form.code] = "\n".join(
                text for name, content in made.files.items() for text in readable(name, content)
            )
    return found


def hits(outputs: Mapping[str, str], words: Iterable[str]) -> list[tuple[str, str]]:
    """Which words are in which outputs, whatever the capitals, accents, spaces and line ends."""
    sought = {word: bare(word) for word in words}
    flattened = {code: bare(text) for code, text in outputs.items()}
    return [(code, word) for code, text in flattened.items() for word, letters in sought.items() if letters in text]


@lru_cache(maxsize=64)
def bare(text: str) -> str:
    """Letters and figures only: a PDF may break a word anywhere."""
    plain = normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe")).encode("ascii", "ignore").lower()
    return re.sub(rb"[^a-z0-9]+", b"", plain).decode()


def readable(name: str, content: bytes) -> Iterator[str]:
    """Everything that can be read in a file, its name first, and in the files inside it."""
    yield name
    yield _inside(content)


@lru_cache(maxsize=512)
def _inside(content: bytes) -> str:
    """A file's own text; a document that is in several outputs is opened once."""
    if content.startswith(b"%PDF"):
        found = _of_pdf(content)
    elif content.startswith(b"PK"):
        found = _of_zip(content)
    else:
        found = _of_text(content)
    return "\n".join(dict.fromkeys(found))


def _of_text(content: bytes) -> Iterator[str]:
    """The text itself, then as a browser reads it, then what is inlined in it."""
    text = content.decode("utf-8", "replace")
    if _SEALED.search(text):
        yield from readable("page protégée", protected_page.unprotect(content, PASSPHRASE))
        text = _SEALED.sub(" ", text)  # what is encrypted is as good as drawn by lot, and may spell anything
    plain = _DATA_URI.sub(" ", text) if content.isascii() or "\ufffd" not in text else _strings(content)
    yield from (plain, unescape(plain), unquote(plain))
    if "\\u" in plain:
        yield _unescaped(plain)
    for number, found in enumerate(_DATA_URI.finditer(text)):
        inside = b64decode(found[2]) if found[1] else unquote_to_bytes(found[2])
        yield from readable(f"inline {number}", inside)


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)


def _strings(data: bytes) -> str:
    """The legible runs of what is no text: an image, a typeface."""
    return " ".join(run.decode("latin-1") for run in re.findall(rb"[\x20-\x7e\xa0-\xff]{5,}", data))


def _of_zip(content: bytes) -> Iterator[str]:
    """A workbook or a zip; ours is opened with the passphrase."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield from archive.namelist()
        yield archive.comment.decode("utf-8", "replace")
        locked = any(entry.flag_bits & 1 for entry in archive.infolist())
        inside = {} if locked else {entry: archive.read(entry) for entry in archive.namelist()}
    if locked:
        inside = bundle.unpack(content, PASSPHRASE)
    for name, data in inside.items():
        yield from readable(name, data)


def _of_pdf(content: bytes) -> Iterator[str]:
    """What is seen on its pages, then every text, attachment and stream of its objects, seen or not."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    seen = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout
    yield seen.decode("utf-8", "replace")
    yield str(dict(reader.metadata or {}))
    for name, attached in reader.attachments.items():
        for data in attached if isinstance(attached, list) else [attached]:
            yield from readable(name, data)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for held in pdf.objects:
            yield from _of_object(held)


def _of_object(held: Any) -> Iterator[str]:
    if isinstance(held, pikepdf.Stream):
        try:
            data = held.read_bytes()
        except pikepdf.PdfError:  # an image in its own format
            data = held.read_raw_bytes()
        try:
            yield data.decode("utf-8")
        except UnicodeDecodeError:
            yield _strings(data)
    if isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
        for key, value in held.items():
            yield key
            yield from _of_direct(value)
    elif isinstance(held, pikepdf.Array | pikepdf.String):
        yield from _of_direct(held)


def _of_direct(held: Any) -> Iterator[str]:
    """The texts of an object that is not referred to by number; those that are come by themselves."""
    if isinstance(held, pikepdf.Object) and held.is_indirect:
        return
    if isinstance(held, pikepdf.Array):
        for inner in held:
            yield from _of_direct(inner)
    elif isinstance(held, pikepdf.Dictionary):
        for key, inner in held.items():
            yield key
            yield from _of_direct(inner)
    elif isinstance(held, pikepdf.String | pikepdf.Name):
        yield str(held)


def shown(outputs: Mapping[str, str], code: str) -> str:
    """The text of one output, its spaces all alike, for looking up what must be there."""
    return " ".join(outputs[code].replace("\u00a0", " ").replace("\u202f", " ").split())


def exported(give: Any) -> dict[str, Any]:
    """The livret's own JSON as it was exported."""
    made = forms.make(forms.named(forms.JSON), give, forms.Asked())
    return dict(json.loads(made.content))
