"""A whole acceptance test with a meter at a pseudo-terminal whose cable loses 5 % of all bytes."""

from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.displayqa.meters.discovery import Meter, Port, identify
from appliance.displayqa.meters.registry import LineSettings, registry
from appliance.displayqa.meters.serial_line import SerialLine, accepted
from appliance.displayqa.sessions.conducting import Complete
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import Ended, Hindered, Measured
from appliance.services.display_meters import DisplayMeters
from appliance.simulators.meters import BODIES, Light
from appliance.simulators.meters.cable import Cable
from appliance.simulators.meters.terminal import plugged
from tests.services.ward import Ward, done, ward

HASTE = 250
"""How much less patient than the box the test is; an answer that is late is asked for again."""
KEY = "mavo-monitor"


@dataclass
class HastyLine:
    """A real line, read by a clock that goes faster."""

    line: SerialLine

    def write(self, data: bytes) -> None:
        self.line.write(data)

    def read(self, deadline_s: float) -> bytes:
        return self.line.read(deadline_s / HASTE)

    def now(self) -> float:
        return self.line.now() * HASTE

    def close(self) -> None:
        self.line.close()


def opened(device: str, settings: LineSettings) -> "closing[HastyLine]":
    return closing(HastyLine(SerialLine(device, accepted(device, settings))))


def run(a_ward: Ward, gauge: Gauge, session: int) -> None:
    """A person goes on whenever the cable hinders."""
    for _ in range(500):
        stop = a_ward.go_on(session, gauge)
        if isinstance(stop, Complete):
            return
        if not isinstance(stop, Hindered):
            a_ward.tests.submit(session, done(stop))
    raise AssertionError("it does not end")


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_on_a_cable_that_loses_bytes_it_ends_right(tmp_path: Path, seed: int) -> None:
    with ward(tmp_path) as a_ward:
        body = BODIES[KEY](lambda: Light(a_ward.wall.luminance_cd_m2))
        with plugged(body, Cable(lost_percent=5, seed=seed)) as path:
            port = Port(path, "")
            meter = identify(port, registry().kinds[KEY], opened, tries=200)
            assert isinstance(meter, Meter), meter
            meters = DisplayMeters(a_ward.configuration, a_ward.clock, lambda: [port], opened)
            with closing(meters.attached(meter)) as attached:
                session = a_ward.begin().identifier
                run(a_ward, meters.gauge(meter, attached), session)

        ended = a_ward.tests.session(session)
        assert ended.ended == Ended(verdict="pass", by="yamada")
        assert len(ended.readings) == 18 + 5
        assert sum(each.damaged for each in ended.readings.values()) > 0
        for each in ended.readings.values():
            assert_right(a_ward, each)


def assert_right(a_ward: Ward, read: Measured) -> None:
    truth = Decimal(a_ward.wall.curve(read.ddl / 255))
    for each in read.luminances_cd_m2:
        assert abs(each - truth) < max(truth / 50, Decimal("0.005")), read
