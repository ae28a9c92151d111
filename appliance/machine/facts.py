"""What the machine says of itself; every value is ``None`` where it says nothing."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.clock import ClockState


@dataclass(frozen=True, slots=True, kw_only=True)
class Boot:
    """What runs since when.

    Attributes:
        boot_id: The kernel's random name of this boot, 32 hexadecimal digits with dashes.
        uptime_s: Seconds since the kernel started.
        slot: `a` or `b`, as the kernel was told at this boot; None on a machine without slots.
        image_id: IMAGE_ID of os-release, of the root that is running.
        image_version: IMAGE_VERSION of os-release, of the root that is running.
    """

    boot_id: str | None = None
    uptime_s: float | None = None
    slot: str | None = None
    image_id: str | None = None
    image_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """The wall clock: its state, the name of the real-time clock, and the earliest true time.

    ``lower_bound_s`` is in seconds since the epoch; 0 when nothing was ever saved.
    """

    state: ClockState
    rtc: str | None = None
    lower_bound_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Temperature:
    """One sensor: the name that the kernel gives it, and degrees Celsius."""

    sensor: str
    celsius: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What a board says of its supply; None where it does not say.

    Attributes:
        under_voltage: Whether the voltage is too low now.
        under_voltage_since_boot: Whether it ever was since the board started.
        throttled: Whether the processor is slowed down now, by voltage or heat.
    """

    under_voltage: bool | None = None
    under_voltage_since_boot: bool | None = None
    throttled: bool | None = None


class MediumKind(StrEnum):
    """What a disk is."""

    EMMC = "emmc"
    SD = "sd"
    NVME = "nvme"
    SATA = "sata"
    OTHER = "other"


class SpareBlocks(StrEnum):
    """How many of an eMMC's spare blocks are used (JEDEC eMMC 5.0, PRE_EOL_INFO)."""

    NORMAL = "normal"
    WARNING = "warning"
    """80 % are used."""
    URGENT = "urgent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """One disk of the machine.

    Attributes:
        device: Its name in the kernel, such as ``mmcblk0``.
        kind: What it is.
        model: What it calls itself.
        size_bytes: Its size.
        life_used_percent: At most so much of its life is used, in steps of ten; 101: more than all.
        spare_blocks: How its spare blocks are, if it tells.
    """

    device: str
    kind: MediumKind
    model: str | None = None
    size_bytes: int | None = None
    life_used_percent: int | None = None
    spare_blocks: SpareBlocks | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSystem:
    """One mounted ext4 file system, and how many errors the kernel found since it was checked."""

    device: str
    errors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """All of it, at one moment."""

    clock: ClockFacts
    boot: Boot = Boot()
    temperatures: tuple[Temperature, ...] = ()
    supply: Supply = Supply()
    media: tuple[Medium, ...] = ()
    file_systems: tuple[FileSystem, ...] = ()

    @property
    def hottest_celsius(self) -> float | None:
        """Of every sensor; None without one."""
        return max((each.celsius for each in self.temperatures), default=None)
