"""Sheets to print: the templates of ``sheets/`` as pages that run nothing and ask nothing of any network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SHEETS = Path(__file__).parent / "sheets"


def page(name: str, **said: Any) -> bytes:
    """A sheet as a page: the template of that name, filled with what is said."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only when a sheet is made

    from site_builder.render import secured  # noqa: PLC0415 - see above

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string((SHEETS / f"{name}.html").read_text("utf-8"))
    return secured(template.render(**said)).encode()
