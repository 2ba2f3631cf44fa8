"""What every row of the livret has in common, and how a field states its label, help and rules.

``champ`` is the one place where a field gets its French label and help: the editor's forms, the exports,
the generated documentation and the JSON Schema all read them from here.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Self, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from data.nomenclatures import label
from data.values import Duree, Etape, PartialDate, Periode, Quotite

Base = Literal["L", "F", "P"]  # décret 2008-830 requires · a neighbouring official form has · proposed
Classe = Literal[
    0, 1, 2, 3
]  # publiable · personnel · confidentiel · catégorie particulière (nomenclature classes_sensibilite)
Genre = Literal[
    "texte", "markdown", "date", "periodes", "duree", "etapes", "quotites", "entier", "nombre", "oui_non", "choix",
    "liens", "textes", "table",
]  # fmt: skip

ID_ALPHABET = "abcdefghjkmnpqrstvwxyz0123456789"  # 32 signs, no look-alikes
ID_LENGTH = 8
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"


def new_id() -> str:
    """A fresh row identifier: 40 random bits, so that none is ever reused, even across archives."""
    return "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH))


def champ(
    titre: str,
    aide: str,
    *,
    defaut: Any = "",
    base: Base = "P",
    liste: str = "",
    markdown: bool = False,
    classe: Classe = 0,
    requis: bool = False,
    lien: str = "",
    interne: bool = False,
) -> Any:
    """Declare a field of the livret.

    Args:
        titre: its French label.
        aide: its French help, one or two sentences.
        defaut: its empty value.
        base: whether the decree requires it (L), an official form has it (F), or we propose it (P).
        liste: the nomenclature that feeds its drop-down; a free value is always accepted.
        markdown: whether it is a long text in Markdown.
        classe: the sensitivity of the field itself, above that of its row.
        requis: whether a row without it is incomplete (it is kept all the same).
        lien: the livret's lists its identifiers point to (``competences``, ``pieces``).
        interne: whether it is kept by the program and shown in no form.
    """
    said = {"liste": liste, "classe": classe, "lien": lien, "markdown": markdown, "requis": requis, "interne": interne}
    extra: dict[str, Any] = {"base": base} | {key: value for key, value in said.items() if value}
    return Field(default=defaut, title=titre, description=aide, json_schema_extra=extra)


def identifiant() -> Any:
    """Declare what names a row for ever: drawn by chance, kept by the program."""
    return Field(
        default_factory=new_id,
        pattern=ID_PATTERN,
        title="Identifiant",
        description="Court, aléatoire, jamais réutilisé ; le programme s’en charge.",
        json_schema_extra={"interne": True},
    )


class Element(BaseModel):
    """Anything stored in the livret: immutable, and unknown keys of a newer version survive a round trip."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    def with_(self, **changes: Any) -> Self:
        """A validated copy with other values; the only way to change anything."""
        held = {nom: getattr(self, nom) for nom in type(self).model_fields}  # not __dict__: it holds cached properties
        return type(self).model_validate({**held, **(self.__pydantic_extra__ or {}), **changes})


class Ligne(Element):
    """One row of the livret, with its identifier, its proofs and its confidentiality."""

    singulier: ClassVar[str]  # « un diplôme »: how one row is called, with its article
    pluriel: ClassVar[str]  # the title of the table
    intro: ClassVar[str]  # one sentence above the table

    id: str = identifiant()
    pieces: tuple[str, ...] = champ(
        "Justificatifs", "Les documents qui prouvent cette ligne : copie, attestation, arrêté…", defaut=(), base="L",
        lien="pieces",
    )  # fmt: skip
    sensibilite: int = champ(
        "Confidentialité",
        "0 : publiable. 1 : personnel, à choisir à chaque envoi. 2 : confidentiel, jamais envoyé par défaut. "
        "3 : catégorie particulière (syndicat, mandat, santé, croyances), envoyée seulement après accord exprès.",
        defaut=0, liste="classes_sensibilite",
    )  # fmt: skip
    note_privee: str = champ(
        "Note privée",
        "Pour vous. Ne sort que d’un dossier où vous avez demandé vos notes : un bilan, une copie personnelle.",
        markdown=True,
        classe=2,
    )
    a_corriger: dict[str, str] = champ(
        "Saisies à corriger",
        "Ce qui a été tapé et n’a pas pu être compris : champ et texte, gardés tels quels, jamais publiés.",
        defaut={}, interne=True,
    )  # fmt: skip

    @property
    def intitule_ligne(self) -> str:
        """The text that names this row in lists and links: its first field, in words when it is a code."""
        first = champs(type(self))[0]
        text = str(getattr(self, first.nom))
        return (label(first.liste, text) if first.liste else text) or "(sans intitulé)"

    @property
    def periode_ligne(self) -> Periode | None:
        """When it took place, for sorting and timelines; None when no date is known.

        A period that ends before it begins counts as its beginning only: the slip is told elsewhere.
        """
        debut, fin = getattr(self, "debut", None), getattr(self, "fin", None)
        if debut is None:
            return Periode(fin, fin) if fin else None
        return Periode(debut, debut) if fin is not None and fin.last < debut.first else Periode(debut, fin)


def champ_debut(titre: str = "Début", *, base: Base = "L") -> Any:
    """The field ``debut``, said the same way everywhere."""
    return champ(titre, "Année, mois ou jour : 2009, 03/2009 ou 15/03/2009.", defaut=None, base=base)


def champ_fin(titre: str = "Fin", *, base: Base = "L") -> Any:
    """The field ``fin``, said the same way everywhere."""
    return champ(titre, "Laissez vide si c’est toujours en cours.", defaut=None, base=base)


def champ_competences(*, base: Base = "P") -> Any:
    """The links of a row to the competences it used or developed."""
    return champ(
        "Compétences", "Les compétences mises en œuvre ou développées ici ; elles y gagnent une preuve.",
        defaut=(), base=base, lien="competences",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Champ:
    """What the editor, the tables and the documentation know of one field."""

    nom: str
    titre: str
    aide: str
    genre: Genre
    base: Base
    liste: str = ""
    classe: int = 0
    requis: bool = False
    lien: str = ""
    interne: bool = False
    defaut: Any = None


_GENRES: dict[Any, Genre] = {
    str: "texte", int: "entier", Decimal: "nombre", bool: "oui_non", PartialDate: "date", Duree: "duree",
}  # fmt: skip
_GENRES_TUPLE: dict[Any, Genre] = {Periode: "periodes", Etape: "etapes", Quotite: "quotites", str: "textes"}


@cache
def champs(model: type[Element]) -> tuple[Champ, ...]:
    """The fields of a model, the row's own first and those every row shares last."""
    own: list[Champ] = []
    shared: list[Champ] = []
    for nom, info in model.model_fields.items():
        (shared if nom in Ligne.model_fields else own).append(_describe(nom, info))
    return tuple(own + shared)


def _describe(nom: str, info: FieldInfo) -> Champ:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    return Champ(
        nom=nom,
        titre=info.title or nom,
        aide=info.description or "",
        genre=_genre(info.annotation, extra),
        base=extra.get("base", "P"),  # type: ignore[arg-type]
        liste=str(extra.get("liste", "")),
        classe=int(extra.get("classe", 0)),  # type: ignore[arg-type]
        requis=bool(extra.get("requis")),
        lien=str(extra.get("lien", "")),
        interne=bool(extra.get("interne")),
        defaut=info.default,
    )


def _genre(annotation: Any, extra: dict[str, Any]) -> Genre:
    if extra.get("markdown"):
        return "markdown"
    bare = _without_none(annotation)
    if get_origin(bare) is tuple:
        return "liens" if extra.get("lien") else _GENRES_TUPLE.get(get_args(bare)[0], "table")
    if extra.get("liste"):
        return "choix"
    return _GENRES.get(bare, "table")


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        return next(arg for arg in get_args(annotation) if arg is not NoneType)
    return annotation


def lists_of(group: type[Element]) -> Iterator[tuple[str, type[Ligne]]]:
    """The lists of rows of a group such as ``Formations``: attribute name and row model."""
    for nom, info in group.model_fields.items():
        if get_origin(info.annotation) is tuple:
            row = get_args(info.annotation)[0]
            if isinstance(row, type) and issubclass(row, Ligne):
                yield nom, row
