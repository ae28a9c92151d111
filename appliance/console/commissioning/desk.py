"""What the pages of commissioning ask of the process that they are served by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol as Asks

from appliance.commissioning import Caller, Commissioning, Finding, Protocol, Result, Step
from appliance.commissioning.arrivals import Arrived

FROM_CT, TO_CT = "from-ct", "to-ct"
"""Subjects of the step ``ECHO``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """A CT that is entered in the settings; ``host`` and ``port`` are where it may be called."""

    name: str
    ae_title: str
    address: str
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a CT has to be told of the box; ``ports`` in the clear and by TLS."""

    ae_title: str
    ports: tuple[int, ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A caller, and the name that it is entered by; empty: it is not."""

    caller: Caller
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirming:
    """How many of the first screens persons have confirmed, of a scanner and a layout."""

    scanner: str
    layout: str
    count: int
    wanted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A try that is under way, with what it has found so far."""

    by: str
    began_at: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A destination as it can be tried; ``may_store``: the settings let it have a test object."""

    name: str
    kind: str
    address: str
    may_store: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A protocol that is being made; ``failure`` is why the last one could not be."""

    is_running: bool
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What enters a caller, as TOML; or why it cannot be entered."""

    toml: str = ""
    reason: str = ""


class Desk(Asks):
    """The process, to a page. Every call may come from any thread."""

    def now(self) -> float:
        """The box's clock, in seconds since the epoch."""

    def current(self) -> Commissioning | None:
        """The one that is open."""

    def commissioning(self, number: int) -> Commissioning:
        """That one. Raises NotFoundError."""

    def former(self, most: int, before: int) -> Sequence[Commissioning]:
        """The newest with a smaller number."""

    def results(self, number: int) -> Sequence[Result]:
        """Every try, the oldest first."""

    def subjects(self, step: Step) -> Sequence[str]:
        """What of a step has to be tried, or left out."""

    def running(self) -> Mapping[tuple[Step, str], Running]:
        """What is under way, by step and subject."""

    def begin(self, title: str, by: str) -> Commissioning:
        """Begin. Raises RefusedError without a title, or while one is open."""

    def attempt(self, step: Step, subject: str, answers: Mapping[str, str], by: str) -> None:
        """Try it beside the pages; one that runs already goes on.

        Raises NotFoundError for a subject that there is not, RefusedError when nothing is open, or
        while too many earlier tries have not ended.
        """

    def cancel(self, step: Step, subject: str) -> None:
        """End a try now; nothing happens when there is none."""

    def leave_out(self, step: Step, subject: str, why: str, by: str) -> None:
        """It is not tried. Raises as ``attempt``, and RefusedError without a reason."""

    def end(self, by: str) -> None:
        """Begin to make the protocol. Raises RefusedError while something is open or runs."""

    def ending(self) -> Ending:
        """How far that is."""

    def protocols(self, number: int) -> Sequence[Protocol]:
        """Those of a commissioning."""

    def file(self, protocol: int, name: str) -> bytes:
        """A file of a protocol, as it was made. Raises NotFoundError."""

    def own(self) -> Own:
        """What a CT is to be told."""

    def scanners(self) -> Sequence[Scanner]:
        """The CTs of the settings."""

    def destinations(self) -> Sequence[Destination]:
        """The destinations of the settings."""

    def callers(self) -> Sequence[Seen]:
        """Who called since the open one began, the last first."""

    def arrivals(self) -> Sequence[Arrived]:
        """The studies that came since the open one began."""

    def confirming(self) -> Sequence[Confirming]:
        """How far confirming the first screens is."""

    def lines(self, name: str, calling_ae: str, address: str) -> Lines:
        """What enters a caller into the settings."""

    def enter(self, name: str, calling_ae: str, address: str, by: str) -> bool:
        """Write it into the settings that ``by`` is writing; False where that cannot be done."""
