"""What is known about a study, read whole: the value that understanding ends in.

**Knows:** what a reading says, and when it waits.
**Does not know:** how it came about (``understanding``), and what is done about it.
"""

from dataclasses import dataclass, field, replace

from pydicom import Dataset

from appliance.dose.doubt import Doubt, Reason
from appliance.dose.merge import Merged, SourceKind
from appliance.dose.record import CTRadiationDose
from appliance.dosescreen import Outcome
from appliance.dosescreen.learning import Experience
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.sighting import Sighting
from appliance.dosescreen.tier import Tier
from appliance.errors import UnreadableObjectError
from appliance.services.study_sources import Sizes


@dataclass(frozen=True, slots=True)
class StudyReading:
    """What is known about a study, read whole.

    Attributes:
        study: Its Study Instance UID.
        outcome: Recognised, quarantined or set aside, as far as the objects go.
        record: The dose record; for a quarantined study what was read, perhaps None.
        doubts: Why it is quarantined, or why the report of a recognised one waits.
        report: The conforming report; None unless it may be sent.
        screens: The dose screens.
        evidence: The headers of the objects that the dose screens are on.
        pages_complete: The screens say how many they are, and all are here.
        tier: How well the layout is proven that the record was read with; None without a record.
        needs_confirmation: Whether a box that has not seen this scanner asks a person to confirm
            what was recognised; None when nothing was.
        sightings: How each of the screens was read.
        experiences: What they teach about their scanners, and refute.
        merged: How the sources were put together; None without a record.
        natives: The CT's own dose reports; they stand, and there is none of ours.
        disagreements: How a screen that was read contradicts them.
        images: What was read of each image that is no dose screen, by SOP Instance UID; its pixels
            are needed no more.
    """

    study: str
    outcome: Outcome
    record: CTRadiationDose | None
    doubts: tuple[Doubt, ...]
    report: Dataset | None
    screens: tuple[Screen, ...]
    evidence: tuple[Dataset, ...]
    pages_complete: bool
    tier: Tier | None = None
    needs_confirmation: bool | None = None
    sightings: tuple[Sighting, ...] = ()
    experiences: tuple[Experience, ...] = ()
    merged: Merged | None = None
    natives: tuple[Dataset, ...] = ()
    disagreements: tuple[Doubt, ...] = ()
    images: Sizes = field(default_factory=dict)

    @classmethod
    def doubtful(
        cls, study: str, doubt: Doubt, record: CTRadiationDose | None = None
    ) -> "StudyReading":
        """A study that waits because of ``doubt``, with nothing to see."""
        return cls(study, Outcome.QUARANTINED, record, (doubt,), None, (), (), pages_complete=False)

    @property
    def atlas(self) -> str | None:
        """The version of the learnt atlas that it was read with; None when nothing was learnt."""
        used = [each.atlas.version for each in self.experiences if each.atlas.held]
        return "+".join(sorted(used)) or None

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is known to come: all pages are here, and no images are coming in.

        Images do not say how many they are.
        """
        said = self.merged.sources if self.merged else ()
        return self.pages_complete and SourceKind.IMAGE_HEADERS not in said

    @property
    def counts(self) -> dict[str, int]:
        """How many sources there are and how their events were matched, for the log."""
        if self.merged is None:
            return {}
        return {
            "sources": len(self.merged.sources),
            "matched": len(self.merged.matches),
            "refused": len(self.merged.refusals),
        }

    @property
    def reason(self) -> Reason | None:
        """The first doubt's reason; None when there is no doubt."""
        return self.doubts[0].reason if self.doubts else None

    def set_aside(self) -> "StudyReading":
        """The same, with nothing to report."""
        return replace(
            self,
            outcome=Outcome.SET_ASIDE,
            record=None,
            doubts=(),
            report=None,
            tier=None,
            needs_confirmation=None,
            merged=None,
        )

    def doubted(self, doubts: tuple[Doubt, ...]) -> "StudyReading":
        """The same, waiting because of ``doubts`` if there are any."""
        return self.quarantined(*doubts) if doubts else self

    def quarantined(self, *doubts: Doubt) -> "StudyReading":
        """The same, but waiting because of ``doubts``."""
        return replace(
            self,
            outcome=Outcome.QUARANTINED,
            doubts=doubts,
            report=None,
            needs_confirmation=None,
        )


def unreadable_object(study: str, failure: UnreadableObjectError) -> StudyReading:
    """What is known about an object that cannot be opened."""
    return StudyReading.doubtful(study, Doubt(Reason.UNREADABLE_OBJECT, failure.what))
