"""``appliance displayqa demo``: a good display passes, one that nobody calibrated fails."""

import subprocess
import sys
from pathlib import Path

LONG_S = 300


def test_a_calibrated_display_passes_and_another_fails_and_both_have_reports(
    tmp_path: Path,
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    result = subprocess.run(
        [sys.executable, "-m", "appliance", "displayqa", "demo", "--out", str(tmp_path)],
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "TMPDIR": str(temporary)},
        timeout=LONG_S,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stderr) == (0, "")
    words = [line.split()[:2] for line in result.stdout.splitlines() if "-monitor  " in line]
    assert words == [
        ["gsdf-monitor", "pass"],
        ["gamma-monitor", "fail"],
        ["gsdf-monitor", "適合"],
        ["gamma-monitor", "不適合"],
    ]
    assert {each.name for each in tmp_path.glob("*.pdf")} == {
        "gsdf-monitor-1.pdf",
        "gamma-monitor-2.pdf",
    }
    assert list(temporary.iterdir()) == []
