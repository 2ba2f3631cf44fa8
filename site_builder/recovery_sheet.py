"""The recovery sheet: one page to print, on which the key that opens the archive without its password is written.

It is the only thing that helps whoever forgets the password, and the only thing needed, with 7-Zip, when
this program no longer exists. It is made for the printer; a copy left on the disk would undo the password.
"""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from data.errors import OutputError, say_os_error
from data.keys import RecoveryKey
from data.values import PartialDate
from site_builder.outputs.one_file import write_whole
from site_builder.printed import SHEETS, page


def content(key: RecoveryKey, archive: Path, jour: date) -> dict[str, Any]:
    """What the sheet says, the same in PDF and in HTML."""
    return {
        "titre": "Clé de secours de mon livret",
        "sous_titre": f"Fichier : {archive.name} · clé notée le {PartialDate.of(jour).words}",
        "date": [jour.year, jour.month, jour.day],
        "groupes": list(key.groups),
        "sections": [
            {
                "titre": "À quoi elle sert",
                "lignes": [
                    "Elle ouvre le livret si le mot de passe est oublié : tapez-la à la place du mot de passe.",
                    "Quiconque possède cette page et le fichier peut tout lire. Rangez-la loin de l’ordinateur.",
                    "Personne d’autre n’en a de copie. Sans mot de passe et sans cette page, le livret est perdu.",
                ],
            },
            {
                "titre": "Sans Livret, avec 7-Zip",
                "lignes": [
                    "Faites une copie du fichier et ouvrez-la avec 7-Zip (c’est une archive ZIP chiffrée en AES-256).",
                    "Au mot de passe demandé, tapez la clé telle quelle, en majuscules, avec ses six tirets.",
                    "Le dossier « livret » contient vos données : la dernière version a le plus grand numéro.",
                    "Le dossier « pieces » contient vos documents, sous des noms neutres.",
                ],
            },
        ],
        "pied": "Les lettres I, L et O n’existent pas dans cette clé : lisez les chiffres 1, 1 et 0. "
        "Les deux derniers signes servent à reconnaître une faute de frappe.",
    }


def as_pdf(said: dict[str, Any]) -> bytes:
    """The sheet as a PDF."""
    import typst  # noqa: PLC0415 - only when a sheet is made

    return typst.compile(
        str(SHEETS / "recovery.typ"),
        sys_inputs={"said": json.dumps(said)},
        ignore_system_fonts=True,
        pdf_standards=["a-2b"],
    )


def as_html(said: dict[str, Any]) -> bytes:
    """The sheet as a printable page."""
    return page("recovery", said=said)


def write_sheet(key: RecoveryKey, archive: Path, jour: date, path: Path) -> Path:
    """Write the sheet, as HTML when the name says so, as PDF otherwise.

    Raises:
        OutputError: when the disk refuses, or something stands there already.
    """
    path = path.expanduser().absolute()
    refuse_taken(path)
    said = content(key, archive, jour)
    made = as_html(said) if path.suffix.lower() in (".html", ".htm") else as_pdf(said)
    return write_whole(path, made, mode=0o600)


def refuse_taken(path: Path) -> None:
    """Say that a sheet cannot be written there, before anything is done for its sake.

    Raises:
        OutputError: something stands there, or the folder is not there or closed.
    """
    try:
        taken = os.path.lexists(path)
        there = path.expanduser().absolute().parent.is_dir()
    except OSError as error:
        raise OutputError(path, say_os_error(error)) from error
    if taken:
        raise OutputError(path, "ce fichier existe déjà ; choisissez un autre nom")
    if not there:
        raise OutputError(path, "ce dossier n’existe pas (ou plus)")
