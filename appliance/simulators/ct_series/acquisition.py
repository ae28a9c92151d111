"""A CT study before it is written: irradiation events and what is reconstructed of each.

Lengths and positions in mm along the patient (superior is positive), times in s, currents in mA.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum, auto
from typing import Self

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.simulators.consoles.examination import Identity
from appliance.simulators.ct_series.makers import Maker
from appliance.uids import derived_uid


@dataclass(frozen=True, slots=True)
class Technique:
    """How one X-Ray source was driven; ``tube_current_ma`` is the mean over the event."""

    kvp: int
    tube_current_ma: float
    rotation_time_s: float
    exposure_time_s: float
    """Beam on, the whole event long."""
    single_collimation_mm: float
    total_collimation_mm: float
    pitch: float | None = None
    modulation: float = 0.3
    """How far the current of a slice goes above and below the mean, as a share of it."""

    def slice_current_ma(self, part: float, shares: tuple[float, ...]) -> int:
        """The current of the slice at ``part`` (0 to 1) of the range."""
        at = min(int(part * len(shares)), len(shares) - 1)
        return round(self.tube_current_ma * (1 + self.modulation * shares[at]))


class Kind(Enum):
    """What a reconstruction is, as Image Type says it."""

    ORIGINAL = auto()
    """ORIGINAL\\PRIMARY, axial: also a second kernel or thickness of the same raw data."""
    AVERAGE = auto()
    """DERIVED\\SECONDARY, axial: thick slices averaged from thin ones."""
    CORONAL = auto()
    """DERIVED\\SECONDARY, a multiplanar reformat."""


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """One series of images of an acquisition."""

    thickness_mm: float
    sharp: bool = False
    kind: Kind = Kind.ORIGINAL


@dataclass(frozen=True, slots=True)
class Acquisition:
    """One irradiation event.

    ``scan`` is its number as the dose screen prints it. ``bottom_z_mm`` to ``top_z_mm`` is what is
    reconstructed. ``phases`` images are taken at each position: bolus tracking, perfusion.
    """

    label: str
    scan: str
    number: int
    """Acquisition Number (0020,0012) of the first phase."""
    acquisition_type: CTAcquisitionType
    top_z_mm: float
    bottom_z_mm: float
    technique: Technique
    started_s: float
    """After the study's time."""
    event_uid: str
    frame_of_reference_uid: str
    body_part: str
    ctdi_vol_mgy: Decimal | None = None
    dlp_mgy_cm: Decimal | None = None
    phantom: Phantom | None = None
    second_source: Technique | None = None
    contrast: bool = False
    phases: int = 1
    numbered_phases: bool = False
    """Whether each phase is an acquisition with a number of its own."""
    reconstructions: tuple[Reconstruction, ...] = (Reconstruction(5),)

    @property
    def is_localizer(self) -> bool:
        """A projection, not a section."""
        return self.acquisition_type is CTAcquisitionType.CONSTANT_ANGLE

    @property
    def numbers(self) -> int:
        """How many acquisition numbers it takes."""
        return self.phases if self.numbered_phases else 1

    def with_reconstructions(self, *reconstructions: Reconstruction) -> Self:
        """The same event, reconstructed like this."""
        return replace(self, reconstructions=reconstructions)


@dataclass(frozen=True, slots=True)
class ImagedStudy:
    """What one examination leaves as images."""

    identity: Identity
    maker: Maker
    acquisitions: tuple[Acquisition, ...]

    def multiplied(self, times: int) -> Self:
        """Every acquisition reconstructed so many times as often, each time with another kernel."""
        more = tuple(replace(a, reconstructions=_repeated(a, times)) for a in self.acquisitions)
        return replace(self, acquisitions=more)

    def with_second_source(self, label: str, kvp: int, tube_current_ma: float) -> Self:
        """The acquisitions called ``label`` made with a second X-Ray source as well."""
        return replace(
            self,
            acquisitions=tuple(
                _dual(a, kvp, tube_current_ma) if a.label == label else a for a in self.acquisitions
            ),
        )

    def with_new_position(self, label: str) -> Self:
        """The acquisitions called ``label`` in a frame of reference of their own."""
        frame = derived_uid("frame of reference", self.identity.study_instance_uid, label)
        return replace(
            self,
            acquisitions=tuple(
                replace(a, frame_of_reference_uid=frame) if a.label == label else a
                for a in self.acquisitions
            ),
        )


def _repeated(acquisition: Acquisition, times: int) -> tuple[Reconstruction, ...]:
    if acquisition.is_localizer:
        return acquisition.reconstructions
    return tuple(
        replace(each, sharp=bool(turn % 2))
        for turn in range(times)
        for each in acquisition.reconstructions
    )


def _dual(acquisition: Acquisition, kvp: int, tube_current_ma: float) -> Acquisition:
    second = replace(acquisition.technique, kvp=kvp, tube_current_ma=tube_current_ma)
    return replace(acquisition, second_source=second)
