"""The luminance meters of the site, as settings."""

from dataclasses import dataclass

from appliance.config.setting import LONG_STRING, Form, setting

METER_NAME = Form("[a-z0-9][a-z0-9-]{0,63}", "a meter's name: lower-case letters, digits, dashes")
OPTIONAL_DATE = Form(
    r"|[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", "empty, or a day such as 2027-03-31"
)

OPTIONAL_PERCENT = Form(r"|[0-9]{1,2}(\.[0-9]{1,3})?", "empty, or a percentage such as 2.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """``[[meter]]``: a luminance meter and its certificate."""

    name: str = setting(
        "The meter's name, as `appliance displayqa meters` says it: model and serial number.",
        form=METER_NAME,
        required=True,
    )
    calibrated_until: str = setting(
        "Last day on which its certificate of calibration holds; after it, it is not measured "
        "with. Empty: not known, which reports say.",
        "",
        form=OPTIONAL_DATE,
    )
    accuracy_percent: str = setting(
        "Error that all its luminance readings share, in percent and k = 2, as its certificate "
        "states it, such as `2.5`. Empty: not known, and verdicts on absolute luminance say so.",
        "",
        form=OPTIONAL_PERCENT,
    )
    repeatability_percent: str = setting(
        "Error that each reading has for itself, in percent and k = 2, such as `0.4`. Empty: not "
        "known; the spread of repeated readings counts alone.",
        "",
        form=OPTIONAL_PERCENT,
    )
    manufacturer: str = setting(
        "Its maker, for whoever asks by DICOM what was measured with it. Empty: not told.",
        "",
        form=LONG_STRING,
    )
