"""What the advisor's zip says of itself: in clear, how to open it; inside, what each file is and how to check it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from data.values import PartialDate

_MARK = "LIVRET — DOSSIER CHIFFRÉ"
_OPENING = f"""\
{_MARK}

Ce fichier ZIP contient un dossier qui vous est remis personnellement. Tout y est chiffré,
sauf ce mode d’emploi. La phrase de passe vous est donnée à part : de vive voix, par téléphone
ou par SMS. S’il vous est parvenu par erreur, merci de l’effacer.

POUR L’OUVRIR

  Windows   L’Explorateur de fichiers ne sait pas déchiffrer ce dossier : il affiche une erreur.
            1. Installez 7-Zip, gratuit (https://www.7-zip.org).
            2. Clic droit sur le fichier ZIP, « 7-Zip », « Extraire vers… »
               (sous Windows 11, d’abord « Afficher d’autres options »).
            3. Tapez la phrase de passe, avec une seule espace entre deux mots.

  macOS     Installez Keka (https://www.keka.io) ou The Unarchiver (https://theunarchiver.com),
            ouvrez le fichier ZIP avec lui et tapez la phrase de passe.

  Linux     Ouvrez-le avec le gestionnaire d’archives, ou tapez : 7z x NOM-DU-FICHIER.zip

ENSUITE

  Dans le dossier extrait, ouvrez « dossier », puis « data » :
    lisez-moi.txt            dit ce que contient le dossier et comment vérifier qu’il est entier ;
    portfolio / index.html   s’ouvre dans un navigateur. Extrayez d’abord tout le dossier.

Une fois votre travail terminé, effacez ce fichier et tout ce que vous en avez extrait.
"""
_GUIDE = """\
{titre}
{par}Préparé le {jour}.

CE QU’IL CONTIENT

{files}

VÉRIFIER QU’IL EST ENTIER

Votre logiciel d’archive a contrôlé chaque fichier en le déchiffrant. Pour vérifier en plus que
rien ne manque, n’a été ajouté ni échangé : ce dossier suit la norme BagIt (RFC 8493) et, juste
au-dessus de « data », manifest-sha512.txt donne l’empreinte SHA-512 de chaque fichier.
Dans ce dossier du dessus, tapez :

  Linux     sha512sum -c manifest-sha512.txt
  macOS     shasum -a 512 -c manifest-sha512.txt
  Windows   certutil -hashfile data\\{sample} SHA512
            et comparez avec la ligne de ce fichier
  ou        bagit.py --validate .
            avec le programme de la Bibliothèque du Congrès (pip install bagit)

CONFIDENTIALITÉ

Ces informations sont personnelles. Elles vous sont remises pour un seul usage : ne les transmettez
à personne sans l’accord de leur auteur, et effacez-les une fois votre travail terminé.
"""


def _for_notepad(text: str) -> bytes:
    """With the mark and the line ends of the oldest Notepad, without which it shows « Ã© » on a single line."""
    return text.replace("\n", "\r\n").encode("utf-8-sig")


MARK = _MARK.encode()  # tells a zip of ours, an archive excepted, from somebody's
OPENING = _for_notepad(_OPENING)


def guide(titre: str, titulaire: str, jour: date, says: Mapping[str, str]) -> bytes:
    """The guide inside: every file by name with what it is."""
    width = max(map(len, says))
    lines = [f"  {name:<{width}}  {' '.join(what.split())}" for name, what in says.items()]
    text = _GUIDE.format(
        titre=" ".join(titre.split()),
        par=f"Remis par {titulaire}. " if titulaire else "",
        jour=PartialDate.of(jour).words,
        files="\n".join(lines),
        sample=next(iter(says)).replace("/", "\\"),
    )
    return _for_notepad(text)
