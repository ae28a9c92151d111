"""The spool against a dictionary, under any order of arrivals and power cuts."""

import hashlib
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import open_ledger
from appliance.spool import Arrival, Decision, Outcome, Spool, Verdict, file_meta
from appliance.spool.folder import Folder, name_of
from tests.spool.test_spool import an_arrival

UIDS = st.sampled_from(["1.2.1", "1.2.2", "1.2.3"])
CONTENTS = st.sampled_from([b"", b"a", b"b", b"longer"])


class SpoolModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(dir="/dev/shm"))  # order, not disks
        self.kept: dict[str, list[bytes]] = {}
        self.decided = 0
        self.start()

    def start(self) -> None:
        self.ledger = open_ledger(self.root / "ledger.sqlite")
        self.spool = Spool(self.root / "spool", self.ledger, SYSTEM_CLOCK)

    def expect(self, uid: str, content: bytes) -> Verdict:
        contents = self.kept.setdefault(uid, [])
        if content in contents:
            return Verdict.REPEAT
        contents.append(content)
        return Verdict.CONFLICT if len(contents) > 1 else Verdict.NEW

    @rule(uid=UIDS, content=CONTENTS)
    def arrives(self, uid: str, content: bytes) -> None:
        assert self.spool.keep(an_arrival(uid), [content]).verdict is self.expect(uid, content)

    @rule(uid=UIDS, content=CONTENTS)
    def power_cut_before_the_rename(self, uid: str, content: bytes) -> None:
        part = self.root / "spool" / "incoming" / "cut.part"
        part.write_bytes(file_meta.encode(an_arrival(uid)) + content)
        self.restart()

    @rule(uid=UIDS, content=CONTENTS)
    def power_cut_before_the_row(self, uid: str, content: bytes) -> None:
        arrival = an_arrival(uid)
        Folder(self.root / "spool").write(_name(arrival, content), _file(arrival, content))
        self.restart()
        self.expect(uid, content)

    @rule()
    def restart(self) -> None:
        self.ledger.close()
        self.start()
        assert self.spool.recover().damaged == ()
        assert list((self.root / "spool" / "incoming").iterdir()) == []

    @rule()
    def every_study_is_decided(self) -> None:
        self.spool.index_arrivals()
        for study in self.spool.waiting_studies():
            self.spool.decide(
                Decision(
                    study_instance_uid=study.study_instance_uid,
                    last_instance_id=study.last_instance_id,
                    outcome=Outcome.SET_ASIDE,
                    decided_at=1.0,
                )
            )
        self.decided = sum(map(len, self.kept.values()))

    @invariant()
    def ledger_and_files_hold_what_arrived(self) -> None:
        rows = self.ledger.rows("SELECT * FROM instance ORDER BY id")
        found: dict[str, list[bytes]] = {}
        for row in rows:
            contents = found.setdefault(row["sop_instance_uid"], [])
            assert row["conflict"] == int(bool(contents))
            file = (self.root / "spool" / row["path"]).read_bytes()
            contents.append(file[len(file) - row["size_bytes"] :])
        assert found == {uid: contents for uid, contents in self.kept.items() if contents}

    @invariant()
    def only_new_arrivals_wait(self) -> None:
        self.spool.index_arrivals()
        waiting = len(self.spool.waiting_studies())  # none can be opened: a study each
        assert waiting == sum(map(len, self.kept.values())) - self.decided

    def teardown(self) -> None:
        self.ledger.close()
        shutil.rmtree(self.root)


def _name(arrival: Arrival, content: bytes) -> str:
    return name_of(arrival.sop_instance_uid, hashlib.sha256(content).hexdigest())


def _file(arrival: Arrival, content: bytes) -> list[bytes]:
    return [file_meta.encode(arrival), content]


TestSpoolModel = SpoolModel.TestCase
TestSpoolModel.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
