"""The hand-over sheet: the page that goes with an advisor's zip, and tells its recipient how to open and check it.

It may travel with the zip, which the passphrase must never do: it stands nowhere here. What the sheet adds is the
fingerprint: printed and handed over, it proves that the file received is the file that was made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from data.french import NBSP, say_number
from data.nomenclatures import label
from data.remarques import FORMAT
from data.values import PartialDate
from site_builder.documents import say_size
from site_builder.markdown import typographic
from site_builder.outputs.bundle import GUIDE, BundleInfo, Packed
from site_builder.printed import SHEETS, page

if TYPE_CHECKING:
    from site_builder.outputs.forms import Made

Line = list[dict[str, Any]]

_GROUP = 8  # signs of a fingerprint read at once
_BEGINNING = 4  # groups of the content's fingerprint: enough for the eye, the file itself has all of it

_WINDOWS = (
    "L’Explorateur de Windows ne sait pas déchiffrer ce fichier. Installez 7-Zip, gratuit : `https://www.7-zip.org`.",
    "Clic droit sur le fichier, « 7-Zip », « Extraire vers… » (Windows 11 : d’abord « Afficher d’autres options »).",
    "Tapez la phrase de passe, avec une seule espace entre deux mots.",
)
_MACOS = (
    "Installez Keka (`https://www.keka.io`) ou The Unarchiver (`https://theunarchiver.com`), gratuits.",
    "Ouvrez le fichier avec lui et tapez la phrase de passe.",
)
_LINUX = 'Ouvrez-le avec le gestionnaire d’archives, ou tapez `7z x "{fichier}"`.'
_THEN = (
    "Extrayez tout, puis ouvrez `dossier/data/portfolio/index.html` dans un navigateur. "
    "`dossier/data/lisez-moi.txt` dit ce qu’est chaque fichier."
)
_CHECK = (
    "Comparez l’empreinte SHA-256 ci-dessus avec celle du fichier reçu : si un seul signe diffère, ne l’ouvrez pas.",
    'Windows : clic droit, « 7-Zip », « CRC SHA », « SHA-256 » ; ou `certutil -hashfile "{fichier}" SHA256`.',
    'macOS : `shasum -a 256 "{fichier}"` ; Linux : `sha256sum "{fichier}"`.',
)
_OTHER_WAY = (
    "Elle vous est donnée par un autre chemin que le fichier : de vive voix, par téléphone ou par SMS. "
    "Elle n’est écrite ni sur cette fiche ni dans un courriel ; ne l’y notez pas."
)
_HELD_BACK = (
    "Les messageries retiennent souvent un fichier chiffré, faute de pouvoir l’analyser. Préférez une clé USB, "
    "ou le service d’échange de fichiers de votre organisme. Cette fiche peut voyager avec le fichier."
)
_REMARKS = (
    "Le portfolio vous invite à écrire vos remarques en regard de ses lignes. Enregistrez-les depuis la page : "
    "renvoyez à {titulaire} le seul fichier « {retour} » obtenu, par un chemin aussi sûr que celui de l’aller."
)
_PRIVATE = (
    "Ces informations sont personnelles et confiées pour cette seule démarche : ne les transmettez à personne sans "
    "l’accord de {titulaire}."
)
_BILAN = (
    "Les résultats d’un bilan de compétences ne peuvent être communiqués ni à l’employeur ni à un tiers sans "
    "l’accord de l’agent ({texte})."
)
_ERASE = (
    "Votre travail terminé, effacez le fichier, ce que vous en avez extrait et vos copies, messagerie et corbeille "
    "comprises, hors ce que la loi vous impose de conserver."
)


def content(made: Made, fichier: str, to: str = "", *, retour: bool = False) -> dict[str, Any]:
    """What the sheet says, the same in PDF and in HTML.

    Args:
        made: a zip.
        fichier: the name it is handed over under.
        to: who it is for, when the dossier does not say.
        retour: the portfolio takes the advisor's remarks.
    """
    packed, info, jour = made.packed, BundleInfo.of(made.made), made.made.jour
    if packed is None:
        raise ValueError("only a zip has a hand-over sheet")
    texts = {
        "fichier": fichier,
        "titulaire": info.titulaire or "son auteur",
        "retour": f".{FORMAT}",
        "texte": label("references_juridiques", "d2007-1845-20-26"),
    }
    count, plural = len(packed.names), "s" if len(packed.names) > 1 else ""
    return {
        "titre": "Fiche de remise",
        "dossier": info.titre,
        "date": [jour.year, jour.month, jour.day],
        "faits": [
            {"nom": nom, "valeur": valeur}
            for nom, valeur in (
                ("Remis à", info.destinataire or to),
                ("Par", info.titulaire),
                ("Préparé le", PartialDate.of(jour).words),
                ("Fichier", fichier),
                ("Taille", f"{say_size(packed.size)} ({say_number(packed.size)} octets)"),
                ("Contenu", f"{count} fichier{plural} chiffré{plural}"),
            )
            if valeur
        ],
        "empreinte": {
            "titre": "Empreinte SHA-256 du fichier",
            "groupes": _groups(packed.sha256),
            "contenu": f"Empreinte SHA-512 du contenu, début{NBSP}:",
            "debut": _groups(packed.tag_manifest)[:_BEGINNING],
        },
        "colonnes": [_opening(texts), _beside(packed, info, texts, retour=retour)],
    }


def _opening(texts: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "titre": "Ouvrir le dossier",
            "blocs": [
                _block(_WINDOWS, texts, nom="Windows"),
                _block(_MACOS, texts, nom="macOS"),
                _block([_LINUX], texts, nom="Linux"),
                _block([_THEN], texts, nom="Ensuite"),
            ],
        },
        {"titre": "La phrase de passe", "blocs": [_block([_OTHER_WAY], texts)]},
        {"titre": "Vérifier le fichier reçu", "blocs": [_block(_CHECK, texts)]},
    ]


def _beside(packed: Packed, info: BundleInfo, texts: dict[str, str], *, retour: bool) -> list[dict[str, Any]]:
    held = [f"`{name.replace('/#', '/…')}` : {says}" for name, says in packed.inside.items() if name != GUIDE]
    private = [_PRIVATE, *([_BILAN] if info.demarche == "bilan" else []), _ERASE]
    sections = [
        ("Ce qu’il contient", [_block(held, texts, liste=True)]),
        ("Si la messagerie le retient", [_block([_HELD_BACK], texts)]),
        *([("Vos remarques", [_block([_REMARKS], texts)])] if retour else []),
        ("Confidentialité", [_block(private, texts)]),
    ]
    return [{"titre": titre, "blocs": blocs} for titre, blocs in sections]


def _block(lines: Sequence[str], texts: dict[str, str], *, nom: str = "", liste: bool = False) -> dict[str, Any]:
    """Lines under a name: numbered when they are the steps of a system, with marks when they are a list."""
    kind = "liste" if liste else "etapes" if nom and len(lines) > 1 else "texte"
    return {"nom": nom, "genre": kind, "lignes": [_line(line, texts) for line in lines]}


def _line(text: str, texts: dict[str, str]) -> Line:
    """A sentence with its spaces, cut where what is to be typed or found begins and ends."""
    parts = [part.format(**texts) for part in typographic(text).split("`")]
    return [{"texte": part, "code": bool(rank % 2)} for rank, part in enumerate(parts) if part]


def _groups(digest: str) -> list[str]:
    return [digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP)]


def as_pdf(said: dict[str, Any]) -> bytes:
    """The sheet as a PDF, tagged, to be kept and to be read aloud."""
    import typst  # noqa: PLC0415 - only when a sheet is made

    return typst.compile(
        str(SHEETS / "handover.typ"),
        sys_inputs={"said": json.dumps(said)},
        ignore_system_fonts=True,
        pdf_standards=["a-2a", "ua-1"],
    )


def as_html(said: dict[str, Any]) -> bytes:
    """The sheet as a printable page."""
    return page("handover", said=said)
