"""``livret dossier``: what « Publier » does, in a terminal: list, new, check, build, and the log kept of it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from data import demarches
from data.archive import Archive
from data.keys import CHEAPEST
from editor.commands import full
from site_builder import terminal
from site_builder.outputs import bundle, forms, protected_page
from tests.data.samples import livret

PASSWORD = "essai"
PHRASE = "ruche lampe vallon plume douze citron hameau"
BOOK = livret(
    titulaire={"prenom": "Anaïs", "nom": "Exemple", "courriel": "anais@example.org"},
    emplois=[{"id": "e1", "intitule": "Gestionnaire", "employeur": "Ville", "debut": "2010", "secteur": "FPT"}],
    activites=[{"id": "a1", "intitule": "Mandat syndical", "sensibilite": 3}],
    pieces=[{"id": "p1", "titre": "Attestation", "media": "text/plain", "taille": 5}],
    publications=[
        {"id": "mut", "titre": "Mutation", "demarche": "mutation", "documents": ["p1"], "destinataire": "Ville"}
    ],
)

app = full()


@pytest.fixture
def archive(tmp_path, monkeypatch) -> Path:
    """A small livret, its password in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIVRET_PASSWORD", PASSWORD)
    path = tmp_path / "mon.livret"
    Archive.create(path, PASSWORD, BOOK, pieces={"p1": b"texte"}, profile=CHEAPEST).close()
    return path


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command; gives its exit code, its results, and what it said beside."""

    def runs(*words: object, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        code = terminal._run(app, ["dossier", *map(str, words)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return runs


def kept(path: Path):
    with Archive.open(path, PASSWORD, read_only=True) as held:
        return held.livret


def test_the_dossiers_and_the_log_are_listed(archive, run):
    """Each dossier with its procedure and its reader, then what was handed over; as JSON for a script."""
    run("build", archive, "--form", "json")
    code, out, _ = run("list", archive)
    assert code == 0
    assert "Mutation (Mutation) → Ville" in out
    assert forms.named("json").titre in out
    data = json.loads(run("list", archive, "--json")[1])
    assert [one["id"] for one in data["dossiers"]] == ["mut"]
    assert data["envois"][0]["publication"] == "mut"


@pytest.mark.parametrize("code", demarches.codes())
def test_a_dossier_is_prepared_for_every_procedure(archive, run, code):
    """The dossier is in the livret, serves its procedure, and took no row that needs an agreement."""
    done, out, _ = run("new", archive, "--demarche", code, "--recipient", "CDG", "--json")
    assert done == 0
    made = kept(archive).publications[-1]
    assert json.loads(out)["id"] == made.id
    assert (made.demarche, made.destinataire, made.consentements) == (code, "CDG", ())


def test_a_dossier_is_copied(archive, run):
    """A copy keeps the choices of the first, under another title."""
    assert run("new", archive, "--from", "mut", "--title", "Autre ville")[0] == 0
    made = kept(archive).publications[-1]
    assert (made.titre, made.documents, made.demarche) == ("Autre ville", ("p1",), "mutation")


def test_an_unknown_procedure_is_told_with_those_there_are(archive, run):
    """A procedure without a file is refused, and nothing is created."""
    code, _, err = run("new", archive, "--demarche", "promotion")
    assert code != 0
    assert "mutation" in err
    assert len(kept(archive).publications) == 1


def test_check_says_what_leaves_what_stays_and_what_is_missing(archive, run):
    """Rows, documents, reasons to stay, documents expected; nothing is written."""
    before = archive.read_bytes()
    code, out, _ = run("check", archive)
    assert code == 0
    assert "Gestionnaire" in out
    assert "01-attestation.txt" in out
    assert "Catégorie particulière, sans votre accord : 1" in out.replace("\u00a0", " ")
    assert "Lettre de motivation" in out
    assert archive.read_bytes() == before
    data = json.loads(run("check", archive, "--json")[1])
    assert data["documents"][0]["fichier"] == "01-attestation.txt"
    assert data["constats"]


def test_check_fails_when_something_must_never_leave(archive, run):
    """A social security number makes the check fail, with its place and without the number."""
    with Archive.open(archive, PASSWORD) as held:
        held.save(BOOK.with_(titulaire=BOOK.titulaire.with_(titre="1 84 12 76 451 089 46")))
    code, out, _ = run("check", archive)
    assert code == 1
    assert "À retirer avant tout envoi" in out
    assert "451 089" not in out


def test_several_forms_are_written_at_once_and_logged(archive, run, tmp_path):
    """Each form is where it was asked for, under its own name; the log has one line each."""
    code, out, _ = run("build", archive, "-f", "pdf", "-f", "xlsx", "-f", "dossier", "--out", "sortie")
    assert code == 0
    home = tmp_path / "sortie"
    assert {path.name for path in home.iterdir()} == {
        "portfolio-mutation.pdf", "tableaux-mutation.xlsx", "portfolio-mutation"
    }  # fmt: skip
    assert str(home / "portfolio-mutation" / "index.html") in out
    assert [one.format for one in kept(archive).envois] == [
        forms.named(one).titre for one in ("pdf", "xlsx", "dossier")
    ]


def test_passphrases_are_drawn_and_said_once(archive, run, tmp_path):
    """One for each reader, each opens the page; the log names the readers and holds no phrase."""
    code, out, err = run("build", archive, "-f", "protegee", "--recipient", "Mme A", "--recipient", "M. B")
    assert code == 0
    phrases = [line.rpartition(" : ")[2] for line in out.splitlines() if line.startswith("Phrase de passe")]
    page = (tmp_path / "portfolio-protege-mutation.html").read_bytes()
    assert len({protected_page.unprotect(page, phrase) for phrase in phrases}) == 1 == len(set(phrases)) - 1
    assert "autre moyen" in err
    (envoi,) = kept(archive).envois
    assert envoi.destinataire == "Mme A, M. B"
    assert not any(phrase in str(kept(archive).to_data()) for phrase in phrases)


def test_a_passphrase_can_come_from_standard_input(archive, run, tmp_path):
    """After the password's line, if any, comes the passphrase; a weak one is refused and nothing is written."""
    code, out, _ = run("build", archive, "-f", "zip", "--passphrase-stdin", "--json", stdin=f"{PHRASE}\n")
    assert code == 0
    data = json.loads(out)
    assert bundle.unpack(Path(data["envois"][0]["fichier"]).read_bytes(), PHRASE)
    assert len(data["envois"][0]["avec"]) == 2
    code, _, err = run("build", archive, "-f", "protegee", "--passphrase-stdin", stdin="soleil\n")
    assert code == 4
    assert "trop faible" in err or "insuffisant" in err
    assert not (tmp_path / "portfolio-protege-mutation.html").exists()


def test_nothing_is_logged_when_asked(archive, run):
    """With ``--no-log`` the livret is only read: its bytes do not change."""
    before = archive.read_bytes()
    assert run("build", archive, "-f", "pdf", "--no-log")[0] == 0
    assert archive.read_bytes() == before


def test_a_place_that_is_taken_stops_every_form(archive, run, tmp_path):
    """Somebody's file at the place of one form: no other is written either, and nothing is logged."""
    (tmp_path / "tableaux-mutation.xlsx").write_bytes(b"mine")
    code, _, err = run("build", archive, "-f", "pdf", "-f", "xlsx")
    assert code == 6
    assert "n’a pas été écrit par ce livret" in err
    assert (tmp_path / "tableaux-mutation.xlsx").read_bytes() == b"mine"
    assert not (tmp_path / "portfolio-mutation.pdf").exists()
    assert not kept(archive).envois


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-f", "pdff"), "vouliez-vous « pdf »"),
        (("--target", 3), "choisissez 1, 2, 5 ou 10"),
        (("-p", "x"), "Aucun dossier"),
    ],
)
def test_a_wrong_choice_is_told_in_a_sentence(archive, run, words, says):
    """An unknown form, weight or dossier is refused with what there is."""
    code, _, err = run("build", archive, *words)
    assert code != 0
    assert says in err
