"""The `livret` command: everything the builder and the archive can do, in one place.

A build is what is waited for most often, and then the editor: when the first word is one of theirs, nothing else is
loaded.
"""

from __future__ import annotations

import sys

from site_builder import terminal
from site_builder.cli import app as builder
from site_builder.terminal import Application, application


def full() -> Application:
    """The whole command, as its help shows it."""
    from editor import archive_commands  # noqa: PLC0415 - see the module's docstring

    app = starting()
    archive_commands.register(app)
    app.registered_commands.extend(builder.registered_commands)
    app.registered_groups.extend(builder.registered_groups)
    return app


def starting() -> Application:
    """The part of it that starts the editor."""
    from editor import edit_commands  # noqa: PLC0415 - see the module's docstring

    app = application(name="livret")
    edit_commands.register(app)
    return app


def run() -> None:
    """Run the command line."""
    known = {command.name for command in builder.registered_commands} | {g.name for g in builder.registered_groups}
    first = sys.argv[1] if len(sys.argv) > 1 else "edit"
    terminal.run(builder if first in known else starting() if first == "edit" else full())
