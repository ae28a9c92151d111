"""Why a size specific dose is not estimated."""

from dataclasses import dataclass
from enum import StrEnum


class Unfit(StrEnum):
    """Which condition of the method does not hold; each is explained in docs/ssde.md."""

    NO_CTDI_VOL = "no-ctdi-vol"
    NO_PHANTOM = "no-phantom"
    NOT_SCANNED_ALONG = "not-scanned-along"
    NO_REGION = "no-region"
    REGION_WITHOUT_FACTOR = "region-without-factor"
    FACTOR_UNVERIFIED = "factor-unverified"
    NO_IMAGES = "no-images"
    NO_PIXELS = "no-pixels"
    COMPRESSED = "compressed"
    NO_PIXEL_SPACING = "no-pixel-spacing"
    NOT_HOUNSFIELD = "not-hounsfield"
    NO_PATIENT = "no-patient"
    TILTED = "tilted"
    TRUNCATED = "truncated"
    RANGE_NOT_COVERED = "range-not-covered"
    TOO_FEW_IMAGES = "too-few-images"
    SIZE_OUT_OF_RANGE = "size-out-of-range"


@dataclass(frozen=True, slots=True)
class NoEstimate:
    """The reason, and the number that decided, as text for a person (``12.4 % > 3 %``)."""

    why: Unfit
    detail: str = ""
