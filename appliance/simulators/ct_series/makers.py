"""What each maker's console writes into its images, as tables.

Checked against header listings that people published: an Aquilion ONE V4.74, a Definition AS
(syngo CT 2012B) spiral, a Sensation sequence (VB), an Mx8000 IDT and an iCT 4.1, HiSpeed and
LightSpeed images of pydicom's test files, and the conformance statement of LightSpeed and Discovery
for how mAs is meant. From memory: which of the newer attributes the newer consoles of
``GE_REVOLUTION`` and ``CANON`` add, second sources, reformats' image types of ``GE`` and
``TOSHIBA``, what perfusion images say, and how reconstructions after the first are numbered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from appliance.dose.coded import CTAcquisitionType
from appliance.simulators import secondary_capture
from appliance.simulators.secondary_capture import Console

SPIRAL, SEQUENCED = CTAcquisitionType.SPIRAL, CTAcquisitionType.SEQUENCED
STATIONARY, CONSTANT_ANGLE = CTAcquisitionType.STATIONARY, CTAcquisitionType.CONSTANT_ANGLE
Words = Mapping[CTAcquisitionType, tuple[str, ...]]


class SeriesNumbers(Enum):
    """How Series Number (0020,0011) of an image follows from the scan's number on the screen."""

    SCAN = auto()
    """The scan's own; reconstructions after the first are 100 times it and one more each."""
    RUNNING = auto()
    """One after another, whatever the scan."""
    HUNDREDS = auto()
    """A hundred times the scan's, and one more for each reconstruction."""


class ExposureTime(Enum):
    """What Exposure Time (0018,1150) of an image means."""

    ROTATION = auto()
    ROTATION_BY_PITCH = auto()
    WHOLE = auto()
    """Of the whole event: beam on."""


@dataclass(frozen=True, slots=True)
class Private:
    """An element of a private block; ``text`` is filled in with what the image is about."""

    group: int
    creator: str
    element: int
    vr: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Maker:
    """One console's images.

    ``writes`` are the keywords of technique and dose that it writes; what is not there is missing.
    """

    console: Console
    image_type: Words
    scan_options: Words
    writes: frozenset[str]
    average: tuple[str, ...] = ("DERIVED", "SECONDARY", "AXIAL")
    reformat: tuple[str, ...] = ("DERIVED", "SECONDARY", "MPR")
    second_source: tuple[str, ...] = ()
    """Added to the image type of each source's images, with its letter."""
    kernels: tuple[str, str] = ("STANDARD", "BONE")
    series_numbers: SeriesNumbers = SeriesNumbers.RUNNING
    exposure_time: ExposureTime = ExposureTime.ROTATION
    acquisition_numbers: bool = True
    collimation_mm: tuple[float, float] = (0.625, 40)
    axial_collimation_mm: tuple[float, float] = (0.625, 20)
    pitch: float = 1
    rotation_time_s: float = 0.5
    modulation_type: str = ""
    rescale_intercept: int = -1024
    padding: int | None = None
    is_signed: bool = False
    private: tuple[Private, ...] = field(default=())


def _axial(*more: str) -> tuple[str, ...]:
    return ("ORIGINAL", "PRIMARY", "AXIAL", *more)


_LOCALIZER = ("ORIGINAL", "PRIMARY", "LOCALIZER")
_PLAIN = {
    SPIRAL: _axial(),
    SEQUENCED: _axial(),
    STATIONARY: _axial(),
    CONSTANT_ANGLE: _LOCALIZER,
}
_BASIC = {"ExposureTime", "XRayTubeCurrent", "Exposure", "ScanOptions"}
_MOTION = {
    "RevolutionTime",
    "SingleCollimationWidth",
    "TotalCollimationWidth",
    "TableSpeed",
    "TableFeedPerRotation",
    "SpiralPitchFactor",
}
_DOSE = {"CTDIvol", "CTDIPhantomTypeCodeSequence"}

GE = Maker(
    secondary_capture.GE,
    _PLAIN,
    {
        SPIRAL: ("HELICAL MODE",),
        SEQUENCED: ("AXIAL MODE",),
        STATIONARY: ("CINE MODE",),
        CONSTANT_ANGLE: ("SCOUT MODE",),
    },
    frozenset(_BASIC | _MOTION),
    average=("DERIVED", "SECONDARY", "REFORMATTED", "AVERAGE"),
    reformat=("DERIVED", "SECONDARY", "REFORMATTED", "AVERAGE"),
    series_numbers=SeriesNumbers.SCAN,
    exposure_time=ExposureTime.WHOLE,
    pitch=0.984375,
    padding=-2000,
    is_signed=True,
    private=(
        Private(0x0019, "GEMS_ACQU_01", 0x23, "DS", "{TableFeedPerRotation:.6f}"),
        Private(0x0019, "GEMS_ACQU_01", 0x27, "DS", "{RevolutionTime:.6f}"),
        Private(0x0043, "GEMS_PARM_01", 0x27, "SH", "/{SpiralPitchFactor:.3f}:1"),
    ),
)
"""No CTDIvol and no event UID, as consoles of that age: the screen alone has the dose."""

GE_REVOLUTION = Maker(
    Console(
        "GE MEDICAL SYSTEMS",
        "Revolution EVO",
        "revo_ct_17.12",
        ("DERIVED", "SECONDARY", "SCREEN SAVE"),
        999,
        "Dose Report",
    ),
    _PLAIN,
    GE.scan_options,
    frozenset(_BASIC | _MOTION | _DOSE | {"IrradiationEventUID"}),
    average=GE.average,
    reformat=GE.reformat,
    series_numbers=SeriesNumbers.SCAN,
    exposure_time=ExposureTime.WHOLE,
    pitch=0.984375,
    padding=-2000,
    is_signed=True,
    private=GE.private,
)

SIEMENS = Maker(
    Console(
        "SIEMENS",
        "SOMATOM Definition Flash",
        "syngo CT 2012B",
        ("DERIVED", "SECONDARY", "OTHER", "CT_SOM5 PROT"),
        501,
        "Patient Protocol",
    ),
    {
        SPIRAL: _axial("CT_SOM5 SPI"),
        SEQUENCED: _axial("CT_SOM5 SEQ"),
        STATIONARY: _axial("CT_SOM5 SEQ"),
        CONSTANT_ANGLE: ("ORIGINAL", "PRIMARY", "LOCALIZER", "CT_SOM5 TOP"),
    },
    {},
    frozenset(
        (_BASIC | _MOTION | _DOSE | {"IrradiationEventUID", "ExposureModulationType"})
        - {"RevolutionTime", "ScanOptions"}
    ),
    average=("DERIVED", "SECONDARY", "AXIAL", "CT_SOM5 MPR"),
    reformat=("DERIVED", "SECONDARY", "MPR", "CT_SOM5 MPR"),
    second_source=("CT_SOM5 SPI DUAL", "STD", "DENG"),
    kernels=("B31f", "B70f"),
    collimation_mm=(0.6, 38.4),
    axial_collimation_mm=(0.6, 19.2),
    pitch=0.8,
    modulation_type="XYZ_EC",
)

SIEMENS_SENSATION = Maker(
    secondary_capture.SIEMENS,
    SIEMENS.image_type,
    {},
    SIEMENS.writes - {"IrradiationEventUID", "CTDIPhantomTypeCodeSequence"},
    average=SIEMENS.average,
    reformat=SIEMENS.reformat,
    kernels=SIEMENS.kernels,
    collimation_mm=(0.6, 19.2),
    axial_collimation_mm=(1.2, 14.4),
    pitch=0.8,
    modulation_type="XYZ_EC",
)

TOSHIBA = Maker(
    secondary_capture.TOSHIBA,
    _PLAIN,
    {
        SPIRAL: ("HELICAL_CT",),
        SEQUENCED: ("SCAN_AND_SCAN",),
        STATIONARY: ("DVOLUME_CT",),
        CONSTANT_ANGLE: ("SCANOSCOPE",),
    },
    frozenset(_BASIC | {"SpiralPitchFactor", "ExposureModulationType", "CTDIvol"}),
    reformat=("DERIVED", "SECONDARY", "MPR"),
    kernels=("FC07", "FC52"),
    collimation_mm=(0.5, 32),
    axial_collimation_mm=(0.5, 32),
    pitch=0.844,
    modulation_type="3D",
    rescale_intercept=0,
    is_signed=True,
    private=(
        Private(0x7005, "TOSHIBA_MEC_CT3", 0x0A, "DS", "{TableFeedPerRotation:+.2f}"),
        Private(0x7005, "TOSHIBA_MEC_CT3", 0x23, "DS", "{SpiralPitchFactor:.3f}"),
        Private(0x7005, "TOSHIBA_MEC_CT3", 0x41, "SH", "{SingleCollimationWidth:g}x{rows}"),
    ),
)
"""CTDIvol without its phantom, and the collimation in a private element alone."""

CANON = Maker(
    Console(
        "CANON_MEC",
        "Aquilion Prime SP",
        "V8.3SP0110",
        ("DERIVED", "SECONDARY"),
        9000,
        "Dose Summary",
    ),
    TOSHIBA.image_type,
    TOSHIBA.scan_options,
    TOSHIBA.writes | _MOTION | _DOSE | {"IrradiationEventUID"},
    reformat=TOSHIBA.reformat,
    kernels=TOSHIBA.kernels,
    collimation_mm=(0.5, 40),
    axial_collimation_mm=(0.5, 40),
    pitch=0.813,
    modulation_type="3D",
    rescale_intercept=0,
    is_signed=True,
)

_ELSCINT = (
    Private(0x01F1, "ELSCINT1", 0x01, "CS", "{AcquisitionType}"),
    Private(0x01F1, "ELSCINT1", 0x07, "DS", "{TableSpeed:.2f}"),
    Private(0x01F1, "ELSCINT1", 0x26, "DS", "{SpiralPitchFactor:.3f}"),
    Private(0x01F1, "ELSCINT1", 0x27, "DS", "{RevolutionTime:.2f}"),
    Private(0x01F1, "ELSCINT1", 0x4B, "SH", "{rows}x{SingleCollimationWidth:g}"),
)

PHILIPS = Maker(
    Console("Philips", "iCT 256", "4.1", ("DERIVED", "SECONDARY", "DOSE_INFO"), 12, "Dose Info"),
    {
        SPIRAL: _axial("HELIX"),
        SEQUENCED: _axial("AXIAL"),
        STATIONARY: _axial("AXIAL"),
        CONSTANT_ANGLE: _LOCALIZER,
    },
    {
        SPIRAL: ("HELIX",),
        SEQUENCED: ("AXIAL",),
        STATIONARY: ("AXIAL",),
        CONSTANT_ANGLE: ("SURVIEW",),
    },
    frozenset(_BASIC | _MOTION | {"CTDIvol", "IrradiationEventUID"}),
    kernels=("B", "YC"),
    series_numbers=SeriesNumbers.HUNDREDS,
    exposure_time=ExposureTime.ROTATION_BY_PITCH,
    collimation_mm=(0.625, 80),
    axial_collimation_mm=(0.625, 40),
    pitch=0.763,
    private=_ELSCINT,
)

PHILIPS_BRILLIANCE = Maker(
    secondary_capture.PHILIPS,
    PHILIPS.image_type,
    PHILIPS.scan_options,
    frozenset({"ScanOptions", "XRayTubeCurrent", "Exposure"}),
    kernels=PHILIPS.kernels,
    series_numbers=SeriesNumbers.HUNDREDS,
    exposure_time=ExposureTime.ROTATION_BY_PITCH,
    acquisition_numbers=False,
    collimation_mm=(1.5, 24),
    axial_collimation_mm=(1.5, 12),
    pitch=0.938,
    rescale_intercept=-1000,
    private=(*_ELSCINT, Private(0x00E1, "ELSCINT1", 0x50, "DS", "{CTDIvol:.2f}")),
)
"""Dose and motion in private elements alone, no Acquisition Number."""

HITACHI = Maker(
    secondary_capture.HITACHI,
    _PLAIN,
    {},
    frozenset(_BASIC - {"ScanOptions"}),
    collimation_mm=(0.625, 10),
    axial_collimation_mm=(0.625, 10),
    pitch=1.0625,
    rotation_time_s=0.75,
    rescale_intercept=0,
    is_signed=True,
)
"""From memory, all of it."""

MAKERS: Mapping[str, Maker] = {
    "ge": GE,
    "ge-revolution": GE_REVOLUTION,
    "siemens": SIEMENS,
    "siemens-sensation": SIEMENS_SENSATION,
    "toshiba": TOSHIBA,
    "canon": CANON,
    "philips": PHILIPS,
    "philips-brilliance": PHILIPS_BRILLIANCE,
    "hitachi": HITACHI,
}
