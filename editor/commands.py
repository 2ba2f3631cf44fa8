"""The `livret` command: everything the builder and the archive can do, in one place.

A build is what is waited for most often: when the first word is one of the builder's, nothing else is loaded.
"""

from __future__ import annotations

import sys

from site_builder import terminal
from site_builder.cli import app as builder
from site_builder.terminal import Application, application


def full() -> Application:
    """The whole command, as its help shows it."""
    from editor.archive_commands import register  # noqa: PLC0415 - see the module's docstring

    app = application(
        name="livret",
        help="Votre livret individuel de formation : une archive chiffrée, un portfolio. "
        "Rien ne sort de cet ordinateur.",
        no_args_is_help=True,
    )
    register(app)
    app.registered_commands.extend(builder.registered_commands)
    app.registered_groups.extend(builder.registered_groups)
    return app


def run() -> None:
    """Run the command line."""
    known = {command.name for command in builder.registered_commands} | {g.name for g in builder.registered_groups}
    terminal.run(builder if sys.argv[1:2] and sys.argv[1] in known else full())
