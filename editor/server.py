"""The process behind the editor: one address, one archive, one browser, and a clean end.

It listens on 127.0.0.1 and nowhere else, under a host name drawn at random: cookies ignore ports, so on
« 127.0.0.1 » every other program that serves pages on this machine would be sent ours. The socket is ours before
anybody is told of it, so the browser, which takes its time, is started first and the libraries are loaded meanwhile.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from data.errors import LivretError
from editor import browser as browsers
from editor import settings
from editor.guard import Application, Door, Guard
from editor.late import Late
from editor.settings import LOOPBACK
from site_builder.terminal import note, say

if TYPE_CHECKING:
    import uvicorn

SCRIPT = Path(__file__).parent / "app.py"
IDLE_STOP = 120.0
LOCK_AFTER = 20.0  # seconds without a tab: longer than a reload, short enough to find the file free when coming back
_FAREWELL = 3.0  # seconds the good-bye page has to reach the browser
_PATIENCE = 10.0  # seconds the first tab may take to come
_DRAWING = 0.5  # seconds in which its first screen is drawn, undisturbed
_TRIES = 20
_TAKEN = (errno.EADDRINUSE, errno.EACCES)
_MEGABYTE = 1_000_000


class EditorPortTaken(LivretError):
    """The port asked for is in use."""

    exit_code = 8

    def __init__(self, port: int) -> None:
        super().__init__(f"Le port {port} est déjà pris : choisissez-en un autre, ou n’en donnez aucun.")


def run(path: Path | None, *, port: int = 0, browser: bool = True, idle_stop: float = IDLE_STOP) -> None:
    """Serve the editor until it is left, stopped or told to end; nothing decrypted survives the return.

    Args:
        path: the archive to open; the editor asks when there is none.
        port: 0 takes a free one.
        browser: open the browser, or else print the address.
        idle_stop: stop after so many seconds without a tab; 0 never does.

    Raises:
        EditorPortTaken: another program has that port.
    """
    with listening(port) as listener:
        door = Door(f"{host_name()}:{listener.getsockname()[1]}")
        Editor(door, listener, path, idle_stop).run(browser=browser)


def stop() -> None:
    """End the editor from one of its own screens, once the tab has been shown the good-bye page.

    The screen then draws a container whose key is ``closed``: the page's own script goes to that page when it sees it.
    """
    if Editor.running is not None:
        Editor.running.stop()


class Editor:
    """One run of the editor."""

    running: Editor | None = None

    def __init__(self, door: Door, listener: socket.socket, path: Path | None, idle_stop: float) -> None:
        self._door = door
        self._listener = listener
        self._path = path
        self._idle_stop = idle_stop
        self._server: uvicorn.Server | None = None
        self._stopping = False
        self._warming = False
        self._late: Late | None = None

    def run(self, *, browser: bool) -> None:
        """Serve until the end."""
        Editor.running = self
        for number in _signals():
            signal.signal(number, self._signalled)
        try:
            self._tell(browser=browser)
            self._late = Late(lambda: _streamlit(self._door.host), failed=self._end)
            self._server = _server(self._door, self._watch, self._late)
            self._server.run(sockets=[self._listener])
        except KeyboardInterrupt:
            pass  # told to end before it had begun
        finally:
            self._stopping = True
            Editor.running = None
            _lock()

    def stop(self) -> None:
        """End soon: when the good-bye page is in the browser, or could have been."""

        def end() -> None:
            self._door.left.wait(_FAREWELL)
            time.sleep(0.2)  # the page is sent, not yet drawn
            self._end()

        threading.Thread(target=end, daemon=True, name="farewell").start()

    def _tell(self, *, browser: bool) -> None:
        """Open the browser, or say where to go."""
        if not (browser and browsers.has_display()):
            self._say_address()
            return
        note("Livret s’ouvre dans votre navigateur. Pour l’arrêter : « Quitter » dans l’éditeur, ou Ctrl+C ici.")
        threading.Thread(target=self._open_browser, daemon=True, name="browser").start()

    def _open_browser(self) -> None:
        if not browsers.lead(self._door):
            self._say_address()

    def _say_address(self) -> None:
        say("Livret est prêt. Ouvrez cette adresse dans votre navigateur (elle ne sert qu’une fois) :")
        say(self._door.address)

    def _end(self) -> None:
        self._stopping = True
        if self._server is not None:
            self._server.should_exit = True

    def _signalled(self, *_: object) -> None:
        """End, cleanly; while uvicorn serves, it listens to signals itself, and repeats them here afterwards."""
        if self._server is None and not self._stopping:
            self._stopping = True
            raise KeyboardInterrupt
        self._end()

    async def _watch(self) -> None:
        """Every second: without a tab, first let go of the archive, then of everything."""
        if not self._warming and self._late is not None and self._late.loaded:  # not before: it would be delayed
            self._warming = True
            self._door.presence.begin()
            threading.Thread(target=self._warm, daemon=True, name="warm").start()
        absence = self._door.presence.absence
        if absence > LOCK_AFTER:
            _lock(at_all_costs=False)
        if self._idle_stop and absence > self._idle_stop:
            self._end()

    def _warm(self) -> None:
        """Load what the screens need while the browser is still fetching the page."""
        try:
            _workshop().path = self._path
            from editor import screens  # noqa: PLC0415 - see _workshop
            from editor.screens import ouverture  # noqa: F401, PLC0415 - the first to be seen
        finally:
            self._door.ready.set()
        self._door.seen.wait(_PATIENCE)
        time.sleep(_DRAWING)
        for name in ("pandas", *(f"editor.screens.{module.name}" for module in iter_modules(screens.__path__))):
            with contextlib.suppress(Exception):  # whoever opens that screen will be told
                importlib.import_module(name)


def _workshop() -> Any:
    from editor.workshop import workshop  # noqa: PLC0415 - loads the model: after the browser was started

    return workshop


def _lock(*, at_all_costs: bool = True) -> None:
    """Forget the livret; what the disk refused so far is offered once more, and kept when there is still time."""
    if "editor.workshop" not in sys.modules:
        return
    workshop = _workshop()
    if workshop.failure:
        with contextlib.suppress(LivretError):
            workshop.retry()
    if at_all_costs or not workshop.failure:
        workshop.lock()


def _signals() -> Iterator[int]:
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            yield getattr(signal, name)


@contextlib.contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """A socket on 127.0.0.1, and the same port of ::1 held shut.

    A browser tries ::1 as well for a name in ``.localhost``: left free, another user of the machine could wait there
    for the launch token. A socket that is bound and never listens takes the place and answers nobody.

    Raises:
        EditorPortTaken: the port asked for is in use.
    """
    for _ in range(1 if port else _TRIES):
        with contextlib.ExitStack() as held:
            listener = held.enter_context(_exclusive(socket.AF_INET))
            try:
                listener.bind((LOOPBACK, port))
                _hold(held, listener.getsockname()[1])
                listener.listen(128)
            except OSError as error:
                if error.errno not in _TAKEN:
                    raise
                continue
            yield listener
            return
    raise EditorPortTaken(port)


def _hold(held: contextlib.ExitStack, port: int) -> None:
    try:
        held.enter_context(_exclusive(socket.AF_INET6)).bind(("::1", port))
    except OSError as error:
        if error.errno in _TAKEN:
            raise
        # no IPv6 on this machine: nobody can wait there either


def _exclusive(family: socket.AddressFamily) -> socket.socket:
    # Said in full, or asyncio leaves Nagle's algorithm on: 40 ms a file, and the page has a hundred of them.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # on Windows anybody may otherwise bind over a port in use
        made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    elif family == socket.AF_INET:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left may be taken again
    return made


def host_name() -> str:
    """The name in the address; browsers know every name in ``.localhost`` for this machine, Safari asks the system."""
    name = f"livret-{secrets.token_hex(4)}.localhost"
    if sys.platform == "darwin":
        try:
            socket.getaddrinfo(name, 80)
        except OSError:
            return LOOPBACK
    return name


def _server(door: Door, watch: Callable[[], Any], application: Application) -> uvicorn.Server:
    import uvicorn  # noqa: PLC0415 - while the browser starts

    return uvicorn.Server(
        uvicorn.Config(
            Guard(application, door),
            host=LOOPBACK,
            ws="websockets-sansio",
            ws_max_size=settings.MESSAGE_MEGABYTES * _MEGABYTE,
            ws_per_message_deflate=False,
            proxy_headers=False,  # nobody stands between the browser and here: who says so lies
            server_header=False,
            access_log=False,
            log_level="critical",
            timeout_graceful_shutdown=1,
            callback_notify=watch,
            timeout_notify=1,
        )
    )


def _streamlit(host: str) -> Application:
    """Streamlit's application, with our own routes."""
    settings.apply(host)
    import streamlit as st  # noqa: PLC0415 - half a second, while the browser fetches the interface

    from editor.routes import ROUTES  # noqa: PLC0415

    return st.App(SCRIPT, routes=ROUTES, on_script_error=_show_failure)


def _show_failure(error: Exception) -> bool:
    """What a screen could not do, in its own sentence; a bug of ours, without a word of what was on it."""
    import streamlit as st  # noqa: PLC0415 - see _server

    if isinstance(error, LivretError):  # locked from another tab in the middle of a click, for instance
        st.warning(str(error), icon=":material/lock:")
        return True
    if os.environ.get("LIVRET_DEBUG"):
        return False
    st.error(
        f"Une erreur imprévue s’est produite ({type(error).__name__}). Ce qui était enregistré l’est toujours : "
        "rechargez la page. Si elle revient, signalez ce que vous étiez en train de faire.",
        icon=":material/error:",
    )
    return True
