"""The workstations of the site, as settings."""

from dataclasses import dataclass

from appliance.config.setting import (
    AE_TITLE,
    LONG_STRING,
    REQUIRED_LONG_STRING,
    Form,
    setting,
)

WORKSTATION = Form("[a-z0-9][a-z0-9-]{0,63}", "a name: lower-case letters, digits, dashes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workstation:
    """``[[workstation]]``: a computer with displays that others may ask about by DICOM."""

    name: str = setting(
        "Its name, as its displays are entered with it.", form=WORKSTATION, required=True
    )
    ae_title: str = setting(
        "AE title by which the box is asked about it.", form=AE_TITLE, required=True
    )
    manufacturer: str = setting("Its maker.", form=REQUIRED_LONG_STRING, required=True)
    model: str = setting("Its model.", form=REQUIRED_LONG_STRING, required=True)
    serial_number: str = setting("Its serial number.", form=REQUIRED_LONG_STRING, required=True)
    department: str = setting("The department where it stands.", "", form=LONG_STRING)
