"""The supply and the heat, as the kernel's sensors tell them."""

from collections.abc import Iterator
from pathlib import Path

from appliance.machine.attribute import number_of, text_of
from appliance.machine.facts import Supply, Temperature

MILLI = 1000
THROTTLED = Path("sys/devices/platform/soc/soc:firmware/get_throttled")
"""Raspberry Pi's own kernels: the firmware's flags in hexadecimal."""
LOW_VOLTAGE_SENSOR = "rpi_volt"
"""Every kernel with CONFIG_SENSORS_RASPBERRYPI_HWMON, Debian's too."""
UNDER_VOLTAGE, THROTTLED_NOW, UNDER_VOLTAGE_SINCE_BOOT = 1 << 0, 1 << 2, 1 << 16
"""Bits of the flags (Raspberry Pi documentation, vcgencmd get_throttled)."""


def temperatures_of(root: Path) -> Iterator[Temperature]:
    """Every thermal zone that answers; the kernel tells thousandths of a degree Celsius."""
    for zone in sorted((root / "sys/class/thermal").glob("thermal_zone*")):
        milli = number_of(zone / "temp")
        if milli is not None:
            name = text_of(zone / "type") or zone.name
            yield Temperature(sensor=name, celsius=milli / MILLI)


def supply_of(root: Path) -> Supply:
    """What the firmware tells by its flags, else by its alarm in hwmon."""
    flags = number_of(root / THROTTLED, 16)
    if flags is None:
        return Supply(under_voltage_since_boot=_alarm(root))
    return Supply(
        under_voltage=bool(flags & UNDER_VOLTAGE),
        under_voltage_since_boot=bool(flags & UNDER_VOLTAGE_SINCE_BOOT),
        throttled=bool(flags & THROTTLED_NOW),
    )


def _alarm(root: Path) -> bool | None:
    """The sticky alarm of the voltage sensor; None without that sensor."""
    for sensor in sorted((root / "sys/class/hwmon").glob("hwmon*")):
        if text_of(sensor / "name") == LOW_VOLTAGE_SENSOR:
            told = number_of(sensor / "in0_lcrit_alarm")
            return None if told is None else bool(told)
    return None
