"""One image of a series as a CT Image object (PS3.3 A.3), as its maker's console writes it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.ct_series.acquisition import (
    Acquisition,
    Kind,
    Reconstruction,
    Technique,
)
from appliance.simulators.ct_series.anatomy import ABDOMEN, BODIES, Body, Section, noisy, section
from appliance.simulators.ct_series.makers import ExposureTime, Maker
from appliance.uids import derived_uid

FIELD_OF_VIEW_MM = 500
LOCALIZER_CURRENT = (0.0,)
MODULATION = (-1.0, -0.4, 0.3, 1.0, 0.6, 0.0, -0.5)
"""Of the current along the patient: shoulders and pelvis thick, lungs thin; the mean is nought."""
NOISE_HU = 8


@dataclass(frozen=True, slots=True)
class Series:
    """What all images of one series share."""

    identity: Identity
    maker: Maker
    acquisition: Acquisition
    reconstruction: Reconstruction
    number: int
    source: str = ""
    """The letter of the X-Ray source whose data these images are from, where that is told apart."""

    @property
    def uid(self) -> str:
        """Series Instance UID (0020,000E)."""
        return derived_uid("series", self.identity.study_instance_uid, str(self.number))

    @property
    def technique(self) -> Technique:
        """Of the source that made it."""
        second = self.acquisition.second_source
        return second if self.source == "B" and second else self.acquisition.technique


@dataclass(frozen=True, slots=True)
class Place:
    """Which image of its series: ``part`` (0 to 1) of the range, ``phase`` from 0."""

    instance: int
    part: float
    z_mm: float
    phase: int = 0


def image(series: Series, place: Place, matrix: int | None, body: Body | None = None) -> Dataset:
    """The object; ``matrix`` is its rows and columns, None leaves Pixel Data out (rows say 512).

    ``body`` is what is seen, by default what the body part looks like.
    """
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    identify(dataset, series, place.instance)
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    dataset.ImageType = list(image_type(series))
    _moment(dataset, series, place)
    _place(dataset, series, place)
    _reconstruction(dataset, series)
    values = technique_values(series, place.part)
    for keyword in sorted(series.maker.writes & values.keys()):
        setattr(dataset, keyword, values[keyword])
    _private(dataset, series, values)
    write_pixels(dataset, series, matrix, body)
    return dataset


def identify(dataset: Dataset, series: Series, instance: int) -> None:
    """Patient, study, series and equipment."""
    who, console = series.identity, series.maker.console
    dataset.SpecificCharacterSet = who.specific_character_set
    dataset.SOPInstanceUID = derived_uid(
        "image", series.uid, series.acquisition.event_uid, str(instance)
    )
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = who.study_instance_uid, series.uid
    dataset.PatientName, dataset.PatientID = who.patient_name, who.patient_id
    dataset.PatientBirthDate, dataset.PatientSex = who.birth_date, "O"
    dataset.StudyDate, dataset.StudyTime = who.study_date, who.study_time
    dataset.AccessionNumber, dataset.StudyID = who.accession_number, who.study_id
    dataset.StudyDescription, dataset.ReferringPhysicianName = who.description, ""
    dataset.Modality, dataset.SeriesNumber = "CT", series.number
    dataset.SeriesDescription = series.acquisition.label
    dataset.ProtocolName = series.acquisition.label
    dataset.InstanceNumber = instance
    dataset.Manufacturer, dataset.ManufacturerModelName = console.manufacturer, console.model
    dataset.SoftwareVersions, dataset.StationName = console.software_versions, console.station_name
    dataset.DeviceSerialNumber = console.device_serial_number
    dataset.InstitutionName = console.institution_name
    dataset.PatientPosition, dataset.PositionReferenceIndicator = "HFS", ""
    dataset.FrameOfReferenceUID = series.acquisition.frame_of_reference_uid


def image_type(series: Series) -> tuple[str, ...]:
    """(0008,0008)."""
    maker, kind = series.maker, series.reconstruction.kind
    if kind is Kind.AVERAGE:
        return maker.average
    if kind is Kind.CORONAL:
        return maker.reformat
    original = maker.image_type[series.acquisition.acquisition_type]
    if not series.source:
        return original
    return (*original[:3], *maker.second_source, f"DET_{series.source}")


def seconds_of(identity: Identity, seconds_after: float) -> str:
    """The study's time and so many seconds, as a TM; a study ends before midnight."""
    text = identity.study_time
    since = int(text[:2]) * 3600 + int(text[2:4]) * 60 + int(text[4:6]) + seconds_after
    minutes, seconds = divmod(min(since, 86399.0), 60)
    return f"{int(minutes) // 60:02}{int(minutes) % 60:02}{seconds:09.6f}"


def acquired_s(acquisition: Acquisition, place: Place) -> float:
    """When the image's data were taken, after the study's time."""
    duration = acquisition.technique.exposure_time_s
    part = place.phase / acquisition.phases if acquisition.phases > 1 else place.part
    return acquisition.started_s + part * duration


def _moment(dataset: Dataset, series: Series, place: Place) -> None:
    who, acquisition = series.identity, series.acquisition
    moment = acquired_s(acquisition, place)
    time = seconds_of(who, moment)
    dataset.SeriesDate = dataset.AcquisitionDate = dataset.ContentDate = who.study_date
    dataset.SeriesTime = seconds_of(who, acquisition.started_s)
    dataset.AcquisitionTime, dataset.ContentTime = time, seconds_of(who, moment + 5)
    if "IrradiationEventUID" in series.maker.writes:
        dataset.AcquisitionDateTime = f"{who.study_date}{time}"
    number = acquisition.number + (place.phase if acquisition.numbered_phases else 0)
    dataset.AcquisitionNumber = number if series.maker.acquisition_numbers else None
    if acquisition.phases > 1 and not acquisition.numbered_phases:
        dataset.TemporalPositionIndex = place.phase + 1


def _place(dataset: Dataset, series: Series, place: Place) -> None:
    half = FIELD_OF_VIEW_MM / 2
    if series.acquisition.is_localizer or series.reconstruction.kind is Kind.CORONAL:
        top = series.acquisition.top_z_mm
        dataset.ImagePositionPatient = [-half, place.z_mm, top]
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
        return
    dataset.ImagePositionPatient = [-half, -half, round(place.z_mm, 4)]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.SliceLocation = f"{place.z_mm:.3f}"


def _reconstruction(dataset: Dataset, series: Series) -> None:
    acquisition, reconstruction = series.acquisition, series.reconstruction
    dataset.BodyPartExamined = acquisition.body_part
    dataset.SliceThickness = str(reconstruction.thickness_mm)
    dataset.KVP = str(series.technique.kvp)
    dataset.DataCollectionDiameter = dataset.ReconstructionDiameter = str(FIELD_OF_VIEW_MM)
    dataset.GantryDetectorTilt, dataset.RotationDirection = "0", "CW"
    dataset.ConvolutionKernel = series.maker.kernels[reconstruction.sharp]
    if acquisition.contrast:
        dataset.ContrastBolusAgent, dataset.ContrastBolusRoute = "IOMERON 300", "IV"


def technique_values(series: Series, part: float) -> dict[str, Any]:
    """Every attribute of technique and dose that some maker writes, by keyword, as the image's."""
    acquisition, maker, technique = series.acquisition, series.maker, series.technique
    options = maker.scan_options.get(acquisition.acquisition_type, ())
    shares = LOCALIZER_CURRENT if acquisition.is_localizer else MODULATION
    current = technique.slice_current_ma(part, shares)
    shown_s = _exposure_time_s(technique, maker)
    values: dict[str, Any] = {
        "ScanOptions": list(options),
        "IrradiationEventUID": acquisition.event_uid,
        "XRayTubeCurrent": str(current),
        "ExposureTime": str(round(shown_s * 1000)),
        "Exposure": str(round(current * technique.rotation_time_s / (technique.pitch or 1))),
        "RevolutionTime": technique.rotation_time_s,
        "SingleCollimationWidth": technique.single_collimation_mm,
        "TotalCollimationWidth": technique.total_collimation_mm,
        "ExposureModulationType": maker.modulation_type,
        **_motion(technique),
        **_dose(acquisition),
    }
    return {keyword: value for keyword, value in values.items() if value not in ("", [])}


def _exposure_time_s(technique: Technique, maker: Maker) -> float:
    match maker.exposure_time:
        case ExposureTime.WHOLE:
            return technique.exposure_time_s
        case ExposureTime.ROTATION:
            return technique.rotation_time_s
        case ExposureTime.ROTATION_BY_PITCH:
            return technique.rotation_time_s / (technique.pitch or 1)


def _motion(technique: Technique) -> dict[str, float]:
    """Of a spiral: PS3.3 C.8.15.3.4."""
    if technique.pitch is None:
        return {}
    feed = technique.pitch * technique.total_collimation_mm
    return {
        "SpiralPitchFactor": technique.pitch,
        "TableFeedPerRotation": feed,
        "TableSpeed": feed / technique.rotation_time_s,
    }


def _dose(acquisition: Acquisition) -> dict[str, Any]:
    """A localizer says nought where it prints no dose."""
    if acquisition.ctdi_vol_mgy is None:
        return {"CTDIvol": 0.0} if acquisition.is_localizer else {}
    values: dict[str, Any] = {"CTDIvol": float(acquisition.ctdi_vol_mgy)}
    if acquisition.phantom:
        values["CTDIPhantomTypeCodeSequence"] = [phantom_item(acquisition.phantom)]
    return values


def phantom_item(phantom: Phantom) -> Dataset:
    """An item of (0018,9346)."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = phantom.code_value, phantom.coding_scheme
    item.CodeMeaning = phantom.code_meaning
    return item


def _private(dataset: Dataset, series: Series, values: dict[str, Any]) -> None:
    """The private elements whose values there are."""
    rows = round(values["TotalCollimationWidth"] / values["SingleCollimationWidth"])
    kind = acquisition_type_name(series.acquisition.acquisition_type)
    known = {**values, "rows": rows, "AcquisitionType": kind}
    for each in series.maker.private:
        try:
            text = each.text.format(**known)
        except KeyError:
            continue
        block = dataset.private_block(each.group, each.creator, create=True)
        block.add_new(each.element, each.vr, text)


def acquisition_type_name(acquisition_type: CTAcquisitionType) -> str:
    """(0018,9302)."""
    return acquisition_type.name


def write_pixels(dataset: Dataset, series: Series, matrix: int | None, body: Body | None) -> None:
    """The Image Pixel module, and Pixel Data unless ``matrix`` is None."""
    maker, size = series.maker, matrix or 512
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows = dataset.Columns = size
    dataset.PixelSpacing = [FIELD_OF_VIEW_MM / size] * 2
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, int(maker.is_signed)
    dataset.RescaleIntercept, dataset.RescaleSlope = str(maker.rescale_intercept), "1"
    dataset.RescaleType = "HU"
    dataset.WindowCenter, dataset.WindowWidth = "40", "400"
    if maker.padding is not None:
        dataset.PixelPaddingValue = maker.padding
    if matrix is not None:
        seen = body or BODIES.get(series.acquisition.body_part, ABDOMEN)
        dataset.PixelData = _stored(seen, matrix, maker)


@lru_cache(maxsize=16)
def _stored(body: Body, matrix: int, maker: Maker) -> bytes:
    return stored_values(noisy(section(body, matrix, FIELD_OF_VIEW_MM), NOISE_HU), maker)


def stored_values(hounsfield: Section, maker: Maker) -> bytes:
    """Pixel Data of a section, padded outside of the reconstruction circle where the maker does."""
    values = np.rint(hounsfield) - maker.rescale_intercept
    if maker.padding is not None:
        rows, columns = values.shape
        y, x = np.ogrid[:rows, :columns]
        outside = (x - (columns - 1) / 2) ** 2 + (y - (rows - 1) / 2) ** 2 > (rows / 2) ** 2
        values[outside] = maker.padding
    kind = np.dtype("<i2" if maker.is_signed else "<u2")
    lowest = np.iinfo(kind).min
    pixels: bytes = np.maximum(values, lowest).astype(kind).tobytes()
    return pixels
