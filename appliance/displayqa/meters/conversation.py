"""A dialogue over a line: each answer whole and in time, or the fault."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from appliance.displayqa.meters.dialogue import Dialogue, Request
from appliance.displayqa.meters.reading import Failure, Fault

T = TypeVar("T")
LONGEST_REPLY = 4096
SILENCE_S = 0.1
"""A line is quiet when nothing came for so long; a late answer must not answer the next request."""


@dataclass
class UnpluggedError(Exception):
    """The line went away; ``where`` it was."""

    where: str


class Line(Protocol):
    """Bytes to a meter and back."""

    def write(self, data: bytes) -> None:
        """Send all of it. Raises UnpluggedError."""

    def read(self, deadline_s: float) -> bytes:
        """What is there, at least one byte; empty when ``now`` reaches the deadline first.

        Raises UnpluggedError.
        """

    def now(self) -> float:
        """Seconds of a clock that only goes forward."""


def converse(line: Line, dialogue: Dialogue[T]) -> T | Failure:
    """What the dialogue comes to. Never raises for what happens on a line."""
    try:
        return _converse(line, dialogue)
    except UnpluggedError as gone:
        return Failure(Fault.UNPLUGGED, gone.where)
    finally:
        dialogue.close()


def _converse(line: Line, dialogue: Dialogue[T]) -> T | Failure:
    try:
        request = next(dialogue)
        while True:
            answer = _ask(line, request)
            if isinstance(answer, Failure):
                _quieten(line)
                return answer
            request = dialogue.send(answer)
    except StopIteration as end:
        outcome: T | Failure = end.value
        if isinstance(outcome, Failure):
            _quieten(line)
        return outcome


def _ask(line: Line, request: Request) -> bytes | Failure:
    if request.sent:
        line.read(line.now())
    for part in _parts(request):
        line.write(part)
    return _answer(line, request)


def _parts(request: Request) -> list[bytes]:
    if not request.one_by_one:
        return [request.sent] if request.sent else []
    return [request.sent[at : at + 1] for at in range(len(request.sent))]


def _answer(line: Line, request: Request) -> bytes | Failure:
    received = b""
    deadline_s = line.now() + request.patience_s
    while not request.ending.ended(received):
        came = line.read(deadline_s)
        if not came:
            fault = Fault.GARBLED if received else Fault.NO_REPLY
            return Failure(fault, f"after {request.sent!r}: {received!r}")
        received += came
        if len(received) > LONGEST_REPLY:
            return Failure(Fault.GARBLED, "it does not end")
    return received


def _quieten(line: Line) -> None:
    """Leave nothing of this exchange for the next, however long the meter goes on talking."""
    for _ in range(LONGEST_REPLY):
        if not line.read(line.now() + SILENCE_S):
            return
