"""Modes: the sizes and rates that a panel takes, and which of them is its native one."""

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.displayqa.connectors.request import (
    MODE_DOUBLE_SCANNED,
    MODE_INTERLACED,
    MODE_PREFERRED,
    ModeInfo,
)


@dataclass(frozen=True, slots=True)
class Mode:
    """One mode; ``info`` is how the kernel wants it back."""

    width_px: int
    height_px: int
    refresh_hz: float
    is_preferred: bool
    is_whole: bool
    info: bytes

    @classmethod
    def of(cls, info: ModeInfo) -> "Mode":
        """As the kernel tells it; ``is_whole``: every line is sent once in every picture."""
        dots = info.htotal * info.vtotal
        return cls(
            width_px=info.hdisplay,
            height_px=info.vdisplay,
            refresh_hz=info.clock * 1000 / dots if dots else float(info.vrefresh),
            is_preferred=bool(info.type & MODE_PREFERRED),
            is_whole=not info.flags & (MODE_INTERLACED | MODE_DOUBLE_SCANNED),
            info=bytes(info),
        )

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.width_px, self.height_px

    def __str__(self) -> str:
        """As people write it."""
        return f"{self.width_px}x{self.height_px}, {self.refresh_hz:.2f} Hz"


def native(modes: Iterable[Mode]) -> Mode | None:
    """The first that the panel prefers; None where it prefers none: a size is not guessed."""
    return next((each for each in modes if each.is_preferred and each.is_whole), None)


def of_size(modes: Iterable[Mode], size_px: tuple[int, int]) -> Mode | None:
    """The one of this width and height: a preferred one, else the fastest; None without one."""
    fit = [each for each in modes if each.size_px == size_px and each.is_whole]
    return max(fit, key=lambda each: (each.is_preferred, each.refresh_hz), default=None)


def greater(modes: Iterable[Mode], than: Mode) -> Mode | None:
    """One with more pixels than ``than``, which then may not be the native one after all."""
    area = than.width_px * than.height_px
    return next((each for each in modes if each.width_px * each.height_px > area), None)
