"""Reports to a medium: seconds and peak memory of ``appliance export``, read back and all."""

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.media.reports import ROOT, Box, a_report

COUNTS = (1_000, 10_000)
TEMPLATE = 12345
RSS = "import resource,sys; from appliance.cli import main; code = main(sys.argv[1:]); "
RSS += "used = resource.getrusage(resource.RUSAGE_SELF); "
RSS += "print(used.ru_maxrss, used.ru_utime + used.ru_stime); sys.exit(code)"


def run() -> dict[str, Any]:
    """Export all that waits, as it is, to a folder on the disk; the box's own is in memory."""
    rows = [_measured(count) for count in COUNTS]
    table = [
        f"media: {row['reports']} reports exported in {row['seconds']:.1f} s,"
        f" {row['cpu_seconds']:.1f} s of CPU, peak {row['peak_mib']:.0f} MiB"
        for row in rows
    ]
    few, many = rows
    ratios = {
        "CPU seconds a report, 10,000 to 1,000": round(
            many["cpu_seconds"] / many["reports"] / (few["cpu_seconds"] / few["reports"]), 2
        ),
        "peak memory, 10,000 to 1,000": round(many["peak_mib"] / few["peak_mib"], 2),
    }
    return {"rows": rows, "ratios": ratios, "table": table}


def _measured(count: int) -> dict[str, float]:
    memory = TemporaryDirectory(prefix="bench-media-", dir="/dev/shm")
    with memory as folder, TemporaryDirectory(prefix="bench-media-") as medium:
        box = Box(Path(folder))
        template = a_report(TEMPLATE)
        with box.ledger.transaction():
            for number in range(10_000, 10_000 + count):
                box.put_bytes(number, _another(template, number))
        command = [sys.executable, "-c", RSS, "--config", str(box.file), "export", "--output"]
        began = time.monotonic()
        done = subprocess.run(
            [*command, str(Path(medium) / "out")], check=True, capture_output=True, text=True
        )
        seconds = time.monotonic() - began
        assert box.delivered() == count
        peak_kib, cpu_seconds = map(float, done.stdout.split()[-2:])
        return {
            "reports": count,
            "seconds": seconds,
            "cpu_seconds": cpu_seconds,
            "peak_mib": peak_kib / 1024,
        }


def _another(template: bytes, number: int) -> bytes:
    """The same report of another study of another patient; UIDs and ID keep their length."""
    content = template.replace(f"{ROOT}.{TEMPLATE}".encode(), f"{ROOT}.{number}".encode())
    return content.replace(f"PID{TEMPLATE // 10:06d}".encode(), f"PID{number:06d}".encode())
