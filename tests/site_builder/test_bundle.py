"""The advisor's zip: opened by whoever has 7-Zip and the passphrase, silent to anybody else, whole or refused."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import bagit
import pytest
import pyzipper

from data.errors import BuildError, PasswordTooWeak
from data.french import fold
from data.passphrase import passphrase
from site_builder.outputs import bag, bundle
from site_builder.outputs.bundle import INSIDE, README, BundleInfo, Packed
from site_builder.publish import Published, publish
from tests.site_builder.support import JOUR

PHRASE = "ruche lampe vallon plume douze citron hameau"
INFO = BundleInfo("Bilan de mi-carrière", "Anaïs D’Orvanne", "Cabinet Exemple", "bilan")
EXTRAS = {
    "csv/emplois.csv": b"poste;ville\r\n",
    "csv/bilans.csv": b"date;organisme\r\n",
    "tableaux.xlsx": b"PK\3\4 pas un vrai",
    "portfolio.pdf": b"%PDF-1.7 pas un vrai",
}
SMALL = {"livret.json": b'{"nom": "Delorvanne"}' * 20, "portfolio.pdf": b"%PDF-1.7 " * 30, "csv/01.csv": b""}
REFUSED = r"n’est pas \(ou plus\) un dossier chiffré par Livret"


def written(packed: Packed, path: Path) -> Path:
    """A zip on the disk."""
    path.write_bytes(packed.content)
    return path


@pytest.fixture(scope="module")
def made(demonstration) -> Published:
    """The demonstration's second dossier, on one page, its documents named by their rank."""
    book, contents = demonstration
    return publish(book, contents.__getitem__, book.publications[-1], jour=JOUR, unique=True, discreet=True)


@pytest.fixture(scope="module")
def packed(made: Published) -> Packed:
    return bundle.pack(bundle.contents(made, EXTRAS), PHRASE, JOUR, BundleInfo.of(made))


@pytest.fixture(scope="module")
def small() -> Packed:
    return bundle.pack(SMALL, PHRASE, JOUR, INFO)


@dataclass(frozen=True)
class Part:
    """An entry as it lies in a zip: what its header says, and its bytes."""

    name: str
    fixed: bytes  # from the version needed to the sizes
    extra: bytes
    data: bytes


def parts(content: bytes) -> list[Part]:
    """The entries of a zip, by its local headers alone."""
    found, at = [], 0
    while content[at : at + 4] == b"PK\3\4":
        fixed = content[at + 4 : at + 26]
        size = int.from_bytes(fixed[14:18], "little")
        name, extra = struct.unpack_from("<HH", content, at + 26)
        start = at + 30 + name + extra
        found.append(
            Part(content[at + 30 : at + 30 + name].decode(), fixed, content[start - extra : start],
                 content[start : start + size])
        )  # fmt: skip
        at = start + size
    return found


def laid(found: list[Part]) -> bytes:
    """A sound zip of these entries: what somebody without the passphrase can make of them."""
    body, directory = b"", b""
    for part in found:
        lengths = struct.pack("<HH", len(part.name), len(part.extra))
        directory += b"PK\1\2\x14\3" + part.fixed + lengths + bytes(10) + struct.pack("<L", len(body))
        directory += part.name.encode() + part.extra
        body += b"PK\3\4" + part.fixed + lengths + part.name.encode() + part.extra + part.data
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(found), len(found), len(directory), len(body), 0)
    return body + directory + end


def test_seven_zip_opens_it_and_the_bag_is_valid(packed, tmp_path, tool):
    """7-Zip tests and extracts it with the passphrase, and BagIt's own program finds the bag whole and unchanged."""
    path, seven = written(packed, tmp_path / "dossier.zip"), tool("7zz", "7z")
    subprocess.run([seven, "t", f"-p{PHRASE}", path], check=True, capture_output=True)
    subprocess.run([seven, "x", f"-p{PHRASE}", f"-o{tmp_path / 'x'}", path], check=True, capture_output=True)
    assert sorted(p.name for p in (tmp_path / "x").iterdir()) == [README, "dossier"]
    found = bagit.Bag(str(tmp_path / "x" / "dossier"))
    found.validate(processes=1)
    assert (found.version_info, found.algorithms) == ((1, 0), ["sha512"])
    assert found.info["External-Description"] == "Candidature au poste de responsable formation"
    assert found.info["Contact-Name"] == "Anaïs D’Orvanne-Lestrac"
    assert found.info["Bagging-Date"] == "2026-11-23"


def test_a_change_after_extraction_is_found_by_the_bag(packed, tmp_path, tool):
    """Once extracted, a file that is changed, missing or added makes the bag invalid."""
    path = written(packed, tmp_path / "dossier.zip")
    subprocess.run([tool("7zz", "7z"), "x", f"-p{PHRASE}", f"-o{tmp_path}", path], check=True, capture_output=True)
    home = tmp_path / "dossier"
    pdf = home / "data" / "portfolio.pdf"
    whole = pdf.read_bytes()
    for change in (lambda: pdf.write_bytes(whole[:-1] + b"X"), pdf.unlink, (home / "data" / "a.txt").touch):
        change()
        with pytest.raises(bagit.BagValidationError):
            bagit.Bag(str(home)).validate(processes=1)
        pdf.write_bytes(whole)


def test_a_wrong_passphrase_opens_nothing(packed, tmp_path, tool):
    """Neither 7-Zip, nor pyzipper, nor this program gets an entry of the bag with another passphrase."""
    path = written(packed, tmp_path / "dossier.zip")
    other = PHRASE.replace("ruche", "roche")
    done = subprocess.run([tool("7zz", "7z"), "t", f"-p{other}", path], check=False, capture_output=True, text=True)
    assert done.returncode != 0
    assert done.stdout.count("Wrong password") + done.stderr.count("Wrong password") >= len(packed.names)
    with pyzipper.AESZipFile(path) as archive, pytest.raises(RuntimeError, match="Bad password"):
        archive.read("dossier/bagit.txt", other.encode())
    with pytest.raises(BuildError, match=r"n’ouvre pas ce dossier.*Vérifiez les mots"):
        bundle.unpack(packed.content, other)


def test_pyzipper_reads_every_entry(packed):
    """The package that wrote it gives back every file, authentication codes checked."""
    with pyzipper.AESZipFile(io.BytesIO(packed.content)) as archive:
        archive.setpassword(PHRASE.encode())
        read = {name: archive.read(name) for name in archive.namelist()}
    payload = bundle.unpack(packed.content, PHRASE)
    assert {name.removeprefix("dossier/data/"): data for name, data in read.items() if "/data/" in name} == payload


def test_every_entry_of_the_bag_is_ae_2_with_256_bits(packed):
    """By the standard library alone: method 99, vendor version 2, strength 3, no checksum of what is inside."""
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        clear, *secret = archive.infolist()
        assert (clear.filename, clear.flag_bits, clear.compress_type) == (README, 0, zipfile.ZIP_STORED)
        assert archive.comment == b""
    assert len(secret) == len(packed.names) + 4
    for info in secret:
        tag, size, version, vendor, strength, method = struct.unpack("<HHH2sBH", info.extra)
        assert (tag, size, version, vendor, strength) == (0x9901, 7, 2, b"AE", 3)
        assert method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        assert (info.compress_type, info.CRC, info.flag_bits, info.comment) == (99, 0, 1, b"")
        assert packed.content[info.header_offset + 14 : info.header_offset + 18] == bytes(4)
        assert info.date_time == (2026, 11, 23, 12, 0, 0)
        assert info.filename.startswith("dossier/")


def test_what_is_compressed_already_is_only_stored(packed):
    """Images, PDFs and workbooks are stored; pages, tables and texts are deflated."""
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        methods = {i.filename: int.from_bytes(i.extra[-2:], "little") for i in archive.infolist() if i.extra}
    stored = {name for name, method in methods.items() if method == zipfile.ZIP_STORED}
    assert {name.rpartition(".")[2] for name in stored} == {"jpg", "pdf", "xlsx"}
    assert {name.rpartition(".")[2] for name in methods.keys() - stored} == {"txt", "html", "csv"}
    assert packed.size < sum(map(len, bundle.unpack(packed.content, PHRASE).values()))


def in_clear(content: bytes) -> bytes:
    """A zip without what is encrypted in it, which is as good as drawn by lot and may spell anything."""
    left = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            if info.flag_bits & 1:
                name, extra = struct.unpack_from("<HH", content, info.header_offset + 26)
                start = info.header_offset + 30 + name + extra
                left[start : start + info.compress_size] = bytes(info.compress_size)
    assert left.count(0) > len(left) / 2
    return bytes(left)


def test_nothing_personal_can_be_read_without_the_passphrase(made, packed):
    """No word of the dossier stands in the file in clear: names, titles, recipient, subjects of tables."""
    clear = fold(in_clear(packed.content).decode("latin-1"))
    view = made.view
    said = [
        view.titre,
        view.titulaire.prenom,
        view.titulaire.nom,
        view.titulaire.courriel,
        made.publication.destinataire,
    ]
    said += [document.titre for document in view.documents]
    said += [row.intitule for volet in view.volets for liste in volet.listes for group in liste.groupes
             for row in group.lignes]  # fmt: skip
    told = {word for text in said for word in re.findall(r"[a-z]{5,}", fold(text))}
    public = fold(bundle.OPENING.decode("utf-8-sig") + " ".join(INSIDE))
    told = {word for word in told if word not in public}
    assert {"orvanne", "lestrac", "redacteur", "candidature"} <= told
    assert {word for word in told if word in clear} == set()
    for word in ("emplois", "bilans", "delorvanne"):
        assert word not in clear


@pytest.mark.parametrize(
    "name",
    ["attestation-mdph.pdf", "portfolio/documents/01-diplome.pdf", "csv/bilans.csv", "../livret.json", "csv/#", "",
     "Livret.json", "portfolio/documents/1.pdf", "portfolio/documents/01.exe", "/livret.json", "portfolio//index.html"],
)  # fmt: skip
def test_a_name_that_tells_something_is_refused(name):
    """An entry may only bear a name known beforehand, or its rank."""
    with pytest.raises(ValueError, match="not a neutral name"):
        bundle.pack({**SMALL, name: b""}, PHRASE, JOUR, INFO)


def test_documents_named_in_words_are_refused(demonstration):
    """A portfolio whose documents were not named discreetly never goes into a zip."""
    book, contents = demonstration
    telling = publish(book, contents.__getitem__, book.publications[-1], jour=JOUR, unique=True)
    with pytest.raises(ValueError, match="not a neutral name"):
        bundle.contents(telling, {})


def test_the_page_finds_its_documents_beside_it_and_needs_nothing_else(made):
    """The page is whole but for its documents, which are in the zip once, where it looks for them."""
    payload = bundle.contents(made, EXTRAS)
    page = payload["portfolio/index.html"].decode()
    linked = set(re.findall(r'(?:href|src)="(?:\./)?(documents/[^"]+)"', page))
    assert linked == {document.fichier for document in made.view.documents}
    assert {f"portfolio/{name}" for name in linked} <= payload.keys()
    assert re.findall(r'(?:href|src)="(?!#|data:|https?:|mailto:|tel:|\./documents/)[^"]*"', page) == []
    for name in linked:
        assert payload[f"portfolio/{name}"] == made.site.files[name]
        assert sum(data == made.site.files[name] for data in payload.values()) == 1


def test_the_guide_names_every_file(made):
    """The guide inside says of each file what it is, documents and tables by their titles, and how to check."""
    payload = bundle.contents(made, EXTRAS)
    guide = payload["lisez-moi.txt"].decode("utf-8-sig")
    for name in payload.keys() - {"lisez-moi.txt"}:
        assert f"  {name} " in guide
    assert "csv/01.csv                  emplois\r\n" in guide
    assert "csv/02.csv                  bilans\r\n" in guide
    titles = [" ".join(document.titre.split()) for document in made.view.documents]
    for said in (*titles, "manifest-sha512.txt", "23\u00a0novembre\u00a02026"):
        assert said in guide


def test_another_page_may_be_given(made):
    """A page made for this reader, that takes remarks, stands in the plain one's place."""
    payload = bundle.contents(made, {}, index=b"<html>autre</html>")
    assert payload["portfolio/index.html"] == b"<html>autre</html>"


def test_the_clear_entry_says_how_to_open_the_rest():
    """Whoever has no 7-Zip reads in any notepad, in French, what to install and where the passphrase comes from."""
    text = bundle.OPENING.decode("utf-8-sig")
    for said in ("7-Zip", "Windows", "macOS", "Linux", "phrase de passe", "par téléphone", "index.html", "effacez"):
        assert said in text
    assert "\n" not in text.replace("\r\n", "")
    assert max(map(len, text.splitlines())) <= 100


def test_what_was_packed_is_described(packed):
    """The fingerprints are those of the file and of the bag's last word; every kind of content has its words."""
    assert packed.sha256 == hashlib.sha256(packed.content).hexdigest()
    assert packed.size == len(packed.content)
    assert list(packed.inside) == [
        "portfolio/index.html", "portfolio/documents/#", "portfolio.pdf", "tableaux.xlsx", "csv/#", "lisez-moi.txt",
    ]  # fmt: skip
    assert all(packed.inside[name] == INSIDE[name] for name in packed.inside)
    with pyzipper.AESZipFile(io.BytesIO(packed.content)) as archive:
        last = archive.read("dossier/tagmanifest-sha512.txt", PHRASE.encode())
    assert packed.tag_manifest == hashlib.sha512(last).hexdigest()


def test_it_can_be_made_again(small):
    """The same content on the same day is the same bag; the files differ, for their salts are drawn anew."""
    again = bundle.pack(dict(reversed(SMALL.items())), PHRASE, JOUR, INFO)
    assert bundle.unpack(again.content, PHRASE) == bundle.unpack(small.content, PHRASE) == SMALL
    assert (again.tag_manifest, again.names) == (small.tag_manifest, small.names)
    assert [part.name for part in parts(again.content)] == [part.name for part in parts(small.content)]
    assert again.content != small.content


def test_any_byte_of_an_entry_counts(small):
    """Wherever one byte before the directory is changed, header, clear text or ciphertext, the zip is refused."""
    spans, at = [], 0
    for part in parts(small.content):
        header = 30 + len(part.name) + len(part.extra)
        step = 1 if part.name == README else 7  # the ciphertext costs a key derivation each time
        spans += [*range(at, at + header), *range(at + header, at + header + len(part.data), step)]
        at += header + len(part.data)
    assert len(spans) > 2000
    for place in spans:
        changed = bytearray(small.content)
        changed[place] ^= 0x41
        with pytest.raises(BuildError, match=REFUSED + "|n’ouvre pas ce dossier"):
            bundle.unpack(bytes(changed), PHRASE)


def test_a_cut_or_foreign_file_is_refused(small):
    """A file cut short, with something before or between its entries, or that is no zip, is refused in a sentence."""
    content = small.content
    clear = len(laid(parts(content)[:1])) - 22 - 46 - len(README)
    for wrong in (b"", b"PK", b"x" * 100, content[:-1], content[: len(content) // 2], b"x" + content, content[1:],
                  content[:clear] + b"entre" + content[clear:], bytes(22), laid([])):  # fmt: skip
        with pytest.raises(BuildError, match=REFUSED):
            bundle.unpack(wrong, PHRASE)


def forged(small: Packed, other: Packed) -> Iterator[tuple[str, list[Part]]]:
    """What can be done to a zip without its passphrase: none of it breaks an authentication code."""
    clear, *secret = parts(small.content)
    yield "dropped", [clear, *secret[:-1]]
    yield "a tag dropped", [clear, *(part for part in secret if "bag-info" not in part.name)]
    yield "the last word dropped", [clear, *(part for part in secret if "tagmanifest" not in part.name)]
    yield "renamed", [clear, *secret[:-1], replace(secret[-1], name="dossier/data/portfolio/documents/01.pdf")]
    first, second = secret[-2:]
    yield "swapped", [clear, *secret[:-2], replace(first, name=second.name), replace(second, name=first.name)]
    yield "twice", [clear, *secret, secret[-1]]
    yield "added", [clear, *secret, replace(parts(other.content)[-1], name="dossier/data/csv/09.csv")]
    yield "from another day", [clear, *secret[:-1], parts(other.content)[-1]]
    yield "outside the bag", [clear, *secret, replace(secret[-1], name="autre/x.pdf")]
    yield "in clear", [clear, *secret, replace(clear, name="dossier/data/lisez-moi.txt")]
    yield "without the clear entry", secret
    yield "the clear entry last", [*secret, clear]
    said = clear.data.replace(b"www.7-zip.org", b"www.7-zap.org")
    crc = struct.pack("<L", zipfile.crc32(said))
    yield "another advice", [replace(clear, data=said, fixed=clear.fixed[:10] + crc + clear.fixed[14:]), *secret]


def test_what_a_zip_does_not_authenticate_is_found(small):
    """Entries dropped, renamed, swapped, doubled or brought from another zip of the same passphrase are found."""
    other = bundle.pack({**SMALL, "portfolio.pdf": b"%PDF-1.7 autre"}, PHRASE, date(2026, 11, 24), INFO)
    assert bundle.unpack(laid(parts(small.content)), PHRASE) == SMALL  # laying out changes nothing by itself
    kinds = []
    for kind, found in forged(small, other):
        kinds.append(kind)
        with pytest.raises(BuildError, match=REFUSED):
            bundle.unpack(laid(found), PHRASE)
    assert len(kinds) == 13


@pytest.mark.parametrize("method", [b"\1\0", b"\3\0"])
def test_a_weaker_encryption_is_refused(small, method):
    """An entry that says it is AE-1, which would tell its checksum, or an unknown version, is refused."""
    clear, first, *rest = parts(small.content)
    weaker = replace(first, extra=first.extra[:4] + method + first.extra[6:])
    with pytest.raises(BuildError, match="n’est pas chiffré comme il le devrait"):
        bundle.unpack(laid([clear, weaker, *rest]), PHRASE)


def test_weak_passphrases_are_refused_and_drawn_ones_taken():
    """A guessable passphrase is refused in a sentence; any that the program draws is taken."""
    for weak in ("", "soleil", "azertyuiop123", "un deux trois"):
        with pytest.raises(PasswordTooWeak, match="un ordinateur finirait par le trouver"):
            bundle.pack(SMALL, weak, JOUR, INFO)
    drawn = passphrase()
    assert bundle.unpack(bundle.pack(SMALL, drawn, JOUR, INFO).content, drawn) == SMALL


@pytest.mark.parametrize(
    "phrase", [f"{PHRASE} ", f" {PHRASE}", f"{PHRASE} été", f"{PHRASE}\t1", (f"{PHRASE} " * 3)[:100]]
)
def test_a_passphrase_that_some_programs_cannot_take_is_refused(phrase):
    """Accents, spaces at the ends and more than 99 signs, which 7-Zip refuses, are told before anything is made."""
    with pytest.raises(BuildError, match="ne conviendrait pas à tous les logiciels"):
        bundle.pack(SMALL, phrase, JOUR, INFO)


def test_the_longest_passphrase_is_taken_by_seven_zip(tmp_path, tool):
    """Ninety-nine signs, the most this program takes, open the zip in 7-Zip."""
    phrase = (f"{PHRASE} " * 3)[: bundle.LONGEST_PASSPHRASE]
    assert (len(phrase), phrase) == (99, phrase.strip())
    path = written(bundle.pack(SMALL, phrase, JOUR, INFO), tmp_path / "dossier.zip")
    subprocess.run([tool("7zz", "7z"), "t", f"-p{phrase}", path], check=True, capture_output=True)


def test_too_heavy_a_dossier_is_refused(monkeypatch):
    """Beyond what every unzipper takes, a sentence says what to do."""
    monkeypatch.setattr(bundle, "MOST", 100)
    with pytest.raises(BuildError, match="Joignez moins de documents"):
        bundle.pack(SMALL, PHRASE, JOUR, INFO)


def test_a_zip_that_does_not_read_back_is_never_given(monkeypatch):
    """Should a byte go wrong while it is made, the zip is refused before anybody gets it."""
    real = bundle.sealed

    def spoilt(*given) -> bytes:
        made = bytearray(real(*given))
        made[len(made) // 2] ^= 1
        return bytes(made)

    monkeypatch.setattr(bundle, "sealed", spoilt)
    with pytest.raises(BuildError, match=REFUSED):
        bundle.pack(SMALL, PHRASE, JOUR, INFO)


def test_a_bag_of_hostile_titles_stays_a_bag(tmp_path):
    """A title on several lines, or that looks like a label, stays one value of the bag."""
    info = BundleInfo("Titre\nContact-Name: autre\r\n\tsuite", "Zoé : O’Neil")
    made = bag.made({"livret.json": b"{}"}, {"External-Description": info.titre, "Contact-Name": info.titulaire}, JOUR)
    for name, data in made.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    found = bagit.Bag(str(tmp_path))
    found.validate(processes=1)
    assert found.info["External-Description"] == "Titre Contact-Name: autre suite"
    assert found.info["Contact-Name"] == "Zoé : O’Neil"
    assert bag.content(made) == {"livret.json": b"{}"}


@pytest.mark.parametrize("jour", [date(1970, 1, 1), date(2026, 2, 28), date(2150, 12, 31)])
def test_a_day_that_a_zip_cannot_say_is_no_failure(jour):
    """The clock of a badly set machine does not stop the zip from being made."""
    assert bundle.unpack(bundle.pack(SMALL, PHRASE, jour, INFO).content, PHRASE) == SMALL
