"""A connection of a browser: not all of them to one machine, and none that never asks.

**Knows:** uvicorn's protocol of HTTP.
**Does not know:** what is asked, and how often (``limit``).
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

from appliance.console.caller import machine_of
from appliance.console.refusals import Refusals

MOST_OF_ONE_MACHINE = 150
"""At a time; a browser makes six at most. The others of ``server.MOST_CONNECTIONS`` are for others,
and for the box's own look at itself."""
ASK_WITHIN_S = 10.0
"""From the connection, or the first byte, to the end of a question's head."""
EVENT = "connections_limited"


class Line(H11Protocol):
    """HTTP/1.1, hung up on who has too many connections and on who does not ask."""

    def __init__(self, refusals: Refusals, *its: Any, **named: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*its, **named)
        self._refusals = refusals
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or end it at once."""
        super().connection_made(transport)
        if self._of_this_machine() > MOST_OF_ONE_MACHINE:
            self._refusals.tell(self._machine())
            transport.abort()
            return
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came; the rest of a head has to come soon."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._forget()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._is_asking():
            self._forget()
        elif self._patience is None:
            self._patience = self.loop.call_later(ASK_WITHIN_S, self._hang_up)

    def _forget(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _hang_up(self) -> None:
        self._patience = None
        if self in self.connections and not self._is_asking():
            self.transport.abort()

    def _is_asking(self) -> bool:
        """Whether a head came whole, and its answer is not out yet."""
        return self.cycle is not None and not self.cycle.response_complete

    def _of_this_machine(self) -> int:
        lines = cast("set[Line]", self.connections)
        mine = self._machine()
        return sum(machine_of(each.client[0]) == mine for each in lines if each.client)

    def _machine(self) -> str:
        return machine_of(self.client[0]) if self.client else ""
