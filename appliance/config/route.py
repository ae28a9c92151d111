"""A rule of the gateway: what becomes of an object that was received."""

from dataclasses import dataclass

from appliance.config.setting import (
    EVERY_DESTINATION,
    NAME,
    OPTIONAL_AE_TITLE,
    OPTIONAL_CODE_STRING,
    SOP_CLASS,
    WORD,
    setting,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """``[[rule]]``: an object matches when all that the rule names fits; an empty rule fits all."""

    name: str = setting("Name in logs.", required=True, form=NAME)
    sop_class: tuple[str, ...] = setting(
        "SOP classes (0008,0016), each by its UID or its keyword, `CTImageStorage`; empty: any.",
        (),
        form=SOP_CLASS,
    )
    calling_ae: str = setting("AE title it was sent by; empty: any.", "", form=OPTIONAL_AE_TITLE)
    modality: str = setting("Modality (0008,0060); empty: any.", "", form=OPTIONAL_CODE_STRING)
    series_description: str = setting(
        "Regular expression found in Series Description (0008,103E), case ignored; empty: any.", ""
    )
    image_type: tuple[str, ...] = setting(
        "Values that all stand in Image Type (0008,0008), such as `ORIGINAL`; empty: any.",
        (),
        form=WORD,
    )
    destinations: tuple[str, ...] = setting(
        "Names of the destinations it goes to, of those that are sent its kind; `*` is all of "
        "them, and an empty list is none.",
        ("*",),
        form=EVERY_DESTINATION,
    )
    keep_days: float = setting(
        "Days it is kept here, from its arrival and at least until it is delivered; 0: not longer "
        "than it is needed; -1: as `[retention]` says.",
        -1.0,
        minimum=-1,
        maximum=36500,
    )
