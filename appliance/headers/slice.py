"""Slices: what an image, or a frame of one, says about the irradiation that it comes from.

A study has thousands, so what is the same from slice to slice is kept once, as its technique.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from pydicom.dataset import Dataset

from appliance.headers.element import (
    Layers,
    above_zero,
    items,
    number,
    numbers,
    text,
    texts,
)
from appliance.headers.equipment import Equipment
from appliance.headers.moment import moment_of
from appliance.headers.private import block_of

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
ENHANCED_CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2.1"
LEGACY_CONVERTED_CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2.2"
MULTI_FRAME = (ENHANCED_CT_IMAGE, LEGACY_CONVERTED_CT_IMAGE)
CT_IMAGES = (CT_IMAGE, *MULTI_FRAME)
"""SOP classes whose objects are images of an acquisition."""

AXIAL_TOLERANCE = Decimal("0.001")
"""How far the direction of a row or column may leave the axial plane, as a sine."""
POSITION_VALUES, ORIENTATION_VALUES = 3, 6


class Kind(Enum):
    """What an image is, by Image Type (0008,0008)."""

    AXIAL = "AXIAL"
    LOCALIZER = "LOCALIZER"


class SetAside(Enum):
    """Why an object is not counted as an image of an acquisition."""

    NOT_A_CT_IMAGE = "no CT image"
    NOT_ORIGINAL = "not ORIGINAL and PRIMARY"
    OTHER_FLAVOUR = "neither AXIAL nor LOCALIZER"


@dataclass(frozen=True, slots=True)
class Source:
    """A further X-Ray source, as an item of a sequence states it."""

    kvp: Decimal | None
    tube_current_ma: Decimal | None


@dataclass(frozen=True, slots=True)
class Technique:
    """What the slices of a reconstruction have in common; mm, s, kV, degrees none."""

    kind: Kind
    equipment: Equipment
    is_enhanced: bool
    series_uid: str
    series_number: str
    series_description: str
    protocol_name: str
    acquisition_number: str
    event_uid: str
    frame_of_reference_uid: str
    kernel: str
    acquisition_type: str
    image_type: tuple[str, ...]
    scan_options: tuple[str, ...]
    kvp: Decimal | None
    rotation_time_s: Decimal | None
    single_collimation_mm: Decimal | None
    total_collimation_mm: Decimal | None
    pitch: Decimal | None
    table_speed_mm_s: Decimal | None
    table_feed_mm: Decimal | None
    thickness_mm: Decimal | None
    exposure_time_ms: Decimal | None
    phantoms: tuple[str, ...]
    body_part: str
    regions: tuple[str, ...]
    contrast_agent: str
    contrast_administered: tuple[str, ...]
    further_sources: tuple[Source, ...]
    source_ids: tuple[str, ...]
    private_dlp_mgy_cm: Decimal | None
    privately: tuple[tuple[str, str], ...] = ()
    """The fields above that private elements gave, each with the element's name."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One image or frame: what changes from slice to slice.

    Attributes:
        technique: What it shares with others.
        sop_instance_uid: The object.
        frame: From 0, in a multi-frame image.
        number: Instance Number in its series; None for a frame.
        acquired: Date and time of its acquisition as DT text; empty when it states none.
        z_mm: Of its centre in the patient's coordinates; None when it is not axial.
        tube_current_ma: X-Ray Tube Current, None for 0.
        ctdi_vol_mgy: CTDIvol, None for 0.
    """

    technique: Technique
    sop_instance_uid: str
    frame: int | None
    number: Decimal | None
    acquired: str
    z_mm: Decimal | None
    tube_current_ma: Decimal | None
    ctdi_vol_mgy: Decimal | None


def slices_of(dataset: Dataset) -> Iterator[Slice | SetAside]:
    """The slices of one object, or why it has none."""
    if text((dataset,), "SOPClassUID") not in CT_IMAGES:
        yield SetAside.NOT_A_CT_IMAGE
    elif text((dataset,), "SOPClassUID") == CT_IMAGE:
        yield _slice((dataset,), None)
    else:
        yield from _frames(dataset)


def _frames(dataset: Dataset) -> Iterator[Slice | SetAside]:
    shared = [
        layer
        for item in items((dataset,), "SharedFunctionalGroupsSequence")
        for layer in _macros(item)
    ]
    for at, item in enumerate(items((dataset,), "PerFrameFunctionalGroupsSequence")):
        yield _slice((*_macros(item), *shared, dataset), at)


def _macros(groups: Dataset) -> Iterator[Dataset]:
    """The functional groups, and the item of each that has one; several are read one by one."""
    yield groups
    for element in groups:
        if element.VR == "SQ" and len(element.value) == 1:
            yield element.value[0]


def _slice(layers: Layers, frame: int | None) -> Slice | SetAside:
    kind = _kind(layers, is_frame=frame is not None)
    if isinstance(kind, SetAside):
        return kind
    return Slice(
        technique=_technique(layers, kind),
        sop_instance_uid=text(layers, "SOPInstanceUID"),
        frame=frame,
        number=number(layers, "InstanceNumber") if frame is None else None,
        acquired=moment_of(layers),
        z_mm=_z(layers),
        tube_current_ma=_tube_current(layers),
        ctdi_vol_mgy=above_zero(layers, "CTDIvol"),
    )


def _kind(layers: Layers, *, is_frame: bool) -> Kind | SetAside:
    """By Frame Type (0008,9007), else Image Type (0008,0008); PS3.3 C.8.2.1.1.1 and C.8.16.1."""
    kind = texts(layers, "FrameType") if is_frame else ()
    kind = kind or texts(layers, "ImageType")
    if kind[:2] != ("ORIGINAL", "PRIMARY"):
        return SetAside.NOT_ORIGINAL
    if "LOCALIZER" in kind[2:3]:
        return Kind.LOCALIZER
    if is_frame or kind[2:3] == ("AXIAL",):  # a frame's third value says what it shows
        return Kind.AXIAL
    return SetAside.OTHER_FLAVOUR


def _technique(layers: Layers, kind: Kind) -> Technique:
    """What the standard attributes say, completed by private elements that prove each other."""
    block = block_of(layers[-1])
    technique = _standard(layers, kind, block.dlp_mgy_cm(layers[-1]) if block else None)
    proven = block.motion(layers[-1]) if block else {}
    missing: dict[str, Any] = {
        name: value for name, value in proven.items() if getattr(technique, name) is None
    }
    if block is None or not missing:
        return technique
    names = tuple((name, block.name(name)) for name in missing)
    completed: Technique = replace(technique, **missing, privately=names)
    return completed


def _standard(layers: Layers, kind: Kind, private_dlp_mgy_cm: Decimal | None) -> Technique:
    return Technique(
        kind=kind,
        equipment=Equipment.of(layers[-1]),
        is_enhanced=text(layers, "SOPClassUID") == ENHANCED_CT_IMAGE,
        series_uid=text(layers, "SeriesInstanceUID"),
        series_number=text(layers, "SeriesNumber"),
        series_description=text(layers, "SeriesDescription"),
        protocol_name=text(layers, "ProtocolName"),
        acquisition_number=text(layers, "FrameAcquisitionNumber")
        or text(layers, "AcquisitionNumber"),
        event_uid=text(layers, "IrradiationEventUID"),
        frame_of_reference_uid=text(layers, "FrameOfReferenceUID"),
        kernel="\\".join(texts(layers, "ConvolutionKernel")),
        acquisition_type=text(layers, "AcquisitionType"),
        image_type=texts(layers, "ImageType"),
        scan_options=texts(layers, "ScanOptions"),
        kvp=above_zero(layers, "KVP"),
        rotation_time_s=above_zero(layers, "RevolutionTime"),
        single_collimation_mm=above_zero(layers, "SingleCollimationWidth"),
        total_collimation_mm=above_zero(layers, "TotalCollimationWidth"),
        pitch=above_zero(layers, "SpiralPitchFactor"),
        table_speed_mm_s=above_zero(layers, "TableSpeed"),
        table_feed_mm=above_zero(layers, "TableFeedPerRotation"),
        thickness_mm=above_zero(layers, "SliceThickness"),
        exposure_time_ms=above_zero(layers, "ExposureTime"),
        phantoms=_codes(layers, "CTDIPhantomTypeCodeSequence"),
        body_part=text(layers, "BodyPartExamined"),
        regions=_codes(layers, "AnatomicRegionSequence"),
        contrast_agent=text(layers, "ContrastBolusAgent"),
        contrast_administered=tuple(
            text((item,), "ContrastBolusAgentAdministered")
            for item in items(layers, "ContrastBolusUsageSequence")
        ),
        further_sources=tuple(
            _source(item) for item in items(layers, "CTAdditionalXRaySourceSequence")
        ),
        source_ids=_source_ids(layers),
        private_dlp_mgy_cm=private_dlp_mgy_cm,
    )


def _source_ids(layers: Layers) -> tuple[str, ...]:
    """X-Ray Source ID (0018,9367) of each physical source of a multi-energy image (C.8.2.2)."""
    found = items(layers, "MultienergyCTXRaySourceSequence")
    for item in items(layers, "MultienergyCTAcquisitionSequence"):
        found += items((item,), "MultienergyCTXRaySourceSequence")
    named = {text((item,), "XRaySourceID") for item in found}
    return tuple(sorted(named)) if "" not in named else ()


def _source(item: Dataset) -> Source:
    return Source(above_zero((item,), "KVP"), _tube_current((item,)))


def _tube_current(layers: Layers) -> Decimal | None:
    """X-Ray Tube Current in mA (0018,9330), else (0018,1151)."""
    return above_zero(layers, "XRayTubeCurrentInmA") or above_zero(layers, "XRayTubeCurrent")


def _codes(layers: Layers, keyword: str) -> tuple[str, ...]:
    return tuple(text((item,), "CodeValue") for item in items(layers, keyword))


def _z(layers: Layers) -> Decimal | None:
    """The third coordinate of an axial slice; None when the gantry was tilted or it is unknown."""
    position = numbers(layers, "ImagePositionPatient")
    orientation = numbers(layers, "ImageOrientationPatient")
    if len(position) != POSITION_VALUES or len(orientation) != ORIENTATION_VALUES:
        return None
    leaves_the_plane = max(abs(orientation[2]), abs(orientation[5]))
    return position[2] if leaves_the_plane <= AXIAL_TOLERANCE else None
