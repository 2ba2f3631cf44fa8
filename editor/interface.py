"""Streamlit's own interface, sent fast: a hundred small files stand between the command and the first screen.

The host name is another one at each start, so the browser has nothing kept. The files are read and sent by the guard
itself, without the many steps of a web framework, once it knows who asks. Streamlit loads the code of each widget when
the first one of its kind is drawn; what the first screen is made of is named in the page, to come with it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from editor.threshold import digest

FIRST = ("TextInput", "Button")  # what the screen that unlocks a livret is made of
FONTS = ("instrument-sans", "newsreader")
_ASSET = re.compile(r"/static/(?:js|css|media)/([\w.-]+\.(\w+))")
_MEDIA = {"js": b"text/javascript; charset=utf-8", "css": b"text/css; charset=utf-8", "woff2": b"font/woff2"}
_IMPORTED = re.compile(r'(?:from|import)\s*"\./([\w.-]+\.js)"')


@cache
def _home() -> Path:
    """Where Streamlit keeps its interface; asking for it does not load Streamlit."""
    found = find_spec("streamlit")
    return Path(found.origin).parent / "static" if found and found.origin else Path()


def index() -> str:
    """Streamlit's index page, as it comes; empty when it is not where it is known to be."""
    page = _home() / "index.html"
    return page.read_text("utf-8") if page.is_file() else ""


@cache
def preloads(page: str) -> str:
    """Links to those pieces and all they import, those that the page names already left out; empty when unknown."""
    home = _home() / "static" / "js"
    if not home.is_dir():
        return ""
    every = [entry.name for entry in home.iterdir()]
    waiting = [name for name in every if name.endswith(".js") and name.startswith(tuple(f"{one}." for one in FIRST))]
    found: dict[str, None] = {}
    while waiting:
        name = waiting.pop()
        if name not in found and name not in page and name in every:
            found[name] = None
            waiting += _IMPORTED.findall((home / name).read_text("utf-8"))
    scripts = [f'<link rel="modulepreload" href="/static/js/{name}">' for name in found]
    fonts = [
        f'<link rel="preload" href="/interface/{one}.woff2" as="font" type="font/woff2" crossorigin>' for one in FONTS
    ]
    return "\n    ".join([*scripts, *fonts])


def asset(path: str) -> tuple[bytes, bytes] | None:
    """A file of Streamlit's interface and its media type; None for any other path."""
    found = _ASSET.fullmatch(path)
    if found is None or found[2] not in _MEDIA:
        return None
    file = _home() / path.removeprefix("/")
    return (file.read_bytes(), _MEDIA[found[2]]) if file.is_file() else None


_HEAD = """
    <link rel="icon" href="/interface/icon.svg" type="image/svg+xml">
    <style>
      html { background: #fbf9f5 }
      @media (prefers-color-scheme: dark) { html { background: #171614 } }
    </style>
    <script src="/interface/interface.js"></script>
    <link rel="stylesheet" href="/interface/screens.css">
    <link rel="stylesheet" href="/interface/reports.css">
    <link rel="stylesheet" href="/interface/portfolio.css">
    <link rel="stylesheet" href="/interface/aide.css">
"""
_NOSCRIPT = "<noscript><p>Livret a besoin de JavaScript, qui est désactivé dans ce navigateur.</p></noscript>"


def french_index(page: str, host: str) -> tuple[str, str]:
    """Streamlit's index page, in French and with our own script, and the policy under which it runs."""
    page = page.replace('<html lang="en">', '<html lang="fr">').replace(
        "<title>Streamlit</title>", "<title>Livret</title>"
    )
    page = re.sub(r'\s*<link\s[^>]*rel="(?:service-desc|shortcut icon|preload)"[^>]*>', "", page)
    page = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)
    page = re.sub(r"<noscript>.*?</noscript>", _NOSCRIPT, page, flags=re.DOTALL)
    page = page.replace("</title>", f"</title>{_HEAD}{preloads(page)}", 1)
    scripts = " ".join(map(digest, re.findall(r"<script>(.*?)</script>", page, re.DOTALL)))
    policy = (
        f"default-src 'none'; script-src 'self' blob: {scripts}; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws://{host}; frame-src 'self'; "
        "media-src 'self' blob:; worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    return page.strip(), policy
