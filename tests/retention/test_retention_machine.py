"""Arrivals, decisions, deliveries, failures, clocks and kills: nothing that is needed ever goes.

What may go is said here once more, object by object, and compared with what the keeper did.
"""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydicom.uid import (
    ExplicitVRLittleEndian,
)

from appliance.clock import Clock
from appliance.config import Destination
from appliance.journal import Journal
from appliance.ledger import open_ledger
from appliance.services.keeping import GRACE_S, Keeping, keeping
from appliance.spool import Decision, Outcome, Spool, Verdict
from tests.retention.shelf_life import (
    BOX,
    CLASSES,
    DAY_S,
    DESTINATIONS,
    IMAGE,
    REPORT,
    SCREEN,
    STUDIES,
    Kept,
    Study,
    a_disk,
)
from tests.spool.test_reductions import an_image, arriving


class RetentionMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(dir="/dev/shm"))  # order, not disks
        self.now = 1e9
        self.passed = 0.0
        self.free = 1 << 40
        self.box = replace(BOX, data_dir=self.root)
        self.objects: dict[int, Kept] = {}
        self.studies = {uid: Study() for uid in STUDIES}
        self.open()

    def open(self) -> None:
        self.clock = Clock(wall=lambda: self.now, monotonic=lambda: self.passed)
        self.ledger = open_ledger(self.box.ledger_path)
        self.spool = Spool(self.box.spool_dir, self.ledger, self.clock)
        self.keeper: Keeping = keeping(self.box, self.ledger, self.clock)

    def destinations(self, *destinations: Destination) -> None:
        """Other ones from the next start on, which is now."""
        self.box = replace(self.box, destination=destinations)
        self.ledger.close()
        self.open()

    def teardown(self) -> None:
        self.ledger.close()
        shutil.rmtree(self.root)

    def execute(self, sql: str, *parameters: Any) -> int:  # noqa: ANN401 - SQL's
        return int(self.ledger.execute(sql, *parameters).lastrowid or 0)

    @initialize(
        to=st.sets(st.sampled_from(DESTINATIONS)),
        keep_days=st.sampled_from([None, None, 0.0, 5.0, 200.0]),
        data=st.data(),
    )
    def two_studies_came(self, to: set[str], keep_days: float | None, data: st.DataObject) -> None:
        for study in STUDIES:
            self.whole_study_comes(study, to, keep_days, data)
        self.everything_is_delivered()

    # The world

    @rule(
        study=st.sampled_from(STUDIES),
        to=st.sets(st.sampled_from(DESTINATIONS)),
        keep_days=st.sampled_from([None, None, 0.0, 5.0, 200.0]),
        data=st.data(),
    )
    def whole_study_comes(
        self, study: str, to: set[str], keep_days: float | None, data: st.DataObject
    ) -> None:
        for kind in (IMAGE, SCREEN):
            self.arrives(study, kind)
        while any(not each.routed for each in self.objects.values()):
            self.is_routed(to, keep_days, data)
        self.is_decided(study, Outcome.REPORTED)

    @rule(days=st.sampled_from([4.0, 12.0, 35.0, 70.0]))
    def time_goes_by_and_the_keeper_works(self, days: float) -> None:
        self.clock_goes(days)
        self.keeper_works(fails_after=None, restarts=False)

    @rule()
    def everything_is_delivered(self) -> None:
        for each in self.objects.values():
            each.deliveries = dict.fromkeys(each.deliveries, "delivered")
        self.execute("UPDATE delivery SET state = 'delivered'")

    @rule(study=st.sampled_from(STUDIES), kind=st.sampled_from([IMAGE, IMAGE, SCREEN, REPORT]))
    def arrives(self, study: str, kind: str) -> None:
        number = len(self.objects) + 1
        image = an_image(number)
        image.StudyInstanceUID, image.SOPClassUID = study, CLASSES[kind]
        arrival, content = arriving(image, ExplicitVRLittleEndian)
        arrival = replace(arrival, sop_class_uid=CLASSES[kind])
        kept = self.spool.keep(arrival, [content])
        self.spool.index_arrivals()
        found = next(e for e in self.spool.instances(study) if e.id == kept.instance_id)
        path = self.spool.file(found)
        self.objects[found.id] = Kept(study, kind, path.read_bytes(), path, arrived_at=self.now)
        self.studies[study].waiting = True

    @rule(
        to=st.sets(st.sampled_from(DESTINATIONS)),
        keep_days=st.sampled_from([None, None, 0.0, 5.0, 200.0]),
        data=st.data(),
    )
    def is_routed(self, to: set[str], keep_days: float | None, data: st.DataObject) -> None:
        waiting = [number for number, each in self.objects.items() if not each.routed]
        if not waiting:
            return
        number = data.draw(st.sampled_from(waiting))
        found = self.objects[number]
        sql = "INSERT INTO routed (instance_id, kind, destinations, keep_days) VALUES (?, ?, ?, ?)"
        self.execute(sql, number, found.kind, "[]", keep_days)
        found.routed, found.keep_days = True, keep_days
        if not to:
            return
        outgoing = self.execute(
            "INSERT INTO outgoing (kind, sop_instance_uid, sop_class_uid, study_instance_uid,"
            " path, sha256, instance_id, created_at) VALUES (?, ?, '1', ?, ?, '', ?, 1.0)",
            found.kind,
            f"1.2.{number}",
            found.study,
            str(number),
            number,
        )
        for name in sorted(to):
            self.execute("INSERT OR IGNORE INTO destination (name) VALUES (?)", name)
            self.execute(
                "INSERT INTO delivery (outgoing_id, study_instance_uid, destination, state,"
                " failed_s_before, created_at) VALUES (?, ?, ?, 'waiting', 0, 1.0)",
                outgoing,
                found.study,
                name,
            )
            found.deliveries[name] = "waiting"

    @rule(state=st.sampled_from(["leased", "delivered", "refused", "waiting"]), data=st.data())
    def delivery_moves(self, state: str, data: st.DataObject) -> None:
        pairs = [
            (number, name)
            for number, each in self.objects.items()
            for name, now in each.deliveries.items()
            if now != "delivered"
        ]
        if not pairs:
            return
        number, name = data.draw(st.sampled_from(pairs))
        self.execute(
            "UPDATE delivery SET state = ? WHERE destination = ?"
            " AND outgoing_id = (SELECT id FROM outgoing WHERE instance_id = ?)",
            state,
            name,
            number,
        )
        self.objects[number].deliveries[name] = state

    @rule(state=st.sampled_from(["asked", "committed", "failed"]), data=st.data())
    def commitment_moves(self, state: str, data: st.DataObject) -> None:
        pairs = [
            (number, name)
            for number, each in self.objects.items()
            for name, now in each.deliveries.items()
            if now == "delivered"
        ]
        if not pairs:
            return
        number, name = data.draw(st.sampled_from(pairs))
        uid = f"1.2.{number}"
        self.execute(
            "INSERT INTO commitment (destination, kept_uid, sop_class_uid, sop_instance_uid, state,"
            " delivered_at, due_at) VALUES (?1, ?2, '1', ?2, ?3, 1.0, 1.0)"
            " ON CONFLICT DO UPDATE SET state = ?3",
            name,
            uid,
            state,
        )
        self.objects[number].commitments[name] = state

    @rule(data=st.data())
    def is_promised(self, data: st.DataObject) -> None:
        others = [number for number, each in self.objects.items() if not each.promised]
        if not others:
            return
        number = data.draw(st.sampled_from(others))
        request = self.execute(
            "INSERT INTO commitment_request (transaction_uid, calling_ae, called_ae, address,"
            " digest, duplicate, state, requested_at, due_at)"
            " VALUES (?, '', '', '', '', 0, 'reported', 1.0, 1.0)",
            f"1.3.{number}",
        )
        self.execute(
            "INSERT INTO commitment_reference VALUES (?, 0, '1', ?, 0)", request, f"1.2.{number}"
        )
        self.objects[number].promised = True

    @rule(study=st.sampled_from(STUDIES), outcome=st.sampled_from(list(Outcome)))
    def is_decided(self, study: str, outcome: Outcome) -> None:
        found = {number: each for number, each in self.objects.items() if each.study == study}
        if not found:
            return
        images = [number for number, each in found.items() if each.kind == IMAGE]
        self.spool.image_readings.note(dict.fromkeys(images, "[]"))
        self.spool.decide(
            Decision(
                study_instance_uid=study,
                last_instance_id=max(found),
                outcome=outcome,
                decided_at=self.now,
            )
        )
        known = self.studies[study]
        known.outcome, known.waiting = outcome.value, False
        known.decided_at = max(known.decided_at, self.now)
        for number in images:
            found[number].is_read = True

    @rule(study=st.sampled_from(STUDIES), begins=st.booleans())
    def is_worked_on(self, study: str, begins: bool) -> None:  # noqa: FBT001 - drawn
        if begins:
            self.execute("INSERT OR IGNORE INTO attempt VALUES (?, 1)", study)
        else:
            self.execute("DELETE FROM attempt WHERE study_instance_uid = ?", study)
        self.studies[study].being_read = begins

    @rule(data=st.data())
    def is_wanted_again(self, data: st.DataObject) -> None:
        if not self.objects:
            return
        number = data.draw(st.sampled_from(sorted(self.objects)))
        self.spool.reductions.recall([number], self.now)
        if self.objects[number].recalled_at is None:
            self.objects[number].recalled_at = self.now

    @rule(data=st.data())
    def comes_again(self, data: st.DataObject) -> None:
        if not self.objects:
            return
        number = data.draw(st.sampled_from(sorted(self.objects)))
        found = self.objects[number]
        row = self.spool.instances(found.study)
        instance = next(each for each in row if each.id == number)
        arrival, _ = arriving(an_image(number), ExplicitVRLittleEndian)
        arrival = replace(arrival, sop_class_uid=CLASSES[found.kind])
        content = found.whole[len(found.whole) - instance.size_bytes :]
        assert self.spool.keep(arrival, [content]).verdict is Verdict.REPEAT
        if found.recalled_at is not None:
            assert found.path.read_bytes() == found.whole
            found.recalled_at, found.days_from = None, self.now

    @rule(days=st.sampled_from([0.1, 1.0, 8.0, 25.0, 90.0, 5000.0, -3.0, -400.0]))
    def clock_goes(self, days: float) -> None:
        """Many a step is larger than a clock that is believed."""
        self.now += days * DAY_S
        self.passed += max(days, 0.1) * DAY_S

    @rule(little=st.booleans())
    def disk_fills(self, little: bool) -> None:  # noqa: FBT001 - drawn
        self.free = 0 if little else 1 << 40

    # The keeper

    @rule(fails_after=st.sampled_from([None, None, 0, 1, 2]), restarts=st.booleans())
    def keeper_works(self, fails_after: int | None, restarts: bool) -> None:  # noqa: FBT001
        before = {
            number: each.path.exists() and each.path.read_bytes()
            for number, each in self.objects.items()
        }
        unfinished = "SELECT instance_id FROM reduction WHERE finished = 0"
        written_down = {row[0] for row in self.ledger.rows(unfinished)}
        with a_disk(self.free, fails_after):
            try:
                for _ in range(50):
                    self.keeper.work_next()
                    self.passed += GRACE_S / 20
            except OSError:
                restarts = True
        if restarts:
            self.ledger.close()
            self.open()
        for number, each in self.objects.items():
            now = each.path.exists() and each.path.read_bytes()
            if now != before[number] and number not in written_down:
                self.expect_allowed(each, now)

    def expect_allowed(self, each: Kept, now: bytes | bool) -> None:  # noqa: FBT001
        study = self.studies[each.study]
        assert study.is_free
        assert not each.is_needed(self.now)
        counts_from = max(study.decided_at, each.days_from)
        age_days = (self.now - counts_from) / DAY_S
        kept_days = (self.now - each.arrived_at) / DAY_S
        if now is False:
            days = {IMAGE: 30, SCREEN: 60, REPORT: 50}[
                each.kind if each.is_read else SCREEN if each.kind == IMAGE else each.kind
            ]
            assert age_days >= days
            assert kept_days >= (each.keep_days or 0)
            return
        assert each.kind == IMAGE
        assert each.is_read
        assert isinstance(now, bytes)
        assert each.whole.startswith(now)
        assert len(now) < len(each.whole) - 8000
        if each.keep_days is not None:
            assert kept_days >= each.keep_days
        else:
            assert age_days >= 10 or self.free == 0

    @invariant()
    def whatever_is_there_is_whole_or_its_header(self) -> None:
        for each in self.objects.values():
            if each.path.exists():
                assert each.whole.startswith(each.path.read_bytes())

    @invariant()
    def history_stays(self) -> None:
        (row,) = self.ledger.rows("SELECT count(*) FROM instance")
        assert row[0] == len(self.objects)
        assert Journal(self.ledger, self.clock).verify().intact


TestRetention = RetentionMachine.TestCase
TestRetention.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)


class LongerMachine(RetentionMachine):
    """The same, more often."""


TestRetentionLonger = pytest.mark.slow(LongerMachine.TestCase)
TestRetentionLonger.settings = settings(max_examples=1000, stateful_step_count=40, deadline=None)
