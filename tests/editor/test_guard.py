"""Who gets in, and what: asked of a real editor, request by request, as a stranger on the same machine could."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import pytest

from editor.guard import Door, Guard, Presence
from editor.interface import asset, french_index, index, preloads
from tests.editor.serving import Serving

OK, NO, LOST, NOT_HERE = HTTPStatus.OK, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.MISDIRECTED_REQUEST
OPEN = HTTPStatus.SWITCHING_PROTOCOLS

PATHS = [
    "/", "/accueil", "/formations", "/publier", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics",
    "/_stcore/script-health-check", "/_stcore/agent/openapi.json", "/_stcore/upload_file/a/b", "/media/x.pdf",
    "/component/x/index.html", "/static/js/index.js", "/app/static/x", "/apercu/index.html", "/apercu/", "/piece/p1",
    "/piece/p1?voir", "/interface/interface.js", "/interface/newsreader.woff2", "/fiche-de-secours.pdf",
    "/fiche-de-secours.html", "/ce-qui-sort/x.html", "/favicon.png",
    "/ferme", "/../etc/passwd", "//", "/ouvrir/", "/OUVRIR", "/%6fuvrir/x",
]  # fmt: skip


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest Streamlit script."""
    script = tmp_path_factory.mktemp("stub") / "tiny.py"
    script.write_text("import streamlit as st\nst.title('Livret')\n", "utf-8")
    return script


@pytest.fixture(scope="module")
def serving(stub: Path) -> Iterator[Serving]:
    """An editor nobody has entered."""
    with Serving(script=stub) as running:
        yield running


@pytest.fixture(scope="module")
def entered(stub: Path) -> Iterator[tuple[Serving, str]]:
    """An editor, and the cookie of whoever opened it."""
    with Serving(script=stub) as running:
        yield running, running.enter()


# ── Without the cookie ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_nothing_is_given_to_whoever_has_no_cookie(serving: Serving, path: str, method: str):
    """Every path of ours and of Streamlit's is refused, in French, whatever the method."""
    answer = serving.ask(path, method, Origin=serving.base if method not in ("GET", "HEAD") else "")
    assert answer.status == NO
    assert method == "HEAD" or "Cette page est fermée" in answer.text
    assert "Streamlit" not in answer.text


def test_a_websocket_without_the_cookie_is_refused(serving: Serving):
    """A tab that does not know the cookie gets no connection, nor does one with the cookie of another run."""
    for cookie in ("", f"livret_{serving.port}=x", f"livret_{serving.port}=", "livret_1=x; ;;=,", '="'):
        with serving.socket(cookie=cookie, origin=serving.base) as status:
            assert status == NO


@pytest.mark.parametrize("token", [b"", b"x", b"x" * 43, b"x" * 100_000, "é".encode()])
def test_a_wrong_token_opens_nothing(serving: Serving, token: bytes):
    """A guess is refused and sets no cookie."""
    answer = serving.ask("/ouvrir", "POST", body=token, Origin=serving.base)
    assert answer.status == NO
    assert "Set-Cookie" not in answer.headers


def test_the_token_is_taken_from_our_own_page_only(serving: Serving):
    """Even the right token is worth nothing when another site, another port or no page at all sends it."""
    token = serving.token.encode()
    for origin in ("", "null", "http://evil.example", f"http://localhost:{serving.port}", f"https://{serving.host}"):
        assert serving.ask("/ouvrir", "POST", body=token, Origin=origin).status == NO
    for site in ("cross-site", "same-site"):
        assert serving.ask("/ouvrir", "POST", body=token, Origin=serving.base, Sec_Fetch_Site=site).status == NO


def test_the_opening_page_tells_nothing(serving: Serving):
    """The page that anybody may load holds neither the token nor a word of the livret, and may reach only this host."""
    answer = serving.ask("/ouvrir", Sec_Fetch_Site="cross-site")
    assert answer.status == OK
    assert serving.token not in answer.text
    assert '<html lang="fr">' in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


# ── With it ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_token_serves_once(stub: Path):
    """The first to bring the token gets the cookie; the second, even at the same address, gets nothing."""
    with Serving(script=stub) as running:
        cookie = running.enter()
        assert running.ask("/", cookie=cookie).status == OK
        again = running.ask("/ouvrir", "POST", body=running.token.encode(), Origin=running.base)
        assert again.status == NO
        assert "Set-Cookie" not in again.headers


def test_the_cookie_is_for_this_host_and_for_no_script(stub: Path):
    """The cookie is HttpOnly, SameSite=Strict, of this host alone, and its name is of this port."""
    with Serving(script=stub) as running:
        answer = running.ask("/ouvrir", "POST", body=running.token.encode(), Origin=running.base)
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    assert name == f"livret_{running.port}"
    assert {part.strip() for part in rest.split(";")[1:]} == {"Path=/", "HttpOnly", "SameSite=Strict"}
    assert running.host.endswith(f".localhost:{running.port}")
    assert running.token not in rest


def test_another_run_does_not_know_the_cookie(entered: tuple[Serving, str], serving: Serving):
    """The cookie of one editor opens no other, even under that other's name."""
    _, cookie = entered
    assert serving.ask("/", cookie=cookie).status == NO
    assert serving.ask("/", cookie=f"livret_{serving.port}={cookie.partition('=')[2]}").status == NO


def test_a_forged_host_is_refused(entered: tuple[Serving, str]):
    """A name that an attacker has pointed to this machine is not ours, nor is any other name for it."""
    running, cookie = entered
    names = ["evil.example", "localhost", "127.0.0.1", f"x.{running.host.partition(':')[0]}"]
    for name in [f"{name}:{running.port}" for name in names] + [running.host.partition(":")[0], running.host.upper()]:
        assert running.ask("/", cookie=cookie, host=name).status == NOT_HERE, name
        assert running.ask("/ouvrir", host=name).status == NOT_HERE, name
        with running.socket(cookie=cookie, host=name, origin=f"http://{name}") as status:
            assert status == NO, name


def test_a_forged_origin_is_refused(entered: tuple[Serving, str]):
    """A WebSocket, or any request that changes something, must come from a page of ours, cookie or not."""
    running, cookie = entered
    with running.socket(cookie=cookie, origin=running.base) as status:
        assert status == OPEN
    for origin in (None, "null", "http://evil.example", f"http://localhost:{running.port}", f"https://{running.host}"):
        with running.socket(cookie=cookie, origin=origin) as status:
            assert status == NO, origin
        assert (
            running.ask("/_stcore/upload_file/a/b", "PUT", body=b"x", cookie=cookie, Origin=origin or "").status == NO
        )


def test_a_page_of_another_site_is_refused(entered: tuple[Serving, str]):
    """What a browser says comes from another page is refused, on another port of this machine too."""
    running, cookie = entered
    for site in ("cross-site", "same-site"):
        assert running.ask("/", cookie=cookie, Sec_Fetch_Site=site).status == NO
    for site in ("none", "same-origin"):
        assert running.ask("/", cookie=cookie, Sec_Fetch_Site=site).status == OK
    assert running.ask("/", cookie=cookie, Origin="http://evil.example").status == NO


@pytest.mark.parametrize("path", ["/_stcore/agent/openapi.json", "/_stcore/metrics", "/_stcore/script-health-check"])
def test_doors_for_programs_are_walled_up(entered: tuple[Serving, str], path: str):
    """What Streamlit offers to programs is not there, for the agent's own browser either."""
    running, cookie = entered
    assert running.ask(path, cookie=cookie).status == LOST


def test_forwarded_addresses_are_not_believed(entered: tuple[Serving, str]):
    """A header that pretends to come from elsewhere changes nothing: nobody stands in between."""
    running, cookie = entered
    assert running.ask("/", cookie=cookie, X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https").status == OK


def test_the_page_is_french_and_under_a_strict_policy(entered: tuple[Serving, str]):
    """The editor's page is in French and ours, loads nothing from elsewhere, and is framed by nobody."""
    running, cookie = entered
    answer = running.ask("/", cookie=cookie)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self' blob: 'sha256-" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert '<html lang="fr">' in answer.text
    assert "<title>Livret</title>" in answer.text
    assert '<script src="/interface/interface.js">' in answer.text
    assert "//" not in answer.text.replace("<!DOCTYPE", "")
    for english in ("<title>Streamlit", "JavaScript to run", "service-desc", "agent"):
        assert english not in answer.text


def test_media_run_nothing_and_stay_nowhere(entered: tuple[Serving, str]):
    """Whatever Streamlit serves as a file is sandboxed and never stored."""
    running, cookie = entered
    answer = running.ask("/media/nothing.html", cookie=cookie)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_old_tabs_that_come_back_are_let_in(entered: tuple[Serving, str]):
    """A browser that restores the opening page, its token spent, still has the cookie: it goes on."""
    running, cookie = entered
    assert running.ask("/ouvrir", "POST", body=b"", cookie=cookie, Origin=running.base).status == OK


def test_the_pages_after_the_end_say_so(entered: tuple[Serving, str]):
    """The good-bye page says in French that everything is saved."""
    running, cookie = entered
    answer = running.ask("/ferme", cookie=cookie)
    assert answer.status == OK
    assert "Le livret est fermé" in answer.text


# ── The middleware alone ─────────────────────────────────────────────────────────────────────────────────────────────


def met(scope: dict[str, object]) -> list[dict[str, object]]:
    """What the guard answers to a request of which the application says that it was let through."""
    sent: list[dict[str, object]] = []

    async def through(*_: object) -> None:
        sent.append({"type": "through"})

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b""}

    door = Door("livret-x.localhost:1")
    door.ready.set()
    cookie = door.exchange(door.address.partition("#")[2].encode())
    assert cookie is not None
    headers = [(b"host", b"livret-x.localhost:1"), (b"cookie", cookie.partition(";")[0].encode())]
    whole = {
        "type": "http",
        "method": "GET",
        "path": "/_stcore/health",
        "client": ("127.0.0.1", 9),
        "headers": headers,
    } | scope
    whole["headers"] = [*headers, *(scope.get("more") or [])]  # type: ignore[misc]
    with ThreadPoolExecutor(1) as apart:  # a browser's loop may be running in this thread
        apart.submit(asyncio.run, Guard(through, door)(whole, receive, send)).result()
    return sent


@pytest.mark.parametrize("client", [("192.0.2.1", 5), ("::ffff:192.0.2.1", 5), ("", 0), None, ("localhost", 1)])
def test_whoever_is_not_on_this_machine_is_refused(client: object):
    """Were the socket ever opened to a network, whoever comes from there would still get nothing, cookie or not."""
    assert met({"client": client})[0]["status"] == NO
    assert met({"client": client, "type": "websocket"})[0]["type"] == "websocket.close"
    assert met({"client": ("127.0.0.1", 5)}) == [{"type": "through"}]
    assert met({"client": ("::1", 5)}) == [{"type": "through"}]


@pytest.mark.parametrize("name", [b"host", b"origin"])
def test_a_header_sent_twice_is_refused(name: bytes):
    """Two hosts or two origins are a fault: nobody gets to choose which is believed."""
    twice = [(name, b"livret-x.localhost:1"), (name, b"http://livret-x.localhost:1")]
    assert met({"more": twice})[0]["status"] in (NO, NOT_HERE)


def test_presence_counts_tabs(monkeypatch: pytest.MonkeyPatch):
    """Absence is counted from the last tab that left, and is none while one is there."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    presence = Presence()
    now[0] += 5
    assert presence.absence == 5
    with presence:
        now[0] += 50
        with presence:
            assert presence.absence == 0
        assert presence.absence == 0
    now[0] += 3
    assert presence.absence == 3


def test_an_index_page_of_another_shape_still_gets_a_policy():
    """Were Streamlit to change its page, what is unknown in it is kept and every inline script still named."""
    page, policy = french_index("<html><title>Streamlit</title><script>a()</script><script>b()</script></html>", "h:1")
    assert "<title>Livret</title>" in page
    assert policy.count("'sha256-") == 2


def test_the_interface_is_sent_from_its_own_folder_only():
    """A file of Streamlit's interface is found by its address; no other path, nor one that climbs, gives anything."""
    page = index()
    script = re.search(r"static/js/(index\.[\w-]+\.js)", page)
    assert script is not None
    body, media = asset(f"/static/js/{script[1]}") or (b"", b"")
    assert (len(body) > 1000, media.split(b";")[0]) == (True, b"text/javascript")
    for path in ("/static/js/../index.html", "/static/index.html", "/static/js/none.js", "/static/js/..%2Findex.js"):
        assert asset(path) is None


def test_the_page_names_the_pieces_of_the_first_screen():
    """What the password field is made of comes with the page, each piece once, and each of them exists."""
    names = re.findall(r'modulepreload" href="(/static/js/[^"]+)"', preloads(index()))
    assert any(name.startswith("/static/js/TextInput.") for name in names)
    assert len(names) == len(set(names))
    assert all(asset(name) for name in names)
