"""Whether a meter may be used on a day, by the date of its certificate."""

from collections.abc import Iterable
from datetime import date

from appliance.config.meter import Meter as Certificate
from appliance.displayqa.meters.reading import Failure, Fault


def expired(name: str, certificates: Iterable[Certificate], today: date) -> Failure | None:
    """The failure when the certificate of the meter of that name ended before ``today``.

    A meter without an entry, or without a date in it, has none: that is for a report to say.
    """
    for each in certificates:
        if each.name == name and each.calibrated_until:
            until = date.fromisoformat(each.calibrated_until)
            return Failure(Fault.CALIBRATION_EXPIRED, f"{until}") if until < today else None
    return None
