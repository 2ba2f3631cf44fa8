"""``LISEZMOI.txt``: what somebody finds who meets the archive without this program; nothing personal stands in it."""

from __future__ import annotations

_TEXT = """\
LIVRET INDIVIDUEL DE FORMATION — ARCHIVE CHIFFRÉE

Ce fichier est le livret individuel de formation d’un agent territorial : ses diplômes,
ses formations, ses postes, ses compétences et les documents qui les prouvent.
Il n’appartient qu’à cette personne. Si vous l’avez trouvé, merci de le lui rendre ou de l’effacer.

POUR L’OUVRIR

  Avec le programme Livret : ouvrez ce fichier et tapez votre mot de passe
  (ou la clé de secours imprimée à la création).

  Sans ce programme, même dans vingt ans : ce fichier est une archive ZIP ordinaire.
    1. Installez 7-Zip (https://www.7-zip.org), ou tout logiciel qui lit le ZIP chiffré en AES-256.
    2. Ouvrez ce fichier avec lui (au besoin, donnez-lui l’extension .zip).
    3. Quand il demande le mot de passe, tapez la CLÉ DE SECOURS telle qu’elle est imprimée :
       sept groupes de quatre signes, en majuscules, séparés par des tirets.
       Le mot de passe habituel n’ouvre pas l’archive de cette façon : il faut la clé.

CE QU’IL CONTIENT

  livret/00000042.json  la version 42 du livret : du texte (JSON, UTF-8), lisible dans tout éditeur.
                        Le plus grand numéro est la version la plus récente.
  pieces/…              les documents, intacts, sous un nom neutre ; la liste « pieces » du livret
                        donne pour chacun son vrai nom et son type (.pdf, .jpg…).
  cle.json              la clé de secours, elle-même chiffrée par le mot de passe.

Sans le mot de passe ni la clé de secours, personne ne peut ouvrir ce fichier, pas même ses auteurs.
Le format est public : FORMAT.md, dans les sources du programme Livret.
"""

# The mark and the line ends are for the oldest Notepad; without them it shows « Ã© » on a single line.
README_TEXT = _TEXT.replace("\n", "\r\n").encode("utf-8-sig")
