"""What readers saw in one place of a screen, kept beside the record that was made of it.

The record is what pages come to when they are put together, merged with other sources and completed
by rules. A sight is from before all that: so a value of the record can be held against it.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from appliance.dose.coded import Coded
from appliance.dose.record import Box, Origin
from appliance.dose.region import Region

Place = tuple[str, int, Box]
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Sight:
    """One cell of a table, or one total.

    Attributes:
        sop_instance_uid: The object.
        frame: Its frame, from 0.
        box: The place on the rendered screen.
        row: Which of the screen's rows it belongs to, from 0; None for what stands outside of rows.
        text: Character by character what readers agree on; a ``?`` where they do not.
        readers: Who agreed, ``coarse+fine``; empty: nobody had to.
        means: Record field → value that the screen was understood to say there.
    """

    sop_instance_uid: str
    frame: int
    box: Box
    row: int | None
    text: str
    readers: str = ""
    means: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """Equal for the same place."""
        return self.sop_instance_uid, self.frame, self.box

    def says(self, name: str, value: object) -> bool:
        """Whether ``value`` of a field stands here, by the readers and by what was understood."""
        if self.means.get(name) != plain(value):
            return False
        if not isinstance(value, Decimal):
            return True
        numbers = [Decimal(each) for each in _NUMBER.findall(self.text)]
        # A total that is printed phantom by phantom is the sum of its parts.
        is_sum = name.startswith("total_") and sum(numbers) == value
        return is_sum or f"{abs(value):f}" in map(plain, numbers)


def place_of(origin: Origin) -> Place | None:
    """Where a value stands, as ``Sight.place``; None when it stands on no screen."""
    if origin.box is None or not origin.sop_instance_uid:
        return None
    return origin.sop_instance_uid, origin.frame or 0, origin.box


def plain(value: object) -> str:
    """A value as a person types it: digits as printed, the name of what is coded."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.name if isinstance(value, Coded | Region) else str(value)


def sight_to_json(sight: Sight) -> dict[str, Any]:
    """JSON-able values; ``sight_from_json`` gives it back."""
    return asdict(sight) | {"means": dict(sight.means)}


def sight_from_json(body: Mapping[str, Any]) -> Sight:
    """The sight that ``sight_to_json`` wrote. Raises TypeError when it is not one."""
    return Sight(**dict(body) | {"box": Box(**body["box"])})
