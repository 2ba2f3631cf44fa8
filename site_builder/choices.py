"""What several commands let the user choose, as the command line types it: a dossier, a theme, its options, a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.errors import OptionError

if TYPE_CHECKING:
    from site_builder.themes import Theme

PublicationName = Annotated[
    str,
    typer.Option("--publication", "-p", metavar="NOM", help="Le dossier à publier ; sinon le premier qui est ouvert."),
]
ThemeName = Annotated[str, typer.Option("--theme", "-t", metavar="NOM", help="Le thème, ou le chemin de son dossier.")]
Options = Annotated[
    list[str] | None,
    typer.Option("--option", "-o", metavar="CLÉ=VALEUR", help="Une option du thème ; se répète."),
]
Day = Annotated[
    str,
    typer.Option("--date", metavar="JJ/MM/AAAA", help="Le jour auquel les durées sont comptées ; sinon aujourd’hui."),
]


def as_day(text: str) -> date:
    """The day asked for; today when none was.

    Raises:
        BadParameter: it is no date.
    """
    if not text:
        return date.today()  # noqa: DTZ011 - the agent's own day
    from data.values import PartialDate  # noqa: PLC0415 - see _warm

    try:
        return PartialDate.parse(text).first
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--date") from error


def pair(text: str) -> tuple[str, str]:
    """An option as it was typed: its key and its value.

    Raises:
        BadParameter: there is no « = » in it.
    """
    key, found, value = text.partition("=")
    if not found:
        raise typer.BadParameter(f"« {text} » : écrivez CLÉ=VALEUR", param_hint="--option")
    return key.strip(), value.strip()


def as_value(theme: Theme, key: str, text: str) -> Any:
    """What was typed, in the option's own type; the theme itself judges the value.

    Raises:
        OptionError: it is not of the option's type.
    """
    option = theme.options.get(key)
    if option is None:
        return text
    if option.type == "bool":
        known = {"oui": True, "true": True, "1": True, "non": False, "false": False, "0": False}
        if text.lower() not in known:
            raise OptionError(theme.name, f"l’option « {key} » attend oui ou non, pas « {text} »")
        return known[text.lower()]
    if option.type == "integer":
        try:
            return int(text)
        except ValueError:
            raise OptionError(theme.name, f"l’option « {key} » attend un nombre entier, pas « {text} »") from None
    return text
