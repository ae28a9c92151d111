import json
import subprocess
import sys
from pathlib import Path

SMALL_DISK = 'mount -t tmpfs -o size=6m tmpfs "$0" && exec "$@"'


def test_end_of_the_disk_loses_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    # In a mount namespace of its own, which takes the disk with it when it ends.
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", SMALL_DISK, str(tmp_path)]
    script = [sys.executable, "-m", "tests.spool.fill_disk", str(tmp_path)]
    ran = subprocess.run([*command, *script], check=True, capture_output=True, text=True)
    happened = json.loads(ran.stdout)
    assert happened["in_ledger"] == [*happened["kept"], "1.2.9999"]
    assert 10 < len(happened["kept"]) < 399
    assert happened["whole"]
    assert happened["parts"] == 0
    assert happened["after"] == "NEW"
    assert happened["damaged"] == []
    assert any("No space left" in reason for reason in happened["reasons"])
    assert any("disk is full" in reason for reason in happened["reasons"])
