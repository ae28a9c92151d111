"""What is set so that levels and pixels reach the panel as they were drawn (``neutral.toml``)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from errno import ENOSYS
from functools import cache
from importlib.resources import files
from typing import Literal

from appliance.displayqa.connectors.card import Card
from appliance.displayqa.connectors.request import OBJECT_CONNECTOR, OBJECT_CRTC, OBJECT_PLANE

FULL_RANGE, DEPTH, LEVELS = "Broadcast RGB", "max bpc", "GAMMA_LUT"
BITS = "bits"
KINDS = {"connector": OBJECT_CONNECTOR, "crtc": OBJECT_CRTC, "plane": OBJECT_PLANE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One: a property ``of`` an object, and the value that changes nothing.

    ``why`` is for people, in English and Japanese; ``verified``: seen to act on a real panel by us.
    """

    name: str
    of: Literal["connector", "crtc", "plane"]
    value: str | int
    why: tuple[str, str]
    source: str
    verified: bool

    def wanted(self, bits: int) -> str | int:
        """The value at a depth."""
        return bits if self.value == BITS else self.value


@cache
def settings() -> tuple[Setting, ...]:
    """As shipped."""
    text = files(__package__).joinpath("neutral.toml").read_text("utf-8")
    return tuple(
        Setting(**{**row, "why": tuple(row["why"])}) for row in tomllib.loads(text)["setting"]
    )


def neutralised(card: Card, objects: Mapping[str, int], bits: int) -> tuple[str, ...]:
    """Set what there is, and say what was set: ``Broadcast RGB=Full``.

    ``objects`` are the numbers of connector, crtc and plane. Raises OSError.
    """
    done = []
    for of, number in objects.items():
        has = card.properties(KINDS[of], number)
        for setting in settings():
            if setting.of == of and setting.name in has:
                value = has[setting.name].number_for(setting.wanted(bits))
                if value is not None:
                    card.set_property(KINDS[of], number, has[setting.name].key, value)
                    done.append(f"{setting.name}={setting.wanted(bits)}")
        if of == "crtc" and LEVELS not in has:
            _straighten(card, number)
    return tuple(done)


def _straighten(card: Card, crtc: int) -> None:
    try:
        card.straighten(crtc)
    except OSError as failure:
        if failure.errno != ENOSYS:  # there is a size, and no table
            raise
