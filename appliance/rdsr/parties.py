"""Who made a report, with whose help, and which report it replaces."""

from dataclasses import dataclass

from pydicom.uid import UID

from appliance.uids import derived_uid


@dataclass(frozen=True, slots=True)
class RecordingDevice:
    """This box: the report's equipment (PS3.3 C.7.5.2) and device observer (TID 1004).

    Attributes:
        manufacturer: Manufacturer (0008,0070).
        model_name: Manufacturer's Model Name (0008,1090).
        device_serial_number: Device Serial Number (0018,1000).
        software_versions: Software Versions (0018,1020).
        institution_name: Institution Name (0008,0080) for studies that name none.
        series_number: Series Number (0020,0011) of the reports.
    """

    manufacturer: str
    model_name: str
    device_serial_number: str
    software_versions: str
    institution_name: str = ""
    series_number: int = 897

    def __post_init__(self) -> None:
        for name in ("manufacturer", "model_name", "device_serial_number", "software_versions"):
            if not getattr(self, name).strip():
                raise ValueError(f"a recording device has a {name}")

    @property
    def uid(self) -> UID:
        """Device Observer UID, the same for the same manufacturer, model and serial number."""
        return derived_uid(
            "recording device", self.manufacturer, self.model_name, self.device_serial_number
        )


@dataclass(frozen=True, slots=True)
class PersonObserver:
    """A person who settled what the box could not; ``name`` is a PN, ``Family^Given``.

    ``seconded_by`` is another person, who agreed; empty: nobody had to.
    """

    name: str
    reason: str = ""
    seconded_by: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a person observer has a name")


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The report that a new one replaces (PS3.3 C.17.2, Predecessor Documents Sequence)."""

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
