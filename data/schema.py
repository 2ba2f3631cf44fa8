"""The JSON Schema of the livret, made from the model: what another program needs to read or write one.

``data/livret.schema.json`` is its committed copy, and ``python -m data.schema`` rewrites it. What only Livret
knows of a field (its list, whether the decree asks for it) is under keywords that begin with ``x-``, which
other programs ignore.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from data.model import LISTES, LISTS_GROUPS, VOLETS, Livret
from data.publications import Publication
from data.remarques import Remarque

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FILE: Final = Path(__file__).with_name("livret.schema.json")

_OURS = frozenset({"base", "liste", "lien", "classe", "requis", "markdown", "interne"})
_TITLES = {
    "Livret": ("Livret individuel de formation", "Tout ce qu’un agent garde de son parcours (décret n° 2008-830)."),
    "Titulaire": ("Titulaire", "À qui appartient le livret. Ni NIR, ni banque, ni naissance, ni famille."),
    "Reglages": ("Réglages", "Ce qui appartient au livret plutôt qu’à l’ordinateur."),
    "Consentement": ("Accord exprès", "L’accord donné pour montrer une ligne de catégorie particulière."),
    "Envoi": ("Envoi", "Une ligne du journal des envois : quoi, pour qui, quand."),
    "Publication": (Publication.singulier, Publication.intro),
    "Remarque": (Remarque.singulier, Remarque.intro),
}
_LISTS = {
    "publications": (Publication.pluriel, Publication.intro),
    "envois": ("Journal des envois", "Ce qui a été remis."),
    "remarques": (Remarque.pluriel, Remarque.intro),
}


def json_schema() -> dict[str, Any]:
    """The schema, in the 2020-12 dialect, with a French title and description for every field."""
    made = Livret.model_json_schema(mode="serialization")
    definitions: dict[str, Any] = made.pop("$defs")
    for name, definition in {**definitions, "Livret": made}.items():
        _dress(name, definition)
    return {"$schema": DIALECT, **made, "$defs": dict(sorted(definitions.items()))}


def schema_text() -> str:
    """The schema as the committed file has it."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _dress(name: str, definition: dict[str, Any]) -> None:
    """Give an object its French words, and its fields theirs."""
    rows = {model.__name__: (model.singulier, model.intro) for model in LISTES.values()}
    groups = {model.__name__: (VOLETS[volet], _contents(volet)) for volet, model in LISTS_GROUPS.items()}
    definition["title"], definition["description"] = (_TITLES | rows | groups)[name]
    for field, schema in definition["properties"].items():
        for keyword in sorted(_OURS & schema.keys()):
            schema[f"x-{keyword}"] = schema.pop(keyword)
        volet = next((volet for volet, model in LISTS_GROUPS.items() if model.__name__ == name), "")
        place = f"{volet}.{field}" if volet else field
        if place in LISTES:
            schema["title"], schema["description"] = LISTES[place].pluriel, LISTES[place].intro
        elif name == "Livret" and field in _LISTS:
            schema["title"], schema["description"] = _LISTS[field]
        elif "$ref" in schema:
            schema.pop("default", None)  # said by the fields of the object itself
            target = schema["$ref"].rpartition("/")[2]
            schema["title"], schema["description"] = (_TITLES | groups)[target]


def _contents(volet: str) -> str:
    held = [model.pluriel for place, model in LISTES.items() if place.startswith(f"{volet}.")]
    return f"{' ; '.join(held)}."


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")
