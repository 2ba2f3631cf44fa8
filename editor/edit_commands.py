"""The commands that start the editor, and the one that puts it within reach of a double click.

An agent who never opens a terminal starts ``livret-editeur``, which has no window of its own: what would be
written on a terminal is then shown in the browser.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from data.container import read_head
from data.errors import LivretError
from data.keys import KeyHeader
from editor import shortcuts
from site_builder.terminal import BUG_CODE, Application, note, say

Archive = Annotated[
    Path | None,
    typer.Argument(metavar="LIVRET", help="Le fichier à ouvrir ; sinon l’éditeur le demande.", show_default=False),
]


def register(app: Application) -> None:
    """Add these commands to the ``livret`` application; alone, it starts the editor."""
    app.command("edit")(edit)
    app.command("shortcut")(shortcut)
    app.callback(invoke_without_command=True)(alone)


def alone(context: typer.Context) -> None:
    """Votre livret individuel de formation : une archive chiffrée, un éditeur, un portfolio.

    Rien ne sort de cet ordinateur. Sans commande : l’éditeur s’ouvre dans le navigateur.
    """
    if context.invoked_subcommand is None:
        _edit(None)


def edit(
    archive: Archive = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Le port ; sinon un port libre.")] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Donner l’adresse au lieu d’ouvrir le navigateur.")
    ] = False,
) -> None:
    """Ouvre l’éditeur dans le navigateur. Sur cet ordinateur seulement, pour vous seulement."""
    _edit(archive, port=port, browser=not no_browser)


def shortcut(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DOSSIER", help="Où l’écrire ; sinon sur le bureau.", show_default=False),
    ] = None,
) -> None:
    """Pose une icône qui ouvre l’éditeur. Sur le bureau, ou dans un dossier."""
    written = shortcuts.write(folder)
    say(f"À double-cliquer pour ouvrir l’éditeur : {written}")
    if advice := shortcuts.advice():
        note(advice)


def _edit(archive: Path | None, *, port: int = 0, browser: bool = True) -> None:
    from editor import server  # noqa: PLC0415 - the other commands do without

    if archive is not None:
        KeyHeader.from_bytes(read_head(archive))  # a missing or foreign file is told before anything is started
    server.run(archive.absolute() if archive else None, port=port, browser=browser)
    note("Livret est fermé.")


def windowless() -> int:
    """Start the editor without a terminal; a failure is shown in the browser, for nobody would see it elsewhere."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # Windows gives a program without a console none
            setattr(sys, name, open(os.devnull, "r+", encoding="utf-8"))  # noqa: PTH123, SIM115 - for the whole run
    try:
        _edit(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    except KeyboardInterrupt:
        return 0
    except LivretError as error:
        _show(str(error))
        return error.exit_code
    except Exception as error:
        if os.environ.get("LIVRET_DEBUG"):
            raise
        _show(f"Livret n’a pas pu démarrer ({type(error).__name__}). C’est un défaut du programme : signalez-le.")
        return BUG_CODE
    return 0


def _show(sentence: str) -> None:
    from editor import browser, threshold  # noqa: PLC0415 - only when something failed

    browser.show(threshold.failure(sentence))
