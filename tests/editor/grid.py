"""The table of a screen driven by keyboard, as somebody who types would: it is drawn on a canvas.

A hidden table of the same cells stands behind the drawing, for screen readers: it says what a cell holds and which
one is chosen. Streamlit says when a run of the script is over.
"""

from __future__ import annotations

import contextlib

from playwright.sync_api import Error, Page

CHOSEN = """() => {
  const cell = document.querySelector("[data-testid=stDataFrame] td[aria-selected=true]");
  const found = cell && /glide-cell-(\\d+)-(\\d+)/.exec(cell.id);
  return found ? [+found[1], +found[2]] : null;
}"""
SETTLED = "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
HEADS = "() => [...document.querySelectorAll('[data-testid=stDataFrame] th')].map(head => head.textContent)"
CELLS = """() => [...document.querySelectorAll('[data-testid=stDataFrame] tbody tr')]
  .map(row => [...row.children].map(cell => cell.textContent))"""
PLACE = """title => {
  const head = [...document.querySelectorAll("[data-testid=stDataFrame] th")].find(one => one.textContent === title);
  return head ? +head.getAttribute("aria-colindex") : null;
}"""
COUNT = "() => +document.querySelector('[data-testid=stDataFrame] table').getAttribute('aria-rowcount') - 1"
EDITING = "#portal textarea, #portal input"
HEAD = ROW = 35  # pixels


def rest(page: Page, pause: int = 350) -> None:
    """Wait until the script has run to its end."""
    page.wait_for_timeout(pause)
    page.wait_for_function(SETTLED, timeout=60_000)
    page.wait_for_timeout(100)


def column(page: Page, title: str) -> int:
    """Where a column stands, by its heading; only those in sight are there, so the others are gone to."""
    page.wait_for_selector("[data-testid=stDataFrame] th", state="attached")
    for key in ("", *["ArrowRight"] * 30, *["ArrowLeft"] * 60):
        if key:
            page.keyboard.press(key)
            page.wait_for_timeout(40)
        found: int | None = page.evaluate(PLACE, title)
        if found is not None:
            return found
    raise AssertionError(f"no column {title} among {page.evaluate(HEADS)}")


def height(page: Page) -> int:
    """How many rows the table has, the empty one that adds a row included."""
    page.wait_for_selector("[data-testid=stDataFrame] table", state="attached")
    return int(page.evaluate(COUNT))


def cells(page: Page) -> list[list[str]]:
    """What the table shows."""
    found: list[list[str]] = page.evaluate(CELLS)
    return found


def go(page: Page, title: str, row: int) -> None:
    """Choose a cell with the arrow keys."""
    canvas = page.get_by_test_id("data-grid-canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    if page.evaluate(CHOSEN) is None or page.evaluate("() => document.activeElement?.tagName !== 'TD'"):
        page.mouse.click(box["x"] + 300, box["y"] + HEAD + ROW / 2)
        page.wait_for_timeout(200)
        if page.locator(EDITING).count():
            page.keyboard.press("Escape")
            page.wait_for_timeout(100)
    wanted = [column(page, title), row]
    for _ in range(200):
        here = page.evaluate(CHOSEN)
        if here == wanted:
            return
        if here is None:  # in the empty row below, which the hidden table does not hold
            page.keyboard.press("ArrowUp")
            page.wait_for_timeout(80)
            continue
        key = (
            "ArrowDown" if here[1] < row else "ArrowUp" if here[1] > row
            else "ArrowRight" if here[0] < wanted[0] else "ArrowLeft"
        )  # fmt: skip
        page.keyboard.press(key)
        with contextlib.suppress(Error):
            page.wait_for_function(
                f"before => String(({CHOSEN})()) !== before", arg=f"{here[0]},{here[1]}", timeout=800
            )
    raise AssertionError(f"never reached {title}, {row}: stayed in {page.evaluate(CHOSEN)}")


def write(page: Page, title: str, row: int, text: str, *, end: str = "Enter") -> None:
    """Type in a cell."""
    go(page, title, row)
    page.keyboard.press("Enter")
    page.wait_for_selector(EDITING)
    _type(page, text, end)


def append(page: Page, title: str, text: str) -> int:
    """Type in the empty row below the others; gives the place of the row that this makes."""
    last = height(page) - 1
    for _ in range(3):
        if last:
            go(page, title, last - 1)
            page.keyboard.press("ArrowDown")
            page.wait_for_timeout(200)
            page.keyboard.press("Enter")
        else:
            box = page.get_by_test_id("data-grid-canvas").first.bounding_box()
            assert box is not None
            page.mouse.click(box["x"] + 300, box["y"] + HEAD + ROW / 2)
        rest(page)
        if height(page) - 1 > last:
            break
    page.wait_for_timeout(300)
    if page.locator(EDITING).count():  # the new row is opened for typing at once
        _type(page, text, "Enter")
    else:
        write(page, title, last, text)
    return last


def _type(page: Page, text: str, end: str) -> None:
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)
    page.wait_for_timeout(120)  # the cell's own editor must have taken the text before it is closed
    page.keyboard.press(end)
    rest(page)
