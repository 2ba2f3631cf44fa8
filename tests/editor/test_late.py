"""An application that loads behind an open door."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from editor.guard import Application
from editor.late import Late


def life() -> tuple[list[str], Application]:
    """An application that tells what it is sent."""
    told: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            told.append(scope["path"])
            return
        while True:
            message = await receive()
            told.append(message["type"])
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    return told, application


async def served(late: Late, *paths: str, while_loading: threading.Event | None = None) -> list[str]:
    """What the server is told while it begins, answers some requests and ends."""
    asked: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    said: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    whole = asyncio.ensure_future(late({"type": "lifespan"}, asked.get, said.put))
    await asked.put({"type": "lifespan.startup"})
    answers = [(await said.get())["type"]]
    requests = [asyncio.ensure_future(late({"type": "http", "path": path}, asked.get, said.put)) for path in paths]
    if while_loading:
        await asyncio.sleep(0.05)
        assert not any(request.done() for request in requests)
        while_loading.set()
    await asyncio.gather(*requests)
    await asked.put({"type": "lifespan.shutdown"})
    answers.append((await said.get())["type"])
    await whole
    return answers


def test_requests_wait_for_the_application_and_then_reach_it():
    """The server begins at once, requests wait for the loading to end, and the application's own life is kept."""
    told, application = life()
    loading = threading.Event()

    def load() -> Application:
        loading.wait(5)
        return application

    late = Late(load, failed=lambda: None)
    answers = asyncio.run(served(late, "/a", "/b", while_loading=loading))

    assert answers == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert told == ["lifespan.startup", "/a", "/b", "lifespan.shutdown"]
    assert late.loaded


def test_what_cannot_be_loaded_is_told_to_whoever_waits_and_ends_the_server():
    """A request for an application that cannot be loaded fails, and the server is told to end."""
    ended = threading.Event()

    def load() -> Application:
        raise ImportError("broken")

    with pytest.raises(ImportError, match="broken"):
        asyncio.run(served(Late(load, failed=ended.set), "/a"))
    assert ended.is_set()
