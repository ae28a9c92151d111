"""The retired dose attributes that some consoles add to their dose screen's object.

Exposure Dose Sequence (0040,030E) with Comments on Radiation Dose (0040,0310): Philips and GE
styles, after the listings in a public reader's comments; the private DLP is Philips'. Siemens and
Toshiba put them into MPPS alone (from memory).
"""

from collections.abc import Iterator
from enum import Enum, auto

from pydicom import Dataset

from appliance.simulators.ct_series.acquisition import Acquisition, ImagedStudy
from appliance.simulators.ct_series.image import acquisition_type_name, phantom_item, seconds_of

DLP_BLOCK, DLP_ELEMENT = (0x00E1, "ELSCINT1"), 0x21


class DoseStyle(Enum):
    """Whose items."""

    PHILIPS = auto()
    """Series number and description, private DLP."""
    GE = auto()
    """Body part and phantom; DLP in the comments alone, by the number of the event."""


def add_dose_attributes(screen: Dataset, study: ImagedStudy, style: DoseStyle) -> None:
    """Make ``screen`` say the study's events as attributes too."""
    events = [each for each in study.acquisitions if not each.is_localizer]
    screen.ExposureDoseSequence = [_item(each, study, style) for each in events]
    screen.CommentsOnRadiationDose = "\r\n".join(_comments(events, style))
    if style is DoseStyle.PHILIPS:
        _private_dlp(screen, str(sum(each.dlp_mgy_cm or 0 for each in events)))


def _item(event: Acquisition, study: ImagedStudy, style: DoseStyle) -> Dataset:
    technique, item = event.technique, Dataset()
    item.KVP = str(technique.kvp)
    item.ExposureTime = str(round(technique.exposure_time_s * 1000))
    item.XRayTubeCurrentInuA = f"{technique.tube_current_ma * 1000:.2f}"
    item.AcquisitionType = acquisition_type_name(event.acquisition_type)
    item.SingleCollimationWidth = technique.single_collimation_mm
    item.TotalCollimationWidth = technique.total_collimation_mm
    item.SpiralPitchFactor = technique.pitch
    item.CTDIvol = None if event.ctdi_vol_mgy is None else float(event.ctdi_vol_mgy)
    if style is DoseStyle.GE:
        item.BodyPartExamined = event.body_part
        if event.phantom:
            item.CTDIPhantomTypeCodeSequence = [phantom_item(event.phantom)]
        return item
    _philips(item, event, study)
    return item


def _philips(item: Dataset, event: Acquisition, study: ImagedStudy) -> None:
    time = seconds_of(study.identity, event.started_s)
    item.AcquisitionDateTime = f"{study.identity.study_date}{time}"
    item.SeriesDescription, item.SeriesNumber = event.label, event.scan
    item.RadiationMode, item.FilterType = "CONTINUOUS", "WEDGE_PREPATIENT"
    item.ScanLength = str(round(event.top_z_mm - event.bottom_z_mm))
    item.EstimatedDoseSaving = 0.0
    _private_dlp(item, str(event.dlp_mgy_cm or 0))


def _private_dlp(dataset: Dataset, text: str) -> None:
    group, creator = DLP_BLOCK
    dataset.private_block(group, creator, create=True).add_new(DLP_ELEMENT, "DS", text)


def _comments(events: list[Acquisition], style: DoseStyle) -> Iterator[str]:
    for number, event in enumerate(events, 1):
        if style is DoseStyle.GE:
            yield f"Event={number} DLP={event.dlp_mgy_cm}"
        else:
            average = f"Average CTDIvol={event.ctdi_vol_mgy} DLP={event.dlp_mgy_cm}"
            yield f"Series #{event.scan} {average}"
    yield f"Total DLP={sum(event.dlp_mgy_cm or 0 for event in events)}"
