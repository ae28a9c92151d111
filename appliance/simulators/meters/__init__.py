"""Luminance meters that are not there: each meter's side of its dialogue, at the end of a pty.

**Knows:** what each meter answers to the words it knows, and how cables and meters fail.
**Does not know:** how the box asks or understands (``displayqa.meters``); where light comes from.
"""

from appliance.simulators.meters.binary import Klein, Optical
from appliance.simulators.meters.body import Body, Condition, Light
from appliance.simulators.meters.lines import (
    CA310,
    CA410,
    CR100,
    CS100A,
    LS100,
    PR650,
    PR655,
    S470,
    ColorCAL,
    Mavo,
)

BODIES: dict[str, type[Body]] = {
    "mavo-monitor": Mavo,
    "ls-100": LS100,
    "cs-100a": CS100A,
    "ca-410": CA410,
    "ca-310": CA310,
    "pr-655": PR655,
    "pr-650": PR650,
    "s470": S470,
    "klein": Klein,
    "cr": CR100,
    "colorcal": ColorCAL,
    "optical": Optical,
}
"""By the key of ``displayqa/meters/meters.toml``."""

__all__ = ["BODIES", "Body", "Condition", "Light"]
