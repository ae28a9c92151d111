"""Table travel: how long an irradiation lasted and how far it reached.

An image says less of this than a report wants. Exposure Time (0018,1150) is that of the image: of a
rotation, of a rotation by the pitch (so PS3.3 C.8.15.3.8.1), and with some consoles of the whole
scan. What is reconstructed of a spiral is not all that was exposed, nor all that could be
reconstructed. So a time is taken for the whole event's only where the table's speed proves it, and
a length only where TID 10014 defines it by what is known here.
"""

from decimal import Decimal
from typing import Any

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.record import Number, Sourced
from appliance.headers.element import named
from appliance.headers.refusal import Why
from appliance.headers.slice import Technique
from appliance.headers.statement import COPIED, Statement, distinct, origin_at
from appliance.headers.volume import SAME_PLACE_MM, Volume

MS_PER_S = 1000
EXPOSURE_TIME, THICKNESS = "ExposureTime", "SliceThickness"
SAME_SHARE = Decimal("0.03")
"""Times and lengths that differ by no more of themselves are the same, as consoles round."""
OVERRANGING_COLLIMATIONS = 2
"""A spiral exposes no more collimations than this and as many feeds beyond what it images."""
MILLISECOND = Decimal("0.001")
TENTH = Decimal("0.1")


def travel(said: Statement, kind: CTAcquisitionType | None) -> dict[str, Any]:
    """Exposure time (TID 10013 row 8), lengths and ends (TID 10014 rows 1, 2, 4 and 5)."""
    match kind:
        case CTAcquisitionType.SPIRAL:
            return _of_spiral(said)
        case CTAcquisitionType.SEQUENCED:
            return _of_sequence(said)
        case CTAcquisitionType.STATIONARY:
            return _of_stationary(said)
        case _:
            return _time_refused(said)


def rotation_time(said: Statement) -> Number | None:
    """Table Feed per Rotation by Table Speed, where all images state the same of both."""
    techniques = said.acquisition.techniques
    speeds = {how.table_speed_mm_s for how in techniques}
    feeds = {how.table_feed_mm for how in techniques}
    speed, feed = speeds.pop(), feeds.pop()
    if speeds or feeds or speed is None or feed is None:
        return None
    seconds = (feed / speed).quantize(MILLISECOND)
    if not seconds:
        return None
    return said.computed(seconds, f"{named('TableFeedPerRotation')} by {named('TableSpeed')}")


def _of_spiral(said: Statement) -> dict[str, Any]:
    """The time when it is that of a travel which covers what is imaged, and the travel (row 1)."""
    time, speed = _time(said), table_speed_mm_s(_how(said))
    volume = said.acquisition.volume
    said.refuse_if(
        volume.length_mm, "reconstructable_length_mm", Why.NOT_WHOLE_VOLUME, "SliceThickness"
    )
    if time is None or speed is None or not _covers(said, time.value * speed):
        return _time_refused(said)
    length = (time.value * speed).quantize(TENTH)
    detail = f"{named('TableSpeed')} times {named(EXPOSURE_TIME)}"
    return {"exposure_time_s": time, "scanning_length_mm": said.computed(length, detail)}


def _covers(said: Statement, travel_mm: Decimal) -> bool:
    """Whether a travel is as long as the images, and no longer than overranging makes it."""
    how, length = _how(said), said.acquisition.volume.length_mm
    collimation, feed = how.total_collimation_mm, _feed_mm(how)
    if length is None or collimation is None or feed is None or length <= feed + collimation:
        return False  # so short that a rotation covers it as well
    beyond = OVERRANGING_COLLIMATIONS * (collimation + feed)
    return length * (1 - SAME_SHARE) <= travel_mm <= length + beyond


def _of_sequence(said: Statement) -> dict[str, Any]:
    """Rotations side by side: their number by the collimation is every length there is."""
    volume, how = said.acquisition.volume, _how(said)
    rotations = _rotations(volume, how.total_collimation_mm)
    if rotations is None or volume.length_mm is None or volume.edges_mm is None:
        said.refuse_if(
            volume.length_mm, "scanning_length_mm", Why.NOT_WHOLE_VOLUME, "SliceThickness"
        )
        return _time_refused(said)
    places = f"{named('ImagePositionPatient')} and {named(THICKNESS)}"
    bottom, top = volume.edges_mm
    found: dict[str, Any] = {
        "scanning_length_mm": said.computed(volume.length_mm, places),
        "reconstructable_length_mm": said.computed(volume.length_mm, places),
        "bottom_z_mm": said.computed(bottom, places),
        "top_z_mm": said.computed(top, places),
    }
    time = _time(said)
    if time and how.rotation_time_s and _same(time.value, rotations * how.rotation_time_s):
        return found | {"exposure_time_s": time}
    return found | _time_refused(said)


def _of_stationary(said: Statement) -> dict[str, Any]:
    """Both lengths are the collimation (TID 10014); how often it was irradiated is not known."""
    total = said.agreed(
        "scanning_length_mm",
        "TotalCollimationWidth",
        lambda each: each.technique.total_collimation_mm,
    )
    lengths = {"scanning_length_mm": total, "reconstructable_length_mm": total}
    return (lengths if total else {}) | _time_refused(said)


def _rotations(volume: Volume, collimation_mm: Decimal | None) -> int | None:
    """How many collimations the slices fill once and without a gap; None when no whole number."""
    length = volume.length_mm
    if length is None or collimation_mm is None or volume.has_gaps or volume.repeats:
        return None
    rotations = round(length / collimation_mm)
    is_whole = abs(rotations * collimation_mm - length) <= SAME_PLACE_MM * max(rotations, 1)
    return rotations if is_whole and rotations > 1 else None


def _time(said: Statement) -> Number | None:
    """Exposure Time (0018,1150) in s, where all images of the widest reconstruction have one."""
    volume = said.acquisition.volume.slices
    stated = distinct(each.technique.exposure_time_ms for each in volume)
    if len(stated) != 1:
        return None
    first = next(each for each in volume if each.technique.exposure_time_ms == stated[0])
    seconds = stated[0] / MS_PER_S
    return Sourced(seconds, f"{seconds:f}", origin_at(first, COPIED, named(EXPOSURE_TIME)))


def _time_refused(said: Statement) -> dict[str, Any]:
    stated = distinct(each.technique.exposure_time_ms for each in said.acquisition.volume.slices)
    if stated:
        said.refuse("exposure_time_s", Why.TIME_OF_WHAT, EXPOSURE_TIME, stated)
    return {}


def _how(said: Statement) -> Technique:
    return said.acquisition.volume.slices[0].technique


def table_speed_mm_s(how: Technique) -> Decimal | None:
    """Table speed: stated, else feed by rotation time."""
    if how.table_speed_mm_s:
        return how.table_speed_mm_s
    feed = _feed_mm(how)
    return feed / how.rotation_time_s if feed and how.rotation_time_s else None


def _feed_mm(how: Technique) -> Decimal | None:
    """Table feed per rotation: stated, else pitch times collimation (PS3.3 C.8.15.3.4)."""
    if how.table_feed_mm is not None:
        return how.table_feed_mm
    if how.pitch is None or how.total_collimation_mm is None:
        return None
    return how.pitch * how.total_collimation_mm


def _same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= SAME_SHARE * other
