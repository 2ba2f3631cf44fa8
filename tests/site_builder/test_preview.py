"""The preview: one machine, one secret path, nothing written and nothing logged."""

from __future__ import annotations

import http.client
import socket
import struct
import threading

import pytest

from site_builder.preview import HOST, Preview
from tests.site_builder.support import site_of

SITE = site_of(index_html="accueil é", assets__s_css="p{}", documents__01_pdf=b"%PDF" * 500_000)


@pytest.fixture
def server():
    """A preview that runs."""
    with Preview(SITE) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(server: Preview, path: str, *, method: str = "GET", host: str = "") -> tuple[int, bytes, dict[str, str]]:
    """A raw request, path and Host as they are given."""
    port = server.server_address[1]
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", host or f"{HOST}:{port}")
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, {name.lower(): value for name, value in answer.getheaders()}


def test_it_listens_on_this_machine_only(server):
    """The socket is bound to 127.0.0.1, not to every interface."""
    assert server.server_address[0] == server.socket.getsockname()[0] == "127.0.0.1"
    assert server.address.startswith("http://127.0.0.1:")


def test_the_site_is_under_the_secret_path(server):
    """The home page and every file answer, with their own kind, and are kept by no cache."""
    base = f"/{server.token}/"
    for path, media, body in (
        ("", "text/html; charset=utf-8", SITE.files["index.html"]),
        ("index.html", "text/html; charset=utf-8", SITE.files["index.html"]),
        ("index.html?x=1", "text/html; charset=utf-8", SITE.files["index.html"]),
        ("assets/s.css", "text/css; charset=utf-8", b"p{}"),
        ("documents/01.pdf", "application/pdf", SITE.files["documents/01.pdf"]),
    ):
        status, found, headers = ask(server, base + path)
        assert (status, found, headers["content-type"]) == (200, body, media)
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["server"].strip() == "Livret"


@pytest.mark.parametrize(
    "path",
    ["/", "/index.html", "/{token}", "/{wrong}/", "/{token}x/", "/{upper}/", "/{token}/../{token}/",
     "/{token}/absent.html", "/{token}//etc/passwd", "/{token}/../../etc/passwd", "/{token}/%2e%2e/%2e%2e/etc/passwd",
     "/{token}/..%2f..%2fetc%2fpasswd", "/{token}/%00", "/{token}/assets", "/{token}/assets/", "/%C3%A9/",
     "/favicon.ico",
     "/{token}/assets/../index.html", "/{token}/%ff"],
)  # fmt: skip
def test_nothing_else_answers(server, path):
    """Another path, a wrong token, a climbing path: nothing, and the same nothing."""
    given = path.format(token=server.token, wrong="x" * len(server.token), upper=server.token.swapcase())
    status, body, _ = ask(server, given)
    assert (status, body) == (404, "Cette page n’existe pas.".encode())


@pytest.mark.parametrize("host", ["evil.example", "localhost:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}", "x"])
def test_a_forged_host_is_refused(server, host):
    """A page of the web that points its own name at this machine gets nothing (DNS rebinding)."""
    status, body, _ = ask(server, f"/{server.token}/", host=host.format(port=server.server_address[1]))
    assert (status, body) == (404, "Cette page n’existe pas.".encode())


def test_a_head_request_has_no_body(server):
    """HEAD gives the size and no body."""
    status, body, headers = ask(server, f"/{server.token}/", method="HEAD")
    assert (status, body, headers["content-length"]) == (200, b"", str(len(SITE.files["index.html"])))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"])
def test_other_methods_are_refused(server, method):
    """Nothing but reading is possible."""
    assert ask(server, f"/{server.token}/", method=method)[0] == 501


def test_the_site_can_be_replaced(server):
    """The editor puts a new build in while the preview runs, under the same address."""
    server.site = site_of(index_html="neuf")
    assert ask(server, f"/{server.token}/")[1] == b"neuf"
    assert ask(server, f"/{server.token}/assets/s.css")[0] == 404


def test_nothing_is_logged(server, capfd):
    """Neither a page read, a refusal, nor a reader who leaves in the middle says anything anywhere."""
    ask(server, f"/{server.token}/")
    ask(server, "/absent")
    ask(server, "/x", method="BREW")
    host = f"{HOST}:{server.server_address[1]}"
    for _ in range(5):
        with socket.create_connection(server.server_address[:2], timeout=5) as left:
            left.sendall(f"GET /{server.token}/documents/01.pdf HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            left.recv(10)
            left.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert ask(server, f"/{server.token}/")[0] == 200
    assert capfd.readouterr() == ("", "")


def test_two_previews_have_two_secrets():
    """The path is random, and long enough not to be guessed."""
    with Preview(SITE) as one, Preview(SITE) as other:
        assert one.token != other.token
        assert len(one.token) >= 32


def test_a_port_that_is_taken_is_told(server):
    """The same port twice is an error for the caller to tell, not a silent second server."""
    with pytest.raises(OSError, match="Address already in use"):
        Preview(SITE, server.server_address[1])
