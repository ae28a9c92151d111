"""What a report is of: a display, its test, what came of it, and how it was before."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from appliance.displayqa.evaluation import Evaluation, Verdict
from appliance.displayqa.measurement import Measurements
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.happening import Ended, MeterUsed
from appliance.displayqa.sessions.session import Session
from appliance.displays.display import Display


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An earlier test of the same display; figures in cd/m2 and percent, None: not measured.

    ``verdict`` is as it was when the test ended; None: it was given up.
    """

    session: int
    at: datetime
    occasion: Occasion
    verdict: Verdict | None
    max_luminance_cd_m2: float | None = None
    k_delta_percent: float | None = None
    is_baseline: bool = False


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One test.

    Attributes:
        display: As it was entered when the test began.
        measured: What ``evaluation`` judged: of the session, with baseline and other displays.
        history: Tests before this one, the oldest first.
        site: Name of the institution; empty: not configured.
        software: Name and version of what makes the report.
    """

    display: Display
    session: Session
    measured: Measurements
    evaluation: Evaluation
    history: tuple[Past, ...] = ()
    site: str = ""
    software: str

    @property
    def began(self) -> datetime:
        """When the test began."""
        return self.session.entries[0].at

    @property
    def last(self) -> datetime:
        """When something last happened in it."""
        return self.session.entries[-1].at

    @property
    def ended(self) -> datetime | None:
        """When it ended; None while it goes on."""
        return ended_at(self.session)

    @cached_property
    def meters(self) -> tuple[MeterUsed, ...]:
        """Every meter that was used, the first one first."""
        happened = (each.happening for each in self.session.entries)
        return tuple(dict.fromkeys(each for each in happened if isinstance(each, MeterUsed)))


def ended_at(session: Session) -> datetime | None:
    """When a test ended, though something was remarked later; None while it goes on."""
    ends = [each.at for each in session.entries if isinstance(each.happening, Ended)]
    return ends[-1] if session.ended else None
