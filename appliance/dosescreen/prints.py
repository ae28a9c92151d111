"""What rows print, so that two prints of them can be compared."""

from collections.abc import Sequence

from appliance.dose.record import IrradiationEvent

Printed = tuple[tuple[tuple[str, str], ...], ...]
Events = tuple[IrradiationEvent, ...]


def printed(events: Sequence[IrradiationEvent]) -> Printed:
    """Every value of every row as its text."""
    return tuple(
        tuple((name, sourced.text) for name, sourced in event.sourced()) for event in events
    )


def begins(short: Printed, long: Printed) -> bool:
    """Whether ``long`` goes on where ``short`` ends."""
    return long[: len(short)] == short


def continued(earlier: Events, later: Events) -> Events | None:
    """The one of two prints of the same rows that includes the other; None when neither does."""
    before, after = printed(earlier), printed(later)
    if begins(before, after):
        return later
    return earlier if begins(after, before) else None
