"""Drivers that others wrote read our simulated meters: so the simulators are no echo of our own."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.displayqa.meters.registry import registry
from appliance.simulators.meters import BODIES
from appliance.simulators.meters.terminal import plugged
from tests.meters.simulated import steady

HERE = Path(__file__).parent / "other_drivers"
INSTALLED = Path(__file__).parents[2] / ".venv" / "other-drivers"
ASKED = ("ls-100", "cs-100a", "s470", "pr-655", "klein")


@pytest.mark.parametrize("key", ASKED)
def test_a_driver_of_others_reads_the_simulator(key: str) -> None:
    path = os.pathsep.join([str(INSTALLED), str(HERE)])
    with plugged(BODIES[key](steady("123.4"))) as port:
        done = subprocess.run(
            [sys.executable, str(HERE / "ask.py"), key, port],
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert Decimal(done.stdout) == pytest.approx(Decimal("123.4"), rel=Decimal("0.0002"))


def test_what_is_asked_by_others_is_said_in_the_registry() -> None:
    checked = {key: kind.cross_checked for key, kind in registry().kinds.items()}
    assert {key for key, by in checked.items() if by} == set(ASKED)
    lock = (HERE / "requirements.lock").read_text("utf-8")
    for by in filter(None, checked.values()):
        assert by.replace(" ", "==") in lock
