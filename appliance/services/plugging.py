"""A stick is plugged in or pulled out, and nobody stands at a keyboard.

**Knows:** that a stick is looked at before anything is written on it, that one at a time is written
to, and what is told of each: a light, a line in the log, an alarm.
**Does not know:** what a stick takes along; that is given to it.
"""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import ApplianceError, NotFoundError, RefusedError
from appliance.frontpanel import Word
from appliance.ledger import Ledger
from appliance.media.mounting import MOUNTS, mount_point, mounted
from appliance.media.usb import is_of_the_box, usb_devices
from appliance.services.enrolment import enrolled_name
from appliance.services.handing import media_dir, one_export_at_a_time
from appliance.services.stick_signs import StickSigns

ANY_STICK = "stick"
"""Subject of the alarm for a stick that no destination got to."""
Use = Callable[[Path, str], None]
"""What is done with a stick: where it is mounted, and its name."""


class Ended(StrEnum):
    """How it went with a stick."""

    DONE = "done"
    FAILED = "failed"
    IGNORED = "ignored"
    """Not enrolled, or part of the box: nothing was written."""


def plugged(
    configuration: Configuration, ledger: Ledger, clock: Clock, device: Path, use: Use
) -> Ended:
    """Have ``use`` work on the stick in ``device``, if it is the site's.

    When this returns it is unmounted and may be pulled out. Raises nothing of what goes wrong with
    it: that is told.
    """
    if is_of_the_box(device, MOUNTS):
        log.info("stick_ignored", device=device.name, reason="of-the-box")
        return Ended.IGNORED
    signs, alarms = StickSigns(configuration.run_dir), Alarms(ledger, clock)
    signs.show(device.name, Word.WORKING)
    ended = _ended(configuration, ledger, clock, device, use)
    signs.show(device.name, Word.DONE if ended is Ended.DONE else Word.FAILED)
    if ended is Ended.DONE:
        alarms.clear(AlarmCode.MEDIUM_FAILED, ANY_STICK)
    return ended


def unplugged(configuration: Configuration, ledger: Ledger, clock: Clock, device: Path) -> None:
    """The stick in ``device`` is gone."""
    if StickSigns(configuration.run_dir).gone(device.name):
        log.error("stick_failed", device=device.name, reason="pulled-out")
        Alarms(ledger, clock).raise_(AlarmCode.MEDIUM_FAILED, ANY_STICK, "pulled out in the middle")


def with_stick(
    configuration: Configuration, ledger: Ledger, clock: Clock, wanted: str, use: Use
) -> None:
    """Have ``use`` work on the plugged-in stick that was enrolled as ``wanted``.

    Raises NotFoundError when it is not plugged in, and whatever ``use`` raises.
    """
    with one_export_at_a_time(configuration):
        for device in usb_devices():
            if (
                mount_point(device) is None
                and _name(configuration, ledger, clock, device) == wanted
            ):
                with mounted(device, _aside(configuration)) as root:
                    use(root, wanted)
                return
    raise NotFoundError("the stick is not plugged in", wanted)


def _ended(
    configuration: Configuration, ledger: Ledger, clock: Clock, device: Path, use: Use
) -> Ended:
    try:
        with one_export_at_a_time(configuration):
            name = _name(configuration, ledger, clock, device)
            if not name:
                return Ended.IGNORED
            with mounted(device, _aside(configuration)) as root:
                use(root, name)
    except (ApplianceError, OSError) as failure:
        log.error("stick_failed", device=device.name, reason=log.place_of(failure))
        what = failure.what if isinstance(failure, ApplianceError) else str(failure.strerror)
        Alarms(ledger, clock).raise_(AlarmCode.MEDIUM_FAILED, ANY_STICK, what)
        return Ended.FAILED
    log.info("stick_done", device=device.name, stick=name)
    return Ended.DONE


def _name(configuration: Configuration, ledger: Ledger, clock: Clock, device: Path) -> str:
    """What it is enrolled as; empty for a stranger, and for what is no stick.

    A stranger is left as it is, without even a mark that it was mounted.
    """
    try:
        with mounted(device, _aside(configuration), read_only=True) as root:
            return enrolled_name(configuration, ledger, clock, root)
    except RefusedError as refusal:
        log.warning("stick_ignored", device=device.name, reason=refusal.what)
        return ""


def _aside(configuration: Configuration) -> Path:
    return media_dir(configuration) / "stick"
