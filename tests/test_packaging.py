"""What is shipped is whole, keeps to its own room, and works far from the checkout without a network."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution, distributions, packages_distributions
from pathlib import Path

import pytest
from filelock import FileLock
from packaging.requirements import Requirement

from editor.example import PASSWORD as DEMO_PASSWORD
from tests.browser.pages import themes

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("data", "site_builder", "editor", "themes")
NOWHERE = "http://127.0.0.1:9"  # the discard port: whoever telephones fails at once
CUT_OFF = {
    name: NOWHERE
    for proxy in ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy")
    for name in (proxy, proxy.upper())
} | {"no_proxy": "", "NO_PROXY": "", "PIP_NO_INDEX": "1"}


def run(*words: str | Path, cwd: Path, **variables: str) -> str:
    """Run something with no way out to a network and nothing of this process's Python; give what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    home = {"HOME": str(cwd), "XDG_DATA_HOME": str(cwd), "PYTHONUTF8": "1"}
    done = subprocess.run(
        words, cwd=cwd, env=kept | CUT_OFF | home | variables, check=False, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def shipped(shared: Path) -> dict[str, Path]:
    """The source archive, the wheel made from it, and the wheel made from the checkout."""
    home = shared / "dist"
    tree, through = home / "tree", home / "through"
    with FileLock(shared / "dist.lock"):
        if not home.exists():
            copy = shared / "checkout"
            listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
            for name in filter(None, listed.stdout.split("\0")):
                if (ROOT / name).is_file():  # what is tracked, as it is now: a stray file must not make it pass
                    (copy / name).parent.mkdir(parents=True, exist_ok=True)
                    (copy / name).write_bytes((ROOT / name).read_bytes())
            build = (sys.executable, "-m", "build", "--no-isolation")
            run(*build, "--wheel", "--outdir", tree, cwd=copy)
            run(*build, "--outdir", through, cwd=copy)
    (sdist,) = through.glob("*.tar.gz")
    (wheel,) = through.glob("*.whl")
    (direct,) = tree.glob("*.whl")
    return {"sdist": sdist, "wheel": wheel, "direct": direct}


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as opened:
        return {name: opened.read(name) for name in opened.namelist() if not name.endswith("/")}


def strangers(names: Iterable[str]) -> set[str]:
    """What a wheel would lay in site-packages beside `livret` and its card."""
    tops = {name.split("/")[0] for name in names}
    return {top for top in tops if top != "livret" and not (top.startswith("livret-") and top.endswith(".dist-info"))}


def left_behind(names: Iterable[str], root: Path = ROOT) -> set[str]:
    """The tracked files of the parts that a wheel lacks."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *PARTS], cwd=root, check=True, capture_output=True, text=True
    )
    present = {name for name in listed.stdout.split("\0") if name and (root / name).is_file()}
    return {f"livret/{name}" for name in present - {"editor/launch.py"}} - set(names)  # that one is livret/__init__.py


def test_a_wheel_lays_one_room_and_its_card(shipped: dict[str, Path]):
    """Installing Livret adds `livret` to site-packages and nothing else."""
    assert strangers(contents(shipped["wheel"])) == set()


def test_a_part_outside_the_room_would_be_seen():
    """A wheel that laid `data` beside `livret` would be reported."""
    assert strangers(["livret/data/model.py", "data/model.py", "livret-1.dist-info/RECORD"]) == {"data"}


def test_a_wheel_holds_every_file_of_the_parts(shipped: dict[str, Path]):
    """Themes, typefaces, lists, the demonstration, the sheets and the format's page travel with the program."""
    names = set(contents(shipped["wheel"]))
    assert left_behind(names) == set()
    assert {"livret/__init__.py", "livret/data/FORMAT.md", "livret/themes/base/theme.toml"} <= names
    assert any(name.startswith("livret/data/nomenclatures/") and name.endswith(".toml") for name in names)
    assert any(name.startswith("livret/site_builder/sheets/") for name in names)


def test_a_forgotten_file_would_be_seen(shipped: dict[str, Path]):
    """A wheel without one of the lists is reported by that list's name."""
    names = set(contents(shipped["wheel"])) - {"livret/data/nomenclatures/filieres.toml"}
    assert left_behind(names) == {"livret/data/nomenclatures/filieres.toml"}


def test_the_source_archive_makes_the_same_wheel(shipped: dict[str, Path]):
    """The wheel built from the source archive is the one built from the checkout, file by file."""
    assert contents(shipped["wheel"]) == contents(shipped["direct"])


def test_no_dependency_claims_a_name_of_ours():
    """No installed package would be hidden by a part of Livret, nor hide one."""
    claimed = packages_distributions()
    assert {name: claimed[name] for name in PARTS if set(claimed.get(name, ())) - {"livret"}} == {}


@pytest.fixture(scope="session")
def installed(shared: Path, shipped: dict[str, Path]) -> Path:
    """An environment that holds the wheel and what it depends on; nothing of the checkout, nothing for developers.

    The dependencies themselves are those of this run, lent by a folder of links: downloading them anew would prove
    nothing of ours and take minutes. Which are lent is read from the wheel, so a forgotten dependency is missing there.
    """
    home = shared / "installed"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with FileLock(shared / "installed.lock"):
        if not home.exists():
            venv.create(home, with_pip=False, symlinks=os.name != "nt")
            pip = (sys.executable, "-m", "pip", "--python", python)
            run(*pip, "install", "--no-deps", "--no-index", "--quiet", shipped["wheel"], cwd=shared)
            lend(Path(run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=shared).strip()))
    return python


def lend(packages: Path) -> None:
    """Link into an environment what the Livret installed there says it needs, and what that needs in turn."""
    (card,) = distributions(path=[str(packages)])
    lent, waiting = set(), needed(card)
    while waiting:
        found = distribution(waiting.pop())
        if found.name in lent:
            continue
        lent.add(found.name)
        waiting += needed(found)
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            if not (packages / top).exists():
                (packages / top).symlink_to(Path(str(found.locate_file(top))))


def needed(found: Distribution) -> list[str]:
    """The names of what a package depends on, on this machine, optional groups apart."""
    wanted = map(Requirement, found.requires or ())
    return [one.name for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]


def test_the_installed_program_keeps_generic_names_to_itself(installed: Path, tmp_path: Path):
    """Where Livret is installed, `import data` or `import editor` finds nothing until Livret itself runs."""
    code = f"from importlib.util import find_spec; print([name for name in {PARTS} if find_spec(name)])"
    assert run(installed, "-c", code, cwd=tmp_path).strip() == "[]"
    assert run(installed, "-c", f"import livret; {code}", cwd=tmp_path).strip() == str(list(PARTS))


def test_the_installed_program_does_not_see_the_checkout(installed: Path, tmp_path: Path):
    """Nothing on the installed program's path leads to the sources, nor to the tools of developers."""
    code = (
        "import livret, sys, data, themes; from importlib.util import find_spec; print(sys.path, data.__path__);"
        "print([name for name in ('pytest', 'mypy', 'hypothesis', 'playwright') if find_spec(name)])"
    )
    paths, tools = run(installed, "-c", code, cwd=tmp_path).splitlines()
    assert repr(str(ROOT))[:-1] not in paths
    assert tools == "[]"


def livret(installed: Path, *words: str, cwd: Path) -> str:
    """Run the installed command."""
    return run(installed.with_name("livret"), *words, cwd=cwd, LIVRET_PASSWORD=DEMO_PASSWORD)


def test_the_installed_program_makes_and_builds_the_demonstration(installed: Path, tmp_path: Path):
    """Far from its sources and from any network, the command helps, lists, makes the demonstration and its site."""
    assert "theme" in livret(installed, "--help", cwd=tmp_path)
    for theme in themes():
        assert theme in livret(installed, "theme", "list", cwd=tmp_path)
    livret(installed, "demo", "essai.livret", cwd=tmp_path)
    livret(installed, "build", "essai.livret", "--out", "site", cwd=tmp_path)
    page = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "<h1" in page
    assert any((tmp_path / "site" / "documents").iterdir())
    assert '"properties"' in livret(installed, "schema", cwd=tmp_path)


@pytest.mark.parametrize("theme", themes())
def test_every_theme_builds_where_it_is_installed(installed: Path, theme: str, tmp_path: Path):
    """A theme finds its templates, styles and words inside the wheel."""
    code = (
        "import livret; from data.demo import livret as career; from datetime import date; from site_builder import"
        " gate, present, themes; from site_builder.build import build; all = career();"
        " view = present.present(all, gate.default_publication(all), date(2026, 11, 23));"
        f" print(*build(view, themes.find({theme!r})).files)"
    )
    built = run(installed, "-c", code, cwd=tmp_path).split()
    home = ROOT / "themes" / theme / "static"
    assert "index.html" in built
    assert {f"assets/{path.relative_to(home).as_posix()}" for path in home.rglob("*") if path.is_file()} <= set(built)


def test_a_way_out_to_the_network_is_closed(installed: Path, tmp_path: Path):
    """The proxies these tests set refuse every request, so that none could have passed unseen."""
    code = (
        "import urllib.request, urllib.error\n"
        "try: urllib.request.urlopen('http://example.invalid/', timeout=5)\n"
        "except urllib.error.URLError as error: print(type(error.reason).__name__)"
    )
    assert run(installed, "-c", code, cwd=tmp_path).strip() == "ConnectionRefusedError"
