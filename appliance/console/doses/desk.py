"""What the pages of doses ask of the process that they are served by."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from appliance.dose.examination import Examination
from appliance.drl.alert import Exceedance
from appliance.drl.columns import Columns, Counting


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A study above an alert value of the site.

    Attributes:
        number: Of the alarm.
        raised_at: Seconds since the epoch; ``cleared_at`` likewise, None: nobody has looked yet.
        examination: As its last report says; None: the history has it no more.
        above: What is above by the values as they are configured now.
        detail: What was above when the alarm was raised, in English.
        person: Who acknowledged it; empty: nobody did, a later report took its place.
        reason: Why the dose was that high, as that person wrote it.
        study: The number of its study; None: nothing of it is kept here.
    """

    number: int
    raised_at: float
    cleared_at: float | None
    examination: Examination | None
    above: tuple[Exceedance, ...]
    detail: str
    person: str
    reason: str
    study: int | None


class Desk(Protocol):
    """The process, to a page. Every call may come from any thread."""

    @property
    def minimum(self) -> int:
        """Studies below which a distribution is not drawn."""

    @property
    def months(self) -> int:
        """Months back that are looked at where nobody says otherwise."""

    @property
    def has_alert_values(self) -> bool:
        """Whether the site has configured any."""

    def today(self) -> date:
        """By the box's clock."""

    def columns(self) -> AbstractContextManager[Columns | Counting]:
        """Every dose, for this thread, while the block runs.

        Raises ConfigurationError where the site's tables cannot be used.
        """

    def scanners(self) -> Mapping[str, str]:
        """What people call a scanner, by identifier, as far as that is known."""

    def alerts(self, before: int, most: int) -> Sequence[Alert]:
        """The last ``most`` raised before that number, the newest first."""

    def acknowledge(self, number: int, person: str, reason: str) -> bool:
        """Keep that a person looked at it, and why that dose; False: there is no such alert."""
