"""The luminance meters of the site, as settings."""

from dataclasses import dataclass

from appliance.config.setting import Form, setting

METER_NAME = Form("[a-z0-9][a-z0-9-]{0,63}", "a meter's name: lower-case letters, digits, dashes")
OPTIONAL_DATE = Form(
    r"|[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", "empty, or a day such as 2027-03-31"
)


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
