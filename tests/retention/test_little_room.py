"""A small disk fills up: pixels go early, the first decided first; nothing undelivered does."""

import json
import subprocess
import sys
from pathlib import Path

SMALL_DISK = 'mount -t tmpfs -o size=13m tmpfs "$0" && exec "$@"'


def test_room_is_made_of_what_may_go_and_of_nothing_else(tmp_path: Path) -> None:
    # In a mount namespace of its own, which takes the disk with it when it ends.
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", SMALL_DISK, str(tmp_path)]
    script = [sys.executable, "-m", "tests.retention.fill_disk", str(tmp_path)]
    ran = subprocess.run([*command, *script], check=True, capture_output=True, text=True)
    happened = json.loads(ran.stdout)
    assert all(happened["taken"])
    assert happened["order_kept"]
    assert 0 < happened["dropped_early"] < len(happened["taken"])
    assert happened["refused"] > 0
    assert happened["alarms"] == ["disk-filling"]
    assert happened["alarms_after"] == []
    assert happened["again"]
