"""Show a site in the browser from memory: nothing is written, nobody else on the machine can read it.

Listens on 127.0.0.1 only, under a random path that is told to nobody but the browser; another user of the
same computer, or a page that guesses the port, gets nothing.
"""

from __future__ import annotations

import mimetypes
import secrets
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from site_builder.build import ENTRY, Site

HOST = "127.0.0.1"


class Preview(ThreadingHTTPServer):
    """A server for one site; ``site`` may be replaced while it runs."""

    daemon_threads = True

    def __init__(self, site: Site, port: int = 0) -> None:
        """Bind to a port; 0 takes a free one.

        Raises:
            OSError: when the port is taken.
        """
        self.site = site
        self.token = secrets.token_urlsafe(24)
        super().__init__((HOST, port), _Handler)

    def handle_error(self, *_: object) -> None:
        """A reader who leaves in the middle of a page is no error, and nothing is logged."""

    @property
    def address(self) -> str:
        """The one address that answers."""
        return f"http://{HOST}:{self.server_address[1]}/{self.token}/"


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD of the site's files; everything else is refused."""

    server: Preview
    server_version = "Livret"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, *_: object) -> None:
        """Nothing is logged: paths say what somebody reads."""

    def _answer(self, *, with_body: bool) -> None:
        content, media = self._found()
        self.send_response(HTTPStatus.OK if content is not None else HTTPStatus.NOT_FOUND)
        body = content if content is not None else "Cette page n’existe pas.".encode()
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _found(self) -> tuple[bytes | None, str]:
        allowed = {f"{HOST}:{self.server.server_address[1]}"}
        path = unquote(urlsplit(self.path).path)
        prefix = f"/{self.server.token}/"
        if self.headers.get("Host") not in allowed or not secrets.compare_digest(
            path[: len(prefix)].encode(), prefix.encode()
        ):
            return None, "text/plain; charset=utf-8"
        name = path[len(prefix) :] or ENTRY
        content = self.server.site.files.get(name)
        media = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if content is None:
            media = "text/plain"
        return content, f"{media}; charset=utf-8" if media.startswith("text/") else media
