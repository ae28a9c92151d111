"""What an attribute says and is nevertheless not taken, with the reason."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a value was not taken."""

    DIFFERS = "the images of the event differ"
    NOT_IN_ALL = "not every image of the event states it"
    DOSE_OF_WHAT = "it may be that of one rotation of several at a place"
    VARIES_BY_SLICE = "it is stated slice by slice, without overranging"
    UNEVEN = (
        "the images are not spaced evenly, or some lack, so their mean is not that of the length"
    )
    TIME_OF_WHAT = "nothing proves that the time is that of the whole event"
    NOT_WHOLE_VOLUME = "nothing proves that all that could be was reconstructed"
    DLP_OF_WHAT = "nothing proves that the DLP is that of the event"
    OTHER_SOURCE = "it is that of another X-Ray source, and no image is the first one's"
    UNKNOWN_WORD = "the word is not known"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One value that was not taken.

    Attributes:
        field: As in a doubt, ``events[2].exposure_time_s``.
        why: The reason.
        attribute: The attribute, ``Exposure Time (0018,1150)``.
        said: What it says, values separated by commas.
        sop_instance_uid: An object that says so.
    """

    field: str
    why: Why
    attribute: str
    said: str
    sop_instance_uid: str
