"""What can happen in a test of a display, as values and as JSON; kept as it happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.measurement import Method
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.step import Way

LIGHT = "light"
"""What names the light of the room, among what can be repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Somebody began.

    ``ruleset`` is its identifier with version and digest; ``operator`` the name or number that the
    site knows its staff by; ``displays`` how many the workstation has; ``grey_scale`` the series of
    patterns that is measured.
    """

    occasion: Occasion
    way: Way
    method: Method
    operator: str
    ruleset: str
    displays: int = 1
    grey_scale: str = "jira-bn"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterUsed:
    """With which meter everything after it is read; figures in percent, k = 2, None: unknown."""

    name: str
    model: str
    serial_number: str = ""
    calibrated_until: str = ""
    accuracy_percent: Decimal | None = None
    repeatability_percent: Decimal | None = None
    age_s: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Three levels were read before the others, to see that the meter sees this display."""

    darkest_cd_m2: Decimal
    middle_cd_m2: Decimal
    brightest_cd_m2: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A level was read at a place; ``damaged`` of ``exchanges`` brought no reading.

    Raises ValueError without a reading, and for one that is below 0.
    """

    pattern: str
    ddl: int
    luminances_cd_m2: tuple[Decimal, ...]
    place: str = ""
    chromaticities: tuple[Chromaticity, ...] = ()
    exchanges: int = 0
    damaged: int = 0

    def __post_init__(self) -> None:
        if not self.luminances_cd_m2:
            raise ValueError(f"nothing was read of {self.pattern}")
        if any(not each.is_finite() or each < 0 for each in self.luminances_cd_m2):
            raise ValueError(f"no luminance was read of {self.pattern}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A person answered a visual check."""

    check: str
    is_fulfilled: bool
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LightTold:
    """Illuminance at the screen, luminance it reflects, or neither: not to be had."""

    illuminance_lx: Decimal | None = None
    ambient_cd_m2: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A person put the meter at a place."""

    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindered:
    """A step could not be done.

    ``by`` is a word, ``sentences`` English and Japanese for people, ``detail`` what was said, for
    the log.
    """

    by: str
    sentences: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A person had something measured or looked at again; earlier readings of it do not count.

    ``pattern`` alone: at every place; ``place`` alone: every pattern there; a ``pattern`` that is a
    series: each of it. Nothing named: everything that was measured. ``check``: a visual check, or
    ``light``. A test that had ended goes on, unless it was given up.
    """

    pattern: str = ""
    place: str = ""
    check: str = ""

    def is_of(self, measured: Measured) -> bool:
        """Whether that reading is one of those."""
        of_series = self.pattern and measured.pattern.startswith(f"{self.pattern}-")
        return (
            not self.check
            and (self.pattern in {"", measured.pattern} or bool(of_series))
            and self.place in {"", measured.place}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarked:
    """Somebody wrote something to be kept."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The test is over; ``verdict`` as judged then, or given up."""

    verdict: str
    is_given_up: bool = False
    by: str = ""


Happening = (
    Begun
    | MeterUsed
    | Tried
    | Measured
    | Seen
    | LightTold
    | Placed
    | Hindered
    | Repeated
    | Remarked
    | Ended
)
KINDS: Mapping[str, type[Happening]] = {
    "begun": Begun,
    "meter-used": MeterUsed,
    "tried": Tried,
    "measured": Measured,
    "seen": Seen,
    "light-told": LightTold,
    "placed": Placed,
    "hindered": Hindered,
    "repeated": Repeated,
    "remarked": Remarked,
    "ended": Ended,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A happening and when, of the box's clock with its zone."""

    at: datetime
    happening: Happening
