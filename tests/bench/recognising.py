"""The memory of the recogniser at work: ``python -m tests.bench.recognising``.

The real process ``appliance recogniser``, its codecs and Tesseract, over studies of all consoles in
fonts that it knows and in fonts that nobody knows, stored in every form; the other services of a
box run beside it, idle. Memory is what ``/proc`` says of the process and all that it starts (PSS),
looked at again and again until every study has its decision; the most of it counts.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from pydicom import Dataset

from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration
from appliance.dosescreen.fonts import load_font
from appliance.ledger import open_ledger
from appliance.simulators.secondary_capture import secondary_capture
from appliance.simulators.storage_forms import StorageForm
from appliance.spool import Arrival, Spool
from tests.bench.memory import memory_mib, rest_of_the_box
from tests.dosescreen.printed import FONTS, printed
from tests.dosescreen.schools import unknown_font
from tests.pipeline.studies import encoded

A_FORM = 2
"""Studies in each form of storage."""
LIMIT_MIB = 200
LOOK_S = 0.02
ENDED = re.compile(rb"study_(?:reported|quarantined|set_aside)")
SETTINGS = """
data_dir = "{folder}"
[recogniser]
settle_s = 0
confirm_first = 0
poll_s = 0.1
"""


def run() -> dict[str, Any]:
    """The most memory at work, and what is left of it."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name, rest_of_the_box(Path(name, "rest")):
        folder, log = Path(name), Path(name, "log")
        studies = _keep(folder / "data")
        with _recogniser(folder, log) as process:
            found_mib = [memory_mib(process.pid)]
            while len(ENDED.findall(log.read_bytes())) < studies:
                assert process.poll() is None
                found_mib.append(memory_mib(process.pid))
                time.sleep(LOOK_S)
            after_mib = memory_mib(process.pid)
        ended = [each.decode() for each in ENDED.findall(log.read_bytes())]
    outcomes = {outcome: ended.count(outcome) for outcome in sorted(set(ended))}
    most_mib = max(found_mib)
    row = {"studies": studies, "outcomes": outcomes, "most_mib": most_mib, "after_mib": after_mib}
    told = f"at most {most_mib} MiB in {len(found_mib)} looks, {after_mib} MiB after the last"
    return {
        "rows": [row],
        "ratios": {f"most memory / {LIMIT_MIB} MiB": round(most_mib / LIMIT_MIB, 2)},
        "table": [f"recogniser: {studies} studies, {outcomes}: {told}"],
    }


def _keep(data: Path) -> int:
    """Keep the studies as the receiver does; how many."""
    data.mkdir()
    configuration = Configuration(data_dir=data)
    ledger = open_ledger(configuration.ledger_path)
    spool = Spool(configuration.spool_dir, ledger, SYSTEM_CLOCK)
    sent = list(_studies())
    for each in (each for study in sent for each in study):
        arrival = Arrival(
            sop_class_uid=str(each.SOPClassUID),
            sop_instance_uid=str(each.SOPInstanceUID),
            transfer_syntax_uid=str(each.file_meta.TransferSyntaxUID),
            calling_ae="CT01",
            called_ae="DOSEBOX",
            address="192.0.2.7",
        )
        spool.keep(arrival, [encoded(each)])
    ledger.close()
    return len(sent)


def _studies() -> Iterator[list[Dataset]]:
    for number in range(A_FORM):
        for form in StorageForm:
            random = Random(f"{form} {number}")
            yield _study(random, form, unknown=bool(number % 2))


def _study(random: Random, form: StorageForm, *, unknown: bool) -> list[Dataset]:
    """A study on pages that fit; their width is even, as some forms need."""
    while True:
        name = random.choice(FONTS)
        try:
            report = printed(random, unknown_font(name) if unknown else load_font(name))
        except ValueError:
            continue
        if not any(page.shape[1] % 2 for page in report.pages):
            return secondary_capture(report.pages, report.console, report.identity, form)


@contextmanager
def _recogniser(folder: Path, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    file = folder / "box.toml"
    file.write_text(SETTINGS.format(folder=folder / "data"), "utf-8")
    command = [sys.executable, "-m", "appliance", "-c", str(file), "recogniser"]
    with log.open("wb") as told:
        process = subprocess.Popen(command, stderr=told)
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in run()["table"])
