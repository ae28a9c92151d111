"""Run on a small disk: keeps objects until the disk is full, makes room, goes on.

``python -m tests.spool.fill_disk FOLDER`` prints what happened as JSON. There is no watermark, so
the end of the disk is met itself, in a file and in the ledger.
"""

import json
import os
import sys
from pathlib import Path

from appliance.clock import SYSTEM_CLOCK
from appliance.errors import OutOfResourcesError
from appliance.ledger import open_ledger
from appliance.spool import Spool
from tests.spool.test_spool import an_arrival

PAGE_BYTES = 4096
MOST_PAGES = 40


def leave_free(filler: Path, pages: int) -> None:
    """Grow or shrink ``filler`` until so many pages of the disk are free."""
    filler.write_bytes(b"")
    free = os.statvfs(filler.parent).f_bfree - pages
    filler.write_bytes(bytes(max(free, 0) * PAGE_BYTES))


def main(folder: Path) -> dict[str, object]:
    ledger = open_ledger(folder / "ledger.sqlite")
    spool = Spool(folder / "spool", ledger, SYSTEM_CLOCK)
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(1 << 20))
    kept, reasons = [], set()
    for number in range(1, 400):
        # Files that fit, one that just does not for its file meta, then small ones, each with a
        # page of disk less than the one before: some leave no room for the file, some for the
        # ledger.
        size = 200_000 if number < 10 else spool.free_bytes() if number == 10 else 900
        if number > 10:
            leave_free(folder / "filler", (400 - number) % MOST_PAGES)
        try:
            spool.keep(an_arrival(f"1.2.{number}"), [bytes(size)])
            kept.append(number)
        except OutOfResourcesError as failure:
            reasons.add(failure.what)
    (folder / "filler").unlink()
    ballast.unlink()
    verdict = spool.keep(an_arrival("1.2.9999"), [bytes(100_000)]).verdict
    rows = ledger.rows("SELECT sop_instance_uid, path, size_bytes FROM instance ORDER BY id")
    return {
        "kept": [f"1.2.{number}" for number in kept],
        "in_ledger": [row["sop_instance_uid"] for row in rows],
        "whole": all(
            (folder / "spool" / row["path"]).stat().st_size > row["size_bytes"] for row in rows
        ),
        "parts": len(list((folder / "spool" / "incoming").iterdir())),
        "reasons": sorted(reasons),
        "after": verdict.name,
        "damaged": spool.recover().damaged,
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))  # noqa: T201 - read by the test
