"""One browser a worker, and the built pages once for all workers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from data.archive import Archive
from data.keys import CHEAPEST
from data.model import Livret
from editor.example import PASSWORD
from tests.browser import pages
from tests.conftest import absent


@pytest.fixture(scope="session")
def portfolio(shared: Path, demonstration: tuple[Livret, dict[str, bytes]]) -> Callable[[str], Path]:
    """The folder of the demonstration's portfolio in a theme."""

    def home(theme: str) -> Path:
        folder = shared / "portfolios" / theme
        with FileLock(shared / f"{theme}.lock"):
            if not (folder / pages.SINGLE).exists():
                pages.build(theme, folder, *demonstration)
        return folder

    return home


@pytest.fixture
def archive(tmp_path: Path, demonstration: tuple[Livret, dict[str, bytes]]) -> Path:
    """The demonstration under its published password, cheap to open."""
    path = tmp_path / "demo.livret"
    livret, pieces = demonstration
    Archive.create(path, PASSWORD, livret, pieces=pieces, profile=CHEAPEST).close()
    return path


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of the accessibility checker."""
    path = pages.npm_file("axe-core/axe.min.js")
    if not path.exists():
        absent("axe-core")
    return path.read_text("utf-8")


@pytest.fixture(scope="session")
def html_checker(tool: Callable[..., str]) -> list[str]:
    """The command of the Nu HTML checker."""
    jar = pages.npm_file("vnu-jar/build/dist/vnu.jar")
    if not jar.exists():
        absent("vnu-jar")
    return [tool("java"), "-Xss2m", "-jar", str(jar)]
