"""The dose record: what one study's dose report says, value by value with its origin.

Numbers are ``Decimal`` exactly as printed; absent is ``None``.

**Knows:** the shape of a CT dose report.
**Does not know:** how it was read or how it is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Generic, TypeVar

from appliance.dose.coded import (
    CTAcquisitionType,
    Phantom,
    ProcedureContext,
    SizeSpecificDoseMethod,
    SourceOfDoseInformation,
)
from appliance.dose.effective import EffectiveDose, EffectiveDoseTotal, total
from appliance.dose.region import Region

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a rendered screen in pixels, top left corner included, others not."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one value came from.

    ``detail`` names the readers that agreed (``coarse+fine``), the rule of the site
    (``site rule``), or the person; ``sop_instance_uid``, ``frame`` (from 0) and ``box`` say where
    on which image it stands, where that applies.
    """

    source: SourceOfDoseInformation
    detail: str
    sop_instance_uid: str | None = None
    frame: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Sourced(Generic[T_co]):
    """A value, the text it was printed as, and its origin."""

    value: T_co
    text: str
    origin: Origin


Number = Sourced[Decimal]
Text = Sourced[str]


@dataclass(frozen=True, slots=True)
class XRaySource:
    """A further X-Ray source of an event (TID 10013 row 14); the event's own fields say the first.

    A dual source scanner has one.
    """

    kvp: Number | None = None
    tube_current_ma: Number | None = None
    tube_current_max_ma: Number | None = None
    rotation_time_s: Number | None = None


@dataclass(frozen=True, slots=True)
class SizeSpecificDose:
    """One size specific dose estimate of an event (TID 10013 rows 30 to 34x).

    Which dimensions are there depends on the method (CID 10023).
    """

    ssde_mgy: Number
    method: Sourced[SizeSpecificDoseMethod]
    lateral_mm: Number | None = None
    ap_mm: Number | None = None
    effective_diameter_mm: Number | None = None
    water_equivalent_diameter_mm: Number | None = None


@dataclass(frozen=True, slots=True)
class IrradiationEvent:
    """One row of a dose report (TID 10013), in the order printed."""

    label: Text | None = None
    """What the console calls the scan; becomes Acquisition Protocol (125203, DCM)."""
    series: Text | None = None
    """Series or scan number as printed (``2``, ``2-15``, ``4D``); may repeat in a study."""
    acquisition: Text | None = None
    """Acquisition Number (0020,0012) as the images say it; some consoles print this as series."""
    acquisition_type: Sourced[CTAcquisitionType] | None = None
    ctdi_vol_mgy: Number | None = None
    dlp_mgy_cm: Number | None = None
    phantom: Sourced[Phantom] | None = None
    kvp: Number | None = None
    exposure_mas: Number | None = None
    tube_current_ma: Number | None = None
    exposure_time_s: Number | None = None
    rotation_time_s: Number | None = None
    single_collimation_mm: Number | None = None
    total_collimation_mm: Number | None = None
    scan_start_mm: Number | None = None
    scan_end_mm: Number | None = None
    tube_current_max_ma: Number | None = None
    pitch: Number | None = None
    x_ray_sources: Number | None = None
    """How many X-Ray sources (TID 10013 row 13)."""
    scanning_length_mm: Number | None = None
    """Travel of the table during the whole loading, overranging included (TID 10014 row 1)."""
    reconstructable_length_mm: Number | None = None
    """Without overranging (TID 10014 row 2)."""
    top_z_mm: Number | None = None
    """Of the reconstructable volume (TID 10014 row 4), in the frame of reference."""
    bottom_z_mm: Number | None = None
    frame_of_reference_uid: Text | None = None
    target_region: Sourced[Region] | None = None
    procedure_context: Sourced[ProcedureContext] | None = None
    irradiation_event_uid: Text | None = None
    """As the images name the event (0008,3010); one that is derived is not kept here."""
    started: Text | None = None
    """DateTime Started, a DT."""
    further_sources: tuple[XRaySource, ...] = ()
    size_specific_doses: tuple[SizeSpecificDose, ...] = ()
    effective_dose: EffectiveDose | None = None
    """By the site's factors, when the report is made; None unless the site configured any."""

    @property
    def has_dose(self) -> bool:
        """Whether the row prints a dose; a localizer's dashes do not."""
        return self.ctdi_vol_mgy is not None or self.dlp_mgy_cm is not None

    @property
    def scan_range_mm(self) -> Decimal | None:
        """The printed range's length, without overranging."""
        if self.scan_start_mm is None or self.scan_end_mm is None:
            return None
        return abs(self.scan_end_mm.value - self.scan_start_mm.value)

    def sourced(self) -> Iterator[tuple[str, Sourced[object]]]:
        """Every field that has one value, with its name; not those that hold several."""
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, Sourced):
                yield each.name, value


@dataclass(frozen=True, slots=True)
class CTRadiationDose:
    """A study's dose report.

    Attributes:
        events: The rows, in the order printed, localizers included.
        total_dlp_mgy_cm: The printed total, or None where the screen prints none.
        total_mas: The printed sum of mAs, where there is one.
        total_dlp_head_mgy_cm: The head phantom's part of the total, where it is printed by phantom.
        total_dlp_body_mgy_cm: The body phantom's part.
        layout: Name and version of the layout data that named the fields.
    """

    events: tuple[IrradiationEvent, ...]
    total_dlp_mgy_cm: Number | None = None
    total_mas: Number | None = None
    total_dlp_head_mgy_cm: Number | None = None
    total_dlp_body_mgy_cm: Number | None = None
    layout: str = ""
    dose_events: tuple[IrradiationEvent, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.events:
            raise ValueError("a dose report has at least one event")
        doses = tuple(event for event in self.events if event.has_dose)
        object.__setattr__(self, "dose_events", doses)

    @property
    def phantoms(self) -> frozenset[Phantom | None]:
        """The phantoms of the events that carry dose; None stands for one not known."""
        return frozenset(e.phantom.value if e.phantom else None for e in self.dose_events)

    @property
    def effective_dose(self) -> EffectiveDoseTotal | None:
        """The sum over the events that carry dose; None unless each of them has an estimate."""
        return total(event.effective_dose for event in self.dose_events)

    @property
    def totals_by_phantom(self) -> dict[Phantom, Number]:
        """The parts of the total DLP that are printed phantom by phantom."""
        parts = {
            Phantom.HEAD16: self.total_dlp_head_mgy_cm,
            Phantom.BODY32: self.total_dlp_body_mgy_cm,
        }
        return {phantom: part for phantom, part in parts.items() if part is not None}
