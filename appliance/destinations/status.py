"""What the status of a C-STORE response means (PS3.4 Table B.2-1, PS3.7 9.1.1.1.9 and Annex C)."""

from dataclasses import dataclass

from appliance.destinations.outcome import Cause, Delivered, Outcome, Refused, Retry


@dataclass(frozen=True, slots=True)
class _Range:
    """Statuses from ``first`` to ``last``, and what they mean."""

    first: int
    last: int
    kind: type[Delivered] | type[Retry] | type[Refused]
    meaning: str
    cause: Cause = Cause.STATUS_UNKNOWN


STATUSES = (
    _Range(0x0000, 0x0000, Delivered, "Success"),  # PS3.4 B.2.3
    _Range(0xB000, 0xB000, Delivered, "Coercion of Data Elements"),  # PS3.4 B.2.3
    _Range(0xB006, 0xB006, Delivered, "Elements Discarded"),  # PS3.4 B.2.3
    _Range(0xB007, 0xB007, Delivered, "Data Set does not match SOP Class"),  # PS3.4 B.2.3
    _Range(0xB000, 0xBFFF, Delivered, "Warning"),  # PS3.7 C.1: performed, with a warning
    _Range(0xA700, 0xA7FF, Retry, "Out of Resources", Cause.OUT_OF_RESOURCES),  # PS3.4 B.2.3
    _Range(
        0xA900, 0xA9FF, Refused, "Data Set does not match SOP Class", Cause.NOT_UNDERSTOOD
    ),  # PS3.4 B.2.3
    _Range(0xC000, 0xCFFF, Refused, "Cannot understand", Cause.NOT_UNDERSTOOD),  # PS3.4 B.2.3
    _Range(0x0110, 0x0110, Retry, "Processing failure", Cause.PROCESSING_FAILED),  # PS3.7 C.5.17
    _Range(
        0x0122, 0x0122, Refused, "SOP Class not supported", Cause.SOP_CLASS_NOT_ACCEPTED
    ),  # PS3.7 9.1.1.1.9
    _Range(0x0124, 0x0124, Refused, "Not authorized", Cause.NOT_AUTHORISED),  # PS3.7 9.1.1.1.9
    _Range(0x0000, 0xFFFF, Refused, "not a status of C-STORE"),
)
"""The first range that holds a status counts."""


def outcome_of(status: int) -> Outcome:
    """The outcome that (0000,0900) Status stands for.

    Only Success and the warnings, which PS3.7 C.1 calls performed, mean that the report arrived.
    """
    found = next(each for each in STATUSES if each.first <= status <= each.last)
    detail = f"0x{status:04X} {found.meaning}"
    if found.kind is Delivered:
        return Delivered(detail)
    return (Retry if found.kind is Retry else Refused)(found.cause, detail)
