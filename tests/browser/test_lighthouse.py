"""Lighthouse has nothing to say against the first page and the single page of any theme."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import lighthouse
from tests.browser.pages import CHROMIUM, SINGLE, themes
from tests.conftest import absent

Home = Callable[[str], Path]
PERFECT = dict.fromkeys(lighthouse.CATEGORIES, 100)


@pytest.fixture(scope="module")
def node(tool: Callable[..., str]) -> str:
    """The program that runs Lighthouse, when all it needs is there."""
    if not lighthouse.COMMAND.exists():
        absent("lighthouse")
    tool(*CHROMIUM)
    return tool("node")


@pytest.mark.parametrize("theme", themes())
def test_lighthouse_gives_full_marks_to_the_first_page(node: str, portfolio: Home, theme: str):
    """The page that is opened first gets 100 out of 100 in accessibility and in best practices."""
    with lighthouse.served(portfolio(theme)) as address:
        verdict = lighthouse.judge(node, f"{address}/index.html")
    assert (verdict.scores, verdict.faults) == (PERFECT, [])


@pytest.mark.parametrize("theme", themes())
def test_lighthouse_gives_full_marks_to_the_single_page(node: str, portfolio: Home, tmp_path: Path, theme: str):
    """The page that holds everything, every list and every row, gets 100 out of 100 as well."""
    page = lighthouse.lightened(portfolio(theme) / SINGLE, tmp_path)
    with lighthouse.served(tmp_path) as address:
        verdict = lighthouse.judge(node, f"{address}/{page.name}")
    assert (verdict.scores, verdict.faults) == (PERFECT, [])


def test_lighthouse_would_see_a_bad_page(node: str, tmp_path: Path):
    """A page without a language, whose picture has no text, loses points in accessibility and says why."""
    (tmp_path / "index.html").write_text(
        "<!doctype html><title>x</title><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"
    )
    with lighthouse.served(tmp_path) as address:
        verdict = lighthouse.judge(node, f"{address}/index.html")
    assert verdict.scores["accessibility"] < 100
    assert {fault.split(":")[0] for fault in verdict.faults} >= {"html-has-lang", "image-alt"}
