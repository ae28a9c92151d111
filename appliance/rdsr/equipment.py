"""What took part in making a report: Contributing Equipment Sequence (PS3.3 C.12.1.1.5).

Software Versions (0018,1020) of the report itself stays the version of this box's software alone:
dose management systems tell devices apart by it, and would see a new device with every table that
changes. What else a report was made with stands in an item of this sequence, as its versions.
"""

from collections.abc import Sequence

from pydicom import Dataset

from appliance.dose.coded import Coded
from appliance.rdsr.concepts import NOT_STATED
from appliance.rdsr.modules import copy
from appliance.rdsr.parties import RecordingDevice

LONGEST_VERSION = 64
"""PS3.5 6.2, VR LO."""
_OF_A_SCANNER = (
    "ManufacturerModelName",
    "DeviceSerialNumber",
    "SoftwareVersions",
    "StationName",
    "InstitutionName",
)


class Contribution(Coded):
    """Purposes of Contributing Equipment (PS3.16 CID 7005)."""

    ACQUISITION = ("109101", "DCM", "Acquisition Equipment")
    PROCESSING = ("109102", "DCM", "Processing Equipment")
    MODIFYING = ("109103", "DCM", "Modifying Equipment")


def recording_equipment(device: RecordingDevice, versions: Sequence[str]) -> Dataset:
    """This box: Software Versions are its own, then those of what it made the report with."""
    return _box(device, Contribution.PROCESSING, "dose report made", versions)


def modifying_equipment(
    device: RecordingDevice, what: str = "order and codes completed"
) -> Dataset:
    """This box as what completed another's report; ``what`` was done to it."""
    return _box(device, Contribution.MODIFYING, what)


def acquisition_equipment(header: Dataset) -> Dataset:
    """The CT, as the evidence describes it."""
    item = _item(Contribution.ACQUISITION, "irradiation")
    copy(header, item, ("Manufacturer",), required=True)
    item.Manufacturer = item.Manufacturer or NOT_STATED
    copy(header, item, _OF_A_SCANNER)
    return item


def _box(
    device: RecordingDevice, purpose: Contribution, description: str, versions: Sequence[str] = ()
) -> Dataset:
    item = _item(purpose, description)
    item.Manufacturer = device.manufacturer
    item.ManufacturerModelName = device.model_name
    item.DeviceSerialNumber = device.device_serial_number
    stated = [_version(each) for each in (device.software_versions, *versions) if each.strip()]
    item.SoftwareVersions = list(dict.fromkeys(stated))
    return item


def _item(purpose: Contribution, description: str) -> Dataset:
    item = Dataset()
    # highdicom is loaded only where a report is made.
    from appliance.rdsr.items import coded  # noqa: PLC0415

    item.PurposeOfReferenceCodeSequence = [coded(purpose)]
    item.ContributionDescription = description
    return item


def _version(text: str) -> str:
    """A version as an LO holds it."""
    return " ".join(text.replace("\\", "/").split())[:LONGEST_VERSION]
