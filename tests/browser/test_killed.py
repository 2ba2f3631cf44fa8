"""The editor killed under a browser in the middle of an edit; ``LIVRET_KILLS`` says how many times."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from data.archive import Archive
from data.keys import CHEAPEST
from data.model import Livret
from data.values import PartialDate
from tests.browser.test_newcomer import unlock, visiting
from tests.editor import grid
from tests.editor.serving import Serving

KILLS = int(os.environ.get("LIVRET_KILLS", "2"))


@pytest.mark.timeout(120 * KILLS)
def test_what_the_page_showed_as_saved_survives_a_kill(browser: Browser, tool: Callable[..., str], tmp_path: Path):
    """A value shown as saved is on the disk after the server was killed while the next one was being typed."""
    path = tmp_path / "a.livret"
    Archive.create(path, "essai", Livret(charte=PartialDate(2026)), profile=CHEAPEST).close()
    chance = random.Random(1)
    for lap in range(KILLS):
        with Serving(path) as serving, visiting(browser, serving) as visit:
            unlock(visit, "essai")
            visit.menu("Informations personnelles")
            field = visit.page.get_by_role("textbox", name="Accroche", exact=True)
            before = saved(visit.page.content())
            field.fill(f"montré {lap}")
            field.press("Tab")
            visit.page.wait_for_function(
                "before => [...document.querySelectorAll('[class*=st-key-saved_]')].length && "
                "!document.documentElement.outerHTML.includes(before)", arg=before,
            )  # fmt: skip
            grid.rest(visit.page, 0)
            field.fill(f"en route {lap}")
            field.press("Tab")
            time.sleep(chance.uniform(0, 0.25))
            serving.kill()

        with Archive.open(path, "essai") as archive:
            assert archive.livret.titulaire.titre in (f"montré {lap}", f"en route {lap}")


def saved(html: str) -> str:
    """The mark of the state of saving that is drawn."""
    start = html.index("st-key-saved_")
    return html[start : start + 20].split(maxsplit=1)[0]
