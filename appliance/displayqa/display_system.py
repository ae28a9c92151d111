"""A workstation and its displays as a DICOM Display System (PS3.3 C.32.1 and C.32.2, PS3.4 EE).

Nothing is made up: what the register or the settings do not say is empty, and a term whose
definition nobody here has read is left out (``display_system.toml``).
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydicom import Dataset
from pydicom.uid import UID

from appliance.displayqa.evaluation import Verdict
from appliance.displayqa.measurement import Measurements
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.session import Session
from appliance.displays.display import Display
from appliance.sop_classes import DISPLAY_SYSTEM

INSTANCE = UID("1.2.840.10008.5.1.1.40.1")
"""Well-known: one for every application entity."""
CONFIGURATION = 1
"""Each display has one configuration: as it is used."""
LONG, SHORT = 64, 16
"""Characters of a Long and a Short String."""
ATTRIBUTES = (
    "SpecificCharacterSet",
    "Manufacturer",
    "InstitutionName",
    "InstitutionAddress",
    "StationName",
    "InstitutionalDepartmentName",
    "ManufacturerModelName",
    "DeviceSerialNumber",
    "EquipmentAdministratorSequence",
    "NumberOfDisplaySubsystems",
    "TargetLuminanceCharacteristicsSequence",
    "QAResultsSequence",
    "DisplaySubsystemSequence",
)
"""What can be asked for: the top level of PS3.4 table EE.2.2.1-2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workstation:
    """What the displays belong to, as the site entered it."""

    name: str
    manufacturer: str
    model: str
    serial_number: str
    institution: str
    address: str
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A test that has ended and was not given up, with what was measured and what came of it.

    ``manufacturer`` of the meter; empty: not known.
    """

    session: Session
    measured: Measurements
    verdict: Verdict
    manufacturer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subsystem:
    """A display of the workstation: ``number`` stays its own; ``tests`` the oldest first."""

    number: int
    display: Display
    tests: tuple[Test, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A term, empty where it was not read; from where it is."""

    value: str
    source: str
    verified: bool


def display_system(workstation: Workstation, subsystems: Sequence[Subsystem]) -> Dataset:
    """Everything but the QA Results (``qa_results``), with the SOP Common attributes."""
    system = Dataset()
    system.SOPClassUID, system.SOPInstanceUID = DISPLAY_SYSTEM, INSTANCE
    system.SpecificCharacterSet = "ISO_IR 192"
    system.Manufacturer = workstation.manufacturer
    system.InstitutionName = workstation.institution
    system.InstitutionAddress = workstation.address
    system.StationName = _fitting(workstation.name, SHORT)
    system.InstitutionalDepartmentName = workstation.department
    system.ManufacturerModelName = workstation.model
    system.DeviceSerialNumber = workstation.serial_number
    system.EquipmentAdministratorSequence = []
    system.NumberOfDisplaySubsystems = len(subsystems)
    system.DisplaySubsystemSequence = list(map(_subsystem, subsystems))
    system.TargetLuminanceCharacteristicsSequence = [
        item for each in subsystems for item in _targets(each)
    ]
    return system


@cache
def terms() -> Mapping[str, Mapping[str, Term]]:
    """Every term by its attribute and by what it is said of here."""
    text = files(__package__).joinpath("display_system.toml").read_text("utf-8")
    return {
        attribute: {of: Term(**term) for of, term in table.items()}
        for attribute, table in tomllib.loads(text).items()
    }


def term(attribute: str, of: str) -> str:
    """What is said; empty: nothing that was read."""
    return terms()[attribute][of].value


def seen_cd_m2(measured: Measurements, ddl: int) -> float | None:
    """Luminance of a level of the grey scale with the light of the room, as PS3.3 wants it.

    None when the level was not measured, or the light of the room is not known.
    """
    reading = measured.scale.get(ddl)
    if reading is None or not knows_ambient(measured):
        return None
    return float(measured.with_ambient(reading))


def knows_ambient(measured: Measurements) -> bool:
    """Whether what an observer sees can be told."""
    return measured.method.sees_ambient or measured.ambient_cd_m2 is not None


def white_ddl(measured: Measurements) -> int:
    """The greatest level."""
    return int(2**measured.bits) - 1


def _subsystem(subsystem: Subsystem) -> Dataset:
    display, item = subsystem.display, Dataset()
    item.DisplaySubsystemID = subsystem.number
    item.DisplaySubsystemName = display.name if len(display.name) <= SHORT else ""
    item.DisplaySubsystemDescription = _description(display)
    item.DisplayDeviceTypeCodeSequence = []
    item.Manufacturer, item.ManufacturerModelName = display.make, display.model
    item.DeviceSerialNumber = display.serial_number
    _add_status(item, subsystem)
    item.DisplaySubsystemConfigurationSequence = [_configuration(subsystem)]
    item.CurrentConfigurationID = CONFIGURATION
    item.MeasurementEquipmentSequence = []
    return item


def _description(display: Display) -> str:
    """Its name, place and use, as much of it as fits."""
    parts = (display.name, display.position, display.use)
    return _fitting(", ".join(filter(None, parts)), LONG)


def _add_status(item: Dataset, subsystem: Subsystem) -> None:
    """Of the last test; one that nobody has read a term for says so in words alone."""
    verdict = str(subsystem.tests[-1].verdict) if subsystem.tests else "untested"
    status = term("SystemStatus", verdict)
    if status:
        item.SystemStatus = status
    item.SystemStatusComment = "no test" if verdict == "untested" else f"last test: {verdict}"


def _configuration(subsystem: Subsystem) -> Dataset:
    item, ruleset = Dataset(), subsystem.display.ruleset
    item.ConfigurationID = CONFIGURATION
    item.ConfigurationName = ruleset if len(ruleset) <= SHORT else ""
    item.ConfigurationDescription = _fitting(f"judged by {ruleset}", LONG)
    has_target = any(_targets(subsystem))
    item.ReferencedTargetLuminanceCharacteristicsID = subsystem.number if has_target else None
    return item


def _targets(subsystem: Subsystem) -> Iterator[Dataset]:
    """The curve that it had when it was last accepted: the GSDF between black and white."""
    accepted = [
        each
        for each in subsystem.tests
        if each.session.begun.occasion is Occasion.ACCEPTANCE and each.verdict is Verdict.PASS
    ]
    for measured in (each.measured for each in accepted[-1:]):
        ends = [seen_cd_m2(measured, ddl) for ddl in (0, white_ddl(measured))]
        dark, bright = ends
        if dark is not None and bright is not None:
            item = Dataset()
            item.LuminanceCharacteristicsID = subsystem.number
            item.DisplayFunctionType = term("DisplayFunctionType", "accepted")
            item.TargetMinimumLuminance, item.TargetMaximumLuminance = dark, bright
            yield item


def _fitting(text: str, most: int) -> str:
    """As much as fits, without what would make it several values."""
    return text.replace("\\", "/")[:most]
