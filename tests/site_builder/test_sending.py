"""Handing over: every form is made whole, written all or nothing, and gives the line to log."""

from __future__ import annotations

import io
import json
import zipfile
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from data.errors import BuildError, OutputError, PasswordTooWeak, ThemeError
from data.passphrase import passphrase
from site_builder import dossiers, sending
from site_builder.outputs import bundle, forms, protected_page
from site_builder.outputs.folder import MARK
from site_builder.outputs.forms import Asked, Made
from site_builder.publish import publish
from tests.data.samples import livret
from tests.site_builder.support import JOUR, publication, write_theme

PHRASE = "ruche lampe vallon plume douze citron hameau"
BOOK = livret(
    titulaire={"prenom": "Anaïs", "nom": "Delorvanne", "courriel": "anais@example.org"},
    emplois=[{"id": "e1", "intitule": "Agente d’accueil", "employeur": "Ville", "debut": "2010", "secteur": "FPT"}],
    activites=[{"id": "a1", "intitule": "Mandat associatif", "debut": "2015", "sensibilite": 3}],
    diplomes=[{"id": "d1", "intitule": "Licence", "pieces": ["p1"]}],
    pieces=[{"id": "p1", "titre": "Diplôme", "media": "text/plain", "taille": 9}],
)
DOSSIER = publication(
    titre="Mutation", theme="base", documents=["p1"], destinataire="Ville de Haute-Ère",
    consentements=[{"ligne": "a1", "date": "2026"}],
)  # fmt: skip


def made(code: str, **asked) -> Made:
    """The dossier in one form, as the program makes it."""
    publisher = partial(publish, BOOK, {"p1": b"un texte."}.__getitem__, DOSSIER, jour=JOUR)
    return forms.make(forms.named(code), publisher, Asked(**({"passphrases": (PHRASE,)} | asked)))


EACH = pytest.mark.parametrize("code", [form.code for form in forms.forms()])


@EACH
def test_every_form_is_written_and_logged(tmp_path, code):
    """What was made is on the disk under its own name, and the log has its fingerprint, its reader, its class 3."""
    one = made(code)
    sent = sending.write(one, tmp_path / dossiers.default_name(DOSSIER, one.form), ())
    assert sent.first.exists()
    assert (sent.envoi.format, sent.envoi.destinataire) == (one.form.titre, "Ville de Haute-Ère")
    assert sent.envoi.categorie_3 == ("a1",)
    if one.form.suffixe:
        assert sent.envoi.sha256 == sha256(sent.first.read_bytes()).hexdigest()
        assert sent.first.suffix == one.form.suffixe
    else:
        assert (sent.first if sent.first.is_dir() else sent.first.parent).joinpath(MARK).is_file()


@EACH
def test_every_form_can_be_made_again(code):
    """The same livret, dossier and day give the same bytes; what is encrypted gives them once decrypted."""
    one, other = made(code), made(code)
    if code == forms.PROTECTED:
        assert one.content != other.content
        assert protected_page.unprotect(one.content, PHRASE) == protected_page.unprotect(other.content, PHRASE)
    elif code == forms.ZIP:
        assert bundle.unpack(one.content, PHRASE) == bundle.unpack(other.content, PHRASE)
    else:
        assert one.files == other.files


@EACH
def test_a_full_disk_leaves_what_stood_there(tmp_path, monkeypatch, code):
    """A disk that refuses is told in a sentence, and the form written before stands as it was."""
    one = made(code)
    place = tmp_path / dossiers.default_name(DOSSIER, one.form)
    first = sending.write(one, place, ())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="disque est plein"):
        sending.write(made(code), place, {first.envoi.sha256})
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_what_this_livret_wrote_may_be_replaced_and_nothing_else(tmp_path):
    """A file whose fingerprint is in the log gives way; somebody's file of the same name does not."""
    one, place = made("pdf"), tmp_path / "cv.pdf"
    place.write_bytes(b"%PDF-1.7 mon autre CV")
    with pytest.raises(OutputError, match="n’a pas été écrit par ce livret"):
        sending.write(one, place, ())
    assert place.read_bytes() == b"%PDF-1.7 mon autre CV"
    known = {sha256(place.read_bytes()).hexdigest()}
    sending.write(one, place, known)
    assert place.read_bytes() == one.content


def test_a_sheet_never_takes_somebodys_place(tmp_path):
    """A file that bears the name of the hand-over sheet stops the zip before anything is written."""
    place = tmp_path / "dossier.zip"
    sheet = tmp_path / f"dossier-{sending.SHEET}.pdf"
    sheet.write_bytes(b"%PDF-1.7 autre chose")
    with pytest.raises(OutputError):
        sending.write(made("zip"), place, ())
    assert not place.exists()
    assert sheet.read_bytes() == b"%PDF-1.7 autre chose"


def test_a_zip_goes_with_its_sheet(tmp_path):
    """The sheet, to print and to read, names the zip's own fingerprint and never the passphrase."""
    sent = sending.write(made("zip"), tmp_path / "dossier.zip", ())
    assert {path.suffix for path in sent.beside} == {".pdf", ".html"}
    page = next(path for path in sent.beside if path.suffix == ".html").read_text("utf-8")
    assert sent.envoi.sha256 in "".join(page.split())
    assert PHRASE not in page
    assert zipfile.ZipFile(io.BytesIO(sent.first.read_bytes())).namelist()


def test_the_readers_of_a_protected_page_each_have_a_passphrase(tmp_path):
    """Each passphrase opens the one page; the log names who they were drawn for."""
    phrases = (PHRASE, passphrase())
    one = made("protegee", passphrases=phrases)
    assert len({protected_page.unprotect(one.content, phrase) for phrase in phrases}) == 1
    sent = sending.write(one, tmp_path / "page.html", (), "Mme Exemple, M. Exemple")
    assert sent.envoi.destinataire == "Mme Exemple, M. Exemple"


@pytest.mark.parametrize("code", ["protegee", "zip"])
def test_a_weak_passphrase_is_refused(code):
    """What a computer would find protects nothing: it is refused before anything is written."""
    with pytest.raises((PasswordTooWeak, BuildError)):
        made(code, passphrases=("soleil",))


def test_remarks_are_asked_for_only_where_they_can_be_written():
    """A page invites to remarks when it is asked to, and has no script otherwise."""
    assert b"<script" in made("page", invite=True).content
    assert b"<script" not in made("page").content
    inside = bundle.unpack(made("zip", invite=True).content, PHRASE)
    assert b"<script" in inside["portfolio/index.html"]


def test_an_unknown_form_is_told_with_a_near_miss():
    """A form that does not exist is refused with those that do."""
    with pytest.raises(BuildError, match="vouliez-vous « pdf »"):
        forms.named("pdff")


def test_the_archives_own_place_is_refused(tmp_path):
    """Nothing is written over the livret, nor inside its name."""
    archive = tmp_path / "mon.livret"
    archive.write_bytes(b"x")
    for typed in (str(archive), str(archive / "dedans.pdf"), "mon.livret"):
        with pytest.raises(OutputError, match="votre livret lui-même"):
            sending.destination(typed, archive, DOSSIER, forms.named("dossier" if "dedans" not in typed else "pdf"))
    assert sending.destination("", archive, DOSSIER, forms.named("pdf")) == tmp_path / "portfolio-mutation.pdf"
    assert (
        sending.destination("ici", archive, DOSSIER, forms.named("pdf")) == tmp_path / "ici" / "portfolio-mutation.pdf"
    )


def test_the_data_says_what_had_no_equivalent():
    """An export to a poorer format says what it left out, in sentences."""
    assert made("json-resume").says
    assert not made("json").says
    assert json.loads(made("json").content)["titulaire"]["nom"] == "Delorvanne"


def test_a_theme_that_fails_leaves_what_stood_there(tmp_path):
    """A template at fault in the middle of the making is told with its line; the page written before stands."""
    place = tmp_path / "cv.html"
    sending.write(made("page"), place, ())
    before = place.read_bytes()
    broken = write_theme(tmp_path / "casse", {"sections/accueil.html": "{{ site.titel }}"}, head={"extends": "base"})
    publisher = partial(publish, BOOK, {"p1": b"un texte."}.__getitem__, DOSSIER, jour=JOUR, theme=str(broken))
    for code in ("page", "protegee", "zip", "dossier"):
        with pytest.raises(ThemeError, match=r"accueil\.html ligne 1"):
            forms.make(forms.named(code), publisher, Asked(passphrases=(PHRASE,)))
    assert place.read_bytes() == before


@EACH
def test_a_folder_that_is_gone_is_told_with_what_to_do(tmp_path, code):
    """A place below what is no folder any more is refused in a sentence; nothing is left behind."""
    (tmp_path / "cle").write_bytes(b"")
    one = made(code)
    with pytest.raises(OutputError, match="Ce qui s’y trouvait est intact"):
        sending.write(one, tmp_path / "cle" / "ici" / dossiers.default_name(DOSSIER, one.form), ())
    assert [path.name for path in tmp_path.iterdir()] == ["cle"]
