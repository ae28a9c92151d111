"""Times as a page says them: how long ago, and how long, in the words of who asks."""

from datetime import UTC, datetime

from appliance.texts import Texts

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400
MOST_S, MOST_MINUTES, MOST_HOURS = 100, 100, 48
"""From here on the next larger unit says it."""


def ago(texts: Texts, at: float | None, now: float) -> str:
    """``12 min ago``; ``never`` for None. Both are seconds since the epoch."""
    if at is None:
        return texts.say("base.never")
    return _said(texts, "base.{}_ago", max(0.0, now - at), "base.just_now")


def lasting(texts: Texts, seconds: float) -> str:
    """``12 min``, as how long something goes on."""
    return _said(texts, "base.for_{}", max(0.0, seconds), "base.for_seconds")


def local(at: float) -> str:
    """``2026-11-22 03:41`` by the box's zone, of seconds since the epoch."""
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def clock_time(at: float) -> str:
    """``03:41:07`` by the box's zone, of seconds since the epoch."""
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%H:%M:%S")


def iso(at: float) -> str:
    """The same for a machine, in UTC: for ``<time datetime=…>``."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _said(texts: Texts, key: str, seconds: float, otherwise: str) -> str:
    if seconds < MOST_S:
        return texts.say(otherwise, count=int(seconds))
    if seconds < MOST_MINUTES * MINUTE_S:
        return texts.say(key.format("minutes"), count=int(seconds // MINUTE_S))
    if seconds < MOST_HOURS * HOUR_S:
        return texts.say(key.format("hours"), count=int(seconds // HOUR_S))
    return texts.say(key.format("days"), count=int(seconds // DAY_S))
