"""Firefox by WebDriver BiDi, which it speaks by itself: no driver, no package but ``websockets``."""

from __future__ import annotations

import base64
import itertools
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

COMMANDS = ("firefox-esr", "firefox")
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
PATIENCE = 60  # seconds
ENTER = "\ue007"
# A machine without a network, and downloads that ask nothing.
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.download.always_ask_before_handling_new_types": False,
    "browser.download.folderList": 2,
    "browser.download.manager.addToRecentDocs": False,
    "browser.download.open_pdf_attachments_inline": False,
    "browser.download.useDownloadDir": True,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
    "ui.prefersReducedMotion": 1,
}


class Refused(Exception):
    """Firefox answered a command with an error."""


@dataclass
class Firefox:
    """One running Firefox, with one tab."""

    socket: ClientConnection
    downloads: Path
    tab: str = ""
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=itertools.count)

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and give its answer; the events that come first are kept."""
        number = next(self._ids)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            found = self._receive(PATIENCE)
            if found.get("id") == number:
                if found["type"] == "error":
                    raise Refused(f"{method}: {found['error']}: {found['message']}")
                result: dict[str, Any] = found["result"]
                return result

    def _receive(self, seconds: float) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.socket.recv(timeout=seconds))
        if found["type"] == "event":
            self.events.append((found["method"], found["params"]))
        return found

    def goto(self, path: Path) -> None:
        """Open a file in the tab, as a double click does."""
        self.command("browsingContext.navigate", context=self.tab, url=path.as_uri(), wait="complete")

    def run(self, script: str, context: str = "") -> Any:
        """Give what an expression gives, in the page or in a frame of it, once its promise is kept."""
        found = self.command(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({script})) ?? 'null')()",
            target={"context": context or self.tab},
            awaitPromise=True,
        )
        if found["type"] != "success":
            raise Refused(f"{script}: {found['exceptionDetails']['text']}")
        return json.loads(found["result"]["value"])

    def until(self, script: str, context: str = "") -> None:
        """Wait until an expression is true."""
        self.wait(lambda: self.run(script, context), script)

    def wait(self, holds: Callable[[], Any], what: str) -> None:
        """Wait until something holds."""
        end = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError(what)
            time.sleep(0.02)

    def frame(self) -> str:
        """The frame of the page."""
        return str(self.children()[0]["context"])

    def children(self) -> list[dict[str, Any]]:
        """The frames of the page."""
        tree = self.command("browsingContext.getTree", root=self.tab)["contexts"][0]
        found: list[dict[str, Any]] = tree["children"]
        return found

    def click(self, selector: str, context: str = "") -> None:
        """Click on an element as a mouse does."""
        where = context or self.tab
        found = self.command("browsingContext.locateNodes", context=where, locator={"type": "css", "value": selector})
        node = {"sharedId": found["nodes"][0]["sharedId"]}
        self.command(
            "script.callFunction",
            functionDeclaration="node => node.scrollIntoView({block: 'center', behavior: 'instant'})",
            arguments=[node],
            target={"context": where},
            awaitPromise=False,
        )
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": node}}
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        actions = [{"type": "pointer", "id": "mouse", "actions": [move, *press]}]
        self.command("input.performActions", context=where, actions=actions)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        keys = [{"type": kind, "value": sign} for sign in text for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": keys}]
        self.command("input.performActions", context=self.tab, actions=actions)

    def look(self, width: int, height: int) -> bytes:
        """The tab as a picture, at a size."""
        self.command("browsingContext.setViewport", context=self.tab, viewport={"width": width, "height": height})
        return base64.b64decode(self.command("browsingContext.captureScreenshot", context=self.tab)["data"])

    def printed(self) -> bytes:
        """The tab as a PDF, as its printer gets it."""
        return base64.b64decode(self.command("browsingContext.print", context=self.tab, shrinkToFit=False)["data"])

    def before(self, script: str) -> None:
        """Run a function in every page to come, before its own scripts."""
        self.command("script.addPreloadScript", functionDeclaration=script)


@contextmanager
def firefox(command: str, home: Path) -> Iterator[Firefox]:
    """Start Firefox without a window, with a profile of its own below ``home``."""
    profile, downloads = home / "profile", home / "downloads"
    for folder in (profile, downloads):
        folder.mkdir(parents=True)
    wanted = PREFERENCES | {"browser.download.dir": str(downloads)}
    (profile / "user.js").write_text(
        "".join(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in wanted.items())
    )
    said = home / "firefox.log"
    with said.open("wb") as log:
        running = subprocess.Popen(
            [command, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(profile)],
            stdout=log, stderr=log, env=None,
        )  # fmt: skip
    try:
        with connect(f"{_address(said, running)}/session", max_size=None, compression=None) as socket:
            one = Firefox(socket, downloads)
            one.command("session.new", capabilities={})
            one.tab = one.command("browsingContext.getTree")["contexts"][0]["context"]
            one.command(
                "session.subscribe",
                events=["log.entryAdded", "network.beforeRequestSent", "browsingContext.contextCreated"],
            )
            yield one
    finally:
        running.terminate()
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _address(said: Path, running: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and running.poll() is None:
        if found := LISTENING.search(said.read_text("utf-8", "replace")):
            return found[1]
        time.sleep(0.05)
    raise TimeoutError(f"Firefox does not answer: {said.read_text('utf-8', 'replace')[-2000:]}")
