"""The radiation dose module: Exposure Dose Sequence (0040,030E) and the comments beside it.

PS3.3 C.4.16, retired, is what a performed procedure step says of its dose; some consoles put the
same into the header of their dose screen. Which attribute means what is data
(``exposure_dose.toml``), with its provenance.

Nothing is guessed: a value that stands twice with different contents, a dose of zero, and a DLP of
which it is not certain whose it is are left out, and said to be (``ExposureDose.left_out``).
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from pydicom import Dataset

from appliance.dose.coded import CTAcquisitionType, Phantom, SourceOfDoseInformation
from appliance.dose.plausibility import rounding
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Number, Origin, Sourced, Text
from appliance.headers.dose_attribute import DoseAttribute, dose_attributes
from appliance.headers.dose_comment import dlps_of_items, events_of, read_dose_comment
from appliance.headers.element import items, text

KEYWORDS = ("ExposureDoseSequence", "CommentsOnRadiationDose", "TotalNumberOfExposures")
"""The attributes that ``read_exposure_dose`` looks at; there are private ones as well."""
PHANTOM_CODES = {phantom.code_value: phantom for phantom in Phantom}
MOST_ITEMS = 500
"""More than any examination has; the rest of a longer sequence is not looked at."""
DOSES = ("ctdi_vol_mgy", "dlp_mgy_cm")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A value that is there and was not taken: its field, as ``events[2].dlp_mgy_cm``, and why."""

    field: str
    why: str


@dataclass(frozen=True, slots=True)
class ExposureDose:
    """What a radiation dose module says.

    Attributes:
        events: An event for every item of the sequence, in its order; localizers included.
        total_dlp_mgy_cm: The DLP of it all, where something states it.
        exposures: Total Number of Exposures (0040,0301), where it is there.
        left_out: What is there and was not taken.
    """

    events: tuple[IrradiationEvent, ...]
    total_dlp_mgy_cm: Number | None
    exposures: int | None
    left_out: tuple[LeftOut, ...]

    @property
    def record(self) -> CTRadiationDose | None:
        """The same as a dose record; None when there is no event."""
        if not self.events:
            return None
        return CTRadiationDose(self.events, total_dlp_mgy_cm=self.total_dlp_mgy_cm)


def read_exposure_dose(
    dataset: Dataset, source: SourceOfDoseInformation, detail: str
) -> ExposureDose:
    """What the module in ``dataset`` says; ``source`` and ``detail`` are the origin of its values.

    The SOP Instance UID of ``dataset``, if it has one, goes along.
    """
    origin = Origin(source, detail, text((dataset,), "SOPInstanceUID") or None)
    reader = _Reader(origin)
    sequence = items((dataset,), "ExposureDoseSequence")[:MOST_ITEMS]
    events = tuple(reader.event(item, f"events[{at}].") for at, item in enumerate(sequence))
    total = reader.number(dataset, "total_dlp_mgy_cm", _words().total)
    comment = read_dose_comment(text((dataset,), "CommentsOnRadiationDose"), origin)
    if comment is not None:
        total = reader.agreed(comment.totals, total)
        dlps = dlps_of_items(comment, events) if total else {}
        if events and comment.rows and not dlps:
            reader.leave("events", "it is not certain which items the comment's DLPs are of")
        events = events or tuple(events_of(comment, origin))
        events = tuple(reader.with_dlp(event, dlps.get(at), at) for at, event in enumerate(events))
    return ExposureDose(events, total, _exposures(dataset), tuple(reader.left_out))


def _exposures(dataset: Dataset) -> int | None:
    number = DoseAttribute("TotalNumberOfExposures").number(dataset)
    return int(number) if number is not None and number == int(number) else None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values of one origin, and keeps what it leaves out."""

    origin: Origin
    left_out: list[LeftOut] = field(default_factory=list)

    def leave(self, name: str, why: str) -> None:
        self.left_out.append(LeftOut(name, why))

    def event(self, item: Dataset, path: str) -> IrradiationEvent:
        """The event that an item of the sequence describes."""
        words = _words()
        acquisition_type = self._acquisition_type(item, path)
        kind = acquisition_type.value if acquisition_type else None
        if kind is not CTAcquisitionType.CONSTANT_ANGLE:
            self._mention_zeros(item, path)
        numbers = {name: self.number(item, path + name, named) for name, named in words.numbers}
        labels = {name: self._text(item, named) for name, named in words.texts}
        values: dict[str, Any] = {**numbers, **labels}
        return IrradiationEvent(
            acquisition_type=acquisition_type, phantom=self._phantom(item, path), **values
        )

    def number(self, dataset: Dataset, name: str, named: Sequence[DoseAttribute]) -> Number | None:
        """The positive number that every one of the attributes says which says something."""
        texts = [(each, text) for each in named if (text := each.text(dataset))]
        values = {each.number(dataset) for each, _ in texts}
        if len(values) != 1:
            if values:
                self.leave(name, f"{_listed(texts)} differ")
            return None
        value = values.pop()
        if value is None or value < 0:
            self.leave(name, f"{_listed(texts)} is no number that can be")
            return None
        return Sourced(value, texts[0][1], self.origin) if value else None

    def agreed(self, stated: Sequence[Number], other: Number | None) -> Number | None:
        """The one total that is stated, as finely as it is stated, or None."""
        every = [*([other] if other else []), *stated]
        finest = min(every, key=rounding)
        if finest.value and all(_is_same(finest, each) for each in every):
            return finest
        self.leave("total_dlp_mgy_cm", "the totals that are stated differ, or are zero")
        return None

    def with_dlp(self, event: IrradiationEvent, dlp: Number | None, at: int) -> IrradiationEvent:
        """The same with the comment's DLP; with none when it had another."""
        before = event.dlp_mgy_cm
        if dlp is None or (before and _is_same(before, dlp)):
            return event
        if before is None:
            return replace(event, dlp_mgy_cm=dlp)
        self.leave(f"events[{at}].dlp_mgy_cm", "the item and the comment differ")
        return replace(event, dlp_mgy_cm=None)

    def _text(self, item: Dataset, named: Sequence[DoseAttribute]) -> Text | None:
        said = next((text for each in named if (text := each.text(item))), "")
        return Sourced(said, said, self.origin) if said else None

    def _acquisition_type(self, item: Dataset, path: str) -> Sourced[CTAcquisitionType] | None:
        """Acquisition Type (0018,9302)."""
        name = text((item,), "AcquisitionType")
        if name in CTAcquisitionType.__members__:
            return Sourced(CTAcquisitionType[name], name, self.origin)
        if name:
            self.leave(f"{path}acquisition_type", "Acquisition Type is none of the defined terms")
        return None

    def _phantom(self, item: Dataset, path: str) -> Sourced[Phantom] | None:
        """CTDI Phantom Type Code Sequence (0018,9346), or a maker's words for it."""
        words = _words()
        codes = [text((code,), "CodeValue") for code in items((item,), words.phantoms)]
        said = [word for each in words.phantom_attributes if (word := each.text(item))]
        named = {PHANTOM_CODES.get(code) for code in codes}
        named |= {words.phantom_words.get(word.upper()) for word in said}
        phantom = named.pop() if len(named) == 1 else None
        if phantom is None:
            if codes or said:
                self.leave(f"{path}phantom", "the phantom is neither of the two, or there are more")
            return None
        return Sourced(phantom, (codes + said)[0], self.origin)

    def _mention_zeros(self, item: Dataset, path: str) -> None:
        for name, named in _words().numbers:
            if name in DOSES and any(each.number(item) == 0 for each in named):
                self.leave(f"{path}{name}", "it is zero, and this is no localizer")


def _is_same(one: Number, other: Number) -> bool:
    """Whether both are the same as far as they are written."""
    return abs(one.value - other.value) <= rounding(one) + rounding(other)


def _listed(texts: Sequence[tuple[DoseAttribute, str]]) -> str:
    return " and ".join(each.name for each, _ in texts)


@dataclass(frozen=True, slots=True)
class _Words:
    """Which attributes mean what (``exposure_dose.toml``)."""

    numbers: tuple[tuple[str, tuple[DoseAttribute, ...]], ...]
    texts: tuple[tuple[str, tuple[DoseAttribute, ...]], ...]
    total: tuple[DoseAttribute, ...]
    phantoms: str
    phantom_attributes: tuple[DoseAttribute, ...]
    phantom_words: Mapping[str, Phantom]


@cache
def _words() -> _Words:
    data = tomllib.loads((files("appliance.headers") / "exposure_dose.toml").read_text("utf-8"))
    phantom = data["phantom"]
    return _Words(
        tuple((each["field"], dose_attributes(each)) for each in data["number"]),
        tuple((each["field"], dose_attributes(each)) for each in data["text"]),
        dose_attributes(data["total"]),
        phantom["sequence"],
        dose_attributes(data["phantom_words"]),
        {word: Phantom[name] for word, name in data["phantom_words"]["words"].items()},
    )
