"""The rules the sources keep, and for each rule a planted violation that it sees."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.archive import Archive
from data.demo import livret
from data.keys import CHEAPEST

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("data", "site_builder", "editor")  # each may import itself and those before it
PARTS = (*FLOORS, "themes")
LONGEST = 300
BUILDING = {"jinja2", "streamlit", "markdown_it"}
NETWORK = {
    "socket", "ssl", "http", "urllib.request", "urllib.robotparser", "ftplib", "smtplib", "imaplib", "poplib",
    "telnetlib", "xmlrpc", "socketserver", "asyncio", "requests", "httpx", "urllib3", "aiohttp", "websockets",
}  # fmt: skip
# Written so that these lines do not betray themselves.
ELSEWHERE = re.compile(
    r"(?<![\w.])/(?:root|home|work|Users|opt|srv|mnt)"
    r"/(?!agent\b)[\w.-]+"  # the agent of our examples has no machine
    r"|[A-Za-z]:\\\\?(?:Users|Windows)"
    r"|pypi\." + r"org|pythonhosted\.|registry\.npm" + r"js|npmjs\.|deb\.debian|(?:index|registry)" + r"-url",
    re.IGNORECASE,
)


def modules(root: Path, *parts: str) -> Iterator[tuple[str, ast.Module, str]]:
    """Every module of the parts: its dotted name, its tree, its text."""
    for part in parts or FLOORS:
        for path in sorted((root / part).rglob("*.py")):
            text = path.read_text("utf-8")
            yield ".".join(path.relative_to(root).with_suffix("").parts), ast.parse(text), text


def imports(name: str, tree: ast.Module) -> Iterator[str]:
    """What a module imports, anywhere in it; ``from a import b`` may mean ``a.b``, so it counts as that."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = name.split(".")[: -node.level] if node.level else []
            base = ".".join([*package, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__"):
                yield str(node.args[0].value)


def imported(root: Path, *parts: str) -> Iterator[tuple[str, str]]:
    for name, tree, _ in modules(root, *parts):
        yield from ((name, found) for found in imports(name, tree))


def within(found: str, packages: set[str]) -> bool:
    return any(found == package or found.startswith(f"{package}.") for package in packages)


def climbing(root: Path) -> list[str]:
    faults = []
    for name, found in imported(root):
        floor, target = name.split(".")[0], found.split(".")[0]
        if target in FLOORS and FLOORS.index(target) > FLOORS.index(floor):
            faults.append(f"{name} must not know {found}")
    return faults


def second_copies(root: Path) -> list[str]:
    return [f"{name} imports {found}" for name, found in imported(root) if within(found, {"livret"})]


def programs_in_themes(root: Path) -> list[str]:
    known = root / "themes" / "__init__.py"
    faults = [str(path.relative_to(root)) for path in (root / "themes").rglob("*.py*") if path != known]
    if any(not isinstance(node, ast.Expr) for node in ast.parse(known.read_text("utf-8")).body):
        faults.append("themes/__init__.py holds more than its docstring")
    return [fault for fault in faults if "__pycache__" not in fault]


def namesakes(root: Path) -> list[str]:
    stems = {path.stem for path in (root / "editor").iterdir() if path.suffix == ".py" or path.is_dir()}
    return sorted((stems - {"__init__", "__pycache__"}) & (sys.stdlib_module_names | set(PARTS)))


def pandas_users(root: Path) -> list[str]:
    return sorted({name for name, found in imported(root) if within(found, {"pandas", "numpy"})} - {"data.tables"})


def what_data_must_not_know(root: Path) -> list[str]:
    return [f"{name} imports {found}" for name, found in imported(root, "data") if within(found, BUILDING | NETWORK)]


def streamlit_below_the_editor(root: Path) -> list[str]:
    below = imported(root, "data", "site_builder")
    return [f"{name} imports {found}" for name, found in below if within(found, {"streamlit"})]


def unexplained_lengths(root: Path) -> list[str]:
    """Modules of more than 300 lines, their docstring apart, whose docstring does not say « 300 lines because »."""
    faults = []
    for name, tree, text in modules(root):
        said = ast.get_docstring(tree) or ""
        lines = len(text.splitlines()) - len(said.splitlines())
        if lines > LONGEST and f"{LONGEST} lines because" not in " ".join(said.split()):
            faults.append(f"{name} has {lines} lines")
    return faults


def places_of_one_machine(root: Path, files: list[str]) -> list[str]:
    faults = []
    for file in files:
        try:
            text = (root / file).read_bytes().decode("utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a binary file, or one being moved
        for number, line in enumerate(text.splitlines(), 1):
            if found := ELSEWHERE.search(line):
                faults.append(f"{file}:{number}: {found[0]}")
    return faults


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout
    return listed.splitlines()


def write(root: Path, path: str, text: str) -> Path:
    for part in PARTS:
        (root / part).mkdir(exist_ok=True)
        (root / part / "__init__.py").touch()
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return root


RULES = [
    (climbing, "data/model.py", "def late():\n    from editor import commands\n"),
    (climbing, "data/model.py", "from importlib import import_module\nimport_module('site_builder.build')\n"),
    (climbing, "site_builder/view.py", "import editor.commands\n"),
    (climbing, "data/demo/more.py", "from ...site_builder import view\n"),
    (second_copies, "editor/commands.py", "import livret.data\n"),
    (second_copies, "data/model.py", "from livret import main\n"),
    (programs_in_themes, "themes/mine/theme.py", ""),
    (programs_in_themes, "themes/mine/theme.pyc", ""),
    (programs_in_themes, "themes/__init__.py", "import os\n"),
    (namesakes, "editor/secrets.py", ""),
    (namesakes, "editor/themes/__init__.py", ""),
    (pandas_users, "site_builder/view.py", "def table():\n    import pandas as pd\n"),
    (what_data_must_not_know, "data/model.py", "from jinja2 import Template\n"),
    (what_data_must_not_know, "data/model.py", "import streamlit as st\n"),
    (what_data_must_not_know, "data/model.py", "from urllib import request\n"),
    (what_data_must_not_know, "data/model.py", "import http.client\n"),
    (streamlit_below_the_editor, "site_builder/cli.py", "def edit():\n    import streamlit\n"),
    (unexplained_lengths, "data/model.py", '"""All of it."""\n' + "x = 1\n" * 301),
]


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _, _ in RULES), ids=lambda rule: rule.__name__)
def test_the_sources_keep_the_rule(rule: Callable[[Path], list[str]]):
    """The project's own sources break no rule of the architecture."""
    assert rule(ROOT) == []


@pytest.mark.parametrize(("rule", "path", "text"), RULES, ids=lambda value: getattr(value, "__name__", None) or "")
def test_the_rule_sees_a_violation(rule: Callable[[Path], list[str]], path: str, text: str, tmp_path: Path):
    """A planted violation is reported, and the same tree without it is not."""
    root = write(tmp_path, path, text)
    assert len(rule(root)) == 1
    (root / path).write_text("", "utf-8")
    if path.startswith("editor/") or (path.startswith("themes/") and "__init__" not in path):
        (root / path).unlink()
        if path.endswith("__init__.py"):
            (root / path).parent.rmdir()
    assert rule(root) == []


def test_a_reason_in_the_docstring_excuses_a_long_module(tmp_path: Path):
    """A long module whose docstring says why is accepted."""
    root = write(tmp_path, "data/model.py", '"""Longer than 300 lines\nbecause it is one table."""\n' + "x = 1\n" * 400)
    assert unexplained_lengths(root) == []


def test_the_rules_read_every_module():
    """The rules look at all three floors, so that none of them passes for want of anything to read."""
    seen = [name for name, _, _ in modules(ROOT)]
    assert {"data.model", "site_builder.outputs.folder", "editor.commands", "data.nomenclatures.__init__"} <= set(seen)


def test_no_tracked_file_names_a_machine_or_a_registry():
    """No file that git keeps holds an absolute path of somebody's machine or the host of a package registry."""
    assert places_of_one_machine(ROOT, tracked()) == []


@pytest.mark.parametrize(
    "line",
    [
        "see /" + "root/project/x.py",
        "open('/" + "opt/out')",
        "C:\\" + "Users\\ada",
        '"resolved": "ht' + "tps://registry.npm" + 'js.org/axe"',
        "--extra-index" + "-url https://example.org",
    ],
)
def test_a_planted_path_or_registry_is_seen(line: str, tmp_path: Path):
    """A machine's path or a registry's host is found wherever it stands in a line."""
    (tmp_path / "file.txt").write_text(f"first\n{line}\n", "utf-8")
    assert [fault.split(": ")[0] for fault in places_of_one_machine(tmp_path, ["file.txt"])] == ["file.txt:2"]


SPY = """
import sys
from editor.commands import full
from site_builder.terminal import _run
code = _run(full(), sys.argv[1:])
print(*sorted({name.split(".")[0] for name in sys.modules}))
sys.exit(code)
"""


def loaded_by(*arguments: str, cwd: Path, code: str = SPY) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=cwd, check=True, capture_output=True, encoding="utf-8",
        env={"LIVRET_PASSWORD": "essai", "PYTHONPATH": str(ROOT), "HOME": str(cwd), "PYTHONUTF8": "1"},
    )  # fmt: skip
    return set(done.stdout.splitlines()[-1].split())


def test_building_a_site_loads_neither_streamlit_nor_pandas(tmp_path: Path):
    """`livret build` does its whole work without the two slowest libraries to load."""
    career = livret()
    bare = career.with_(pieces=(), publications=tuple(p.with_(pieces=()) for p in career.publications))
    with Archive.create(tmp_path / "a.livret", "essai", bare, profile=CHEAPEST):
        pass
    loaded = loaded_by("build", "a.livret", cwd=tmp_path)
    assert (tmp_path / "portfolio" / "index.html").exists()
    assert "jinja2" in loaded
    assert not loaded & {"streamlit", "pandas", "numpy", "pyarrow"}


def test_a_loaded_library_would_be_seen(tmp_path: Path):
    """The list of what a process loaded does name pandas once something imports it."""
    assert "pandas" in loaded_by("theme", "list", cwd=tmp_path, code="import data.tables" + SPY)
