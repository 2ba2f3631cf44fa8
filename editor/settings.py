"""How Streamlit is set up: every setting that matters is here, in code, with the theme of `theme.toml`.

Streamlit would read settings files of the user's and the environment, either of which could have it listen to the
whole network, accept any origin, or fetch a theme from a server. Here both are out of its reach.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

THEME = Path(__file__).parent / "theme.toml"
LOOPBACK = "127.0.0.1"
SESSION_SECONDS = 120  # a tab that lost its connection finds its screen again within this time
MESSAGE_MEGABYTES = 200  # one message between a page and here, Streamlit's own limit
_PIECE_MEGABYTES = 256  # as much as the archive takes


def apply(host: str) -> None:
    """Set Streamlit up, for the host with its port that browsers are to use; call before anything else of its own."""
    for name in [name for name in os.environ if name.startswith("STREAMLIT_")]:
        del os.environ[name]
    from streamlit import config  # noqa: PLC0415 - half a second, and not before the environment is clean
    from streamlit.web import bootstrap  # noqa: PLC0415

    config.get_config_files = _no_files
    bootstrap.load_config_options(settings(host))


def _no_files(file_name: str) -> list[str]:
    """Streamlit's own list of the settings files to read, which is empty."""
    del file_name
    return []


def settings(host: str) -> dict[str, Any]:
    """Every setting, by its dotted name."""
    name, _, port = host.rpartition(":")
    return dict(_theme()) | {
        "server.address": LOOPBACK,
        "server.port": int(port),
        "server.headless": True,
        "server.allowedHosts": [name],
        "server.baseUrlPath": "",
        "server.enableCORS": True,
        "server.corsAllowedOrigins": [],
        "server.enableXsrfProtection": True,
        "server.xsrfCookieSameSite": "strict",
        "server.trustedUserHeaders": {},
        "server.enableAgentApi": False,
        "server.enableStaticServing": False,
        "server.scriptHealthCheckEnabled": False,
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.allowRunOnSave": False,
        "server.showEmailPrompt": False,
        "server.maxUploadSize": _PIECE_MEGABYTES,
        "server.maxMessageSize": MESSAGE_MEGABYTES,
        "server.disconnectedSessionTTL": SESSION_SECONDS,
        "browser.serverAddress": name,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.allowedOrigins": [],
        "client.disableDataExport": True,
        "global.developmentMode": False,
        "global.suppressDeprecationWarnings": True,
        "global.disableWidgetStateDuplicationWarning": True,  # both are wanted: see ``editor.session``
        "runner.magicEnabled": False,
        # A traceback may quote what was typed: it is shown to developers only.
        "logger.level": "error" if os.environ.get("LIVRET_DEBUG") else "critical",
        "logger.enableRich": False,
        "logger.hideWelcomeMessage": True,
        "secrets.files": [],
    }


def _theme() -> Iterator[tuple[str, Any]]:
    def flat(table: dict[str, Any], before: str) -> Iterator[tuple[str, Any]]:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{before}.{key}")
            else:
                yield f"{before}.{key}", value

    return flat(tomllib.loads(THEME.read_text("utf-8"))["theme"], "theme")
