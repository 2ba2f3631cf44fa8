"""The pages around the editor: the one that opens it, the one that refuses, the one that says good-bye.

They are served before anybody is known, so they hold nothing but their own words, and their policy allows
nothing but the very style and script written here.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

OPENING = "/ouvrir"
LEAVING = "/ferme"

_STYLE = """
:root { color-scheme: light dark; --paper: #fbf9f5; --ink: #1f1c19; --soft: #625b53; --teal: #0f5c63 }
@media (prefers-color-scheme: dark) {
  :root { --paper: #171614; --ink: #ece7df; --soft: #aca398; --teal: #7fd0c7 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 2rem; background: var(--paper);
  color: var(--ink); font: 1.05rem/1.6 system-ui, sans-serif }
main { max-width: 30rem; padding: 2.5rem 0 2.5rem 2rem; border-left: 3px solid var(--teal) }
svg { display: block; width: 3.25rem; height: 3.25rem; margin-bottom: 1.5rem }
h1 { margin: 0 0 .6rem; font: 500 2rem/1.15 Georgia, "Iowan Old Style", "Times New Roman", serif }
p { margin: 0; color: var(--soft) }
"""

_OPEN_SCRIPT = """
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
const say = (title, text) => {
  document.querySelector("h1").textContent = title;
  document.querySelector("p").textContent = text;
};
fetch(location.pathname, { method: "POST", body: token }).then(
  (answer) => answer.ok ? location.replace("/") : say("Ce lien a déjà servi",
    "Il n’ouvre le livret qu’une fois. S’il n’est plus ouvert dans un autre onglet, relancez Livret."),
  () => say("Livret ne répond pas", "Le programme s’est arrêté. Relancez Livret."),
);
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the policy that goes with it."""

    body: bytes
    policy: str


@cache
def opening() -> Page:
    """The page whose address carries the launch token where no server sees it, and which hands it over."""
    return _page("Ouverture du livret…", "Un instant.", _OPEN_SCRIPT)


@cache
def refusal() -> Page:
    """What whoever has no business here gets."""
    return _page(
        "Cette page est fermée",
        "Le livret ne s’ouvre que par Livret, dans le navigateur et pour la personne qui l’a lancé.",
    )


@cache
def goodbye() -> Page:
    """What is left in the tab once the editor has stopped."""
    return _page("Le livret est fermé", "Tout est enregistré. Vous pouvez fermer cet onglet.")


def failure(sentence: str) -> Page:
    """What somebody who has no terminal reads when the editor could not start."""
    return _page("Livret n’a pas démarré", sentence)


def digest(text: str) -> str:
    """A script or a style, as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _page(title: str, sentence: str, script: str = "") -> Page:
    icon = (Path(__file__).parent / "static" / "icon.svg").read_text("utf-8")
    body = (
        '<!doctype html>\n<html lang="fr">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Livret</title>\n<style>{_STYLE}</style>\n"
        f'<main aria-live="polite">{icon}<h1>{escape(title)}</h1><p>{escape(sentence)}</p></main>\n'
        + (f"<script>{script}</script>\n" if script else "")
        + "</html>\n"
    )
    policy = (
        f"default-src 'none'; style-src {digest(_STYLE)}; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'" + (f"; script-src {digest(script)}" if script else "")
    )
    return Page(body.encode(), policy)
