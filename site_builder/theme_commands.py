"""The commands about themes: list, new, check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.errors import OutputError, say_os_error
from site_builder.terminal import AsJson, application, complain, say, say_json

theme_app = application(help="Les thèmes : liste, création, vérification.", no_args_is_help=True)


@theme_app.command("list")
def theme_list(as_json: AsJson = False) -> None:
    """Liste les thèmes et leurs options."""
    from site_builder import themes  # noqa: PLC0415 - every command reads this module

    found = themes.available()
    if as_json:
        say_json(
            [
                {
                    "nom": theme.name,
                    "titre": theme.title,
                    "resume": theme.summary,
                    "options": {
                        o.name: {"type": o.type, "defaut": o.default, "choix": list(o.choices)}
                        for o in theme.options.values()
                    },
                }
                for theme in found
            ]
        )
        return
    for theme in found:
        say(f"{theme.name} — {theme.title} : {theme.summary}")
        for option in theme.options.values():
            choices = f" ({', '.join(option.choices)})" if option.choices else ""
            say(f"    {option.name}={option.default}   {option.label}{choices}")


@theme_app.command("new")
def theme_new(
    folder_path: Annotated[
        Path, typer.Argument(metavar="DOSSIER", help="Le dossier à créer ; son nom sera celui du thème.")
    ],
    parent: Annotated[str, typer.Option("--from", metavar="THÈME", help="Le thème dont partir.")] = "base",
) -> None:
    """Commence un thème à soi. Quelques lignes qui étendent un thème existant."""
    from site_builder import themes  # noqa: PLC0415 - every command reads this module

    base = themes.find(parent)
    path = folder_path.expanduser().absolute()
    if not themes.is_name(path.name):
        raise OutputError(path, f"un thème ne peut pas s’appeler « {path.name} » : minuscules, chiffres et tirets")
    if path.exists():
        raise OutputError(path, "ce dossier existe déjà ; choisissez un autre nom")
    try:
        (path / "static").mkdir(parents=True)
        (path / "templates").mkdir()
        (path / "theme.toml").write_text(
            f'name = "{path.name}"\ntitle = "{path.name.capitalize()}"\nsummary = "À décrire en une phrase."\n'
            f'contract = {themes.CONTRACT}\nextends = "{base.name}"\nlicense = "MIT"\n',
            encoding="utf-8",
        )
    except OSError as error:
        raise OutputError(path, say_os_error(error)) from error
    themes.find(str(path))
    say(f"Thème commencé : {path}")
    say(f"Il ressemble pour l’instant à « {base.name} ». Essai : livret preview LIVRET --theme {path}")


@theme_app.command("check")
def theme_check(
    name: Annotated[str, typer.Argument(metavar="THÈME", help="Son nom, ou le chemin de son dossier.")],
) -> None:
    """Vérifie un thème. Il se charge, montre tout, ne demande rien au dehors."""
    from site_builder import themes  # noqa: PLC0415 - every command reads this module
    from site_builder.themecheck import check_theme  # noqa: PLC0415

    faults = check_theme(themes.find(name))
    for fault in faults:
        complain(fault)
    if faults:
        raise typer.Exit(1)
    say(f"Thème « {name} » : en ordre.")
