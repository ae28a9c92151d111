"""What took part in making a report: Contributing Equipment Sequence (PS3.3 C.12.1.1.5).

Software Versions (0018,1020) of the report itself stays the version of this box's software alone:
dose management systems tell devices apart by it, and would see a new device with every table that
changes. What else a report was made with stands in an item of this sequence, as its versions.
"""

from collections.abc import Sequence

from pydicom import Dataset

from appliance.dose.coded import Coded
from appliance.rdsr.items import coded
from appliance.rdsr.parties import RecordingDevice

LONGEST_VERSION = 64
"""PS3.5 6.2, VR LO."""


def contributing_equipment(
    device: RecordingDevice, purpose: Coded, description: str, versions: Sequence[str] = ()
) -> Dataset:
    """This box as one item: Software Versions are its own, then ``versions``, each once."""
    item = Dataset()
    item.PurposeOfReferenceCodeSequence = [coded(purpose)]
    item.Manufacturer = device.manufacturer
    item.ManufacturerModelName = device.model_name
    item.DeviceSerialNumber = device.device_serial_number
    stated = [_version(each) for each in (device.software_versions, *versions) if each.strip()]
    item.SoftwareVersions = list(dict.fromkeys(stated))
    item.ContributionDescription = description
    return item


def _version(text: str) -> str:
    """A version as an LO holds it."""
    return " ".join(text.replace("\\", "/").split())[:LONGEST_VERSION]
