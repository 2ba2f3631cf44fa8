"""What leaves the archive: a publication (shown as *dossier*) chooses rows, it never copies them."""

from datetime import datetime
from typing import Any, ClassVar, Literal

from data.fields import Element, champ, identifiant
from data.french import say_hour
from data.values import PartialDate

Coordonnee = Literal["courriel", "telephone", "ville"]


class Consentement(Element):
    """The agent's express agreement to publish one class-3 row in one publication."""

    ligne: str = champ("Ligne", "L’identifiant de la ligne que vous acceptez de montrer.", defaut=...)
    date: PartialDate = champ("Date", "Le jour de votre accord.", defaut=...)


class Envoi(Element):
    """One line of the export log: what was made, for whom, when, and which class-3 rows it held."""

    date: str = champ("Date", "Date et heure de l’envoi (ISO 8601, avec le décalage horaire).", defaut=...)
    publication: str = champ("Dossier", "L’identifiant du dossier.")
    destinataire: str = champ("Destinataire", "À qui il a été remis.")
    format: str = champ("Format", "Dossier web, page, PDF, zip chiffré…")
    sha256: str = champ("Empreinte", "L’empreinte SHA-256 de ce qui a été remis.")
    categorie_3: tuple[str, ...] = champ(
        "Catégorie particulière", "Les lignes de classe 3 que cet envoi contenait.", defaut=()
    )

    @property
    def quand(self) -> str:
        """``19 octobre 2026 à 18 h 22``, as it was noted; a date that cannot be read is shown as it is."""
        try:
            moment = datetime.fromisoformat(self.date)
        except ValueError:
            return self.date
        return f"{PartialDate.of(moment.date()).words} à {say_hour(moment)}"


class Publication(Element):
    """A dossier: for whom, which rows, which contact details, which documents, in which theme."""

    singulier: ClassVar[str] = "un dossier"
    pluriel: ClassVar[str] = "Dossiers"
    intro: ClassVar[str] = "Un dossier choisit des lignes du livret pour une démarche ; il ne les recopie jamais."

    id: str = identifiant()
    titre: str = champ("Titre", "Le titre de la page d’accueil : « Candidature au poste de… ».", requis=True)
    demarche: str = champ(
        "Démarche", "Mutation, détachement, dispense, bilan, VAE, promotion interne…", liste="demarches"
    )
    destinataire: str = champ("Destinataire", "À qui ce dossier est remis ; inscrit au journal des envois.")
    introduction: str = champ("Introduction", "Quelques lignes en tête du portfolio.", markdown=True)
    coordonnees: tuple[Coordonnee, ...] = champ(
        "Coordonnées", "Celles qui seront montrées : courriel, téléphone, ville.", defaut=()
    )
    listes: tuple[str, ...] | None = champ("Rubriques", "Les rubriques reprises ; vide : toutes.", defaut=None)
    depuis: PartialDate | None = champ(
        "Depuis", "Ne reprendre que ce qui dure encore ou s’est terminé après cette date.", defaut=None
    )
    inclus: tuple[str, ...] = champ(
        "Lignes ajoutées", "Reprises même si les rubriques ne les prévoient pas.", defaut=()
    )
    exclus: tuple[str, ...] = champ("Lignes retirées", "Jamais reprises dans ce dossier.", defaut=())
    selection: bool = champ(
        "Seulement les lignes ajoutées", "Ne reprendre que les lignes désignées une à une.", defaut=False
    )
    documents: tuple[str, ...] = champ(
        "Documents joints", "Les justificatifs remis avec le portfolio.", defaut=(), lien="pieces"
    )
    confidentiel: bool = champ(
        "Reprendre le confidentiel", "Les lignes de classe 2, pour un bilan ou une copie personnelle.", defaut=False
    )
    consentements: tuple[Consentement, ...] = champ(
        "Accords exprès", "Les lignes de catégorie particulière que vous acceptez de montrer, une à une.", defaut=()
    )
    notes: bool = champ(
        "Reprendre les notes privées",
        "Vos notes sur chaque ligne, pour un bilan de compétences ou une copie personnelle ; jamais pour un recruteur.",
        defaut=False,
    )
    niveaux: bool = champ(
        "Montrer les niveaux de maîtrise", "Une auto-évaluation peut desservir une candidature.", defaut=True
    )
    theme: str = champ("Thème", "L’habillage du portfolio.")
    options: dict[str, dict[str, Any]] = champ(
        "Options du thème", "Par thème, seulement ce qui a été choisi.", defaut={}
    )
    creee_le: PartialDate | None = champ("Créé le", "Date de création.", defaut=None)
    fermee_le: PartialDate | None = champ(
        "Fermé le", "Un dossier fermé ne change plus : il montre le livret tel qu’il était ce jour-là.", defaut=None
    )
    version: int | None = champ(
        "Version montrée", "La version du livret que montre un dossier fermé.", defaut=None, interne=True
    )
