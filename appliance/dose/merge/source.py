"""Who can say what the dose of a study was."""

from enum import StrEnum


class SourceKind(StrEnum):
    """A source; the first that there is says which events the study has."""

    PERSON = "person"
    """What a person signed."""
    DOSE_SCREEN = "dose-screen"
    NATIVE_REPORT = "native-report"
    PERFORMED_STEP = "performed-step"
    """What the CT said with MPPS."""
    EXPOSURE_DOSE = "exposure-dose"
    """What an object says outright of the whole study: Exposure Dose Sequence, comments."""
    IMAGE_HEADERS = "image-headers"
    """What each image says of the irradiation that it comes from."""
