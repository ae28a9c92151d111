"""Private elements of an image that prove each other (``private.toml``)."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pydicom.dataset import Dataset
from pydicom.tag import Tag

from appliance.headers.element import number_from, private

SAME_SHARE = Decimal("0.01")
"""How far the feed may differ from pitch times collimation, as both are rounded."""
NOTHING: Mapping[str, Decimal] = MappingProxyType({})
RESERVED = range(0x10, 0x18)
"""Where a creator is looked for in what is read of an object."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One maker's elements: which says what, and how it writes the collimation."""

    creator: str
    group: int
    elements: Mapping[str, int]
    collimation: re.Pattern[str]

    def name(self, what: str) -> str:
        """The element as an origin's detail names it."""
        element = self.elements.get(what, self.elements["collimation"])
        return f"private element ({self.group:04X},xx{element:02X},{self.creator})"

    def motion(self, dataset: Dataset) -> Mapping[str, Decimal]:
        """Pitch, feed, collimation and rotation time of a spiral; nothing unless they prove."""
        said = {what: self._number(dataset, what) for what in self.elements}
        found = {what: number for what, number in said.items() if number is not None}
        collimation = self.collimation.fullmatch(self._text(dataset, "collimation"))
        single = number_from(collimation["single"]) if collimation else None
        if collimation is None or not single or "pitch" not in found:
            return NOTHING
        total = single * int(collimation["rows"])
        feed = found.get("table_feed_mm") or _feed(found)
        if feed is None or abs(feed - found["pitch"] * total) > SAME_SHARE * feed:
            return NOTHING
        proven = {what: found[what] for what in ("pitch", "rotation_time_s") if what in found}
        widths = {"single_collimation_mm": single, "total_collimation_mm": total}
        return proven | widths | {"table_feed_mm": feed}

    def dlp_mgy_cm(self, dataset: Dataset) -> Decimal | None:
        """What may be the DLP of the irradiation."""
        return self._number(dataset, "dlp_mgy_cm")

    def _number(self, dataset: Dataset, what: str) -> Decimal | None:
        number = number_from(self._text(dataset, what))
        return number if number is not None and number > 0 else None

    def _text(self, dataset: Dataset, what: str) -> str:
        if what not in self.elements:
            return ""
        return private(dataset, self.group, self.creator, self.elements[what])


def _feed(found: Mapping[str, Decimal]) -> Decimal | None:
    """Table speed times rotation time, in mm."""
    speed, rotation = found.get("table_speed_mm_s"), found.get("rotation_time_s")
    return None if speed is None or rotation is None else speed * rotation


def block_of(dataset: Dataset) -> Block | None:
    """The block of elements that ``dataset`` has; None for most."""
    groups = {tag.group for tag in dataset.keys() if tag.is_private}  # noqa: SIM118 - see element
    return next((each for each in blocks() if each.group in groups), None)


def tags() -> tuple[int, ...]:
    """Every tag that has to be read for these elements, creators included."""
    return tuple(
        tag
        for block in blocks()
        for at in RESERVED
        for tag in (
            Tag(block.group, at),
            *(Tag(block.group, at << 8 | element) for element in block.elements.values()),
        )
    )


@cache
def blocks() -> tuple[Block, ...]:
    """Every block that is known."""
    data = tomllib.loads((files("appliance.headers") / "private.toml").read_text("utf-8"))
    return tuple(
        Block(
            each["creator"],
            each["group"],
            MappingProxyType(each["elements"]),
            re.compile(each["collimation"]["pattern"]),
        )
        for each in data["block"]
    )
