"""What a night of the keeper costs: ``python -m tests.bench.keeping``.

Slices of 512 by 512 in a spool: their pixels dropped (read, digest, cut, written, fsynced), then
every digest checked, of whole objects and of headers.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.uid import ExplicitVRLittleEndian

from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, Preservation, Retention
from appliance.ledger import Ledger, open_ledger
from appliance.retention import Removal
from appliance.services.inspecting import inspecting
from appliance.spool import Decision, Outcome, Spool
from tests.spool.test_reductions import an_image, arriving

SLICES, MANY = 1000, 100_000
MIB = 1 << 20


def run() -> dict[str, Any]:
    """A study of 1,000 slices; figures for 100,000 objects are of these."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        box = Configuration(
            data_dir=Path(folder),
            retention=Retention(image_pixels_days=1e-9),
            preservation=Preservation(hours="", check_mib_per_s=0, check_every_days=1e-9),
        )
        ledger = open_ledger(box.ledger_path)
        spool = Spool(box.spool_dir, ledger, SYSTEM_CLOCK)
        _fill(spool, ledger)
        whole = _timed(lambda: _check(box, ledger))
        removal = Removal(box, ledger, spool, SYSTEM_CLOCK)
        dropped = _timed(lambda: removal.work("1.9"))
        headers = _timed(lambda: _check(box, ledger))
        (row,) = ledger.rows("SELECT count(*) FROM reduction WHERE finished = 1")
        assert row[0] == SLICES
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = {
        "check of 1,000 whole slices, s": round(whole, 2),
        "check of 1,000 headers, s": round(headers, 2),
        "pixels of 1,000 slices dropped, s": round(dropped, 2),
        "100,000 whole slices at full speed, min": round(whole * MANY / SLICES / 60, 1),
        "100,000 headers at full speed, min": round(headers * MANY / SLICES / 60, 1),
        "100,000 whole slices at 4 MiB/s, nights of 4 h": round(MANY * 0.5 / 4 / 3600 / 4, 1),
        "peak memory, MiB": round(peak_mib),
    }
    return {"rows": rows, "ratios": {}, "table": [f"keeping: {k}: {v}" for k, v in rows.items()]}


def _fill(spool: Spool, ledger: Ledger) -> None:
    pixels = np.random.default_rng(1).integers(0, 4096, (512, 512), np.uint16)
    for number in range(SLICES):
        image = an_image(number)
        image.PixelData = (pixels + np.uint16(number)).tobytes()
        arrival, content = arriving(image, ExplicitVRLittleEndian)
        kept = spool.keep(arrival, [content])
        sql = "INSERT INTO routed (instance_id, kind) VALUES (?, '')"
        ledger.execute(sql, kept.instance_id)
    while spool.index_arrivals():
        continue
    spool.image_readings.note({each.id: "[]" for each in spool.instances("1.9")})
    spool.decide(
        Decision(
            study_instance_uid="1.9",
            last_instance_id=SLICES,
            outcome=Outcome.SET_ASIDE,
            decided_at=1.0,
        )
    )


def _check(box: Configuration, ledger: Ledger) -> None:
    errand = inspecting(box, ledger, SYSTEM_CLOCK)
    assert errand is not None
    while errand.work_next():
        continue


def _timed(work: Callable[[], object]) -> float:
    begun_s = time.perf_counter()
    work()
    return time.perf_counter() - begun_s


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=1)
