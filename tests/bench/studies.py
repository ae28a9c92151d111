"""A study of many slices with its dose screen: kept, read, put together, measured and reported.

Each step runs in a process of its own, whose memory is the largest it ever had.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydicom import Dataset

from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, Recogniser, Sources
from appliance.ledger import open_ledger
from appliance.services.bench import Bench
from appliance.simulators.ct_series.acquisition import Reconstruction
from appliance.simulators.ct_series.makers import MAKERS
from appliance.simulators.ct_series.planning import study_of
from appliance.simulators.ct_series.scenarios import examination_of
from appliance.simulators.ct_series.series import Form, images
from appliance.spool import Arrival, Spool
from tests.pipeline.studies import a_siemens_study, encoded, who, with_meta

SLICES = (100, 1000, 3000)
MATRIX = 512
KIB_A_MIB = 1024
WHO = who(1)


def run() -> dict[str, Any]:
    """Seconds and memory of each step, by the number of slices."""
    rows = [_measured(count, sized=True) for count in SLICES]
    rows.append(_measured(SLICES[1], sized=False))
    first, last = rows[0], rows[len(SLICES) - 1]
    return {
        "rows": rows,
        "table": [
            f"{row['slices']:>5} slices, SSDE {row['ssde']!s:<5} kept in {row['keep_s']:6.1f} s, "
            f"reported in {row['report_s']:6.1f} s, {row['report_mib']} MiB"
            for row in rows
        ],
        "ratios": {
            "memory of 3,000 slices beside 100": round(last["report_mib"] / first["report_mib"], 2)
        },
    }


def _measured(slices: int, *, sized: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        row: dict[str, Any] = {"slices": slices, "ssde": sized}
        for step in ("keep", "report"):
            command = [sys.executable, "-m", "tests.bench.studies", step, folder, str(slices)]
            command += ["sized"] if sized else []
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            row |= json.loads(done.stdout.splitlines()[-1])
        return row


def _objects(slices: int) -> Iterator[Dataset]:
    """One after the other; a study this large in memory would be what is measured."""
    seen = replace(examination_of("chest"), total_mas="500")
    yield from a_siemens_study(1, examination=seen, identity=WHO)
    study = study_of(seen, WHO, MAKERS["siemens"], (Reconstruction(0.3),))
    few = images(study, Form(slices=20, matrix=MATRIX))
    axial = [image for image in few if "AXIAL" in image.ImageType]
    yield from (with_meta(image) for image in few if "AXIAL" not in image.ImageType)
    top, bottom = (float(axial[at].ImagePositionPatient[2]) for at in (0, -1))
    for at in range(slices):
        image = with_meta(axial[at * len(axial) // slices])
        image.SOPInstanceUID = f"{WHO.study_instance_uid}.9.{at}"
        image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
        image.InstanceNumber = at + 1
        x, y, _ = image.ImagePositionPatient
        image.ImagePositionPatient = [x, y, round(top + (bottom - top) * at / (slices - 1), 3)]
        yield image


def _configuration(folder: Path, *, sized: bool) -> Configuration:
    return Configuration(
        data_dir=folder,
        recogniser=Recogniser(settle_s=0, confirm_first=0),
        sources=Sources(size_specific_dose=sized),
    )


def _keep(configuration: Configuration, slices: int) -> float:
    ledger = open_ledger(configuration.ledger_path)
    spool = Spool(configuration.spool_dir, ledger, SYSTEM_CLOCK)
    passed = 0.0
    for each in _objects(slices):
        arrival = Arrival(
            sop_class_uid=str(each.SOPClassUID),
            sop_instance_uid=str(each.SOPInstanceUID),
            transfer_syntax_uid=str(each.file_meta.TransferSyntaxUID),
            calling_ae="CT01",
            called_ae="DOSEBOX",
            address="192.0.2.7",
        )
        content = [encoded(each)]
        begun = time.perf_counter()
        spool.keep(arrival, content)
        passed += time.perf_counter() - begun
    return passed


def _report(configuration: Configuration) -> float:
    bench = Bench(configuration, open_ledger(configuration.ledger_path), SYSTEM_CLOCK)
    begun = time.perf_counter()
    while bench.work_next():
        continue
    passed = time.perf_counter() - begun
    (report,) = (configuration.outbox_dir).glob("*.dcm")
    assert report.stat().st_size
    return passed


def main(step: str, folder: str, slices: str, *sized: str) -> None:
    """One step, and what it took as JSON."""
    configuration = _configuration(Path(folder), sized=bool(sized))
    seconds = _keep(configuration, int(slices)) if step == "keep" else _report(configuration)
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIB_A_MIB
    answer = {f"{step}_s": round(seconds, 1), f"{step}_mib": mib}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
