"""What the process of the pages keeps in memory before anybody asked for anything dear."""

import subprocess
import sys
from pathlib import Path

from tests.receive.box import a_free_port

MOST_OWN_KIB = 120 * 1024
DEAR = ("asyncssh", "highdicom", "pydicom.sr", "pynetdicom", "weasyprint")
"""Loaded by who needs them: SSH, reports that are made, codes by other names, whoever is called by
DICOM, reports as PDF."""
STARTED = """
import sys, threading
from dataclasses import replace
from pathlib import Path
from appliance.config import Configuration
from appliance.services import console

ended = threading.Event()
ended.set()
settings = Configuration(data_dir=Path(sys.argv[1]))
settings = replace(settings, console=replace(settings.console, port=int(sys.argv[2])))
console.run(settings, stop=ended)
rollup = Path("/proc/self/smaps_rollup").read_text("utf-8")
print(*(line.split()[1] for line in rollup.splitlines() if line.startswith("Anonymous:")))
print(*(each for each in sys.argv[3:] if each in sys.modules))
"""


def test_all_sections_fit_and_what_is_dear_is_left_for_who_needs_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTED, str(tmp_path), str(a_free_port()), *DEAR]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    own_kib, dear = told.split("\n")[:2]
    assert dear == ""
    assert int(own_kib) < MOST_OWN_KIB
