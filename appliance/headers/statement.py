"""What the slices of an irradiation state in common, value by value with its origin."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from appliance.dose.coded import SourceOfDoseInformation
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import Number, Origin, Sourced
from appliance.headers.acquisition import Acquisition
from appliance.headers.element import named
from appliance.headers.refusal import Refusal, Why
from appliance.headers.slice import Slice

Value = TypeVar("Value")

FREE_TEXT = frozenset({"BodyPartExamined"})
"""Attributes that people type into, who may type a name; not repeated in a refusal."""
COPIED = SourceOfDoseInformation.COPIED_FROM_IMAGE
COMPUTED = SourceOfDoseInformation.COMPUTED_FROM_IMAGE


@dataclass(slots=True)
class Statement:
    """One irradiation under examination: what its slices agree in, and what was not taken.

    Attributes:
        at: Which event of the record it becomes.
        acquisition: Its slices.
    """

    at: int
    acquisition: Acquisition
    refusals: list[Refusal] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def agreed(
        self,
        name: str,
        keyword: str,
        value_of: Callable[[Slice], Value | None],
        slices: Sequence[Slice] | None = None,
    ) -> Sourced[Value] | None:
        """The value that every slice which states one states; refused when they differ."""
        stating = [
            (each, value)
            for each in slices or (*self.acquisition.volume.slices, *self.acquisition.slices)
            if _states(value := value_of(each))
        ]
        values = distinct(value for _, value in stating)
        if len(values) > 1:
            self.refuse(name, Why.DIFFERS, keyword, values)
        if len(values) != 1:
            return None
        first = stating[0][0]
        detail = dict(first.technique.privately).get(name, named(keyword))
        return Sourced(values[0], str(values[0]), origin_at(first, COPIED, detail))

    def refuse(self, name: str, why: Why, keyword: str, said: Iterable[object]) -> None:
        """Note what is not taken."""
        shown = "" if keyword in FREE_TEXT else ", ".join(str(each) for each in said)
        uid = self.acquisition.volume.slices[0].sop_instance_uid
        self.refusals.append(Refusal(self.path(name), why, named(keyword), shown, uid))

    def refuse_if(self, said: Decimal | None, name: str, why: Why, keyword: str) -> None:
        """The same, when there is something to refuse."""
        if said is not None:
            self.refuse(name, why, keyword, [said])

    def doubt(self, name: str, keyword: str, said: Iterable[object]) -> None:
        """Note a contradiction in what the dose is."""
        shown = [str(each) for each in said]
        detail = f"images of one irradiation state {' and '.join(shown)}"
        uid = self.acquisition.volume.slices[0].sop_instance_uid or None
        readings = tuple((named(keyword), each) for each in shown)
        self.doubts.append(Doubt(Reason.HEADERS_CONTRADICT, detail, self.path(name), readings, uid))

    def computed(self, value: Decimal, detail: str) -> Number:
        """A number worked out from several slices."""
        return Sourced(
            value, f"{value:f}", origin_at(self.acquisition.volume.slices[0], COMPUTED, detail)
        )

    @property
    def total_collimation_mm(self) -> Decimal | None:
        """Total Collimation Width (0018,9307) of the widest reconstruction."""
        return self.acquisition.volume.slices[0].technique.total_collimation_mm

    def path(self, name: str) -> str:
        """The field of the record, as doubts name it."""
        return f"events[{self.at}].{name}"


def distinct(values: Iterable[Value | None]) -> Sequence[Value]:
    """Each value that is there once, in a fixed order."""
    return sorted({each for each in values if each is not None}, key=_sortable)


def origin_at(each: Slice, source: SourceOfDoseInformation, detail: str) -> Origin:
    """The origin of what ``each`` says."""
    return Origin(source, detail, each.sop_instance_uid or None, each.frame)


def _sortable(value: object) -> tuple[bool, Decimal, str]:
    is_number = isinstance(value, Decimal)
    return (is_number, value if isinstance(value, Decimal) else Decimal(0), str(value))


def _states(value: object) -> bool:
    return value is not None and value not in ("", ())
