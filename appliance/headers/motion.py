"""What the header of an image tells about the table's motion while the tube was loaded."""

from collections.abc import Iterator

from appliance.dose.coded import CTAcquisitionType
from appliance.headers.slice import Technique
from appliance.headers.words import Types, types_named

STATED = "AcquisitionType"
STANDING: Types = frozenset({CTAcquisitionType.STATIONARY, CTAcquisitionType.SEQUENCED})
"""The table does not move while the tube is loaded."""
MOVING: Types = frozenset({CTAcquisitionType.SPIRAL, CTAcquisitionType.FREE})


def possible_types(how: Technique) -> Iterator[tuple[str, Types]]:
    """What each attribute that says something leaves possible, with its keyword.

    Acquisition Type (0018,9302) says it; a Table Speed (0018,9309) above 0 or a pitch is that of a
    table that moved during the image; words of the console say more.
    """
    if how.acquisition_type in CTAcquisitionType.__members__:
        yield STATED, frozenset({CTAcquisitionType.from_name(how.acquisition_type)})
    if how.pitch is not None:
        yield "SpiralPitchFactor", frozenset({CTAcquisitionType.SPIRAL})
    elif how.table_speed_mm_s:
        yield "TableSpeed", MOVING
    yield from types_named(how).items()


def stood_still(how: Technique) -> bool | None:
    """Whether the table did; None when nothing tells."""
    said = [types for _, types in possible_types(how)]
    if not said:
        return None
    return all(types <= STANDING for types in said)
