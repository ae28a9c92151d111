"""A backfill of 1,000 studies from Orthanc: ``python -m tests.bench.backfill``.

Two makers' studies of one screen each, in a font that the shipped atlas knows, fetched and read by
``appliance backfill`` with so many processes; first contact with both scanners. What limits it is
reading, so the archive's own time is measured beside it: the same studies looked at and fetched
without being read.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from tests.pipeline.past import PastWork, archive_settings, past_studies
from tests.pipeline.plant import Plant
from tests.retrieve.pacs import Shelf, fill, orthanc_with

STUDIES = 1000
WORKERS = (1, 2)
FETCHED = 200


def run() -> dict[str, object]:
    """Studies a second by number of processes."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with orthanc_with(folder / "pacs") as port:
            studies = past_studies(STUDIES)
            fill(port, studies)
            rows = [_backfill(folder / f"box{workers}", port, workers) for workers in WORKERS]
            uids = [str(study[0].StudyInstanceUID) for study in studies[:FETCHED]]
            fetched_per_s = _fetch(folder / "fetched", port, uids)
    first, last = (row["studies_per_s"] for row in (rows[0], rows[-1]))
    return {
        "rows": rows,
        "fetched_per_s": fetched_per_s,
        "table": [f"{row['workers']} processes: {row['studies_per_s']} studies/s" for row in rows]
        + [f"fetched only: {fetched_per_s} studies/s"],
        "ratios": {f"{WORKERS[-1]} processes / {WORKERS[0]}": round(last / first, 2)},
    }


def _backfill(folder: Path, port: int, workers: int) -> dict[str, float]:
    work = PastWork(Plant(folder, settings=archive_settings(port)), ("--workers", str(workers)))
    begun_s = time.monotonic()
    summary = work.run()
    elapsed_s = time.monotonic() - begun_s
    if summary["studies"]["reported"] != STUDIES:
        raise RuntimeError(json.dumps(summary["studies"]))
    return {"workers": workers, "studies_per_s": round(STUDIES / elapsed_s, 2)}


def _fetch(folder: Path, port: int, studies: list[str]) -> float:
    retriever = Shelf(folder, port).retriever()
    begun_s = time.monotonic()
    for study in studies:
        retriever.fetch(study, retriever.look(study, "CT"))
    elapsed_s = time.monotonic() - begun_s
    retriever.archive.rest()
    return round(len(studies) / elapsed_s, 1)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        STUDIES = int(sys.argv[1])
    print(json.dumps(run(), indent=1))  # noqa: T201 - the result
