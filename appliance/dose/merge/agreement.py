"""Taking one value from what several sources say, and who agrees with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appliance.dose.merge.likeness import agree, same_ctdi_vol
from appliance.dose.merge.orders import Matching, Order
from appliance.dose.merge.source import SourceKind
from appliance.dose.record import Sourced

CTDI_VOL = "ctdi_vol_mgy"
Said = Mapping[SourceKind, Sourced[Any]]
"""What each source says of one value; a source that is silent is not in it."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who says what of one value.

    Attributes:
        field: ``total_dlp_mgy_cm`` or ``events[2].ctdi_vol_mgy``.
        taken: The source whose value counts.
        agreeing: The sources that say the same, ``taken`` among them.
        differing: The others, with the text of their values.
    """

    field: str
    taken: SourceKind
    agreeing: tuple[SourceKind, ...]
    differing: tuple[tuple[SourceKind, str], ...]

    @property
    def sources(self) -> int:
        """How many sources say the same."""
        return len(self.agreeing)


def taken(
    name: str, field: str, said: Said, order: Order, by: Matching
) -> tuple[Sourced[Any], Agreement] | None:
    """The value of the first source in the order, and who agrees; None where nobody says any."""
    first = next((kind for kind in order.sources if kind in said), None)
    if first is None:
        return None
    value = said[first]
    alike = {kind: _alike(name, value, other, by) for kind, other in said.items()}
    agreeing = tuple(kind for kind in order.sources if alike.get(kind) is True)
    differing = tuple((kind, said[kind].text) for kind in order.sources if alike.get(kind) is False)
    return value, Agreement(field, first, agreeing, differing)


def _alike(name: str, value: Sourced[Any], other: Sourced[Any], by: Matching) -> bool | None:
    """Whether two values are the same; None where that is open."""
    return same_ctdi_vol(value, other, by) if name == CTDI_VOL else agree(value, other)
