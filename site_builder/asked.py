"""What a démarche asks of the pages: its figures and tables, its mention, whether they are to be short."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from data import demarches
from data.fields import Ligne
from data.model import Livret
from data.publications import Publication
from site_builder.figures import key_figures
from site_builder.view import ChiffreView, TableauView


@dataclass(frozen=True, slots=True)
class Asked:
    """What a démarche adds to the pages, or takes from them."""

    chiffres: tuple[ChiffreView, ...]
    demarche: str = ""  # its name, when there is one in particular
    tableaux: tuple[TableauView, ...] = ()
    mention: str = ""
    only: tuple[str, ...] | None = None  # in a short portfolio, the only fields that a row shows beside its head
    told: frozenset[str] = frozenset()  # in a short portfolio, the rows that a table tells already

    @property
    def short(self) -> bool:
        """Whether the portfolio is to hold in a page or so: no timeline, no presentation, no key figures."""
        return self.only is not None


def short_pages(publication: Publication) -> bool:
    """Whether a dossier's démarche wants pages that hold in one or so, and leave things out."""
    return not demarches.free(publication.demarche) and demarches.load(publication.demarche).abrege is not None


def what_is_asked(released: Livret, publication: Publication, shown: Callable[[Ligne], bool], jour: date) -> Asked:
    """What a dossier's démarche asks for; the file of one in particular is read here, and no other.

    Raises:
        BuildError: when that file is malformed.
    """
    if demarches.free(publication.demarche):
        return Asked(tuple(key_figures(released, shown, jour)))
    from site_builder import synthese  # noqa: PLC0415 - most portfolios ask for no table

    demarche = demarches.load(publication.demarche)
    short = demarche.abrege is not None
    figures = () if short else tuple(key_figures(synthese.without_projects(released), shown, jour))
    return Asked(
        chiffres=figures + synthese.chiffres(released, demarche, jour),
        demarche=demarche.libelle,
        tableaux=synthese.tableaux(released, demarche, jour),
        mention=demarche.mention,
        only=demarche.abrege,
        told=synthese.told_in_tables(released, demarche) if short else frozenset(),
    )
