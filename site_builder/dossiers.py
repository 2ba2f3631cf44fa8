"""Edits of the dossiers and of the log of exports: each takes a livret and gives another. Pure, without Streamlit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from data.fields import new_id
from data.french import fold
from data.model import Livret
from data.publications import Consentement, Envoi, Publication
from data.values import PartialDate
from site_builder import gate
from site_builder.options import Option
from site_builder.outputs.forms import Form

FIRST_TITLE = "Portfolio professionnel"
LONGEST_NAME = 60


def current(livret: Livret, wanted: str) -> Publication:
    """The dossier looked at: the one wanted, else the first still open, else one that is not in the livret yet."""
    found = (dossier for dossier in livret.publications if dossier.id == wanted)
    return next(found, None) or gate.default_publication(livret)


def kept(livret: Livret, dossier: Publication) -> bool:
    """Whether a dossier is in the livret already."""
    return any(known.id == dossier.id for known in livret.publications)


def with_dossier(livret: Livret, dossier: Publication) -> Livret:
    """The livret with a dossier in its present state, added after the others when it is new."""
    if kept(livret, dossier):
        return livret.with_(publications=tuple(dossier if d.id == dossier.id else d for d in livret.publications))
    return livret.with_(publications=(*livret.publications, dossier))


def settled(dossier: Publication, livret: Livret, jour: date) -> Publication:
    """A dossier fit to be kept: the one used while there is none gets an identifier of its own and a date."""
    if kept(livret, dossier):
        return dossier
    return dossier.with_(id=new_id(), demarche=dossier.demarche or "libre", creee_le=PartialDate.of(jour))


def duplicated(dossier: Publication, titre: str, jour: date) -> Publication:
    """A copy to start another dossier from, without its agreements: those are given one dossier at a time."""
    return dossier.with_(
        id=new_id(),
        titre=titre,
        destinataire="",
        consentements=(),
        creee_le=PartialDate.of(jour),
        fermee_le=None,
        version=None,
    )


def with_look(dossier: Publication, theme: str) -> Publication:
    """A dossier in another theme; the options chosen for the others are kept for the day it comes back to them."""
    return dossier.with_(theme=theme)


def with_option(dossier: Publication, theme: str, option: Option, value: Any) -> Publication:
    """A dossier with an option chosen for a theme; what the theme does by itself is not written down."""
    mine = {name: held for name, held in dossier.options.get(theme, {}).items() if name != option.name}
    if value != option.default:
        mine[option.name] = value
    others = {name: held for name, held in dossier.options.items() if name != theme}
    return dossier.with_(options=others | ({theme: mine} if mine else {}))


def options_of(dossier: Publication, theme: str, declared: Mapping[str, Option]) -> dict[str, Any]:
    """What a dossier holds for each option of a theme; a value the theme no longer takes counts as its default."""
    held = dossier.options.get(theme, {})
    return {
        name: held[name] if name in held and not option.refusal(held[name]) else option.default
        for name, option in declared.items()
    }


def with_consent(dossier: Publication, row: str, jour: date, *, agreed: bool) -> Publication:
    """A dossier with the agreement to show one row of a special category, or without it."""
    others = tuple(one for one in dossier.consentements if one.ligne != row)
    mine = (Consentement(ligne=row, date=PartialDate.of(jour)),) if agreed else ()
    return dossier.with_(consentements=others + mine)


def logged(livret: Livret, envoi: Envoi) -> Livret:
    """The livret with one more line in its log of exports."""
    return livret.with_(envois=(*livret.envois, envoi))


def envoi_of(
    dossier: Publication, form: Form, sha256: str, class_3: tuple[str, ...], when: datetime, to: str = ""
) -> Envoi:
    """The line of the log for what was just handed over; ``to`` names its readers when the dossier does not."""
    return Envoi(
        date=when.isoformat(timespec="seconds"),
        publication=dossier.id,
        destinataire=to or dossier.destinataire,
        format=form.titre,
        sha256=sha256,
        categorie_3=class_3,
    )


def default_name(dossier: Publication, form: Form) -> str:
    """The name of a file or folder handed over: what it is, and the dossier's title in plain letters."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(dossier.titre)).strip("-")
    if len(slug) > LONGEST_NAME:
        slug = slug[:LONGEST_NAME].rpartition("-")[0] or slug[:LONGEST_NAME]  # no word cut in two
    same = not slug or slug == form.prefixe or slug.startswith(f"{form.prefixe}-")
    return f"{(slug or form.prefixe) if same else f'{form.prefixe}-{slug}'}{form.suffixe}"


def default_place(archive: Path, dossier: Publication, form: Form) -> Path:
    """Where a form goes unless the agent says otherwise: beside the archive, under a name of its own."""
    return archive.absolute().parent / default_name(dossier, form)


def closed(dossier: Publication, jour: date, version: int) -> Publication:
    """A dossier that changes no more: it shows the livret of a version, that of the day it was closed."""
    return dossier.with_(fermee_le=PartialDate.of(jour), version=version)


def reopened(dossier: Publication) -> Publication:
    """A closed dossier taken up again: it shows the livret as it stands."""
    return dossier.with_(fermee_le=None, version=None)
