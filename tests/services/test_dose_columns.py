"""Doses in columns, counted beside whoever looks: each study once."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration
from appliance.dose.examination import Examination
from appliance.doses import Doses
from appliance.drl.columns import Counting
from appliance.drl.selection import Selection
from appliance.services.dose_columns import AT_ONCE, LITTLE, DoseColumns
from tests.console.dose_history import enter, study
from tests.destinations.archives import wait_until

MANY = AT_ONCE + LITTLE
"""After one portion so few are left that whoever looks could wait for them."""


def test_who_looks_while_the_last_are_counted_counts_none_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tmp_path, *(study(number) for number in range(1, MANY + 1)))
    columns = DoseColumns(replace(Configuration(), data_dir=tmp_path), SYSTEM_CLOCK)
    first_done, go_on = threading.Event(), threading.Event()
    numbered = Doses.numbered

    def slowly(doses: Doses, numbers: Sequence[int]) -> list[tuple[int, Examination]]:
        found = numbered(doses, numbers)
        if threading.current_thread() is not threading.main_thread():
            if first_done.is_set():
                assert go_on.wait(timeout=300)
            first_done.set()
        return found

    def studies() -> int | None:
        with columns.current() as found:
            return None if isinstance(found, Counting) else found.studies(Selection())

    monkeypatch.setattr(Doses, "numbered", slowly)
    assert studies() is None
    assert first_done.wait(timeout=300)
    looked = [studies() for _ in range(3)]
    go_on.set()
    wait_until(lambda: studies() is not None)
    columns.end()
    assert studies() == MANY
    assert set(looked) <= {None, MANY}
