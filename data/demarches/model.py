"""What a démarche is made of: what it takes, what it leaves, what it expects, what it checks, what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Gravite = Literal["manque", "conseil"]  # what the procedure asks for and does not find; what would only help
Attente = Literal["attendue", "si-demandee", "jamais"]
Choix = Literal["lignes", "derniere", "aucune"]  # those that prove rows taken, the latest held, none by itself

ATTENTES: dict[Attente, str] = {
    "attendue": "Attendue",
    "si-demandee": "Si l’annonce la demande",
    "jamais": "À ne pas joindre",
}
GRAVITES: dict[Gravite, str] = {"manque": "Il manque", "conseil": "Conseil"}
SORTIES = (
    "dossier", "page", "protegee", "pdf", "dossier-complet", "zip",
    "json", "json-resume", "europass", "xlsx", "csv",
)  # fmt: skip
TABLEAUX = ("diplomes", "formations", "experiences", "heures", "statutaires", "carriere", "a-acquerir")
CHIFFRES = ("experience", "heures", "statutaires")


@dataclass(frozen=True, slots=True)
class Reprend:
    """What a new dossier takes."""

    listes: tuple[str, ...] | None = None  # « experiences.emplois »…; None: all
    annees: int | None = None  # only what still ran so many years ago
    toujours: tuple[str, ...] = ()  # the lists taken whole whatever their dates
    coordonnees: tuple[str, ...] = ()
    documents: Literal["attendus", "tous", "aucun"] = "attendus"
    confidentiel: bool = False
    notes: bool = False
    niveaux: bool = True
    a_acquerir: bool = False  # whether competences of level 0, which are only projects, may go out
    theme: str = ""
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Laisse:
    """What stays out by default, and why."""

    titre: str
    raison: str
    listes: tuple[str, ...] = ()
    coordonnees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PieceAttendue:
    """A document that the procedure expects, may ask for, or had better not be given."""

    titre: str
    types: tuple[str, ...]  # codes of ``types_piece``
    attente: Attente
    phrase: str  # what it is for, or why it is not to be joined
    choix: Choix = "lignes"
    avec: tuple[str, ...] = ()  # only expected beside a row of these lists; none: always


@dataclass(frozen=True, slots=True)
class Regle:
    """Something to check; ``parametres`` are those of its kind."""

    genre: str
    gravite: Gravite
    phrase: str
    references: tuple[str, ...] = ()
    parametres: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Montre:
    """A table or a figure asked of the portfolio; a figure has no heading."""

    genre: str
    titre: str = ""


@dataclass(frozen=True, slots=True)
class SortieEcartee:
    """Outputs that make no sense here, or are dangerous; a refused one is not to be offered at all."""

    sorties: tuple[str, ...]
    raison: str
    refusee: bool = False


@dataclass(frozen=True, slots=True)
class Demarche:
    """One procedure, as its file says it; every text is French, ready to show."""

    code: str
    libelle: str
    ordre: int
    resume: str
    conseil: str
    references: tuple[str, ...]  # codes of ``references_juridiques``
    source: str
    source_date: str
    verified_on: str
    adresse: str = ""
    note: str = ""
    mention: str = ""  # shown on every page
    abrege: tuple[str, ...] | None = None  # a short portfolio: the only fields that a row shows beside its head
    remarques: bool = False  # whether the reader is invited, by default, to write remarks beside the rows
    reprend: Reprend = Reprend()
    laisse: tuple[Laisse, ...] = ()
    pieces: tuple[PieceAttendue, ...] = ()
    regles: tuple[Regle, ...] = ()
    tableaux: tuple[Montre, ...] = ()
    chiffres: tuple[Montre, ...] = ()
    sorties: tuple[str, ...] = ()  # recommended, the best first
    ecartees: tuple[SortieEcartee, ...] = ()

    def raison(self, sortie: str) -> str:
        """Why an output is not advised here; empty when it may be used as any other."""
        return next((one.raison for one in self.ecartees if sortie in one.sorties), "")

    def refuse(self, sortie: str) -> bool:
        """Whether an output is not to be offered at all."""
        return any(one.refusee and sortie in one.sorties for one in self.ecartees)

    @property
    def jamais(self) -> frozenset[str]:
        """The types of document that had better not be joined."""
        return frozenset(kind for piece in self.pieces if piece.attente == "jamais" for kind in piece.types)
