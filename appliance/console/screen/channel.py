"""The WebSocket of a page: what it says goes to the pages, what it is told comes from them."""

import asyncio
import contextlib
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from appliance import log
from appliance.console.rendering import rendering_of
from appliance.console.screen.message import (
    Advice,
    Alive,
    Farewell,
    Hello,
    Incoming,
    Outgoing,
    Show,
    Told,
    as_json,
    parsed,
)
from appliance.console.screen.pages import Page, Pages
from appliance.texts import Texts

SILENCE_S = 150.0
"""Seconds after which a silent page is gone; browsers wake a hidden one every minute."""
GOING_AWAY, NOT_UNDERSTOOD = 1001, 1003
"""RFC 6455 7.4.1."""
PAIRING_PATH = "/pairing"


async def serve(socket: WebSocket, pages: Pages) -> None:
    """Speak with a page until either end goes."""
    await socket.accept()
    loop = asyncio.get_running_loop()
    outbox: asyncio.Queue[Outgoing] = asyncio.Queue()

    def send(message: Outgoing) -> None:
        loop.call_soon_threadsafe(outbox.put_nowait, message)

    page = Page(send, _link(socket))
    log.info("page_opened", address=_address(socket))
    reading = asyncio.create_task(_read(socket, page, pages))
    writing = asyncio.create_task(_write(socket, outbox))
    try:
        await asyncio.wait({reading, writing}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        pages.leave(page)
        log.info("page_left", address=_address(socket), display=page.display or "none")
    status = reading.result() if reading.done() else None
    await _ended(reading, writing)
    if status is not None:
        await socket.close(status)


async def _read(socket: WebSocket, page: Page, pages: Pages) -> int | None:
    """Hear the page to its end; the status to close with, None where it went by itself."""
    texts = rendering_of(socket).texts(socket)
    try:
        while True:
            async with asyncio.timeout(SILENCE_S):
                message = parsed(await _text(socket))
            # Off the loop: it asks the ledger, which another process may keep waiting.
            await asyncio.to_thread(_hear, page, pages, message, texts)
    except ValueError:
        log.warning("page_not_understood", address=_address(socket))
        return NOT_UNDERSTOOD
    except TimeoutError:
        return GOING_AWAY
    except WebSocketDisconnect:
        return None


async def _text(socket: WebSocket) -> str:
    """Raises WebSocketDisconnect when the page went, ValueError for anything but text."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    if not message.get("text"):
        raise ValueError("not text")
    return str(message["text"])


def _hear(page: Page, pages: Pages, message: Incoming, texts: Texts) -> None:
    pages.hear(page, message)
    state = pages.state_for(page)
    if state is not None and isinstance(message, Hello | Told):
        sentences = [(texts.pick(each.meaning), each.is_hindering) for each in state.cautions]
        page.send(Advice(tuple(sentences)))
        page.send(Alive())


async def _write(socket: WebSocket, outbox: "asyncio.Queue[Outgoing]") -> None:
    """Until a farewell, or until the page is gone, which the reader notices too."""
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            message = await outbox.get()
            if isinstance(message, Farewell):
                await socket.close(message.status)
                return
            await socket.send_text(as_json(message))
            if isinstance(message, Show):
                await socket.send_bytes(message.picture)


async def _ended(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _link(socket: WebSocket) -> str:
    scheme = "https" if socket.url.scheme == "wss" else "http"
    return f"{scheme}://{socket.url.netloc}{PAIRING_PATH}?code="


def _address(socket: WebSocket) -> str:
    return socket.client.host if socket.client else ""
