"""From one screen to the very row of another: what was asked for waits in the tab until the navigation takes it."""

from __future__ import annotations

from editor.session import state

GOTO = "goto"


def go(liste: str, row: str = "") -> None:
    """Ask to be taken to a list, and to a row in it; a widget's callback, so that the next run is already there.

    Args:
        liste: a list of the livret such as ``formations.actions``, or the name of another screen
            (``titulaire``, ``historique``, ``securite``, ``aide``).
        row: the row's identifier; empty for the whole list.
    """
    state.set(GOTO, (liste, row))
