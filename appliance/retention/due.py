"""When an object may become less: days, without a clock or a ledger."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from appliance.config import Retention
from appliance.retention.kind import Kind
from appliance.spool import Instance, Remains, Why

DAY_S = 86400.0


class Step(StrEnum):
    """What may be done."""

    DROP_PIXELS = "drop-pixels"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is known of one object of a decided study.

    Attributes:
        instance: Its row.
        kind: What it is.
        remains: What is left of it; None: all.
        counts_from_s: When its days begin, seconds since the epoch: the decision on its study, or
            its coming back when it was wanted again.
        keep_days: Days from its arrival that a rule of the gateway keeps it; None: no rule says.
    """

    instance: Instance
    kind: Kind
    remains: Remains | None
    counts_from_s: float
    keep_days: float | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What may be done to an object, from when on (seconds since the epoch), and why."""

    held: Held
    step: Step
    at_s: float
    why: Why


def due_steps(held: Held, settings: Retention) -> Iterator[Due]:
    """Every step that an object will come to, the first one first; none is for ever."""
    pixels = None
    if held.kind is Kind.IMAGES and held.remains is None:
        pixels = _pixels(held, settings)
        if pixels is not None:
            yield pixels
    days = _days(held.kind, settings)
    kept_s = _rule_s(held)
    if days and held.remains is not Remains.NOTHING:
        at_s = max(held.counts_from_s + days * DAY_S, kept_s)
        yield Due(held, Step.REMOVE, at_s, Why.AGE)


def next_moment(steps: Iterable[Due]) -> float | None:
    """When the next of them is, seconds since the epoch; None when there is none."""
    return min((each.at_s for each in steps), default=None)


def _pixels(held: Held, settings: Retention) -> Due | None:
    """A rule says it for its objects, else the setting; a study that is wanted again is kept."""
    if held.keep_days is not None:
        at_s = max(_rule_s(held), held.counts_from_s)
        return Due(held, Step.DROP_PIXELS, at_s, Why.RULE)
    if not settings.image_pixels_days:
        return None
    at_s = held.counts_from_s + settings.image_pixels_days * DAY_S
    return Due(held, Step.DROP_PIXELS, at_s, Why.AGE)


def _rule_s(held: Held) -> float:
    return held.instance.received_at + (held.keep_days or 0.0) * DAY_S


def _days(kind: Kind, settings: Retention) -> float:
    days: float = getattr(settings, f"{kind}_days")
    return days
