"""What an advisor wrote beside a row of a portfolio, and what the agent made of it; none of it leaves by itself."""

from typing import ClassVar, Final, Literal

from data.fields import Element, champ, identifiant
from data.values import PartialDate

# The file in which remarks come back: written by the page (``site_builder/remarques``), read by the editor.
FORMAT: Final = "livret-retour"  # what the file calls itself, and how its name ends
VERSION: Final = 1
LONGEST: Final = 5000  # characters of one remark
LONGEST_NAME: Final = 120
MOST: Final = 2000  # remarks in one file
HEAVIEST: Final = 1_000_000  # bytes of one file

Etat = Literal["a-traiter", "acceptee", "repondue", "ecartee"]

A_TRAITER: Etat = "a-traiter"
ETATS: dict[Etat, str] = {
    "a-traiter": "À traiter",
    "acceptee": "Acceptée",
    "repondue": "Répondue",
    "ecartee": "Écartée",
}


class Remarque(Element):
    """One remark on one row, or on the whole portfolio, as plain text: nothing in it is Markdown."""

    singulier: ClassVar[str] = "une remarque"
    pluriel: ClassVar[str] = "Remarques"
    intro: ClassVar[str] = "Ce qu’un conseiller a écrit en marge d’un portfolio, et ce que vous en avez fait."

    id: str = identifiant()
    publication: str = champ("Dossier", "L’identifiant du dossier que le conseiller a lu.")
    ligne: str = champ("Ligne", "L’identifiant de la ligne dont elle parle ; vide : l’ensemble du portfolio.")
    texte: str = champ("Remarque", "Ce qui a été écrit, sans mise en forme.", requis=True)
    auteur: str = champ("Auteur", "Qui l’a écrite, d’après le fichier reçu.")
    date: PartialDate | None = champ("Écrite le", "Le jour où elle a été écrite, d’après le fichier reçu.", defaut=None)
    recue_le: PartialDate | None = champ("Reçue le", "Le jour où vous l’avez ajoutée à votre livret.", defaut=None)
    etat: Etat = champ("État", "À traiter, acceptée, répondue ou écartée.", defaut=A_TRAITER)
    reponse: str = champ("Votre réponse", "Ce que vous lui répondez, sans mise en forme.")
