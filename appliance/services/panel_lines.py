"""Which lines the front panel and the watch over the mains have, by the settings."""

from pathlib import Path

from appliance.config.machine import LOW, FrontPanel
from appliance.frontpanel.lines import FolderLines, GpioLines, Line, Lines
from appliance.frontpanel.patterns import Light

BUTTON = "button"
POWER_FAIL = "power-fail"


def lights(settings: FrontPanel) -> tuple[Line, ...]:
    """Those that there are."""
    names = {
        Light.WELL: settings.well_light,
        Light.ACTIVITY: settings.activity_light,
        Light.ATTENTION: settings.attention_light,
    }
    low = settings.lights_active == LOW
    return tuple(Line(light, name, low) for light, name in names.items() if name)


def button(settings: FrontPanel) -> tuple[Line, ...]:
    """One or none."""
    return _input(BUTTON, settings.button, settings.button_active)


def power_fail(settings: FrontPanel) -> tuple[Line, ...]:
    """One or none."""
    return _input(POWER_FAIL, settings.power_fail, settings.power_fail_active)


def lines_for(settings: FrontPanel, outputs: tuple[Line, ...], inputs: tuple[Line, ...]) -> Lines:
    """Real ones, or a desk's. Raises MissingToolError for one that cannot be had."""
    if settings.simulated:
        return FolderLines(Path(settings.simulated), outputs)
    return GpioLines(outputs, inputs)


def _input(use: str, name: str, active: str) -> tuple[Line, ...]:
    return (Line(use, name, active_low=active == LOW),) if name else ()
