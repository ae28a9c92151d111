"""Trying the luminance meter: found, who it says it is, and one reading.

**Knows:** that a meter in a test is left alone.
**Does not know:** how a meter is asked (``displayqa.meters``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from appliance.commissioning import Finding, Verdict, What
from appliance.displayqa.meters.discovery import Meter
from appliance.displayqa.meters.reading import Failure, Reading
from appliance.errors import ConfigurationError
from appliance.services.display_meters import DisplayMeters

GOOD, NOTED, DOUBTFUL, BAD = Verdict.GOOD, Verdict.NOTED, Verdict.DOUBTFUL, Verdict.BAD
PLUG_IT_IN = (
    "Plug the meter in, switch it on, and try again; or leave this step out.",
    "輝度計を接続して電源を入れ、もう一度実行してください。使用しない場合は「実施しない」を選びます。",
)
END_THE_TEST = (
    "End or give up the display test first.",
    "先にモニタの試験を終了または中止してください。",
)


@dataclass(frozen=True)
class MeterTrial:
    """``is_busy`` says whether a display test is being conducted."""

    meters: DisplayMeters
    is_busy: Callable[[], bool]

    def __call__(self) -> Iterator[Finding]:
        """One finding after the other."""
        if self.is_busy():
            yield Finding.of(BAD, What.METER_IN_USE, END_THE_TEST)
            return
        try:
            found = self.meters.found()
        except ConfigurationError as wrong:
            yield Finding.of(BAD, What.METER_FAILED, None, name=wrong.where, reason=wrong.what)
            return
        if not found:
            yield Finding.of(BAD, What.NO_METER, PLUG_IT_IN)
        for meter in found:
            yield from self._of(meter)

    def _of(self, meter: Meter) -> Iterator[Finding]:
        used = self.meters.used(meter)
        yield Finding.of(
            GOOD,
            What.METER_FOUND,
            None,
            name=meter.name,
            model=used.model,
            serial=used.serial_number or "-",
            until=used.calibrated_until or "-",
        )
        if expired := self.meters.expired(meter.name):
            told = {"name": meter.name, "reason": expired.detail or expired.fault}
            yield Finding.of(DOUBTFUL, What.METER_EXPIRED, expired.fault.sentences, **told)
            return
        attached = self.meters.attached(meter)
        try:
            outcome = attached.measure()
        finally:
            attached.close()
        if isinstance(outcome, Failure):
            told = {"name": meter.name, "reason": outcome.detail or outcome.fault}
            yield Finding.of(BAD, What.METER_FAILED, outcome.fault.sentences, **told)
        else:
            said = _said(outcome.reading)
            yield Finding.of(GOOD, What.METER_READ, None, name=meter.name, value=said)


def _said(reading: Reading) -> str:
    """With its unit, in five digits."""
    return f"{reading.value:.5g} {'lx' if reading.luminance_cd_m2 is None else 'cd/m²'}"
