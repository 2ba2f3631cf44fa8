"""Charts on a screen: our own page script, for it evaluates nothing and so lives under the strictest policy.

Each is followed by the same figures as a table, for whoever does not see it or wants to read them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import streamlit as st

from editor.career import Chart
from editor.session import state
from site_builder.markdown import typographic


@cache
def _component() -> Any:
    home = files("editor") / "static"
    return st.components.v2.component(
        "livret_charts",
        html='<div class="chart"></div>',
        css=(home / "charts.css").read_text("utf-8"),
        js=(home / "charts.js").read_text("utf-8"),
    )


def draw(chart: Chart, key: str, pick: Callable[[str], None]) -> None:
    """A chart, what must be said of it, and its table.

    Args:
        chart: what to show.
        key: the widget's key.
        pick: called with a row's identifier when the reader asks for it.
    """

    def picked() -> None:
        held = state.value(key)
        if held and held.get("pick"):
            pick(str(held["pick"]))

    _component()(key=key, data=chart.data, on_pick_change=picked)
    if chart.says:
        st.caption(chart.says)
    with st.expander("Voir en tableau", icon=":material/table_rows:"):
        st.html(table(chart.headings, chart.table, str(chart.data["alt"])))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """An HTML table of plain texts; its first column names each row."""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in headings)
    body = "".join(
        f'<tr><th scope="row">{_cell(row[0])}</th>'
        + "".join(
            f'<td data-title="{escape(title)}">{_cell(cell)}</td>'
            for title, cell in zip(headings[1:], row[1:], strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="livret-table"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(text: str) -> str:
    return escape(typographic(text))
