"""What the pages of quarantine ask of the process that they are served by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from appliance.dose.checks import Check
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose
from appliance.dose.sight import Place
from appliance.dose.vouching import Open
from appliance.quarantine import Case, FirstDecision, Settlement, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A case in the list.

    Attributes:
        drawn_by: Maker and model of the scanner; empty: not known.
        events: How many scans with a dose were read.
        total_dlp: The total as it was read; empty: none was.
        awaits_another_than: Who decided first, where a second person is waited for; else empty.
    """

    number: int
    opened_at: float
    drawn_by: str
    doubt: Doubt
    doubts: int
    events: int
    total_dlp: str
    awaits_another_than: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of the list; ``next`` is the case that is to be seen to first, None when none is."""

    rows: Sequence[Waiting]
    total: int
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A whole screen: the name of its picture, and its size in pixels; 0 where it is not known."""

    picture: str
    sop_instance_uid: str = ""
    frame: int = 0
    width_px: int = 0
    height_px: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A case with all that a person decides by.

    Attributes:
        record: What was read; None when nothing was.
        places: Where each field of it stands.
        screens: The pictures.
        settlement: What was decided.
        first: The decision that waits for a second person.
        newer: The study's newer case, where this one was superseded.
    """

    case: Case
    record: CTRadiationDose | None
    places: Mapping[str, Place]
    screens: Sequence[Screen]
    settlement: Settlement | None
    first: FirstDecision | None
    newer: int | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was sent.

    Attributes:
        values: Field → text, empty for what is not printed; fields that are not in it are as read.
        confirmed: Field → the text that the person confirmed.
        removed: Numbers of events that are taken out.
        accepted: Doubts that the person stands for.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, str] = field(default_factory=dict)
    removed: frozenset[int] = frozenset()
    accepted: frozenset[Reason] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a form comes to.

    Attributes:
        wrong: Field → what is not a value of it; then nothing else is known.
        rows: How many events the form has.
        open: Field → why a person has to confirm it, whether or not one has.
        unconfirmed: Those that are not confirmed yet.
        doubts: What remains doubted.
        unanswered: Those that are not accepted yet.
        checks: The arithmetic.
        changed: Fields that are not as they were read, events that were taken out among them.
    """

    wrong: Mapping[str, str] = field(default_factory=dict)
    record: CTRadiationDose | None = None
    rows: int = 0
    open: Mapping[str, tuple[Open, ...]] = field(default_factory=dict)
    unconfirmed: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    unanswered: tuple[Doubt, ...] = ()
    checks: tuple[Check, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether it can be accepted as it is."""
        return self.record is not None and not (self.unconfirmed or self.unanswered)


class Lessons(StrEnum):
    """How the teaching of a layout stands."""

    IDLE = "idle"
    GOING_ON = "going-on"
    TAUGHT = "taught"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One teaching; ``said`` is what came of it, ``archive`` whether that can be had as a file."""

    state: Lessons = Lessons.IDLE
    said: Sequence[str] = ()
    archive: bool = False


class Desk(Protocol):
    """The process, to a page. Every call may come from any thread."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def listing(self, offset: int, count: int) -> Listing:
        """A page of what waits, the oldest first."""

    def whole(self, number: int, by: str) -> Whole:
        """A case, looked at by a person, which is written down. Raises NotFoundError."""

    def picture(self, number: int, name: str, by: str) -> bytes:
        """A PNG file of a case, looked at by a person. Raises NotFoundError."""

    def check(self, number: int, filled: Filled) -> Checked:
        """What a form comes to. Raises NotFoundError."""

    def decide(
        self, number: int, verdict: Verdict, filled: Filled, by: str, reason: str
    ) -> Settlement | FirstDecision:
        """Keep a decision, or the first of two. Raises NotFoundError and RefusedError."""

    def agree(self, number: int, by: str) -> Settlement:
        """Agree with a first decision. Raises NotFoundError and RefusedError."""

    def decline(self, number: int, by: str, reason: str) -> None:
        """Do away with a first decision. Raises NotFoundError and RefusedError."""

    def teach(  # noqa: PLR0913 - what a lesson takes
        self, number: int, filled: Filled, name: str, language: str, *, replace: bool, by: str
    ) -> None:
        """Begin to teach a layout from a case; ``language`` is that of who asks.

        Raises NotFoundError and RefusedError.
        """

    def lesson(self, number: int) -> Lesson:
        """How the teaching from a case stands."""

    def archive(self, number: int, by: str) -> tuple[str, bytes]:
        """What was taught, as a file and its name. Raises NotFoundError."""
