"""From what a dose screen prints to the images that belong to it.

The screen's label, scan number, CTDIvol, DLP, kV, mAs, rotation time and phantom are the images'
too; what it does not print follows from the maker's table. Geometry: the scanning length is DLP by
CTDIvol, a spiral's overranging is outside of the images.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dose.region import region_named_in
from appliance.simulators.consoles.examination import Examination, Identity, Scan
from appliance.simulators.ct_series.acquisition import (
    Acquisition,
    ImagedStudy,
    Kind,
    Reconstruction,
    Technique,
)
from appliance.simulators.ct_series.makers import Maker
from appliance.uids import derived_uid

ROUTINE = (
    Reconstruction(5),
    Reconstruction(1, sharp=True),
    Reconstruction(3, kind=Kind.CORONAL),
)
"""What is often made of one acquisition: thick and soft, thin and sharp, coronal."""
LOCALIZER_MM = 500.0
PAUSE_S = 30.0
"""From one event to the next."""
OVERRANGING_PARTS = 10
"""A spiral's images are at least nine tenths of its scanning length."""
OVERRANGING_COLLIMATIONS = 1.5
"""And leave out no more than so many collimations."""
FIXED = (CTAcquisitionType.CONSTANT_ANGLE, CTAcquisitionType.STATIONARY)
"""The tube is modulated along the patient, and these do not move along, or do not turn."""
TUBE_CURRENT_MA = 200.0
"""Where nothing printed says it."""


def study_of(
    examination: Examination,
    identity: Identity,
    maker: Maker,
    reconstructions: tuple[Reconstruction, ...] = ROUTINE,
    *,
    contrast: frozenset[str] = frozenset(),
) -> ImagedStudy:
    """The images of ``examination``: one acquisition for each scan, the localizers included.

    Scans with a label in ``contrast`` were made with contrast medium. A scan that stands still is
    reconstructed once. The same arguments give the same UIDs.
    """
    acquisitions: list[Acquisition] = []
    for at, scan in enumerate(examination.scans):
        number = _acquisition_number(scan, acquisitions)
        acquisition = _acquisition(scan, at, number, identity, maker)
        made = (
            acquisition.reconstructions
            if acquisition.is_localizer or acquisition.phases > 1
            else reconstructions
        )
        acquisitions.append(
            replace(acquisition, reconstructions=made, contrast=scan.label in contrast)
        )
    return ImagedStudy(identity, maker, tuple(acquisitions))


def _acquisition_number(scan: Scan, before: list[Acquisition]) -> int:
    """The printed number, unless an earlier acquisition has it already."""
    last = before[-1].number + before[-1].numbers - 1 if before else 0
    return max(int(re.split(r"\D", scan.series)[0]), last + 1)


def _acquisition(scan: Scan, at: int, number: int, identity: Identity, maker: Maker) -> Acquisition:
    acquisition_type = scan.acquisition_type or CTAcquisitionType.SPIRAL
    top, bottom, length = _range(scan, at, acquisition_type, maker.collimation_mm[1])
    study = identity.study_instance_uid
    return Acquisition(
        label=scan.label,
        scan=scan.series,
        number=number,
        acquisition_type=acquisition_type,
        top_z_mm=top,
        bottom_z_mm=bottom,
        technique=_technique(scan, acquisition_type, length, maker),
        started_s=PAUSE_S * (at + 1),
        event_uid=derived_uid("simulated irradiation event", study, str(at)),
        frame_of_reference_uid=derived_uid("frame of reference", study),
        body_part=_body_part(scan),
        ctdi_vol_mgy=_decimal(scan.ctdi_vol_mgy),
        dlp_mgy_cm=_decimal(scan.dlp_mgy_cm),
        phantom=scan.phantom,
        phases=_phases(scan, acquisition_type),
        numbered_phases="-" in scan.series,
    )


def _range(
    scan: Scan, at: int, acquisition_type: CTAcquisitionType, collimation_mm: float
) -> tuple[float, float, float]:
    """Top and bottom of the images, and the scanning length."""
    if acquisition_type is CTAcquisitionType.CONSTANT_ANGLE:
        return LOCALIZER_MM / 2, -LOCALIZER_MM / 2, LOCALIZER_MM
    length = _scanning_length(scan)
    printed = list(_printed_range(scan))
    if printed:
        return max(printed), min(printed), max(length, max(printed) - min(printed))
    beyond = min(length / OVERRANGING_PARTS, OVERRANGING_COLLIMATIONS * collimation_mm)
    imaged = length - beyond if acquisition_type is CTAcquisitionType.SPIRAL else length
    top = round(200.0 - 20 * at, 1)
    return top, round(top - imaged, 1), length


def _scanning_length(scan: Scan) -> float:
    """DLP by CTDIvol, in mm; 100 where either is missing."""
    if not scan.dlp_mgy_cm or not scan.ctdi_vol_mgy or not Decimal(scan.ctdi_vol_mgy):
        return 100.0
    return float(Decimal(scan.dlp_mgy_cm) / Decimal(scan.ctdi_vol_mgy) * 10)


def _printed_range(scan: Scan) -> Iterator[float]:
    """Both ends as ``S10.250-I300.000``, ``0.0 - 310.0`` or in columns of their own print them."""
    if scan.start_mm is not None and scan.end_mm is not None:
        yield from (float(scan.start_mm), float(scan.end_mm))
    elif scan.scan_range:
        ends = re.findall(r"([SI]?)(\d+(?:\.\d+)?)", scan.scan_range)
        yield from (-float(figure) if letter == "I" else float(figure) for letter, figure in ends)


def _technique(
    scan: Scan, acquisition_type: CTAcquisitionType, length_mm: float, maker: Maker
) -> Technique:
    spiral = acquisition_type is CTAcquisitionType.SPIRAL
    pitch = maker.pitch if spiral else None
    single, total = maker.collimation_mm if spiral else maker.axial_collimation_mm
    rotation = float(scan.rotation_time_s or maker.rotation_time_s)
    seconds = float(scan.exposure_time_s or _seconds(length_mm, total, rotation, pitch))
    return Technique(
        kvp=int(scan.kv or 120),
        tube_current_ma=_tube_current(scan, rotation, seconds, pitch),
        rotation_time_s=rotation,
        exposure_time_s=seconds,
        single_collimation_mm=single,
        total_collimation_mm=total,
        pitch=pitch,
        modulation=0 if acquisition_type in FIXED else 0.3,
    )


def _seconds(length_mm: float, total_mm: float, rotation_s: float, pitch: float | None) -> float:
    """Rotations that cover the length, times what each takes."""
    return round(max(length_mm / (total_mm * (pitch or 1)), 1) * rotation_s, 3)


def _tube_current(scan: Scan, rotation_s: float, seconds: float, pitch: float | None) -> float:
    """The printed one; else from mAs, of the event where its time is printed, else of a slice."""
    if scan.tube_current_ma:
        return float(re.split(r"[^\d.]", scan.tube_current_ma)[0])
    if not scan.mas:
        return TUBE_CURRENT_MA
    if scan.exposure_time_s:
        return float(scan.mas) / seconds
    return float(scan.mas) * (pitch or 1) / rotation_s


def _phases(scan: Scan, acquisition_type: CTAcquisitionType) -> int:
    """``2-15`` are fourteen scans, ``4D`` a perfusion; a scan that stands still watches a while."""
    ends = [int(end) for end in re.findall(r"\d+", scan.series)]
    if len(ends) == 2:  # noqa: PLR2004 - a range has two ends
        return ends[1] - ends[0] + 1
    if scan.series.endswith("D"):
        return 20
    return 5 if acquisition_type is CTAcquisitionType.STATIONARY else 1


_HEAD_PARTS = {"HEAD", "BRAIN", "FACE", "ORBIT", "SINUS", "MASTOID", "JAW"}


def _body_part(scan: Scan) -> str:
    """Body Part Examined: what the label names, else a guess by the phantom."""
    region = region_named_in(scan.label)
    if region is None:
        return "HEAD" if scan.phantom is Phantom.HEAD16 else "ABDOMEN"
    return "HEAD" if region.name in _HEAD_PARTS else re.sub(r"_AND_|_", "", region.name)[:16]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
