"""What the study's objects state outright of its doses: the sequence that several may carry.

Consoles put Exposure Dose Sequence into their dose screen, some into localizers too, and write it
anew, longer, after every scan. So of several statements the longest counts when the others are the
beginning of it; statements that contradict each other are a doubt.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pydicom.dataset import Dataset

from appliance.dose.coded import SourceOfDoseInformation
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.headers.element import items, named, text
from appliance.headers.equipment import Equipment
from appliance.headers.exposure_dose import read_exposure_dose

ATTRIBUTE, COMMENTS = "ExposureDoseSequence", "CommentsOnRadiationDose"
LAYOUT = "exposure dose sequence"
"""What the record names as its layout."""

Content = tuple[tuple[str, object], ...]


@dataclass(slots=True)
class StatedDoses:
    """Every statement of a study, by the object that makes it."""

    _records: dict[str, tuple[Equipment, CTRadiationDose]] = field(default_factory=dict)

    def take(self, dataset: Dataset) -> None:
        """Remember what ``dataset`` states, if it states a dose."""
        if not items((dataset,), ATTRIBUTE) and not text((dataset,), COMMENTS):
            return
        source = SourceOfDoseInformation.COPIED_FROM_IMAGE
        record = read_exposure_dose(dataset, source, named(ATTRIBUTE)).record
        if record is not None and record.dose_events:
            uid = text((dataset,), "SOPInstanceUID")
            self._records[uid] = Equipment.of(dataset), replace(record, layout=LAYOUT)

    def settled(
        self, scanner: Equipment | None = None
    ) -> tuple[CTRadiationDose | None, tuple[Doubt, ...]]:
        """The one statement, or None with a doubt when there are several; of one scanner or all."""
        records = {
            uid: record
            for uid, (made_by, record) in self._records.items()
            if scanner is None or scanner.may_be(made_by)
        }
        ordered = sorted(records.items(), key=lambda each: (-len(each[1].events), each[0]))
        if not ordered:
            return None, ()
        longest = ordered[0][1]
        for uid, record in ordered[1:]:
            if not _begins(record, longest):
                what = f"{named(ATTRIBUTE)} of two objects differ"
                return None, (Doubt(Reason.HEADERS_CONTRADICT, what, sop_instance_uid=uid),)
        return longest, ()


def _begins(record: CTRadiationDose, longest: CTRadiationDose) -> bool:
    """Whether ``longest`` says the same and perhaps goes on."""
    contents, whole = _contents(record.events), _contents(longest.events)
    if contents != whole[: len(contents)]:
        return False
    one, other = record.total_dlp_mgy_cm, longest.total_dlp_mgy_cm
    return len(contents) < len(whole) or (one and one.value) == (other and other.value)


def _contents(events: Iterable[IrradiationEvent]) -> list[Content]:
    """What the events say, without where it stands."""
    return [tuple((name, value.value) for name, value in event.sourced()) for event in events]
