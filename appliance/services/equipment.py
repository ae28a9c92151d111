"""This box as the equipment that reports name."""

import re
from hashlib import sha256
from pathlib import Path

from appliance import __version__
from appliance.config import Configuration
from appliance.rdsr import RecordingDevice

MACHINE_ID = Path("/etc/machine-id")
_INITIALISED = re.compile(r"[0-9a-f]{32}")
"""machine-id(5); an image says ``uninitialized`` until its first boot is over."""
SERIAL_LENGTH = 16
NO_MACHINE_ID = "unnumbered"


def recording_device(
    configuration: Configuration, machine_id: Path = MACHINE_ID
) -> RecordingDevice:
    """The device that ``[report]`` describes; a serial number of ``auto`` is the machine's."""
    report = configuration.report
    serial = report.device_serial_number
    return RecordingDevice(
        manufacturer=report.manufacturer,
        model_name=report.model_name,
        device_serial_number=_machine_serial(machine_id) if serial == "auto" else serial,
        software_versions=__version__,
        institution_name=configuration.site.institution_name,
        series_number=report.series_number,
    )


def _machine_serial(path: Path) -> str:
    """Derived, because machine-id(5) asks that the id itself stays on the machine."""
    try:
        identity = path.read_text("ascii", "replace").strip()
    except FileNotFoundError:
        return NO_MACHINE_ID
    if not _INITIALISED.fullmatch(identity):
        return NO_MACHINE_ID
    return sha256(f"dose-appliance {identity}".encode()).hexdigest()[:SERIAL_LENGTH]
