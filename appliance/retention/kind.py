"""Kinds of objects, as far as they are kept for different times."""

from enum import StrEnum

from appliance.sop_classes import CT_IMAGES, PERFORMED_PROCEDURE_STEP, REPORTS


class Kind(StrEnum):
    """A kind of received objects; the word of its days in ``[retention]``."""

    IMAGES = "images"
    """CT images of which it is known that they are no dose screens."""
    DOSE_SCREENS = "dose_screens"
    """Secondary Captures, and whatever else may be evidence."""
    NATIVE_REPORTS = "native_reports"
    PERFORMED_STEPS = "performed_steps"


def kind_of(sop_class_uid: str, *, was_read: bool) -> Kind:
    """The kind of an object; ``was_read``: it is an image, and its pixels are needed no more."""
    if sop_class_uid == PERFORMED_PROCEDURE_STEP:
        return Kind.PERFORMED_STEPS
    if sop_class_uid in REPORTS:
        return Kind.NATIVE_REPORTS
    return Kind.IMAGES if was_read and sop_class_uid in CT_IMAGES else Kind.DOSE_SCREENS
