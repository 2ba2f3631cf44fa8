"""The livret's own JSON: what a dossier releases, in the documented format, for Livret or any other program.

``Livret.from_data`` reads it as it is: what is added says where it comes from and which files stand beside it,
under keys that begin with ``x-``, kept like any key of a newer version.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, Final

from data.schema import FILE
from site_builder.outputs.exported import Exported, filled
from site_builder.publish import Published

NAME: Final = "livret.json"
FORMAT: Final = "livret"


def export(made: Published) -> Exported:
    """What a dossier releases, as the livret's own JSON; nothing is missing from it."""
    data = made.released.to_data()
    if "pieces" in data:
        data["pieces"] = [_document(made, piece) for piece in data["pieces"]]
    said = {"$schema": FILE.name, "x-export": _origin(made), **data}
    return Exported(NAME, (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace"), ())


def schema() -> Exported:
    """The JSON Schema that ``$schema`` names, to stand beside the file."""
    return Exported(FILE.name, FILE.read_bytes(), ())


def _origin(made: Published) -> dict[str, Any]:
    """What this file is, and which dossier it comes from."""
    return filled(
        format=FORMAT,
        jour=made.jour.isoformat(),
        titre=made.view.titre,
        demarche=made.view.demarche,
        introduction=made.publication.introduction,
    )


def _document(made: Published, piece: dict[str, Any]) -> dict[str, Any]:
    """A document as it leaves: the size, the neutral name and the digest of its cleaned copy, if there is one."""
    content = made.document(piece["id"])
    if not content:  # a draft has no documents
        return piece
    path = next(document.fichier for document in made.view.documents if document.ref == piece["id"])
    return piece | {"taille": len(content), "x-fichier": path, "x-sha256": sha256(content).hexdigest()}
