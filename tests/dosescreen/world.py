"""Consoles, their pictures and the box that reads them, for the tests of reading."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from pydicom import Dataset

from appliance.cli.record import record_values
from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dosescreen import Recogniser, Recognition, default_recogniser
from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles import ge, siemens
from appliance.simulators.consoles.canvas import Font, Picture
from appliance.simulators.consoles.examination import Examination, Identity, Scan, dlp_sum
from appliance.simulators.secondary_capture import GE, Console, secondary_capture
from appliance.simulators.storage_forms import StorageForm

WHO = Identity("1.2.826.0.1.3680043.10.77")
GE_FONT, SIEMENS_FONT = "helvB10-100dpi", "helvR10-75dpi"
GE_STYLE, SIEMENS_STYLE = ge.GEStyle(), siemens.SiemensStyle()
SCOUT = Scan("Scout", "1", CTAcquisitionType.CONSTANT_ANGLE)
TOPOGRAM = Scan(
    "Topogram", "1", CTAcquisitionType.CONSTANT_ANGLE, kv="120", tube_current_ma="35 mA",
    rotation_time_s="5.3", slice_mm="0.6",
)  # fmt: skip


@cache
def recogniser() -> Recogniser:
    """The one that is shipped; on a busy machine Tesseract may take its time."""
    return default_recogniser(timeout_s=600)


def helical(series: str = "2", dlp: str = "373.00", phantom: Phantom = Phantom.BODY32) -> Scan:
    """A row of a Dose Report: 5.10 mGy, as long as its DLP says."""
    length_mm = round(float(dlp) / 5.10 * 10) - 40
    reach = f"S100.000-I{length_mm - 100}.000"
    return Scan("Helical", series, CTAcquisitionType.SPIRAL, reach, "5.10", dlp, phantom)


def abdomen(series: str = "2", ctdi: str = "5.29", dlp: str = "187") -> Scan:
    """A row of a Patient Protocol."""
    return Scan(
        "Abdomen", series, CTAcquisitionType.SPIRAL, None, ctdi, dlp, Phantom.BODY32, "120", "73",
        "210", None, "0.5", "0.6",
    )  # fmt: skip


def dose_report(
    scans: Sequence[Scan],
    total: str | None = "sum",
    font: Font | None = None,
    style: ge.GEStyle = GE_STYLE,
) -> list[Picture]:
    """The pages of a Dose Report of ``scans``."""
    printed = dlp_sum(tuple(scans)) if total == "sum" else total
    drawn_with = font or load_font(GE_FONT)
    return ge.draw(Examination(tuple(scans), printed), WHO, drawn_with, style)


def patient_protocol(
    scans: Sequence[Scan],
    total: str | None = "sum",
    font: Font | None = None,
    style: siemens.SiemensStyle = SIEMENS_STYLE,
) -> list[Picture]:
    """The page of a Patient Protocol of ``scans``."""
    printed = dlp_sum(tuple(scans)) if total == "sum" else total
    examination = Examination(tuple(scans), printed, total_mas="314")
    return siemens.draw(examination, WHO, font or load_font(SIEMENS_FONT), style)


def captured(
    pages: Sequence[Picture], console: Console = GE, form: StorageForm = StorageForm.PLAIN
) -> list[Dataset]:
    """``pages`` as the console sends them."""
    return secondary_capture(pages, console, WHO, form)


def again(objects: Iterable[Dataset], suffix: str = ".2") -> list[Dataset]:
    """The same pictures under new UIDs, as sent again."""
    copies = []
    for each in objects:
        copy = Dataset(each)
        copy.file_meta = each.file_meta
        copy.SOPInstanceUID = f"{each.SOPInstanceUID[:60]}{suffix}"
        copies.append(copy)
    return copies


def read(objects: Iterable[Dataset]) -> Recognition:
    """What the box makes of ``objects``."""
    return recogniser().recognise(list(objects))


def values(recognition: Recognition) -> dict[str, Any]:
    """Total and events by the keys of ``appliance read``."""
    assert recognition.record is not None
    return record_values(recognition.record)


def dlps(recognition: Recognition) -> list[str]:
    """The DLPs that were read."""
    return [event["dlp_mgy_cm"] for event in values(recognition)["events"] if event["dlp_mgy_cm"]]


def reasons(recognition: Recognition) -> set[str]:
    """Why it waits."""
    return {str(doubt.reason) for doubt in recognition.doubts}
