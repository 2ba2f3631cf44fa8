"""« Ce qui sort » as a page to print: what a dossier lets out, read on paper before it is handed over."""

from __future__ import annotations

from data.values import PartialDate
from site_builder.leaving import Leaving
from site_builder.printed import page


def as_html(leaving: Leaving, titre: str, destinataire: str, demarche: str) -> bytes:
    """The page.

    Args:
        leaving: what leaves and what stays.
        titre: the dossier's title.
        destinataire: for whom it is; may be empty.
        demarche: the procedure in words; may be empty.
    """
    le = PartialDate.of(leaving.jour).words
    return page("leaving", sort=leaving, titre=titre, destinataire=destinataire, demarche=demarche, le=le)
