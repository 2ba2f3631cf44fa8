"""What is documented exists, and what exists is documented: commands, options, exit codes, themes, versions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from data import errors
from data.errors import LivretError
from data.model import LISTES
from editor.commands import full
from editor.example import PASSWORD as DEMO_PASSWORD
from site_builder import terminal
from site_builder.themes import available

ROOT = Path(__file__).resolve().parent.parent
SETUPS = ("python3 .ci/demo.py", "python3 .ci/checks.py")
HELP = {"--help", "-h"}

app = full()


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def rows(text: str, heading: str) -> list[list[str]]:
    """The rows of the Markdown table whose first heading is this one, each a list of its cells."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(f"| {heading} |"):
            next(lines)
            found = []
            for row in lines:
                if not row.startswith("|"):
                    return found
                found.append([cell.strip() for cell in row.strip("| ").split(" | ")])
            return found
    return []


def commands(group: Any, before: str = "livret") -> Iterator[tuple[str, set[str]]]:
    """Every command and its options, as the program itself knows them."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before} {name}")
        else:
            given = {text for p in command.params for text in (*p.opts, *p.secondary_opts) if text.startswith("-")}
            yield f"{before} {name}", given - HELP


def documented(text: str) -> dict[str, set[str]]:
    """Every command of the table and the options named in its row."""
    found = {}
    for row in rows(text, "command"):
        words = row[0].strip("`").split()
        name = " ".join(word for word in words if re.fullmatch(r"[a-z]+", word))
        found[name] = set(re.findall(r"`(--?[a-z][a-z-]*)`", " ".join(row[1:])))
    return found


def exit_codes() -> set[int]:
    """Every code the command may end with."""
    tree = [LivretError]
    for error in tree:
        tree += error.__subclasses__()
    ours = {error.exit_code for error in tree if error.__module__ == errors.__name__ and error is not LivretError}
    return ours | {0, 1, terminal.USAGE_CODE, terminal.BUG_CODE, terminal.INTERRUPTED_CODE}


def test_every_command_and_option_is_in_the_table_and_nothing_else():
    """README's table of commands names exactly the program's commands, each with exactly its options."""
    assert documented(read("README.md")) == dict(commands(typer.main.get_command(app)))


def test_the_table_would_miss_a_forgotten_option():
    """A row that lacks an option, or a command without a row, makes the comparison fail."""
    text = (
        "| command | does |\n| --- | --- |\n| `livret new LIVRET` | makes | `--nom` `-n` |\n| `livret theme list` | |\n"
    )
    assert documented(text) == {"livret new": {"--nom", "-n"}, "livret theme list": set()}


@pytest.mark.parametrize("command", [name for name, _ in commands(typer.main.get_command(app))])
def test_the_french_guide_names_every_command_but_the_programmers(command: str):
    """The guide for agents speaks of every command they may need."""
    if command in ("livret schema", "livret theme new", "livret theme check"):
        assert command in read("README.md")
    else:
        assert command in read("README.fr.md")


def test_every_exit_code_is_documented_and_no_other():
    """README's table of exit codes is the program's."""
    assert {int(row[0]) for row in rows(read("README.md"), "exit code")} == exit_codes()


@pytest.mark.parametrize("command", SETUPS)
def test_the_readme_gives_the_commands_that_set_up(command: str):
    """README holds the two commands, and the scripts they name are there."""
    assert command in read("README.md")
    assert (ROOT / command.split()[1]).is_file()


def test_ci_runs_the_readmes_command_and_nothing_else():
    """The machine that judges a change runs what README tells people to run."""
    lines = [line for line in read(".ci/run").splitlines() if line and not line.startswith("#")]
    assert lines == [f'cd "$(dirname "$0")/.." && exec {SETUPS[1]}']


def test_every_theme_is_in_the_readme_and_no_other():
    """README's table of themes names the themes that can be chosen."""
    assert {row[0].strip("`") for row in rows(read("README.md"), "theme")} == {theme.name for theme in available()}


def test_the_readme_gives_the_password_of_the_demonstration():
    """Whoever makes the demonstration can open it."""
    assert DEMO_PASSWORD in read("README.md")


def test_the_changelog_begins_with_the_version_that_is_shipped():
    """The newest entry of the changelog is the version of the package."""
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    newest = re.search(r"^## \[([^\]]+)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == version


def test_the_glossary_explains_the_words_of_the_model():
    """Every part and list of the livret that keeps its French name is explained in FORMAT.md's glossary."""
    glossary = " ".join(row[0] for row in rows(read("data/FORMAT.md"), "word"))
    known = {singular(word) for word in re.findall(r"\w+", glossary)}
    lists = {name.split(".")[-1] for name in LISTES}
    missing = {name for name in lists if not {singular(word) for word in name.split("_")} & known}
    assert missing == set()


def plain(word: str) -> str:
    return word.lower().translate(str.maketrans("éèêâîôûç", "eeeaiouc"))


def singular(word: str) -> str:
    return plain(word).rstrip("s")


LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def dead_links(name: str, text: str) -> list[str]:
    """The relative links of a page that lead nowhere."""
    links = [link for link in LINK.findall(text) if "://" not in link]
    return [link for link in links if not (ROOT / name).parent.joinpath(link).exists()]


@pytest.mark.parametrize("name", ["README.md", "README.fr.md", "CHANGELOG.md", "data/FORMAT.md"])
def test_every_link_to_a_file_leads_somewhere(name: str):
    """A page names no file that is not there."""
    assert dead_links(name, read(name)) == []


def test_a_dead_link_would_be_seen():
    """A link to a file that is missing is reported, one that exists or leaves the project is not."""
    text = "[a](nowhere.md) [b](README.md#part) [c](https://example.org/x)"
    assert dead_links("README.md", text) == ["nowhere.md"]


def test_the_readme_holds_no_placeholder():
    """No figure is left to be filled in."""
    assert re.findall(r"^[A-Z]{4,}$", read("README.md"), re.MULTILINE) == []
