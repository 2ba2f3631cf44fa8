"""The `livret` and `livret-editeur` commands: find their four parts, in a checkout or installed, and start.

Installed, the parts lie in this package's own folder, out of everybody's way: one ``sys.path.insert``, in an
application's entry point, puts them within reach of this process only. ``livret.data`` must never be
imported: it would be a second copy of ``data``.
"""

import sys
from pathlib import Path

_HERE = Path(__file__).parent
if (_HERE / "editor").is_dir():  # installed: the parts are beside this file
    sys.path.insert(0, str(_HERE))


def main() -> None:
    """Run the command."""
    from editor.commands import run  # noqa: PLC0415 - the parts are reachable only from here on

    run()


def edit() -> None:
    """Start the editor, without a terminal."""
    from editor.edit_commands import windowless  # noqa: PLC0415 - see above

    sys.exit(windowless())
