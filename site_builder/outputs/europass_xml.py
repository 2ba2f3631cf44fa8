"""Elements of a Europass document, made so that no text can break it."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from site_builder.outputs.exported import legal
from site_builder.outputs.lines import Line


def el(tag: str, *inside: ET.Element | str | None, **attributes: str) -> ET.Element:
    """An element with its prefix as it is written, around elements or one text; what is None is left out."""
    element = ET.Element(tag, attributes)
    for one in inside:
        if isinstance(one, str):
            element.text = legal(one)
        elif one is not None:
            element.append(one)
    return element


def dated(line: Line[Any], tag: str, running: str, *, prefix: str = "", end_only: bool = False) -> ET.Element | None:
    """When a row took place, as precise as it is known; nothing when it is not."""
    start, end = ("" if end_only else line.debut), line.fin
    if not (start or end):
        return None
    return el(
        tag,
        _day(f"{prefix}StartDate", start) if start else None,
        _day(f"{prefix}EndDate", end) if end else None,
        el(running, "false" if end else "true"),
    )


def _day(tag: str, day: str) -> ET.Element:
    return el(tag, el("hr:FormattedDateTime", day))
