"""Values that are those of a scan only where all of its images came, and when they are.

What changes along the patient, and where and when a scan began and ended, a part of its images
does not tell.
"""

from dataclasses import dataclass
from decimal import Decimal

from appliance.dose.coded import CTAcquisitionType, SourceOfDoseInformation
from appliance.dose.merge.exposure import exposed_mm, is_whole, stood_still
from appliance.dose.merge.likeness import Known, may_repeat
from appliance.dose.record import IrradiationEvent, Sourced

CURRENTS = frozenset({"tube_current_ma", "tube_current_max_ma"})
STARTED, KIND = "started", "acquisition_type"
BY_PLACES = frozenset(
    {
        "ctdi_vol_mgy",
        "scanning_length_mm",
        "reconstructable_length_mm",
        "top_z_mm",
        "bottom_z_mm",
        KIND,
    }
)
"""Worked out from where the images are, of rotations side by side or at one place."""
COMPUTED = SourceOfDoseInformation.COMPUTED_FROM_IMAGE


@dataclass(frozen=True, slots=True)
class Omission:
    """A value that images state, perhaps of a part of a scan, and that nobody else does.

    Attributes:
        field: ``events[2].tube_current_ma``.
        said: What they state.
    """

    field: str
    said: str


@dataclass(frozen=True, slots=True)
class Wholeness:
    """A row, and the scan of the images that it is.

    ``tolerance_mm`` is how far a printed range may differ from where the images are.
    """

    row: IrradiationEvent
    scan: Known
    tolerance_mm: Decimal

    def holds(self, name: str, value: Sourced[object]) -> bool:
        """Whether a value of the images is the scan's, whatever of them came."""
        changes = value.origin.source is COMPUTED
        if name in CURRENTS:
            stood = stood_still(self.scan.event) or may_repeat(self.row)
            return not changes if stood else self._is_whole()
        if name == STARTED:
            return self.scan.names.begins or self._is_whole()
        return name not in BY_PLACES or not changes or self._is_moved() or self._is_filled()

    def _is_whole(self) -> bool:
        names = self.scan.names
        return is_whole(self.row, self.scan.event, names.span_mm, self.tolerance_mm)

    def _is_moved(self) -> bool:
        """Whether it is no sequence and nothing that stood still: its places tell nothing."""
        return self._kind() not in (CTAcquisitionType.SEQUENCED, CTAcquisitionType.STATIONARY)

    def _is_filled(self) -> bool:
        """Whether no rotation lacks: they fill what was exposed, or are at one place."""
        scan = self.scan.event
        if self._kind() is CTAcquisitionType.STATIONARY and self.scan.names.repeats:
            return True
        exposed, collimation = exposed_mm(self.row), scan.total_collimation_mm
        length = scan.scanning_length_mm
        if exposed is None or collimation is None or length is None:
            return self._kind() is CTAcquisitionType.SEQUENCED and self._is_printed()
        return exposed[1] - length.value < collimation.value / 2

    def _is_printed(self) -> bool:
        return self.row.scan_start_mm is not None and self._is_whole()

    def _kind(self) -> CTAcquisitionType | None:
        kind = self.scan.event.acquisition_type
        return kind.value if kind else None
