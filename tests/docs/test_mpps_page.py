"""The page about MPPS says every status and every reason."""

from pathlib import Path

import pytest

from appliance.receive.statuses import MAY_NO_LONGER_BE_UPDATED, StepStatus
from appliance.spool import StepVerdict

PAGE = (Path(__file__).parents[2] / "docs" / "mpps.md").read_text("utf-8")


@pytest.mark.parametrize("status", StepStatus)
def test_every_status_is_documented(status: StepStatus) -> None:
    name = status.name.replace("_", " ").title().replace("Sop", "SOP")
    assert f"| 0x{status:04X} {name} |" in PAGE


def test_the_error_id_is_documented() -> None:
    assert f"0x{MAY_NO_LONGER_BE_UPDATED:04X}" in PAGE


@pytest.mark.parametrize(
    "verdict", [each for each in StepVerdict if each not in (StepVerdict.NEW, StepVerdict.REPEAT)]
)
def test_every_refusal_is_documented(verdict: StepVerdict) -> None:
    assert f"`{verdict.value}`" in PAGE
