"""The single page on which its reader may write: a remark beside any row, saved as one small file, without a server.

The script is the only one a portfolio ever holds. It adds to a finished page and changes nothing in it: without
JavaScript the page reads as before. It sends nothing, stores nothing, and the page's policy lets that very script run
and no other. What comes back is read by the editor (``editor/remarks.py``); DESIGN §8 says what may leave.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from data.errors import BuildError, ForbiddenContent
from data.french import NBSP
from data.remarques import ETATS, Remarque
from data.sensibilite import INTERDITE, scan_text
from site_builder.publish import Published
from site_builder.render import secured

_HOME = files("site_builder") / "remarques"
_SCRIPT: Final = (_HOME / "remarques.js").read_text("utf-8")
_STYLE: Final = (_HOME / "remarques.css").read_text("utf-8")
SCRIPT_HASH: Final = f"'sha256-{b64encode(sha256(_SCRIPT.encode()).digest()).decode()}'"  # for a page that frames this

_POLICY = "default-src 'none'; "


def invite(page: bytes, made: Published, *, echanges: Sequence[Remarque] = ()) -> bytes:
    """A finished single page, with room for remarks beside its rows.

    It is the last thing to do to a page: whatever secures it anew takes away the right of the script to run. Framed
    in a sandbox it needs ``allow-scripts allow-downloads``, and ``allow-modals`` for the warning before leaving.

    Args:
        page: as ``outputs/single_page`` inlines it, or the page of a site built with ``unique=True``.
        made: the portfolio it is the page of; only its published rows can be remarked on.
        echanges: remarks received earlier on that very dossier, shown again with their answers. Those on rows that it
            does not publish, and those that were dismissed, are left out.

    Raises:
        ForbiddenContent: when a remark or an answer holds a social security number or a bank account.
        BuildError: when the page is not one of ours.
    """
    said = {
        "publication": made.publication.id,
        "lignes": list(_rows(made)),
        "echanges": list(_exchanges(made, echanges)),
    }
    head, body = f'<style id="livret-remarques-style" media="not all">{_STYLE}</style>\n', page.decode()
    if "</head>" not in body or "</body>" not in body:
        raise BuildError("Cette page n’a pas été faite par Livret : elle ne peut pas recevoir de remarques.")
    before, _, after = body.partition("</head>")
    inner, _, end = f"{before}{head}</head>{after}".rpartition("</body>")
    scripts = (
        f'<script type="application/json" id="livret-remarques">{_embedded(said)}</script>\n'
        f"<script>{_SCRIPT}</script>\n"
    )
    html = secured(f"{inner}{scripts}</body>{end}")
    return html.replace(_POLICY, f"{_POLICY}script-src {SCRIPT_HASH}; ", 1).encode()


def _rows(made: Published) -> Iterator[tuple[str, str]]:
    """Every published row and document with its name, in the order of the page."""
    for volet in made.view.volets:
        for liste in volet.listes:
            for groupe in liste.groupes:
                yield from ((ligne.ref, ligne.intitule) for ligne in groupe.lignes)
    yield from ((document.ref, document.titre) for document in made.view.documents)


def _exchanges(made: Published, echanges: Sequence[Remarque]) -> Iterator[dict[str, Any]]:
    """What was said before, as the page shows it.

    Raises:
        ForbiddenContent: when one holds what must never leave.
    """
    shown = {"", *(ref for ref, _ in _rows(made))}
    told = [
        one
        for one in echanges
        if one.publication == made.publication.id and one.ligne in shown and one.etat != "ecartee"
    ]
    places = [
        f"Remarques{NBSP}: {finding.says}"
        for one in told
        for finding in scan_text(f"{one.auteur}\n{one.texte}\n{one.reponse}")
        if finding.classe >= INTERDITE
    ]
    if places:
        raise ForbiddenContent(places)
    for one in told:
        yield {
            "ligne": one.ligne,
            "texte": one.texte,
            "auteur": one.auteur,
            "date": one.date.words if one.date else "",
            "etat": ETATS[one.etat],
            "reponse": one.reponse,
        }


def _embedded(said: Any) -> str:
    """JSON that can stand inside a script element: nothing in it can end the element or begin a comment."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
