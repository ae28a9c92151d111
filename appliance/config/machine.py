"""Settings of the box as a machine: its clock, its limits, its lights and button."""

from dataclasses import dataclass

from appliance.config.setting import Form, setting

LINE = Form(
    r"|[A-Za-z0-9_.+-]{1,31}(:[0-9]{1,3})?",
    "empty, or the name of a GPIO line such as GPIO17, or a chip and a number such as gpiochip0:17",
)
HIGH, LOW = "high", "low"
LEVELS = (HIGH, LOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timekeeping:
    """``[clock]``: when something is wrong with the box's clock."""

    jump_s: float = setting(
        "Seconds that the clock may be set back, or be set on other than by a time server, before "
        "that is an alarm.",
        60.0,
        minimum=1,
        maximum=86400,
    )
    settle_min: float = setting(
        "Minutes after the start of the machine in which the clock may yet be set.",
        10.0,
        minimum=0,
        maximum=1440,
    )
    ahead_min: float = setting(
        "Minutes that the newest time in an object may be ahead of the box's clock.",
        15.0,
        minimum=1,
        maximum=1440,
    )
    behind_h: float = setting(
        "Hours: of twenty objects in a row from one listed scanner one at least must be younger; "
        "0: any age will do.",
        24.0,
        minimum=0,
        maximum=8760,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineLimits:
    """``[machine]``: from when on the machine's own state is an alarm."""

    hot_celsius: float = setting(
        "Degrees Celsius of the hottest sensor from which on the box is too hot. Processors of the "
        "Raspberry Pi slow themselves down from about 80 on (unverified).",
        80.0,
        minimum=30,
        maximum=125,
    )
    life_used_percent: int = setting(
        "Percent of its life that a disk may have used, where it tells.",
        90,
        minimum=10,
        maximum=100,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPanel:
    """``[front_panel]``: lights, button and the input of power-fail.

    A line is named as the kernel names it (``gpioinfo``), so that it is found whatever number its
    chip has this time.
    """

    enabled: bool = setting("Whether the box has lights and a button.", default=False)
    well_light: str = setting(
        "Line of the light that tells that the box runs; empty: there is none.",
        "GPIO17",
        form=LINE,
    )
    activity_light: str = setting(
        "Line of the light that tells what it is doing.", "GPIO27", form=LINE
    )
    attention_light: str = setting(
        "Line of the light that tells that it needs someone.", "GPIO22", form=LINE
    )
    lights_active: str = setting("Level at which a light is lit.", HIGH, choices=LEVELS)
    button: str = setting("Line of the button; empty: there is none.", "GPIO23", form=LINE)
    button_active: str = setting(
        "Level while it is pressed; the line is pulled to the other one.", LOW, choices=LEVELS
    )
    power_fail: str = setting(
        "Line of the UPS's power-fail contact; empty: there is none.", "", form=LINE
    )
    power_fail_active: str = setting(
        "Level while the mains is gone; the line is pulled to the other one, so that a wire that "
        "came off reads as mains.",
        LOW,
        choices=LEVELS,
    )
    power_fail_holds_s: float = setting(
        "Seconds that the mains must be gone before it counts.", 2.0, minimum=0, maximum=60
    )
    power_off_after_s: float = setting(
        "Seconds without mains after which the box switches itself off in good order. With the "
        "time that takes it must be less than the battery lasts.",
        30.0,
        minimum=0,
        maximum=3600,
    )
    simulated: str = setting(
        "Folder of files that stand for the lines, for a desk; empty: the machine's own lines.", ""
    )
