"""What every test may use: the demonstration, made once, and tools that may be missing on a desk, never in CI."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser

from data import demo
from data.model import Livret

CI = os.environ.get("CI") == "true"
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the programs that tests start are compiled once, as when installed


def absent(what: str) -> None:
    """Skip a test for want of something outside the project; on a CI machine nothing may be wanting."""
    if CI:
        pytest.fail(f"{what} is missing, and a CI machine skips nothing")
    pytest.skip(f"{what} is missing; `python3 .ci/checks.py` installs it where it can")


@pytest.fixture(scope="session")
def tool() -> Callable[..., str]:
    """Find a system command under one of its names."""

    def find(*names: str) -> str:
        found = next(filter(None, map(shutil.which, names)), None)
        if found is None:
            absent(names[0])
        return str(found)

    return find


@pytest.fixture(scope="session")
def browser(tool: Callable[..., str]) -> Iterator[Browser]:
    """A running Chromium: one a process, for Playwright cannot be started twice in one."""
    from tests.browser import pages  # noqa: PLC0415 - most workers' first tests need none

    tool(*pages.CHROMIUM)
    with pages.chromium() as running:
        yield running


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of one run see: what takes seconds to make is made once."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def demonstration(shared: Path) -> tuple[Livret, dict[str, bytes]]:
    """The demonstration career and its documents."""
    kept = shared / "demo.pickle"
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            livret, documents = demo.build()
            kept.write_bytes(pickle.dumps((livret.to_data(), documents)))
    data, documents = pickle.loads(kept.read_bytes())  # noqa: S301 - written by this very run
    return Livret.from_data(data), documents


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Let a failure be told between workers even when its example is a text that UTF-8 cannot write."""
    return _writable((yield))


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_writable(key): _writable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_writable, value))
    return value
