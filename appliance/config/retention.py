"""Settings of how long what the box has is kept, and of how it is looked after."""

from dataclasses import dataclass

from appliance.config.setting import HOURS, setting

FOR_EVER = 0.0
"""In place of a number of days."""
_MOST_DAYS = 36500


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """``[retention]``: how long what is needed no more is kept.

    Days count from the decision on the study. Nothing goes before it was decided, delivered and,
    where that is demanded, committed.
    """

    image_pixels_days: float = setting(
        "Days for which the pixels of images are kept; their headers stay. 0: for ever.",
        30.0,
        minimum=0,
        maximum=_MOST_DAYS,
    )
    images_days: float = setting(
        "Days for which the headers of images are kept; while they are here a late page or image "
        "completes the report. 0: for ever.",
        365.0,
        minimum=0,
        maximum=_MOST_DAYS,
    )
    dose_screens_days: float = setting(
        "Days for which dose screens are kept, pixels and all: the evidence of what was read. "
        "0: for ever.",
        1825.0,
        minimum=0,
        maximum=_MOST_DAYS,
    )
    native_reports_days: float = setting(
        "Days for which structured reports are kept as the CT sent them; 0: for ever.",
        1825.0,
        minimum=0,
        maximum=_MOST_DAYS,
    )
    performed_steps_days: float = setting(
        "Days for which messages about performed procedure steps are kept; 0: for ever.",
        1825.0,
        minimum=0,
        maximum=_MOST_DAYS,
    )
    reports_days: float = setting(
        "Days for which reports made here are kept; they go only with or after everything else of "
        "the study. 0: for ever.",
        FOR_EVER,
        minimum=0,
        maximum=_MOST_DAYS,
    )
    quarantine_days: float = setting(
        "Days, from the decision of a person, for which the pictures of a quarantined study are "
        "kept; what was decided stays in the journal. 0: for ever.",
        1825.0,
        minimum=0,
        maximum=_MOST_DAYS,
    )
    early_mib: int = setting(
        "Free disk space, above `receiver.min_free_mib`, under which pixels of images go before "
        "their days are over, in MiB; 0: never.",
        1024,
        minimum=0,
        maximum=1048576,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Preservation:
    """``[preservation]``: checks that what is kept is as it was, and that the archive has it."""

    check_every_days: float = setting(
        "Days from the beginning of one check of every digest to that of the next; 0: never.",
        30.0,
        minimum=0,
        maximum=3650,
    )
    hours: str = setting(
        "Hours of the day in which digests are checked and the archive is asked, local time; "
        "empty: all.",
        "01:00-05:00",
        form=HOURS,
    )
    check_mib_per_s: float = setting(
        "MiB of files read a second for it, at most; 0: no limit.", 4.0, minimum=0, maximum=10000
    )
    archive_destination: str = setting(
        "Name of the destination that is the `[archive]`: what was delivered there is looked for "
        "there; empty: nothing is.",
        "",
    )
    look_for_days: float = setting(
        "Days for which what was delivered is looked for, from its delivery.",
        90.0,
        minimum=1,
        maximum=36500,
    )
    look_again_days: float = setting(
        "Days between two looks for the same study.", 30.0, minimum=1, maximum=3650
    )
    studies_per_min: float = setting(
        "Studies looked for a minute, at most; 0: no limit.", 30.0, minimum=0, maximum=100000
    )
