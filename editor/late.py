"""An application that takes its time to load, behind a door that is open already.

Streamlit takes a second to load. The browser spends as long on fetching and reading the interface, which needs no
Streamlit: both do it at once, and what needs the application waits for it here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from editor.guard import Application, Message, Receive, Scope, Send


class Late:
    """The application that stands in until the real one is loaded, and then hands everything to it.

    Args:
        load: gives the application; called in a thread of its own.
        failed: called when it could not be loaded; the error is raised to whoever waits.
    """

    def __init__(self, load: Callable[[], Application], *, failed: Callable[[], None]) -> None:
        self._load = load
        self._failed = failed
        self._application: asyncio.Future[Application] | None = None
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._life: asyncio.Future[None] | None = None

    @property
    def loaded(self) -> bool:
        """Whether the application is there."""
        return self._application is not None and self._application.done()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, once there is somebody to pass on to."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        assert self._application is not None  # noqa: S101 - the life of a server begins before its first request
        application = await asyncio.shield(self._application)
        await application(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        self._application = asyncio.get_running_loop().create_future()
        beginning = asyncio.ensure_future(self._begin(scope, self._application))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        beginning.cancel()
        if self._life is not None:
            await self._inbox.put({"type": "lifespan.shutdown"})
            await self._life
        await send({"type": "lifespan.shutdown.complete"})

    async def _begin(self, scope: Scope, found: asyncio.Future[Application]) -> None:
        """Load the application and begin its own life, in the state that the server shares with its requests."""
        outbox: asyncio.Queue[Message] = asyncio.Queue()
        try:
            application = await asyncio.to_thread(self._load)
            self._life = asyncio.ensure_future(application(scope, self._inbox.get, outbox.put))
            await self._inbox.put({"type": "lifespan.startup"})
            _require_begun(await outbox.get())
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            found.set_exception(error)
            self._failed()
        else:
            found.set_result(application)


def _require_begun(told: Message) -> None:
    if told["type"] != "lifespan.startup.complete":
        raise RuntimeError(told.get("message", ""))
