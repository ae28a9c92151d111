"""The meters of a display test: found, kept hold of, and written down with their certificates.

**Knows:** which settings tell of a meter, and what a test keeps of it.
**Does not know:** how it is asked (``displayqa.meters``).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.displayqa.meters.attached import AttachedMeter
from appliance.displayqa.meters.calibration import expired
from appliance.displayqa.meters.discovery import TRIES, Meter, Open, Port, find, identify
from appliance.displayqa.meters.measuring import Measurement
from appliance.displayqa.meters.reading import Failure
from appliance.displayqa.meters.registry import registry
from appliance.displayqa.meters.serial_line import opened, plugged_in
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import MeterUsed
from appliance.errors import ConfigurationError


@dataclass(frozen=True)
class DisplayMeters:
    """The meters at the box.

    ``ports`` tells what is plugged in, ``opened`` opens a port: arguments, for a test's own.
    """

    configuration: Configuration
    clock: Clock
    ports: Callable[[], list[Port]] = plugged_in
    opened: Open = opened

    def found(self) -> list[Meter]:
        """Every meter that names itself now; it may take a minute."""
        told = (self._told(each) for each in self.configuration.displayqa.ports)
        named = [each for each in told if isinstance(each, Meter)]
        return [*named, *find(self.ports(), registry(), self.opened)]

    def attached(self, meter: Meter) -> AttachedMeter:
        """It, for as long as a test lasts; refused once its certificate has expired."""
        return AttachedMeter(
            meter, self.ports, registry(), self.opened, lambda: self.expired(meter.name)
        )

    def gauge(self, meter: Meter, attached: AttachedMeter) -> Gauge:
        """As a conductor asks it."""
        return Gauge(self.used(meter), attached.measure)

    def used(self, meter: Meter) -> MeterUsed:
        """What a test keeps of it."""
        used = MeterUsed(
            name=meter.name,
            model=meter.instrument.model,
            serial_number=meter.instrument.serial_number,
            age_s=Decimal(str(meter.kind.age_s)),
        )
        return self._certified(used)

    def by_hand(self, name: str, model: str, measure: Callable[[], Measurement | Failure]) -> Gauge:
        """A meter that a person reads; refused likewise."""
        used = self._certified(MeterUsed(name=name, model=model))
        return Gauge(used, lambda: self.expired(name) or measure(), is_by_hand=True)

    def expired(self, name: str) -> Failure | None:
        """Why the meter of that name may not be used today."""
        today = datetime.fromtimestamp(self.clock.wall(), UTC).astimezone().date()
        return expired(name, self.configuration.meter, today)

    def _told(self, port: str) -> Meter | Failure:
        """What answers at a port of the settings. Raises ConfigurationError."""
        model, _, device = port.partition("@")
        kind = registry().kinds.get(model)
        if kind is None:
            known = ", ".join(registry().kinds)
            raise ConfigurationError(f"there is no meter {model!r}", "displayqa.ports", known)
        return identify(Port(device, ""), kind, self.opened, TRIES)

    def _certified(self, used: MeterUsed) -> MeterUsed:
        """With what its certificate says."""
        for each in self.configuration.meter:
            if each.name == used.name:
                return replace(
                    used,
                    calibrated_until=each.calibrated_until,
                    accuracy_percent=_percent(each.accuracy_percent),
                    repeatability_percent=_percent(each.repeatability_percent),
                )
        return used


def _percent(text: str) -> Decimal | None:
    return Decimal(text) if text else None
