"""The livret: everything an agent keeps, as one immutable value.

``Livret.from_data`` and ``Livret.to_data`` are the only way in and out of JSON: they migrate old versions,
keep unknown keys of newer ones, and turn every fault into a French ``Problem`` with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

from pydantic import ValidationError

from data.competences import Competences
from data.errors import ContentError, Problem
from data.experiences import Emploi, Experiences
from data.fields import Element, Ligne, champ, lists_of
from data.formations import Formations
from data.migrations import SCHEMA, migrate
from data.publications import Envoi, Publication
from data.remarques import Remarque
from data.values import PartialDate, Periode

VOLETS: dict[str, str] = {
    "formations": "Mes formations",
    "experiences": "Mes expériences",
    "competences": "Mes compétences",
}


class Titulaire(Element):
    """Whose livret it is. No field exists for NIR, bank, birth, family or nationality: they must not be asked."""

    prenom: str = champ("Prénom", "Votre prénom d’usage.", requis=True)
    nom: str = champ("Nom d’usage", "Le nom que vous utilisez au travail.", requis=True)
    titre: str = champ("Accroche", "Une ligne sous votre nom : votre fonction ou votre projet.")
    presentation: str = champ(
        "Présentation", "Quelques lignes sur votre parcours et ce que vous cherchez.", markdown=True
    )
    projet: str = champ(
        "Projet", "Votre projet professionnel, pour vous et pour le conseiller.", markdown=True, classe=1
    )
    courriel: str = champ("Courriel", "Personnel plutôt que professionnel : il vous suivra.", classe=1)
    telephone: str = champ("Téléphone", "Montré seulement si vous le choisissez.", classe=1)
    ville: str = champ("Ville", "La commune suffit ; jamais l’adresse.", classe=1)
    photo: str = champ("Photo", "Facultative, jamais montrée par défaut.", classe=2, lien="pieces")
    note_privee: str = champ(
        "Note privée", "Pour vous seul : ce texte ne quitte jamais l’archive.", markdown=True, classe=2
    )
    a_corriger: dict[str, str] = champ(
        "Saisies à corriger", "Gardées telles quelles, jamais publiées.", defaut={}, interne=True
    )


class Piece(Ligne):
    """A document that proves something (décret art. 5); its bytes are in the archive under the same identifier.

    A document asked for or lost is a row too, without bytes: the agent sees what is still to be found.
    """

    singulier: ClassVar[str] = "un justificatif"
    pluriel: ClassVar[str] = "Justificatifs"
    intro: ClassVar[str] = "Copies de diplômes, attestations, arrêtés… ce qui prouve votre parcours."

    titre: str = champ("Titre", "Ce que c’est, en clair.", requis=True)
    type: str = champ("Type", "Copie de diplôme, attestation de formation, arrêté…", base="L", liste="types_piece")
    date: PartialDate | None = champ("Date", "La date portée sur le document.", defaut=None)
    emetteur: str = champ("Émetteur", "Qui l’a délivré.")
    etat: str = champ("État", "Reçue, demandée ou perdue.", liste="etats_piece", defaut="recue")
    original: bool | None = champ("Original détenu", "Avez-vous l’original ?", defaut=None)
    fichier: str = champ("Nom du fichier", "Le nom d’origine ; les envois portent un nom neutre.", interne=True)
    media: str = champ("Nature du fichier", "PDF, JPEG, PNG…", interne=True)
    taille: int = champ("Taille", "En octets.", defaut=0, interne=True)
    pages: int | None = champ("Pages", "Nombre de pages.", defaut=None, interne=True)

    @property
    def detenue(self) -> bool:
        """Whether its bytes are in the archive."""
        return self.taille > 0

    @property
    def periode_ligne(self) -> Periode | None:
        """Its date."""
        return Periode(self.date, self.date) if self.date else None


class Reglages(Element):
    """Settings that belong to the livret rather than to the machine."""

    heures_par_jour: int = champ(
        "Heures par jour de formation", "Pour convertir : une journée CNFPT compte 6 heures.", defaut=6
    )
    verrouillage_minutes: int = champ(
        "Verrouillage après", "Minutes d’inactivité avant de redemander le mot de passe.", defaut=15
    )


class Livret(Element):
    """The whole livret individuel de formation of one agent."""

    schema_version: int = champ("Version du modèle", "Tenue par le programme.", defaut=SCHEMA, interne=True)
    titulaire: Titulaire = Titulaire()
    formations: Formations = Formations()
    experiences: Experiences = Experiences()
    competences: Competences = Competences()
    pieces: tuple[Piece, ...] = ()
    publications: tuple[Publication, ...] = ()
    envois: tuple[Envoi, ...] = ()
    remarques: tuple[Remarque, ...] = champ(
        "Remarques reçues", "Ce que des conseillers ont écrit en marge de vos portfolios.", defaut=()
    )
    charte: PartialDate | None = champ("Charte acceptée le", "La date d’acceptation de la charte.", defaut=None)
    reglages: Reglages = Reglages()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Livret:
        """Read the JSON form, of this schema or an older one.

        Raises:
            ContentError: with every Problem found, each at its place.
        """
        try:
            livret = cls.model_validate(migrate(dict(data)))
        except ValidationError as error:
            raise ContentError(problems_of(error)) from None
        livret.refuse_repeated_ids()
        return livret

    def to_data(self) -> dict[str, Any]:
        """The JSON form: only what was filled in, unknown keys of newer versions included."""
        data = self.model_dump(mode="json", exclude_defaults=True)
        return {"schema_version": self.schema_version, **data}

    def refuse_repeated_ids(self) -> None:
        """An identifier names one row for ever; two rows sharing one would exchange their proofs.

        Raises:
            ContentError: naming each repeated identifier.
        """
        seen: set[str] = set()
        problems = []
        for place, row in self.placed_rows():
            if row.id in seen:
                problems.append(Problem(place, f"l’identifiant {row.id} sert déjà à une autre ligne"))
            seen.add(row.id)
        if problems:
            raise ContentError(problems)

    def placed_rows(self) -> Iterator[tuple[tuple[str | int, ...], Ligne]]:
        """Every row with its place, in the livret's own order, documents last."""
        for volet in VOLETS:
            for nom, _ in lists_of(LISTS_GROUPS[volet]):
                for index, row in enumerate(getattr(getattr(self, volet), nom)):
                    yield (volet, nom, index), row
        for index, piece in enumerate(self.pieces):
            yield ("pieces", index), piece

    @cached_property
    def rows(self) -> dict[str, Ligne]:
        """Every row by its identifier."""
        return {row.id: row for _, row in self.placed_rows()}

    def piece_ids(self) -> list[str]:
        """The documents whose bytes the archive must hold."""
        return [piece.id for piece in self.pieces if piece.detenue]

    @property
    def emploi_actuel(self) -> Emploi | None:
        """The running post, the latest begun when there are several."""
        running = [e for e in self.experiences.emplois if e.debut and e.fin is None]
        return max(running, key=lambda e: e.debut, default=None)  # type: ignore[arg-type,return-value]


LISTS_GROUPS: dict[str, type[Element]] = {
    "formations": Formations,
    "experiences": Experiences,
    "competences": Competences,
}

# Every list of rows: « formations.actions » → ActionFormation, in the order of the livret.
LISTES: dict[str, type[Ligne]] = {
    f"{volet}.{nom}": row for volet, group in LISTS_GROUPS.items() for nom, row in lists_of(group)
} | {"pieces": Piece}

_FRENCH = {
    "missing": "il manque cette valeur",
    "string_type": "un texte est attendu",
    "int_type": "un nombre entier est attendu",
    "int_parsing": "un nombre entier est attendu",
    "int_from_float": "un nombre entier est attendu",
    "bool_type": "oui ou non est attendu",
    "bool_parsing": "oui ou non est attendu",
    "tuple_type": "une liste est attendue",
    "dict_type": "un groupe de champs est attendu",
    "model_type": "un groupe de champs est attendu",
    "model_attributes_type": "un groupe de champs est attendu",
    "string_pattern_mismatch": "cet identifiant contient des signes interdits",
    "literal_error": "cette valeur n’est pas dans la liste",
}


def problems_of(error: ValidationError) -> list[Problem]:
    """Pydantic's findings as Problems: French sentences, places in the livret's own words."""
    found = []
    for detail in error.errors(include_url=False):
        if detail["type"] == "value_error":
            says = str(detail["ctx"]["error"])
        else:
            says = _FRENCH.get(detail["type"], f"cette valeur n’a pas la forme attendue ({detail['type']})")
        found.append(Problem(tuple(detail["loc"]), says))
    return found
