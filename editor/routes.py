"""What the editor serves beside its screens: its own files, the preview of the site, documents, the recovery sheet.

All of it stands behind the guard. What is decrypted goes to the browser and nowhere else: never stored, never run.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.errors import LivretError
from themes import __file__ as _themes_file

_STATIC = Path(__file__).parent / "static"
_FONTS = Path(_themes_file).parent / "parcours" / "static" / "fonts"
_MEDIA = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
SHOWN = frozenset(
    {"application/pdf", "image/jpeg", "image/png", "image/webp", "image/gif", "text/plain"}
)  # as they are
_LOCKED = "Le livret est verrouillé : ouvrez-le de nouveau dans l’éditeur."

# A browser's own PDF viewer refuses to work in a sandbox; it runs nothing of ours, and shows but this file.
_PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox; frame-ancestors 'self'"
# No script at all; without « allow-same-origin » the cookie would not go with the site's own styles and images.
_SITE_POLICY = (
    "default-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'none'; connect-src 'none'; "
    "form-action 'none'; base-uri 'none'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; "
    "frame-ancestors 'self'"
)


async def interface(request: Request) -> Response:
    """A script, a picture or a typeface of the editor's own; nothing personal, so any copy may be kept."""
    name = Path(request.path_params["name"])
    file = (_FONTS if name.suffix == ".woff2" else _STATIC) / name.name
    if name.suffix not in _MEDIA or not file.is_file():
        return _say("Ce fichier n’existe pas.", HTTPStatus.NOT_FOUND)
    return Response(file.read_bytes(), media_type=_MEDIA[name.suffix], headers={"Cache-Control": "no-cache"})


async def preview(request: Request) -> Response:
    """A page, a style or a document of the site that the current dossier would make."""
    from editor.showcase import page  # noqa: PLC0415 - loads the builder
    from editor.workshop import workshop  # noqa: PLC0415 - loads the model

    if not workshop.open:
        return _say(_LOCKED, HTTPStatus.FORBIDDEN)
    try:
        found = await run_in_threadpool(page, request.path_params["path"])
    except LivretError as error:
        return _say(str(error), HTTPStatus.CONFLICT)
    if found is None:
        return _say("Cette page n’est pas dans l’aperçu.", HTTPStatus.NOT_FOUND)
    content, media = found
    policy = _PDF_POLICY if media == "application/pdf" else _SITE_POLICY
    return Response(content, media_type=media, headers=_private(policy))


async def piece(request: Request) -> Response:
    """A document of the open archive: shown when it is asked for and cannot run anything, downloaded otherwise."""
    from editor.workshop import workshop  # noqa: PLC0415 - see above

    identifier = request.path_params["id"]
    try:
        row = next((row for row in workshop.livret.pieces if row.id == identifier), None)
        content = await run_in_threadpool(workshop.piece, identifier) if row else b""
    except LivretError as error:
        return _say(str(error), HTTPStatus.NOT_FOUND)
    if row is None:
        return _say("Ce document n’est pas dans le livret.", HTTPStatus.NOT_FOUND)
    shown = "voir" in request.query_params and row.media in SHOWN
    media = row.media if shown else "application/octet-stream"
    name = quote(row.fichier or row.titre, safe="")
    headers = _private(_PDF_POLICY if media == "application/pdf" else _SANDBOX)
    headers["Content-Disposition"] = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}"
    return Response(content, media_type=f"{media}; charset=utf-8" if media == "text/plain" else media, headers=headers)


async def recovery_pdf(_: Request) -> Response:
    """The recovery sheet, to print."""
    return await run_in_threadpool(_sheet, as_pdf=True)


async def recovery_html(_: Request) -> Response:
    """The recovery sheet as a page, to print from the browser itself."""
    return await run_in_threadpool(_sheet, as_pdf=False)


def _sheet(*, as_pdf: bool) -> Response:
    from editor.workshop import workshop  # noqa: PLC0415 - see above
    from site_builder import recovery_sheet  # noqa: PLC0415 - only when asked

    archive = workshop.archive
    if archive is None:
        return _say(_LOCKED, HTTPStatus.NOT_FOUND)
    said = recovery_sheet.content(archive.recovery_key, archive.path, date.today())  # noqa: DTZ011 - the agent's day
    if as_pdf:
        return Response(recovery_sheet.as_pdf(said), media_type="application/pdf", headers=_private(_PDF_POLICY))
    return Response(recovery_sheet.as_html(said), media_type="text/html", headers=_private(_SANDBOX))


async def leaving(request: Request) -> Response:
    """« Ce qui sort » of a dossier, to print before it is handed over."""
    return await run_in_threadpool(_leaving, request.path_params["dossier"])


def _leaving(wanted: str) -> Response:
    from data.nomenclatures import label  # noqa: PLC0415 - see above
    from editor.showcase import showcase  # noqa: PLC0415
    from editor.workshop import workshop  # noqa: PLC0415
    from site_builder import dossiers, leaving_sheet  # noqa: PLC0415 - only when asked

    if not workshop.open:
        return _say(_LOCKED, HTTPStatus.NOT_FOUND)
    dossier = dossiers.current(workshop.livret, wanted)
    sheet = leaving_sheet.as_html(
        showcase.leaving(dossier), dossier.titre, dossier.destinataire, label("demarches", dossier.demarche)
    )
    return Response(sheet, media_type="text/html", headers=_private(_SANDBOX))


def _private(policy: str) -> dict[str, str]:
    return {"Cache-Control": "no-store", "Content-Security-Policy": policy}


def _say(sentence: str, status: HTTPStatus) -> Response:
    """A sentence instead of a page."""
    return Response(sentence, status, media_type="text/plain; charset=utf-8", headers=_private(_SANDBOX))


Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]
_PATHS: dict[str, Endpoint] = {
    "/interface/{name}": interface,
    "/apercu/{path:path}": preview,
    "/piece/{id}": piece,
    "/fiche-de-secours.pdf": recovery_pdf,
    "/fiche-de-secours.html": recovery_html,
    "/ce-qui-sort/{dossier}.html": leaving,
}
ROUTES = [Route(path, endpoint, methods=["GET"]) for path, endpoint in _PATHS.items()]
