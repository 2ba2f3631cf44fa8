"""Who comes in: an ASGI guard in front of Streamlit, which by itself would answer anybody on this machine.

Whoever starts the editor holds a launch token. It travels in the fragment of an address, which no server, log or
Referer ever sees; the opening page posts it back, once, for a cookie that lasts as long as the process. Without
that cookie everything is refused: pages, documents, uploads, health checks, WebSockets. With it, a request must
still come from this machine, name this host, and be made by our own pages.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any

from editor import threshold
from editor.interface import asset, french_index, index
from editor.threshold import LEAVING, OPENING, Page

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_MOST_TOKEN = 200
_SAFE = ("GET", "HEAD")
_OURS = ("none", "same-origin")  # of Sec-Fetch-Site: typed by somebody, or asked for by one of our own pages
_SHUT = ("/_stcore/agent", "/_stcore/metrics", "/_stcore/script-health-check")  # Streamlit's doors for programs
# Ours: they come with their own policy.
_OWN_PAGES = ("/apercu", "/piece/", "/fiche-de-secours", "/ce-qui-sort/", "/interface/")
_SECURITY: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]
_NO_STORE: Headers = [(b"cache-control", b"no-store")]


class Presence:
    """How many tabs are there, and since when there is none: the editor stops when nobody looks at it any more."""

    def __init__(self) -> None:
        self._tabs = 0
        self._since = time.monotonic()

    def __enter__(self) -> None:
        self._tabs += 1

    def __exit__(self, *_: object) -> None:
        self._tabs -= 1
        self._since = time.monotonic()

    def begin(self) -> None:
        """Count from now on: before, nobody could have come."""
        self._since = time.monotonic()

    @property
    def absence(self) -> float:
        """For how many seconds there has been no tab; 0 while there is one."""
        return 0.0 if self._tabs else time.monotonic() - self._since


class Door:
    """What one run of the editor knows of its visitors.

    Args:
        host: the only host it answers to, with its port, as browsers write it.
    """

    def __init__(self, host: str) -> None:
        self.host = host
        self.origin = f"http://{host}"
        self.cookie = f"livret_{host.rpartition(':')[2]}"  # cookies know no port: two editors must not share a name
        self.presence = Presence()
        self.ready = threading.Event()  # the screens can be drawn
        self.seen = threading.Event()  # a tab is there
        self.used = threading.Event()  # the launch token
        self.left = threading.Event()  # the good-bye page has been sent
        self._token = secrets.token_urlsafe(32)
        self._pass = secrets.token_urlsafe(32)

    @property
    def address(self) -> str:
        """The address that opens the editor, once."""
        return f"{self.origin}{OPENING}#{self._token}"

    def exchange(self, token: bytes) -> str | None:
        """The cookie for the launch token; nothing the second time."""
        if self.used.is_set() or not hmac.compare_digest(token, self._token.encode()):
            return None
        self.used.set()
        return f"{self.cookie}={self._pass}; Path=/; HttpOnly; SameSite=Strict"

    def knows(self, cookies: str) -> bool:
        """Whether a request brings the cookie of this run."""
        try:
            found = SimpleCookie(cookies).get(self.cookie)
        except CookieError:  # what other programs of this machine set is not ours to judge
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self._pass.encode())


class Guard:
    """The middleware."""

    def __init__(self, app: Application, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or refuse."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = _Headers(scope)
        if (status := self._fault(scope, headers)) is not None:
            await _refuse(scope, send, status)
        elif scope["type"] == "websocket":
            with self._door.presence:
                await asyncio.to_thread(self._door.ready.wait)
                self._door.seen.set()
                await self._app(scope, receive, send)
        elif scope["path"] == OPENING:
            await self._open(scope, receive, send, headers)
        elif scope["path"] == LEAVING:
            await _show(send, HTTPStatus.OK, threshold.goodbye())
            self._door.left.set()
        elif scope["method"] == "GET" and (found := asset(scope["path"])):
            await _send_asset(send, *found)
        elif scope["method"] == "GET" and scope["path"] == "/" and (page := index()):
            await _send_index(send, page, self._door.host)
        else:
            # Nothing is compressed on the way to this same machine, and the index page must be readable.
            kept = [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]
            await self._app({**scope, "headers": kept}, receive, _Answer(send, self._door.host, scope["path"]))

    def _fault(self, scope: Scope, headers: _Headers) -> HTTPStatus | None:
        """What is wrong with a request, if anything is."""
        if headers.all("host") != [self._door.host]:
            return HTTPStatus.MISDIRECTED_REQUEST
        if not self._may_pass(scope, headers):
            return HTTPStatus.FORBIDDEN
        return HTTPStatus.NOT_FOUND if scope["path"].startswith(_SHUT) else None

    def _may_pass(self, scope: Scope, headers: _Headers) -> bool:
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE
        origins = headers.all("origin")
        if not _is_local(scope) or ((changes or origins) and origins != [self._door.origin]):
            return False
        opening = scope["path"] == OPENING and scope["type"] == "http"
        if opening and not changes:
            return True  # to the browser, the file that leads here is another site; and the page tells nothing
        own = all(site in _OURS for site in headers.all("sec-fetch-site"))
        return own and (opening or self._door.knows("; ".join(headers.all("cookie"))))

    async def _open(self, scope: Scope, receive: Receive, send: Send, headers: _Headers) -> None:
        if scope["method"] in _SAFE:
            await _show(send, HTTPStatus.OK, threshold.opening())
            return
        if self._door.knows("; ".join(headers.all("cookie"))):  # the browser brought an old tab back
            await _show(send, HTTPStatus.OK, threshold.opening())
        elif (cookie := self._door.exchange(await _body(receive))) is None:
            await _show(send, HTTPStatus.FORBIDDEN, threshold.refusal())
        else:
            await _show(send, HTTPStatus.OK, threshold.opening(), [(b"set-cookie", cookie.encode())])


class _Headers:
    """The headers of a request, as often as they were sent: a second Host or Origin is a fault, not a choice."""

    def __init__(self, scope: Scope) -> None:
        self._pairs = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]

    def all(self, name: str) -> list[str]:
        return [value for found, value in self._pairs if found == name]


def _is_local(scope: Scope) -> bool:
    """Whether a request comes from this machine: the socket says so already, and this does if it ever changed."""
    try:
        return ipaddress.ip_address((scope.get("client") or ("",))[0]).is_loopback
    except ValueError:
        return False


async def _body(receive: Receive) -> bytes:
    """The body of a request, or its beginning: a longer one is no token."""
    body = b""
    while len(body) <= _MOST_TOKEN:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body[: _MOST_TOKEN + 1]


async def _refuse(scope: Scope, send: Send, status: HTTPStatus) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await _show(send, status, threshold.refusal())


async def _show(send: Send, status: HTTPStatus, page: Page, more: Headers | None = None) -> None:
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(page.body)).encode()),
        (b"content-security-policy", page.policy.encode()),
        *_SECURITY,
        *_NO_STORE,
        *(more or []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": page.body})


async def _send_asset(send: Send, body: bytes, media: bytes) -> None:
    headers: Headers = [(b"content-type", media), (b"content-length", str(len(body)).encode()), *_SECURITY]
    await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Answer:
    """What Streamlit answers, with the headers it lacks, its index page made ours."""

    def __init__(self, send: Send, host: str, path: str) -> None:
        self._send = send
        self._host = host
        self._path = path
        self._index = False
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Headers = [(name.lower(), value) for name, value in message["headers"]]
            own = self._path.startswith(_OWN_PAGES)
            if self._path.startswith("/media/"):
                headers = [pair for pair in headers if pair[0] != b"cache-control"]
                headers += [(b"content-security-policy", b"default-src 'none'; sandbox"), *_NO_STORE]
            elif not own and dict(headers).get(b"content-type", b"").startswith(b"text/html"):
                self._index = True
                return
            await self._send({**message, "headers": headers + _SECURITY})
        elif not self._index:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await _send_index(self._send, self._body.decode(), self._host)


async def _send_index(send: Send, page: str, host: str) -> None:
    page, policy = french_index(page, host)
    body = page.encode()
    headers: Headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", policy.encode()),
        (b"content-length", str(len(body)).encode()),
        *_SECURITY,
        *_NO_STORE,
    ]
    await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})
    await send({"type": "http.response.body", "body": body})
