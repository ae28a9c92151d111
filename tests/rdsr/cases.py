"""The reports under test: records, headers and people, from ``tests/golden/rdsr/cases.toml``."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from pydicom import Dataset, dcmread
from pydicom.config import disable_value_validation
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from appliance.dose.coded import (
    Coded,
    CTAcquisitionType,
    EffectiveDoseMethod,
    Phantom,
    ProcedureContext,
    ReferenceAuthority,
    SizeSpecificDoseMethod,
    SourceOfDoseInformation,
)
from appliance.dose.effective import EffectiveDose, Estimation
from appliance.dose.record import (
    CTRadiationDose,
    IrradiationEvent,
    Number,
    Origin,
    SizeSpecificDose,
    Sourced,
    XRaySource,
)
from appliance.dose.region import REGIONS, Region
from appliance.rdsr import Order, PersonObserver, Predecessor, RecordingDevice, build_report
from appliance.rdsr.templates.comments import SITE_RULE

GOLDEN = Path(__file__).parents[1] / "golden" / "rdsr"
SCREEN = Origin(SourceOfDoseInformation.HUMAN_READABLE_REPORT, "glyphs+tesseract")
PERSON = Origin(SourceOfDoseInformation.MANUAL_ENTRY, "a person")
RULE = Origin(SourceOfDoseInformation.MANUAL_ENTRY, SITE_RULE)
PIXELS = Origin(SourceOfDoseInformation.COMPUTED_FROM_IMAGE, "images of the event")
IMAGE = Origin(SourceOfDoseInformation.COPIED_FROM_IMAGE, "an image", "1.2.3")
BOX = RecordingDevice("dose-appliance", "dose-appliance", "BOX-0001", "0.1.0", "General Hospital")

NUMBERS = {
    "ctdi": "ctdi_vol_mgy",
    "dlp": "dlp_mgy_cm",
    "kvp": "kvp",
    "mas": "exposure_mas",
    "ma": "tube_current_ma",
    "time": "exposure_time_s",
    "rotation": "rotation_time_s",
    "single": "single_collimation_mm",
    "total": "total_collimation_mm",
    "max_ma": "tube_current_max_ma",
    "pitch": "pitch",
    "sources": "x_ray_sources",
    "length": "scanning_length_mm",
    "reconstructable": "reconstructable_length_mm",
    "top_z": "top_z_mm",
    "bottom_z": "bottom_z_mm",
}
TEXTS = {
    "label": "label",
    "series": "series",
    "acquisition": "acquisition",
    "event_uid": "irradiation_event_uid",
    "started": "started",
    "frame": "frame_of_reference_uid",
}
CODES: dict[str, tuple[str, type[Coded] | Mapping[str, Region]]] = {
    "type": ("acquisition_type", CTAcquisitionType),
    "phantom": ("phantom", Phantom),
    "context": ("procedure_context", ProcedureContext),
    "region": ("target_region", REGIONS),
}
SOURCE = {
    "kvp": "kvp",
    "ma": "tube_current_ma",
    "max_ma": "tube_current_max_ma",
    "rotation": "rotation_time_s",
}
SSDE = {
    "ssde": "ssde_mgy",
    "lateral": "lateral_mm",
    "ap": "ap_mm",
    "diameter": "effective_diameter_mm",
    "water": "water_equivalent_diameter_mm",
}
REQUEST = (
    "RequestedProcedureID",
    "RequestedProcedureDescription",
    "FillerOrderNumberImagingServiceRequest",
)
PLAIN_HEADER = {
    "SpecificCharacterSet": ["ISO_IR 100"],
    "SOPClassUID": SecondaryCaptureImageStorage,
    "StudyDate": "20120314",
    "StudyTime": "081500",
    "ContentDate": "20120314",
    "ContentTime": "083012.5",
    "AccessionNumber": "A56485",
    "Modality": "CT",
    "Manufacturer": "A MAKER",
    "ManufacturerModelName": "A Model",
    "DeviceSerialNumber": "SN42",
    "SoftwareVersions": "07MW",
    "InstitutionName": "TEST HOSPITAL",
    "StationName": "CT01",
    "ReferringPhysicianName": "House^Gregory",
    "PatientName": "Doe^Jane",
    "PatientID": "6256485",
    "PatientBirthDate": "19500102",
    "PatientSex": "F",
    "StudyID": "4279",
    "StudyInstanceUID": "1.2.826.0.1.3680043.10.1.1",
    "SeriesInstanceUID": "1.2.826.0.1.3680043.10.1.1.999",
}


@dataclass(frozen=True)
class Case:
    """One report: what goes into it."""

    name: str
    record: CTRadiationDose
    evidence: Sequence[Dataset]
    person: PersonObserver | None = None
    predecessor: Predecessor | None = None
    region: str = ""
    order: Order = field(default_factory=Order)
    versions: Sequence[str] = ()

    @property
    def report(self) -> Dataset:
        """The report on this case, newly built."""
        return build_report(
            self.record,
            self.evidence,
            BOX,
            person=self.person,
            predecessor=self.predecessor,
            region_rule=lambda _label: self.region,
            order=self.order,
            versions=self.versions,
        )


@cache
def all_cases() -> tuple[Case, ...]:
    data = tomllib.loads((GOLDEN / "cases.toml").read_text("utf-8"))
    return tuple(_case(name, body) for name, body in data.items())


def case(name: str) -> Case:
    return next(each for each in all_cases() if each.name == name)


def number(text: str, origin: Origin = SCREEN) -> Number:
    return Sourced(Decimal(text), text, origin)


def evidence(number_of_pages: int = 1, **header: Any) -> list[Dataset]:  # noqa: ANN401 - any VR
    """Dose screens as read from files: encoded in their own character set, then decoded."""
    return [_page(page, {**PLAIN_HEADER, **header}) for page in range(1, number_of_pages + 1)]


def encoded(report: Dataset) -> bytes:
    buffer = BytesIO()
    report.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def reread(report: Dataset) -> Dataset:
    return dcmread(BytesIO(encoded(report)))


def _page(page: int, header: dict[str, Any]) -> Dataset:
    screen, request = Dataset(), Dataset()
    with disable_value_validation():
        for keyword, value in header.items():
            if value != "":
                setattr(request if keyword in REQUEST else screen, keyword, value)
        if request:
            screen.RequestAttributesSequence = [request]
        screen.SOPInstanceUID = f"1.2.826.0.1.3680043.10.1.1.999.{page}"
        screen.InstanceNumber = page
        screen.file_meta = FileMetaDataset()
        screen.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        screen.file_meta.MediaStorageSOPClassUID = screen.SOPClassUID
        screen.file_meta.MediaStorageSOPInstanceUID = screen.SOPInstanceUID
        return reread(screen)


def _case(name: str, body: dict[str, Any]) -> Case:
    total = body.get("total")
    origin = PERSON if body.get("total_by_person") else SCREEN
    return Case(
        name=name,
        record=CTRadiationDose(
            events=tuple(_event(event) for event in body["events"]),
            total_dlp_mgy_cm=number(total, origin) if total else None,
            layout="a layout",
        ),
        evidence=evidence(body.get("pages", 1), **body.get("header", {})),
        person=PersonObserver(**body["person"]) if "person" in body else None,
        predecessor=Predecessor(**body["predecessor"]) if "predecessor" in body else None,
        region=body.get("region_rule", ""),
        order=_order(body.get("order", {}), body.get("codes", [])),
        versions=body.get("versions", []),
    )


def code_item(value: str, scheme: str, meaning: str, version: str = "") -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    if version:
        item.CodingSchemeVersion = version
    return item


def _order(attributes: dict[str, Any], codes: list[list[str]]) -> Order:
    order, request = Dataset(), Dataset()
    for keyword, value in attributes.items():
        setattr(request if keyword in REQUEST else order, keyword, value)
    if request:
        order.RequestAttributesSequence = [request]
    return Order(order, [code_item(*each) for each in codes])


def _event(body: dict[str, Any]) -> IrradiationEvent:
    origins = {
        **dict.fromkeys(body.get("by_person", ()), PERSON),
        **dict.fromkeys(body.get("by_rule", ()), RULE),
        **dict.fromkeys(body.get("by_image", ()), IMAGE),
        **dict.fromkeys(body.get("by_pixels", ()), PIXELS),
    }
    values: dict[str, Any] = {
        field: number(body[key], origins.get(field, SCREEN))
        for key, field in NUMBERS.items()
        if key in body
    }
    values |= {
        name: Sourced(body[key], body[key], origins.get(name, SCREEN))
        for key, name in TEXTS.items()
        if key in body
    }
    for key, (name, kind) in CODES.items():
        if key in body:
            known = kind if isinstance(kind, Mapping) else kind.__members__
            coded = known[body[key]]
            values[name] = Sourced(coded, coded.name, origins.get(name, SCREEN))
    if "range" in body:
        start, end = (Sourced(Decimal(t[1:]), t, SCREEN) for t in body["range"])
        values |= {"scan_start_mm": start, "scan_end_mm": end}
    return IrradiationEvent(**values, **_parts(body))


def _parts(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "further_sources": tuple(
            XRaySource(**_numbers(each, SOURCE, IMAGE)) for each in body.get("further", ())
        ),
        "size_specific_doses": tuple(map(_size_specific_dose, body.get("ssde", ()))),
        "effective_dose": _effective_dose(body["effective"]) if "effective" in body else None,
    }


def _size_specific_dose(body: dict[str, Any]) -> SizeSpecificDose:
    method = SizeSpecificDoseMethod.from_name(body["method"])
    return SizeSpecificDose(
        method=Sourced(method, method.name, PIXELS), **_numbers(body, SSDE, PIXELS)
    )


def _effective_dose(body: dict[str, Any]) -> EffectiveDose:
    way = body["way"]
    estimation = Estimation(
        method=EffectiveDoseMethod.from_name(way["method"]),
        reference_authority=ReferenceAuthority.from_name(way["authority"]),
        patient_model=way.get("model", ""),
        phantom_type=way.get("phantom", ""),
        dosimeter_type=way.get("dosimeter", ""),
    )
    return EffectiveDose(
        effective_dose_msv=Decimal(body["dose"]),
        factor_msv_per_mgy_cm=Decimal(body["factor"]),
        estimation=estimation,
    )


def _numbers(body: dict[str, Any], names: dict[str, str], origin: Origin) -> dict[str, Any]:
    return {name: number(body[key], origin) for key, name in names.items() if key in body}
