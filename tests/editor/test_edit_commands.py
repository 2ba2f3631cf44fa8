"""What an agent types, or double-clicks, to get the editor: how it starts, and what is said when it cannot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from data.archive import Archive
from data.errors import LivretError
from data.keys import CHEAPEST
from data.model import Livret
from editor import browser, edit_commands, server
from editor.commands import full
from editor.threshold import Page
from site_builder import terminal
from tests.editor.serving import PATIENCE, ROOT

Run = Callable[..., tuple[int, str, str]]
START = f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv[0] = 'livret'; from editor.launch import main; main()"
ALONE: list[str] = []


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process; gives its exit code, its results, and what it said beside."""

    def runs(*arguments: object) -> tuple[int, str, str]:
        code = terminal._run(full(), [str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return runs


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path | None, dict[str, object]]]:
    """What the server was asked to serve; it is not started."""
    asked: list[tuple[Path | None, dict[str, object]]] = []
    monkeypatch.setattr(server, "run", lambda path, **how: asked.append((path, how)))
    return asked


@pytest.mark.parametrize("words", [ALONE, ["edit"]], ids=["alone", "edit"])
def test_alone_or_with_edit_the_command_starts_the_editor(tmp_path: Path, words: list[str]):
    """`livret`, without a window to open, tells its address and ends at Ctrl+C, all in French, exit code 0."""
    quiet = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", START, *words],
        cwd=tmp_path, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    ) as process:  # fmt: skip
        assert process.stdout is not None
        first, address = process.stdout.readline(), process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert first.startswith("Livret est prêt.")
    assert address.startswith("http://livret-")
    assert out == ""
    assert err.endswith("Livret est fermé.\n")


def test_a_file_is_handed_to_the_editor(run: Run, started: list[tuple[Path | None, dict[str, object]]], tmp_path: Path):
    """The file, the port and whether to open a browser reach the server; alone, it chooses for itself."""
    file = tmp_path / "mon.livret"
    with Archive.create(file, "essai", Livret(), profile=CHEAPEST):
        pass
    code, _, err = run("edit", file, "--port", "4321", "--no-browser")
    assert (code, started.pop()) == (0, (file.absolute(), {"port": 4321, "browser": False}))
    assert "navigateur" not in err
    assert run()[0] == 0
    assert started.pop() == (None, {"port": 0, "browser": True})


@pytest.mark.parametrize(("name", "code"), [("absent.livret", 3), ("foreign.livret", 5)])
def test_a_file_that_is_none_is_told_at_once(
    run: Run, started: list[tuple[Path | None, dict[str, object]]], tmp_path: Path, name: str, code: int
):
    """A missing or foreign file is told on the terminal, and nothing is started for it."""
    (tmp_path / "foreign.livret").write_bytes(b"no archive")
    done, out, err = run("edit", tmp_path / name)
    assert (done, out, started) == (code, "", [])
    assert err.startswith("livret : ")


def test_a_port_in_use_is_told_in_french(run: Run):
    """The agent is told to choose another port; exit code 8, as for the preview."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        code, _, err = run("edit", "--no-browser", "--port", other.getsockname()[1])
    assert code == 8
    assert "est déjà pris" in err


def test_the_icon_is_written_where_asked(run: Run, tmp_path: Path):
    """`livret shortcut` says where the icon is; a place it cannot write to is told."""
    code, out, _ = run("shortcut", tmp_path)
    (icon,) = tmp_path.iterdir()
    assert code == 0
    assert out == f"À double-cliquer pour ouvrir l’éditeur : {icon}\n"
    assert run("shortcut", tmp_path / "nowhere")[0] == 6


def test_the_editor_is_asked_for_without_loading_the_rest():
    """Until the browser is on its way, neither Streamlit nor the model is loaded: they take half a second each."""
    code = (
        "import sys; from editor import server; from editor.commands import starting;"
        " from site_builder.terminal import _run; server.run = lambda *_, **__: None; _run(starting(), []);"
        " print(sorted({'streamlit', 'pandas', 'data.model'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True, timeout=PATIENCE
    )
    assert done.stdout == "[]\n"


# ── Without a terminal ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages put before somebody who has no terminal."""
    seen: list[str] = []

    def show(page: Page) -> None:
        seen.append(page.body.decode())

    monkeypatch.setattr(browser, "show", show)
    monkeypatch.setattr(sys, "argv", ["livret-editeur"])
    return seen


def test_a_double_click_starts_the_editor(started: list[tuple[Path | None, dict[str, object]]], shown: list[str]):
    """Without arguments and without a console, the editor starts as with `livret`."""
    code = (
        "import sys; sys.stdin = sys.stdout = sys.stderr = None; sys.argv = ['livret-editeur']\n"
        "from editor import server; server.run = lambda *_, **__: print('x') or sys.stderr.write('y')\n"
        "from editor.launch import edit; edit()"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=PATIENCE).returncode == 0
    assert edit_commands.windowless() == 0
    assert (started, shown) == ([(None, {"port": 0, "browser": True})], [])


@pytest.mark.parametrize(
    ("error", "says", "code"),
    [(LivretError("Le port est pris."), "Le port est pris.", 1), (ValueError("1 85 05 78"), "(ValueError)", 70)],
)
def test_a_failure_is_shown_in_the_browser(
    monkeypatch: pytest.MonkeyPatch, shown: list[str], error: Exception, says: str, code: int
):
    """Whoever double-clicks has no terminal: what went wrong comes as a page, without what was typed."""

    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(server, "run", fails)
    assert edit_commands.windowless() == code
    (page,) = shown
    assert says in page
    assert "85 05" not in page


def test_a_missing_file_is_shown_in_the_browser(monkeypatch: pytest.MonkeyPatch, shown: list[str], tmp_path: Path):
    """A file that was moved, opened by its icon, is told as a page too."""
    monkeypatch.setattr(sys, "argv", ["livret-editeur", str(tmp_path / "absent.livret")])
    assert edit_commands.windowless() == 3
    assert "Aucun livret à cet endroit" in shown[0]
