"""The ``livret`` command: every command run for real, in French, with one exit code a kind of failure."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.archive import Archive
from data.keys import CHEAPEST
from data.model import Livret
from editor.commands import full
from site_builder import terminal, themes
from site_builder.outputs.folder import MARK
from tests.data.samples import livret

ROOT = Path(__file__).parents[2]
PASSWORD = "essai"
STRONG = "ruche lampe vallon plume douze citron hameau"
BOOK = livret(
    titulaire={"prenom": "Anaïs", "nom": "Exemple"},
    actions=[{"id": "f1", "intitule": "Excel", "sessions": ["2019"], "duree": "3 j", "pieces": ["p1"]}],
    emplois=[{"id": "e1", "intitule": "Gestionnaire", "employeur": "Ville", "debut": "2010", "secteur": "FPT"}],
    pieces=[{"id": "p1", "titre": "Attestation", "media": "text/plain", "taille": 5}],
    publications=[{"id": "mut", "titre": "Mutation", "documents": ["p1"]}, {"id": "vae", "titre": "Ma VAE"}],
)
COMMANDS = [
    "edit", "shortcut", "new", "demo", "info", "versions", "restore", "compact", "password", "recovery", "schema",
    "build", "check", "preview", "theme", "theme list", "theme new", "theme check",
    "dossier", "dossier list", "dossier new", "dossier check", "dossier build",
]  # fmt: skip
CODES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 130}

app = full()


@pytest.fixture(scope="session")
def original(tmp_path_factory) -> Path:
    """An archive of three versions and a document, cheap to open."""
    path = tmp_path_factory.mktemp("archive") / "mon.livret"
    with Archive.create(path, PASSWORD, BOOK, pieces={"p1": b"texte"}, profile=CHEAPEST) as archive:
        for prenom in ("Anne", "Anna"):
            archive.save(BOOK.with_(titulaire=BOOK.titulaire.with_(prenom=prenom)))
    return path


@pytest.fixture
def archive(original, tmp_path, monkeypatch) -> Path:
    """A copy of that archive, in the current folder; its password is in the environment, no theme is at home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIVRET_PASSWORD", PASSWORD)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return Path(shutil.copy(original, tmp_path / "mon.livret"))


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command in this process; gives its exit code, its results, and what it said beside."""

    def runs(*arguments: object, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        code = terminal._run(app, [str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return runs


def child(*arguments: object, **how: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run(command(*arguments), **CHILD, timeout=60, check=False, **how)


def command(*arguments: object) -> list[str]:
    start = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv[0] = 'livret'; from editor.launch import main; main()"
    )
    return [sys.executable, "-B", "-c", start, *map(str, arguments)]


CHILD = {"capture_output": True, "text": True, "encoding": "utf-8"}


def current(path: Path) -> Livret:
    with Archive.open(path, PASSWORD, read_only=True) as opened:
        assert opened.check() == []
        return opened.livret


# ── Help ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

ENGLISH = re.compile(
    r"Show this message|\[required\]|\[default|\bthe\b|\band\b|\bError\b|\bMissing\b|TEXT|INTEGER"
    r"|\bPATH\b|DIRECTORY|\bis not\b|Input should|\bTry\b|\[OPTIONS\] COMMAND\b"
)


@pytest.mark.parametrize("name", ["", *COMMANDS])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_is_in_french(run, name, flag):
    """Every command has its help, with no word of the library’s English left in it."""
    code, out, err = run(*name.split(), flag)
    assert (code, err) == (0, "")
    assert "Montre cette aide." in out
    assert "Usage\u00a0:" in out
    assert ENGLISH.findall(out) == []


def test_the_help_names_every_command(run):
    """The list of commands is whole, each with its sentence, none cut."""
    _, out, _ = run("--help")
    listed = re.findall(r"^  ([a-z]+)  +(\S.*)$", out.split("Commandes", 1)[1], re.MULTILINE)
    assert {name for name, _ in listed} == {name.split()[0] for name in COMMANDS}
    assert [says for _, says in listed if says.endswith("...")] == []


def test_a_group_without_a_command_shows_its_help(run):
    """Without a command, the help is shown as a help, not as a complaint; it is still a misuse for a script."""
    code, out, err = run("theme")
    assert (code, out) == (2, "")
    assert err.startswith("Usage\u00a0:")
    assert "Commandes" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("foo", "La commande 'foo' n’existe pas."),
        ("biuld x", "Vouliez-vous 'build' ?"),
        ("build", "Il manque LIVRET."),
        ("build a b", "Il y a un mot de trop : b."),
        ("build x --nope", "L’option --nope n’existe pas."),
        ("build x --publicatio y", "ou --publication ?"),
        ("build x --out", "L’option --out attend une valeur."),
        ("build x --option accent", "--option : « accent » : écrivez CLÉ=VALEUR"),
        ("build x --date hier", "--date : « hier » n’est pas une date"),
        ("build x --date 31/02/2020", "--date : "),
        ("restore x abc", "VERSION : un nombre entier est attendu."),
        ("restore x 0", "VERSION : il faut au moins 1."),
        ("preview x --port 99999", "--port : il faut au plus 65535."),
        ("preview x --port p", "--port : un nombre entier est attendu."),
        ("info x --password secret", "L’option --password n’existe pas. Vouliez-vous --password-stdin ?"),
        ("new x secret", "Il y a un mot de trop : secret."),
        ("theme check", "Il manque THÈME."),
    ],
)
def test_a_command_that_is_not_understood(run, words, says):
    """A misuse is told in French with where to find help, exit code 2."""
    code, out, err = run(*words.split())
    assert (code, out) == (2, "")
    assert says in err
    assert "--help" in err or "attend une valeur" in err
    assert ENGLISH.findall(err) == []


def test_no_command_takes_a_password_as_an_argument(run):
    """A password on the command line would be seen by every user of the machine: no option takes one."""
    for name in COMMANDS:
        _, out, _ = run(*name.split(), "--help")
        taken = re.findall(r"--\S*(?:password|passe|secret|cle|key)\S*\s+[A-Z]{3,}", out)
        assert taken == []


# ── The archive’s commands ───────────────────────────────────────────────────────────────────────────────────────────


def test_new_makes_an_archive_and_shows_its_key(run, archive, monkeypatch):
    """A new livret opens with the password and with the key that was shown."""
    monkeypatch.setenv("LIVRET_PASSWORD", STRONG)
    code, out, _ = run("new", "neuf.livret", "--prenom", "Zoé", "--nom", "Été")
    assert code == 0
    (key,) = re.findall(r"^    ([0-9A-Z-]{34})$", out, re.MULTILINE)
    with Archive.open(Path("neuf.livret"), key, read_only=True) as opened:
        assert opened.livret.titulaire.prenom == "Zoé"
    assert run("recovery", "neuf.livret", "--password-stdin", stdin=key.lower() + "\n")[0] == 0


@pytest.mark.parametrize("weak", ["", "essai", "motdepasse", "1234567890123456", "aaaaaaaaaaaaaaaaaaaaaaaa"])
def test_new_refuses_a_weak_password(run, archive, weak):
    """A password a computer would find is refused before anything is written."""
    code, _, err = run("new", "neuf.livret", "--password-stdin", stdin=weak + "\n")
    assert code == 4
    assert "Prenez sept mots" in err
    assert not Path("neuf.livret").exists()


def test_new_never_overwrites(run, archive):
    """An existing file is left as it is."""
    before = archive.read_bytes()
    code, _, err = run("new", "mon.livret")
    assert (code, archive.read_bytes()) == (3, before)
    assert "existe déjà et n’a pas été touché" in err


def test_a_sheet_that_cannot_be_written_is_told_before_anything_is_done(run, archive):
    """The place of the recovery sheet is looked at first: no archive is made, no key replaced, for nothing."""
    Path("fiche.pdf").write_bytes(b"mine")
    before = archive.read_bytes()
    for sheet in ("fiche.pdf", "nulle-part/fiche.pdf"):
        code, _, err = run("new", "neuf.livret", "--sheet", sheet)
        assert (code, Path("neuf.livret").exists()) == (6, False), err
        assert run("recovery", "mon.livret", "--new-key", "--sheet", sheet)[0] == 6
    assert archive.read_bytes() == before
    assert Path("fiche.pdf").read_bytes() == b"mine"


def test_info(run, archive):
    """What the file is, in words and in JSON."""
    code, out, _ = run("info", archive)
    assert code == 0
    assert re.search(r"Versions +3, du ", out)
    data = json.loads(run("info", archive, "--json")[1])
    assert (data["versions"], data["documents"], data["octets"]) == (3, 1, archive.stat().st_size)
    assert (data["profil"], data["profil_depasse"]) == ("essai", True)


def test_versions(run, archive):
    """All versions, newest first."""
    code, out, _ = run("versions", archive)
    assert (code, [line.split()[0] for line in out.splitlines()]) == (0, ["3", "2", "1"])
    data = json.loads(run("versions", archive, "--json")[1])
    assert [version["numero"] for version in data] == [3, 2, 1]


def test_restore(run, archive):
    """A past version comes back as a new one."""
    code, out, _ = run("restore", archive, 1)
    assert (code, current(archive).titulaire.prenom) == (0, "Anaïs")
    assert "la version 4" in out
    code, _, err = run("restore", archive, 99)
    assert code == 3
    assert "Il n’y a pas de version 99" in err


def test_compact(run, archive):
    """Thinning keeps what is recent; erasing the history asks first, and keeps the current version."""
    assert run("compact", archive)[:2] == (0, run("compact", archive)[1])
    before = archive.read_bytes()
    for answer in ("", "non\n", "\n", "n\n"):
        code, _, err = run("compact", archive, "--erase-history", stdin=answer)
        assert (code, archive.read_bytes()) == (130, before)
        assert "(oui / non)" in err
        assert ENGLISH.findall(err) == []
    code, out, _ = run("compact", archive, "--erase-history", stdin="oui\n")
    assert (code, current(archive).titulaire.prenom) == (0, "Anna")
    assert out.startswith("2 versions retirées")
    assert run("compact", archive, "--erase-history", "--yes")[1].startswith("0 version retirée ")


def test_password(run, archive, monkeypatch):
    """The password is changed: the old one opens nothing any more, the new one does."""
    code, _, err = run("password", archive, "--password-stdin", stdin=f"{PASSWORD}\ntrop court\n")
    assert code == 4
    assert "Prenez sept mots" in err
    assert run("password", archive, "--password-stdin", stdin=f"{PASSWORD}\n{STRONG}\n")[0] == 0
    assert run("info", archive)[0] == 4
    monkeypatch.setenv("LIVRET_PASSWORD", STRONG)
    assert run("info", archive)[0] == 0


def test_the_old_password_is_not_taken_for_the_new_one(run, archive):
    """With the old password in the environment, the new one is still asked for."""
    before = archive.read_bytes()
    code, out, err = run("password", archive)
    assert (code, out, archive.read_bytes()) == (2, "", before)
    assert "Aucun mot de passe" in err


def test_recovery(run, archive):
    """The key is verified as it was written down, printed on a sheet, replaced."""
    with Archive.open(archive, PASSWORD, read_only=True) as opened:
        key = str(opened.recovery_key)
    assert run("recovery", archive, "--password-stdin", stdin=f" {key.lower().replace('-', ' ')}\n")[0] == 0
    code, _, err = run("recovery", archive, "--password-stdin", stdin=key[:-1] + ("0" if key[-1] != "0" else "1"))
    assert code == 4
    assert "n’est pas recopiée exactement" in err
    assert run("recovery", archive, "--sheet", "fiche.html")[0] == 0
    assert key in re.sub("<[^>]+>", "", Path("fiche.html").read_text("utf-8"))
    code, out, _ = run("recovery", archive, "--new-key")
    (new,) = re.findall(r"^    ([0-9A-Z-]{34})$", out, re.MULTILINE)
    assert new != key
    assert run("recovery", archive, "--password-stdin", stdin=key)[0] == 4
    assert run("recovery", archive, "--password-stdin", stdin=new)[0] == 0
    assert current(archive).titulaire.prenom == "Anna"


def test_schema(run):
    """The schema is JSON, without any password."""
    code, out, _ = run("schema")
    assert code == 0
    assert "$defs" in json.loads(out)


def test_demo(run, archive, monkeypatch):
    """The demonstration is made, is never replaced by accident nor anything else in its name, and builds."""
    code, out, _ = run("demo")
    assert code == 0
    password = out.split("Mot de passe : ")[1].strip()
    before = Path("demo.livret").read_bytes()
    assert run("demo")[0] == 3
    assert run("demo", archive, "--force")[0] == 3
    assert Path("demo.livret").read_bytes() == before
    monkeypatch.setenv("LIVRET_PASSWORD", password)
    code, out, err = run("build", "demo.livret", "--json", "--date", "2026-11-23")
    assert code == 0, err
    assert json.loads(out)["fichiers"] > 5


# ── The builder’s commands ───────────────────────────────────────────────────────────────────────────────────────────


def test_build_writes_a_folder(run, archive):
    """A portfolio of the first open dossier, with its document, ready to open."""
    code, out, _ = run("build", archive, "--date", "23/11/2026")
    assert code == 0
    assert "Portfolio « Mutation »" in out
    names = {p.relative_to("portfolio").as_posix() for p in Path("portfolio").rglob("*") if p.is_file()}
    assert {"index.html", "formations.html", "documents.html", "documents/01-attestation.txt", MARK} <= names
    assert [p.name for p in Path().iterdir() if p.name.startswith(".portfolio")] == []


def test_build_says_what_it_made_in_json(run, archive):
    """The answer for a script: the page, the dossier, the digest; the same livret on the same day, the same digest."""
    code, out, _ = run("build", archive, "-p", "vae", "--json", "--date", "2026-11-23", "--out", "a")
    first = json.loads(out)
    assert (code, first["publication"]) == (0, "vae")
    assert Path(first["page"]).is_file()
    again = json.loads(run("build", archive, "-p", "Ma VAE", "--json", "--date", "2026-11-23", "--out", "b")[1])
    assert (again["sha256"], again["octets"]) == (first["sha256"], first["octets"])


@pytest.mark.parametrize(("out", "page"), [("cv.html", "cv.html"), ("dossier", "dossier/portfolio.html")])
def test_build_writes_a_single_page(run, archive, out, page):
    """One file that holds everything; a name without an ending is a folder."""
    code, told, _ = run("build", archive, "--single-page", "--out", out, "--json")
    assert (code, json.loads(told)["fichiers"]) == (0, 1)
    assert Path(page).stat().st_size == json.loads(told)["octets"]


def test_check(run, archive):
    """The file, its content and its portfolio are looked over; what is left to do does not fail the command."""
    code, out, _ = run("check", archive, "--date", "2026-11-23")
    assert "Fichier : intact" in out
    assert code == 0
    data = json.loads(run("check", archive, "--json", "--theme", "base")[1])
    assert (data["fichier"], data["portfolio"]) == ([], [])
    assert set(data) == {"fichier", "contenu", "publication", "portfolio"}


def test_theme_commands(run, archive):
    """A theme is begun from another, checked, listed with its options."""
    code, out, _ = run("theme", "new", "mon-theme", "--from", "base")
    assert code == 0
    assert "livret preview" in out
    assert run("theme", "check", "./mon-theme")[0] == 0
    assert run("build", archive, "--theme", "./mon-theme")[0] == 0
    assert run("theme", "new", "mon-theme")[0] == 6
    data = json.loads(run("theme", "list", "--json")[1])
    assert "base" in [theme["nom"] for theme in data]
    assert run("theme", "list")[1].count("\n") >= len(data)
    (Path("mon-theme") / "templates" / "page.html").write_text("{{ nope }}", encoding="utf-8")
    themes.forget()
    code, _, err = run("theme", "check", "./mon-theme")
    assert code == 1
    assert "page.html ligne 1" in err


@pytest.mark.parametrize("name", ["Mon Thème", 'a"b', "été", "-x-"])
def test_a_theme_is_not_begun_under_a_name_it_cannot_have(run, archive, name):
    """A name that no theme may have is refused before a folder is made."""
    code, _, err = run("theme", "new", "--", name)
    assert (code, Path(name).exists()) == (6, False)
    assert "un thème ne peut pas s’appeler" in err


def test_preview_starts_and_stops(archive):
    """The preview tells its address at once, answers, writes nothing, and ends in peace on Ctrl+C."""
    before = sorted(p.name for p in Path().iterdir())
    with subprocess.Popen(
        command("preview", archive, "--no-browser"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        encoding="utf-8", env=dict(os.environ),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        address = process.stdout.readline().split("Aperçu : ")[1].strip()
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
            assert b"Mutation" in answer.read()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Aperçu arrêté." in err
    assert "Traceback" not in err
    assert sorted(p.name for p in Path().iterdir()) == before


def test_a_port_that_is_taken(run, archive):
    """A port in use is told, with what to do."""
    import socket  # noqa: PLC0415

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        code, _, err = run("preview", archive, "--no-browser", "--port", held.getsockname()[1])
    assert code == 8
    assert "est déjà pris" in err


# ── What goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────────

READERS = ["info", "versions", "check", "build", "restore", "compact", "password", "recovery"]


def words_for(name: str, path: object) -> list[object]:
    return [name, path, *([1] if name == "restore" else []), *(["--sheet", "f.html"] if name == "recovery" else [])]


@pytest.mark.parametrize("name", READERS)
def test_a_wrong_password(run, archive, monkeypatch, name):
    """Nothing is lost, and the agent is told where else to look."""
    before = archive.read_bytes()
    monkeypatch.setenv("LIVRET_PASSWORD", "faux")
    code, out, err = run(*words_for(name, archive))
    assert (code, out, archive.read_bytes()) == (4, "", before)
    assert "Ce mot de passe n’ouvre pas ce livret. Rien n’est perdu" in err


@pytest.mark.parametrize("name", READERS)
def test_no_archive_there(run, archive, name):
    """A missing file is told before a password is asked for."""
    code, out, err = run(*words_for(name, "absent.livret"))
    assert (code, out) == (3, "")
    assert "Aucun livret à cet endroit" in err
    assert not Path("absent.livret").exists()


@pytest.mark.parametrize("name", READERS)
def test_a_folder_in_place_of_the_archive(run, archive, name):
    """A folder is not a livret: told, without any bug."""
    Path("dossier").mkdir()
    code, out, err = run(*words_for(name, "dossier"))
    assert (code in CODES - {0, 2, 130}, out) == (True, "")
    assert err.startswith("livret : ")
    assert "erreur imprévue" not in err


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_is_no_livret(run, archive, name):
    """Any other file is told for what it is, and left alone."""
    for content in (b"", b"x", b"PK\x03\x04" + b"\0" * 100, os.urandom(5000)):
        Path("autre.livret").write_bytes(content)
        code, out, err = run(*words_for(name, "autre.livret"))
        assert (code, out) == (5, "")
        assert "abîmé ou n’est pas un livret" in err
        assert Path("autre.livret").read_bytes() == content


@pytest.mark.parametrize("where", [0.2, 0.5, 0.9, 0.999])
def test_a_truncated_archive(run, archive, where):
    """A copy cut short by a USB stick pulled out is told as damaged, and not touched."""
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * where)])
    before = archive.read_bytes()
    code, _, err = run("build", archive)
    assert (code, archive.read_bytes()) == (5, before)
    assert "Reprenez votre dernière copie" in err


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_flipped_byte_is_told_or_harmless(run, archive, data):
    """Wherever a byte is flipped, the check says so or the livret is whole; never a bug, never another livret."""
    content = bytearray(archive.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    broken = archive.with_name("casse.livret")
    broken.write_bytes(content)
    code, _, err = run("check", broken)
    assert code in {0, 1, 3, 4, 5}, err
    if code == 0:
        assert current(broken) == BOOK.with_(titulaire=BOOK.titulaire.with_(prenom="Anna"))


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--theme", "basse"], 8, "vouliez-vous « base » ?"),
        (["--theme", "./vide"], 8, "aucun dossier de thème à cet endroit"),
        (["--publication", "absent"], 8, "mut (Mutation), vae (Ma VAE)"),
        (["--theme", "base", "--option", "zzz=1"], 8, "pas d’option « zzz »"),
        (["--out", "mon.livret"], 6, "ce n’est pas un dossier ordinaire"),
        (["--out", "plein"], 6, "qui ne viennent pas de Livret"),
        (["--out", "mon.livret/dedans"], 6, "Rien n’a été écrit"),
        (["--out", "/proc/livret"], 6, "Rien n’a été écrit"),
        (["--single-page", "--out", "mon.livret/cv.html"], 6, "Rien n’a été écrit"),
        (["--single-page", "--out", "plein.html"], 6, "Rien n’a été écrit"),
    ],
)
def test_a_build_that_cannot_be(run, archive, words, code, says):
    """What stands in the way is told, and what was there stays."""
    Path("plein").mkdir()
    Path("plein.html").mkdir()
    Path("plein/these.odt").write_bytes(b"mine")
    before = archive.read_bytes()
    found, out, err = run("build", archive, *words)
    assert (found, out) == (code, ""), err
    assert says in err
    assert (archive.read_bytes(), Path("plein/these.odt").read_bytes()) == (before, b"mine")


def test_a_document_that_cannot_be_cleaned_stops_the_build(run, archive):
    """A damaged PDF does not leave: the dossier is not built, and the document is named."""
    broken = BOOK.with_(pieces=(BOOK.pieces[0].with_(media="application/pdf"),))
    with Archive.open(archive, PASSWORD) as opened:
        opened.save(broken)
    code, _, err = run("build", archive)
    assert (code, Path("portfolio").exists()) == (8, False)
    assert "« Attestation » ne se lit pas comme un PDF" in err


def test_a_number_that_must_never_leave_stops_the_build(run, archive):
    """A social security number in a published text blocks the build, and is not repeated."""
    told = BOOK.experiences.emplois[0].with_(missions="Mon numéro : 2 85 05 78 006 084 41")
    with Archive.open(archive, PASSWORD) as opened:
        opened.save(BOOK.with_(experiences=BOOK.experiences.with_(emplois=(told,))))
    code, out, err = run("build", archive)
    assert (code, out, Path("portfolio").exists()) == (8, "", False)
    assert "ne doivent jamais sortir" in err
    assert "006" not in err


def test_an_archive_that_is_being_edited(run, archive):
    """A second writer is told; reading remains possible."""
    with Archive.open(archive, PASSWORD):
        code, _, err = run("restore", archive, 1)
        assert code == 3
        assert "est déjà ouvert" in err
        assert run("build", archive)[0] == 0


def test_a_password_that_is_not_text(run, archive):
    """Bytes that are no UTF-8 are a wrong password, not a bug."""
    done = subprocess.run(
        command("info", archive, "--password-stdin"), input=b"caf\xe9\xff\n", capture_output=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 4
    assert "Ce mot de passe n’ouvre pas" in done.stderr.decode()


def test_no_password_at_all(run, archive, monkeypatch):
    """Without a terminal, the ways to give a password are told."""
    monkeypatch.delenv("LIVRET_PASSWORD")
    code, _, err = run("info", archive)
    assert code == 2
    assert "--password-stdin" in err
    assert "LIVRET_PASSWORD" in err


def test_a_full_disk_while_building(archive):
    """No room for the portfolio: said in a sentence, the old portfolio stands (a size limit plays the disk)."""
    assert child("build", archive).returncode == 0
    before = {p: p.read_bytes() for p in Path("portfolio").rglob("*") if p.is_file()}
    limit = (1_000, 1_000)
    done = child("build", archive, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))
    assert (done.returncode, done.stdout) == (6, "")
    assert "Rien n’a été écrit" in done.stderr
    assert "Traceback" not in done.stderr
    assert {p: p.read_bytes() for p in Path("portfolio").rglob("*") if p.is_file()} == before


def test_a_full_disk_while_saving(archive):
    """No room for a new version: said in a sentence, and every version of before is still there."""
    size = archive.stat().st_size
    limit = (size + 100, size + 100)
    done = child("restore", archive, 1, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))
    assert done.returncode == 6, done.stderr
    assert "Ce qui était enregistré auparavant est intact" in done.stderr
    assert current(archive).titulaire.prenom == "Anna"


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="a small disk is mounted by root only")
def test_a_really_full_disk(run, archive):
    """On a disk of a few kilobytes, a build and a save are refused in words, and leave nothing behind."""
    disk = Path("disque")
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24k", "tmpfs", disk], check=False).returncode:
        pytest.skip("this machine does not let root mount a disk")
    try:
        code, _, err = run("build", archive, "--out", disk / "portfolio")
        assert code == 6
        assert "le disque est plein" in err
        assert list(disk.iterdir()) == []
        small = Path(shutil.copy(archive, disk / "mon.livret"))
        (disk / "reste").write_bytes(b"x" * 8192)
        code, _, err = run("restore", small, 1)
        assert code in {0, 6}, err
        assert current(small).titulaire.prenom == ("Anna" if code else "Anaïs")
    finally:
        subprocess.run(["umount", disk], check=False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full plays a full disk")
@pytest.mark.parametrize("name", ["schema", "--help", "theme list"])
def test_a_result_that_cannot_be_written(archive, name):
    """Standard output on a full disk: a sentence and a code, nothing of Python’s."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command(*name.split()), stdout=full, stderr=subprocess.PIPE, text=True, encoding="utf-8", check=False,
            timeout=60,
        )  # fmt: skip
    assert done.returncode == 6
    assert done.stderr == "livret : Le résultat n’a pas pu être écrit : le disque est plein.\n"


def test_a_pager_that_is_closed(archive):
    """``livret schema | head -1`` ends without a word."""
    with subprocess.Popen(command("schema"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_ctrl_c(run, archive, monkeypatch):
    """An interruption is told as such, with the shells’ own code."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("site_builder.cli.opened", interrupted)
    code, _, err = run("build", archive)
    assert code == 130
    assert "Interrompu" in err


def test_a_bug_is_told_without_a_traceback(run, archive, monkeypatch):
    """Should the program itself be wrong, the agent reads a sentence; LIVRET_DEBUG shows the rest."""

    def wrong(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("site_builder.cli.opened", wrong)
    code, _, err = run("build", archive)
    assert code == 70
    assert "C’est un défaut du programme" in err
    assert "secret" not in err
    monkeypatch.setenv("LIVRET_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("build", archive)


odd = st.sampled_from(
    ["", " ", ".", "..", "/", "~", "-", "--", "-x", "--json", "--yes", "--erase-history", "--help", "--sheet",
     "--theme", "--option", "a=b", "=", "--date", "2026", "--out", "mon.livret", "absent", "portfolio", "é\u0301",
     "\u202e", "base", "1", "0", "-1", "9" * 30, "theme", "list", "check", "new", "info", "--publication", "vae",
     "--single-page", "a" * 300, "--password-stdin", "--port", "--force", "./x/y/z", "CON", "$(id)", "{{7*7}}",
     "%s", "\n", "x\ty"]
)  # fmt: skip
first = st.sampled_from(
    ["build", "check", "info", "versions", "restore", "compact", "password", "recovery", "theme", "new"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=first, words=st.lists(odd | st.text(st.characters(exclude_characters="\0"), max_size=6), max_size=5))
def test_no_words_make_a_bug(run, archive, name, words):
    """Whatever is typed, the exit code is a documented one, the words are French, and the livret is whole after."""
    code, _, err = run(name, *words)
    assert code in CODES, (code, err)
    assert code == 0 or err.strip()
    assert ENGLISH.findall(err.replace("[OPTIONS]", "")) == [] or "Usage" in err
    assert current(archive).titulaire.nom == "Exemple"
