"""What the image headers of one study say, gathered image by image."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pydicom.dataset import Dataset

from appliance.dose.doubt import Doubt
from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.headers.acquisition import Acquisition, Grouping, acquisitions
from appliance.headers.distinction import indistinct
from appliance.headers.equipment import Equipment
from appliance.headers.event import described
from appliance.headers.refusal import Refusal
from appliance.headers.slice import Kind, SetAside, Slice, Technique, slices_of
from appliance.headers.stated import StatedDoses
from appliance.headers.travel import table_speed_mm_s

LAYOUT = "image headers"
"""What the record names as its layout."""


@dataclass(frozen=True, slots=True)
class ImageEvidence:
    """What is known of an event's images beside its record, for matching it with other sources.

    Attributes:
        equipment: The scanner that made them.
        grouping: By what the images were found to belong together.
        is_localizer: Whether they are localizers.
        series_numbers: Of every series that was reconstructed from it, sorted.
        series_uids: The same series.
        labels: Every Protocol Name and Series Description of them, sorted.
        images: How many images or frames, copies and reconstructions included.
        lowest_z_mm: Centre of the lowest slice in the frame of reference; None where it is tilted.
        highest_z_mm: Centre of the highest slice.
        begins: Whether the image of its first moment is the first of its series, or all of them are
            of one moment.
        repeats: Whether one place was imaged at several moments.
        thickness_mm: Of the reconstruction that reaches farthest.
        table_speed_mm_s: Of the table while the tube was loaded, stated or feed by rotation time;
            None when it stood still or nothing says it. A length by it is a time.
        ctdi_vol_mgy: The least and the greatest CTDIvol that an image states.
        started: When the first image was acquired, DT text, empty when unknown.
        ended: When the last one was.
    """

    equipment: Equipment
    grouping: Grouping
    is_localizer: bool
    series_numbers: tuple[str, ...]
    series_uids: tuple[str, ...]
    labels: tuple[str, ...]
    images: int
    lowest_z_mm: Decimal | None
    highest_z_mm: Decimal | None
    begins: bool
    repeats: bool
    thickness_mm: Decimal | None
    table_speed_mm_s: Decimal | None
    ctdi_vol_mgy: tuple[Decimal, Decimal] | None
    started: str
    ended: str


@dataclass(frozen=True, slots=True)
class ImageReading:
    """What the headers of a study's images say.

    Attributes:
        record: One event for each irradiation that has images, localizers included, in the order
            of time; None when the study has no image of an acquisition. Its doses are what the
            images state of themselves.
        evidence: For each event of ``record``, in the same order.
        stated: The record that an object states outright, in its Exposure Dose Sequence or its
            comments: another source, whose rows are still to be matched with the images'.
        doubts: What the headers contradict themselves in; fields are those of ``record``.
        indistinct: Irradiations that may be an earlier one again, where the images alone say which
            there were.
        refusals: What was not taken, and why; nothing to hold a study for.
        set_aside: How many objects were not counted as images of an acquisition, by reason.
    """

    record: CTRadiationDose | None
    evidence: tuple[ImageEvidence, ...] = ()
    stated: CTRadiationDose | None = None
    doubts: tuple[Doubt, ...] = ()
    indistinct: tuple[Doubt, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    set_aside: Mapping[SetAside, int] = field(default_factory=dict)


class Gathering:
    """The images of one study, one after the other; keeps a few hundred bytes of each."""

    def __init__(self) -> None:
        self._slices: dict[tuple[str, int | None], Slice] = {}
        self._techniques: dict[Technique, Technique] = {}
        self._set_aside: Counter[SetAside] = Counter()
        self._stated = StatedDoses()

    def take(self, dataset: Dataset) -> None:
        """Remember what ``dataset`` says; ATTRIBUTES of it suffice, its pixels are not asked."""
        self._stated.take(dataset)
        for each in slices_of(dataset):
            if isinstance(each, SetAside):
                self._set_aside[each] += 1
            else:
                self._keep(self._compact(each))

    def reading(self) -> ImageReading:
        """What the images taken so far say; the same whatever the order they were taken in."""
        found = [described(at, each) for at, each in enumerate(acquisitions(self._slices.values()))]
        events = tuple(_once_named([each.event for each in found]))
        stated, contradictions = self._stated.settled()
        return ImageReading(
            record=CTRadiationDose(events, layout=LAYOUT) if events else None,
            stated=stated,
            evidence=tuple(_evidence(each.acquisition) for each in found),
            doubts=(*(doubt for each in found for doubt in each.doubts), *contradictions),
            indistinct=tuple(indistinct(found)),
            refusals=tuple(refusal for each in found for refusal in each.refusals),
            set_aside=dict(self._set_aside),
        )

    def stated_by(self, scanner: Equipment) -> CTRadiationDose | None:
        """What the objects of one scanner state outright."""
        return self._stated.settled(scanner)[0]

    def _keep(self, each: Slice) -> None:
        """Each image once; of two that differ under one name always the same one."""
        key = each.sop_instance_uid, each.frame
        self._slices[key] = min(self._slices.get(key, each), each, key=repr)

    def _compact(self, each: Slice) -> Slice:
        """``each``, sharing its technique with the slices that have the same."""
        technique = self._techniques.setdefault(each.technique, each.technique)
        return each if technique is each.technique else replace(each, technique=technique)


def read_images(headers: Iterable[Dataset]) -> ImageReading:
    """What ``headers`` say, all of one study, in any order, no pixels needed."""
    gathering = Gathering()
    for header in headers:
        gathering.take(header)
    return gathering.reading()


def _once_named(events: Sequence[IrradiationEvent]) -> Iterator[IrradiationEvent]:
    """The same without Irradiation Event UIDs that several have, which name none."""
    named = Counter(
        each.irradiation_event_uid.value for each in events if each.irradiation_event_uid
    )
    for each in events:
        uid = each.irradiation_event_uid
        is_shared = uid is not None and named[uid.value] > 1
        yield replace(each, irradiation_event_uid=None) if is_shared else each


def _evidence(found: Acquisition) -> ImageEvidence:
    heights = [each.z_mm for each in found.slices if each.z_mm is not None]
    is_axial = len(heights) == len(found.slices)
    doses = [each.ctdi_vol_mgy for each in found.slices if each.ctdi_vol_mgy is not None]
    started, ended = found.times or ("", "")
    return ImageEvidence(
        equipment=found.techniques[0].equipment,
        grouping=found.grouping,
        is_localizer=found.kind is Kind.LOCALIZER,
        series_numbers=_every(found, "series_number"),
        series_uids=_every(found, "series_uid"),
        labels=tuple(
            sorted({*_every(found, "protocol_name"), *_every(found, "series_description")})
        ),
        images=len(found.slices),
        lowest_z_mm=min(heights) if is_axial else None,
        highest_z_mm=max(heights) if is_axial else None,
        begins=found.begins,
        repeats=found.repeats,
        thickness_mm=found.volume.thickness_mm,
        table_speed_mm_s=table_speed_mm_s(found.volume.slices[0].technique),
        ctdi_vol_mgy=(min(doses), max(doses)) if doses else None,
        started=started,
        ended=ended,
    )


def _every(found: Acquisition, name: str) -> tuple[str, ...]:
    return tuple(sorted({str(getattr(how, name)) for how in found.techniques} - {""}))
