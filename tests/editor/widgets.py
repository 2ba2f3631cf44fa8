"""Under which key a screen draws a widget at present: it changes when the livret was changed from elsewhere."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def drawn(app: AppTest, name: str) -> str:
    """The key of a widget, by its name."""
    given = f"{name} given"
    return f"{name}_{app.session_state[given]}" if given in app.session_state else name
