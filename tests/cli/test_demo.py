"""``appliance demo``: what a new user sees first must be true."""

import subprocess
import sys
from pathlib import Path

from appliance.cli.demo import DONE_S, GRACE_S, READY_S


def test_two_reports_arrive_one_study_waits_and_nothing_is_left(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "appliance", "demo"],
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "TMPDIR": str(tmp_path)},
        timeout=READY_S + DONE_S + GRACE_S,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count("every dose and phantom is what the CT drew") == 2
    assert result.stdout.count("completed by the RIS: procedure ") == 2
    assert result.stdout.count("NO REPORT: it waits for a person") == 1
    assert list(tmp_path.iterdir()) == []
