"""What a theme lets the agent choose: declared in ``theme.toml``, checked here, turned into style in one place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from data.errors import ThemeError

OptionType = Literal["bool", "integer", "string", "color", "choice"]

_OPTION = {"type", "default", "label", "help", "choices", "labels", "minimum", "maximum"}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_COLOR = re.compile(r"#[0-9a-f]{6}")
_CHOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")  # goes into a style sheet as it is
_DECLARED: dict[str, type] = {
    "type": str, "label": str, "help": str, "choices": list, "labels": list, "minimum": int, "maximum": int,
}  # fmt: skip
_PYTHON_TYPES: dict[str, type] = {"bool": bool, "integer": int, "string": str, "color": str, "choice": str}


@dataclass(frozen=True, slots=True)
class Option:
    """Something a theme lets the agent choose; its label and help draw the editor's form."""

    name: str
    type: OptionType
    default: Any
    label: str
    help: str = ""
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None

    def refusal(self, value: Any) -> str:
        """Why a value does not suit, as a French clause; empty when it does."""
        if not self._has_type(value):
            return f"l’option « {self.name} » attend {_SAID[self.type]}, pas « {value} »"
        if self.type == "color" and not _COLOR.fullmatch(value.lower()):
            return f"option « {self.name} » : « {value} » n’est pas une couleur comme #1a2b3c"
        if self.type == "choice" and value not in self.choices:
            return f"option « {self.name} » : « {value} » n’est pas un choix ({', '.join(self.choices)})"
        if self.minimum is not None and value < self.minimum:
            return f"option « {self.name} » : {value} est en dessous de {self.minimum}"
        if self.maximum is not None and value > self.maximum:
            return f"option « {self.name} » : {value} dépasse {self.maximum}"
        return ""

    def _has_type(self, value: Any) -> bool:
        """A bool is an int to Python, not to somebody who chooses a number."""
        return type(value) is _PYTHON_TYPES[self.type]


_SAID = {
    "bool": "oui ou non",
    "integer": "un nombre entier",
    "string": "un texte",
    "color": "une couleur comme #1a2b3c",
    "choice": "un des choix proposés",
}


def declared_options(head: dict[str, Any], inherited: Mapping[str, Option]) -> dict[str, Option]:
    """The options a theme declares: a child may add one or change a default, never a type."""
    found, faults = {}, []
    for name, declared in head.get("options", {}).items():
        if fault := _malformed(name, declared):
            faults.append(fault)
            continue
        parent = inherited.get(name)
        base = _as_declared(parent) if parent else {}
        unknown = set(declared) - _OPTION
        merged = {**base, **declared}
        if unknown:
            faults.append(f"option « {name} » : clé inconnue « {min(unknown)} »")
        elif merged.get("type") not in _PYTHON_TYPES:
            faults.append(f"option « {name} » : type inconnu")
        elif parent and merged["type"] != parent.type:
            faults.append(f"option « {name} » : le type {parent.type} du thème parent ne peut pas changer")
        elif not {"default", "label"} <= merged.keys():
            faults.append(f"option « {name} » : il faut « default » et « label »")
        else:
            lists = {key: tuple(merged[key]) for key in ("choices", "labels") if key in merged}
            option = Option(name=name, **{**merged, **lists})
            if refusal := option.refusal(option.default):
                faults.append(f"valeur par défaut : {refusal}")
            found[name] = option
    if faults:
        raise ThemeError(head["name"], " ; ".join(faults))
    return found


def _malformed(name: str, declared: Any) -> str:
    """What is wrong with the form of an option, as a French clause; names and choices go into a style sheet."""
    if not _NAME.fullmatch(name):
        return f"option « {name} » : son nom doit être en minuscules, chiffres et tirets"
    if not isinstance(declared, dict):
        return f"option « {name} » : il faut une table [options.{name}]"
    for key, kind in _DECLARED.items():
        if type(declared.get(key, kind())) is not kind:
            return f"option « {name} » : « {key} » n’a pas la bonne forme"
    for key in ("choices", "labels"):
        if not all(isinstance(item, str) for item in declared.get(key, ())):
            return f"option « {name} » : « {key} » n’a pas la bonne forme"
    for choice in declared.get("choices", ()):
        if not _CHOICE.fullmatch(choice):
            return f"option « {name} » : le choix « {choice} » doit être en lettres, chiffres et tirets"
    return ""


def _as_declared(option: Option) -> dict[str, Any]:
    return {key: getattr(option, key) for key in _OPTION}


def option_sheet(declared: Mapping[str, Option], values: Mapping[str, Any]) -> str:
    """The options as CSS custom properties, in the one place where they become style.

    Only colours, numbers and choices do: a free text in a style sheet could close it.
    """
    safe = [
        (name, values[name])
        for name, option in sorted(declared.items())
        if option.type in ("color", "integer", "choice")
    ]
    return ":root{" + "".join(f"--option-{name}:{value};" for name, value in safe) + "}\n"


def near_miss(name: str, known: Iterable[str]) -> str:
    """« ; vouliez-vous … ? » when something known is written nearly so."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" ; vouliez-vous « {close[0]} » ?" if close else ""
