"""« Ce qui sort » as a page to print: what a dossier lets out, read on paper before it is handed over."""

from __future__ import annotations

from site_builder.leaving import Leaving
from site_builder.recovery_sheet import SHEETS


def as_html(leaving: Leaving, titre: str, destinataire: str, demarche: str) -> bytes:
    """The page.

    Args:
        leaving: what leaves and what stays.
        titre: the dossier's title.
        destinataire: for whom it is; may be empty.
        demarche: the procedure in words; may be empty.
    """
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only when asked

    from data.values import PartialDate  # noqa: PLC0415
    from site_builder.render import secured  # noqa: PLC0415

    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(
        (SHEETS / "leaving.html").read_text("utf-8")
    )
    le = PartialDate.of(leaving.jour).words
    page = template.render(sort=leaving, titre=titre, destinataire=destinataire, demarche=demarche, le=le)
    return secured(page).encode()
