"""The `livret` command: everything the builder and the archive can do, in one place."""

from __future__ import annotations

from editor.archive_commands import register
from site_builder import terminal
from site_builder.cli import app as builder
from site_builder.terminal import application

app = application(
    name="livret",
    help="Votre livret individuel de formation : une archive chiffrée, un portfolio. Rien ne sort de cet ordinateur.",
    no_args_is_help=True,
)
register(app)
app.registered_commands.extend(builder.registered_commands)
app.registered_groups.extend(builder.registered_groups)


def run() -> None:
    """Run the command line."""
    terminal.run(app)
