"""The words between a page and the box, as values and as JSON; a picture follows its words."""

import json
from dataclasses import asdict, dataclass, field
from typing import ClassVar

from appliance.console.screen.condition import Condition

LONGEST_TOKEN = 128


@dataclass(frozen=True, slots=True)
class Code:
    """To a page: show this code, and the squares of its QR code, rows of 0 and 1."""

    kind: ClassVar[str] = "code"
    code: str
    squares: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paired:
    """To a page: it is on a display of the register; ``token`` is empty where it has it already."""

    kind: ClassVar[str] = "paired"
    display: str
    place: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """To a page: what is wrong with its window, in its language; whether that hinders."""

    kind: ClassVar[str] = "advice"
    sentences: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Show:
    """To a page: draw the picture that follows, pixel by pixel, and answer.

    Attributes:
        crc32: Of its pixels, red, green, blue and 255 by row, as they are to be read back.
        mark: Where the meter goes, as shares of width and height; None: no mark.
        picture: PNG; it follows as bytes.
    """

    kind: ClassVar[str] = "show"
    number: int
    width_px: int
    height_px: int
    crc32: int
    mark: tuple[float, float] | None
    picture: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rest:
    """To a page: nothing is to be shown for now."""

    kind: ClassVar[str] = "rest"


@dataclass(frozen=True, slots=True)
class Alive:
    """To a page: the box is there."""

    kind: ClassVar[str] = "alive"


@dataclass(frozen=True, slots=True)
class Farewell:
    """To a page: the connection ends; ``status`` of RFC 6455 7.4.2 says why."""

    status: int


REPLACED, UNPAIRED, TOO_MANY = 4001, 4002, 4003
"""Another page took over; it shows no display any more; too many pages wait for their code."""
Outgoing = Code | Paired | Advice | Show | Rest | Alive | Farewell


@dataclass(frozen=True, slots=True)
class Hello:
    """Of a page, first: what it keeps from before, empty where it keeps nothing."""

    token: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Told:
    """Of a page, whenever it changes and now and then: its condition."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Drawn:
    """Of a page: ``number`` was drawn, read back as it should be, and two frames have gone by."""

    number: int


@dataclass(frozen=True, slots=True)
class NotDrawn:
    """Of a page: it was not; ``by`` is one of ``REASONS``."""

    number: int
    by: str


REASONS = ("altered", "not-decoded", "tab-hidden", "not-full-screen", "wrong-size", "superseded")
Incoming = Hello | Told | Drawn | NotDrawn


def as_json(message: Code | Paired | Advice | Show | Rest | Alive) -> str:
    """As a page reads it, without a picture."""
    content = {key: value for key, value in asdict(message).items() if key != "picture"}
    return json.dumps({"kind": message.kind} | content, ensure_ascii=False)


def parsed(text: str) -> Incoming:
    """What a page said. Raises ValueError for anything else."""
    match _loaded(text):
        case {"kind": "hello", "token": str(token), "condition": dict(condition)}:
            return Hello(token[:LONGEST_TOKEN], Condition.parsed(condition))
        case {"kind": "told", "condition": dict(condition)}:
            return Told(Condition.parsed(condition))
        case {"kind": "drawn", "number": int(number)}:
            return Drawn(number)
        case {"kind": "not-drawn", "number": int(number), "by": str(by)} if by in REASONS:
            return NotDrawn(number, by)
        case _:
            raise ValueError("an unknown message")


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError as depth:
        raise ValueError("nested too deep") from depth
