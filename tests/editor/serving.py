"""A real editor in a process of its own, and what one can ask of it without a browser.

with Serving(archive) as serving:
    page.goto(serving.address)          # lets the browser in, once
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # a busy machine is slow, not wrong
_START = """
import sys
from pathlib import Path
from editor import server
if sys.argv[3]:
    server.SCRIPT = Path(sys.argv[3])
path = Path(sys.argv[1]) if sys.argv[1] else None
exec(sys.argv[5])
server.run(path, port=int(sys.argv[4]), browser=False, idle_stop=float(sys.argv[2]))
"""


class Serving:
    """The editor, started on a file or on none; stopped at the end of the ``with`` block.

    Args:
        path: the archive.
        idle_stop: seconds without a tab after which it stops by itself; 0 never does.
        script: another Streamlit script than the editor's own.
        home: the user's home, where Streamlit would look for settings; beside the archive unless given.
        folder: the current folder, another such place; the home unless given.
        environment: more variables.
        port: 0 takes a free one.
        before: Python to run in that process first; it finds ``server`` and the ``path``.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        idle_stop: float = 0,
        script: Path | None = None,
        home: Path | None = None,
        folder: Path | None = None,
        environment: dict[str, str] | None = None,
        port: int = 0,
        before: str = "",
    ) -> None:
        self._words = [str(path or ""), str(idle_stop), str(script or ""), str(port), before]
        self._home = home or (path or script or ROOT).parent
        self._folder = folder or self._home
        self._environment = environment or {}

    def __enter__(self) -> Self:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
        more = {"HOME": str(self._home), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", _START, *self._words],
            cwd=self._folder, env=clean | more | self._environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )  # fmt: skip
        assert self.process.stdout is not None
        before = []
        for line in self.process.stdout:
            before.append(line)
            if line.startswith("http"):
                break
        else:
            self.process.stdout.close()
            raise AssertionError("".join(before))
        self.address = before[-1].strip()
        self.base, _, self.token = self.address.partition("/ouvrir#")
        self.host = self.base.removeprefix("http://")
        self.port = int(self.host.rpartition(":")[2])
        self._said = before[:-1]
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with contextlib.suppress(ValueError):
            self._said.extend(self.process.stdout)

    @property
    def said(self) -> str:
        """What it has written, but for its address."""
        return "".join(self._said)

    def wait(self) -> int:
        """Wait for its end; gives its exit code."""
        code = self.process.wait(PATIENCE)
        self._listener.join(PATIENCE)
        self.process.stdout.close()  # type: ignore[union-attr]
        return code

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to end, as a system does, and wait; harmless when it has ended already."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.wait()

    def ask(
        self,
        path: str,
        method: str = "GET",
        *,
        body: bytes | None = None,
        cookie: str = "",
        host: str | None = None,
        **headers: str,
    ) -> Answer:
        """Send one request; ``Sec_Fetch_Site="none"`` becomes a header of that name."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in {"Host": host or self.host, "Cookie": cookie, **headers}.items():
                if value:
                    connection.putheader(name.replace("_", "-"), value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            with connection.getresponse() as response:
                return Answer(response.status, response.headers, response.read())

    def enter(self) -> str:
        """Hand the launch token over; gives the cookie."""
        answer = self.ask("/ouvrir", "POST", body=self.token.encode(), Origin=self.base)
        assert answer.status == http.HTTPStatus.OK, answer
        return answer.headers["Set-Cookie"].partition(";")[0]

    @contextmanager
    def socket(self, *, cookie: str = "", origin: str | None = None, host: str | None = None) -> Iterator[int]:
        """Open the WebSocket of a tab; gives the status of the answer, 101 when it is open."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as stream:
            lines = [
                "GET /_stcore/stream HTTP/1.1",
                f"Host: {host or self.host}",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
                "Sec-WebSocket-Protocol: streamlit",
            ]
            lines += [f"Origin: {origin}"] if origin else []
            lines += [f"Cookie: {cookie}"] if cookie else []
            stream.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            yield int(stream.recv(4096).split(b" ")[1])


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The body, as a text."""
        return self.body.decode("utf-8", "replace")
