"""N-CREATE and N-SET against the receiver as systemd runs it."""

from collections.abc import Iterator

import pytest

from appliance.simulators.ct import SendingError
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP
from tests.receive.box import Box, wait_for
from tests.receive.conftest import MakeBox
from tests.receive.raw_scu import (
    ABORT,
    IMPLICIT_LE,
    P_DATA,
    RawSCU,
    p_data,
    status_of,
    store_command,
)
from tests.receive.steps import (
    N_CREATE,
    N_GET,
    N_SET,
    STUDY,
    ask,
    begun,
    encoded,
    said,
    scu,
    steps,
)
from tests.receive.test_storing import CANARY, CT

SUCCESS, INVALID_VALUE, PROCESSING_FAILURE = 0x0000, 0x0106, 0x0110
DUPLICATE, NO_SUCH_INSTANCE, NO_SUCH_CLASS = 0x0111, 0x0112, 0x0118
MISSING, MISSING_VALUE, UNRECOGNIZED = 0x0120, 0x0121, 0x0211
MAY_NO_LONGER_BE_UPDATED = 0xA710
CONTEXT = [(str(PERFORMED_PROCEDURE_STEP), IMPLICIT_LE)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """One box for what disturbs nobody; each test has steps of its own."""
    box = Box(tmp_path_factory.mktemp("box"))
    box.start()
    yield box
    box.kill()


def test_a_step_is_begun_set_and_ended(running: Box) -> None:
    with scu(running.port) as sender:
        assert sender.create(begun(), "1.2.1").status == SUCCESS
        assert steps(running)["1.2.1"] == (STUDY, "IN PROGRESS")
        assert sender.set(said(comment="TotalDLP=1"), "1.2.1").status == SUCCESS
        assert steps(running)["1.2.1"] == (STUDY, "IN PROGRESS")
        assert sender.set(said("COMPLETED"), "1.2.1").status == SUCCESS
    assert steps(running)["1.2.1"] == (STUDY, "COMPLETED")
    assert len(running.stored()["1.2.1"]) == 3
    wait_for(running, "operation=N-SET state=completed sop_instance_uid=1.2.1 calling_ae=CT99")


def test_bytes_are_kept_as_they_came(running: Box) -> None:
    messages = [encoded(begun()), encoded(said(comment="x")) + b"\x01\x02\x03"]  # trailing rubbish
    with RawSCU(running.port, CONTEXT) as raw:
        assert ask(raw, N_CREATE, "1.2.2", messages[0]) == SUCCESS
        assert ask(raw, N_SET, "1.2.2", messages[1]) == SUCCESS
    assert running.stored()["1.2.2"] == messages
    sql = "SELECT conflict FROM instance WHERE sop_instance_uid = '1.2.2'"
    assert [row["conflict"] for row in running.rows(sql)] == [0, 0]


def test_a_step_without_a_uid_is_given_one_and_the_same_again(running: Box) -> None:
    with scu(running.port) as sender:
        first, again = sender.create(begun()), sender.create(begun())
        other = sender.create(begun(PerformedProcedureStepID="2"))
        assert sender.set(said("COMPLETED"), first.sop_instance_uid).status == SUCCESS
    assert first.sop_instance_uid.startswith("2.25.")
    assert again == first
    assert steps(running)[first.sop_instance_uid][1] == "COMPLETED"
    assert steps(running)[other.sop_instance_uid][1] == "IN PROGRESS"


REFUSED = {
    "no-state": (begun(state=None), MISSING),
    "empty-state": (begun(state=""), MISSING_VALUE),
    "ended-at-once": (begun(state="COMPLETED"), INVALID_VALUE),
    "another-state": (begun(state="SCHEDULED"), INVALID_VALUE),
    "no-study": (begun(study=None), MISSING),
    "empty-study": (begun(study=""), MISSING_VALUE),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_not_create_a_step(running: Box, name: str) -> None:
    dataset, status = REFUSED[name]
    uid = f"1.2.3.{1 + list(REFUSED).index(name)}"
    with scu(running.port) as sender:
        assert sender.create(dataset, uid).status == status
        assert sender.set(said(), uid).status == NO_SUCH_INSTANCE
        assert sender.create(begun(), uid).status == SUCCESS  # nothing of it was kept
    assert len(running.stored()[uid]) == 1


def test_a_step_that_ended_is_not_set_again_nor_made_again(running: Box) -> None:
    with scu(running.port) as sender:
        sender.create(begun(), "1.2.4")
        sender.set(said("DISCONTINUED"), "1.2.4")
        late = sender.set(said("COMPLETED"), "1.2.4")
        assert (late.status, late.error_id) == (PROCESSING_FAILURE, MAY_NO_LONGER_BE_UPDATED)
        assert sender.create(begun(PerformedProcedureStepID="9"), "1.2.4").status == DUPLICATE
    assert steps(running)["1.2.4"] == (STUDY, "DISCONTINUED")
    wait_for(running, "step_refused status=0x0110 reason=ended operation=N-SET")


def test_a_repeat_is_acknowledged_and_changes_nothing(running: Box) -> None:
    with scu(running.port) as sender:
        for message in (said(comment="a"), said("COMPLETED")):
            assert sender.create(begun(), "1.2.5").status == SUCCESS
            assert sender.set(message, "1.2.5").status == SUCCESS
            assert sender.set(message, "1.2.5").status == SUCCESS
    assert steps(running)["1.2.5"] == (STUDY, "COMPLETED")
    assert len(running.stored()["1.2.5"]) == 3


def test_a_state_that_is_none_does_not_end_a_step(running: Box) -> None:
    with scu(running.port) as sender:
        sender.create(begun(), "1.2.6")
        assert sender.set(said("FINISHED"), "1.2.6").status == INVALID_VALUE
        assert sender.set(said(""), "1.2.6").status == MISSING_VALUE
        assert sender.set(said("COMPLETED"), "1.2.6").status == SUCCESS


GARBAGE = [b"\xff" * 300, b"(((", bytes(100), b"\x40\x00\x52\x02\xff\xff\xff\x7fIN PROGRESS"]


def test_garbage_is_refused_and_the_association_goes_on(running: Box) -> None:
    with RawSCU(running.port, CONTEXT) as raw:
        for content in GARBAGE:
            assert ask(raw, N_CREATE, "1.2.7", content) in (PROCESSING_FAILURE, MISSING)
        assert ask(raw, N_CREATE, "1.2.7", encoded(begun())) == SUCCESS
        for content in GARBAGE[:3]:
            assert ask(raw, N_SET, "1.2.7", content) == PROCESSING_FAILURE
    assert running.stored()["1.2.7"] == [encoded(begun())]
    assert running.process is not None
    assert running.process.poll() is None


def test_attributes_that_nobody_knows_are_kept(running: Box) -> None:
    dataset = begun()
    dataset.private_block(0x0011, "SOMEBODY", create=True).add_new(1, "LO", "strange")
    dataset.add_new(0x00409999, "LO", "stranger")
    with RawSCU(running.port, CONTEXT) as raw:
        assert ask(raw, N_CREATE, "1.2.8", encoded(dataset)) == SUCCESS
    assert b"stranger" in running.stored()["1.2.8"][0]


def test_operations_that_are_not_offered(running: Box) -> None:
    with RawSCU(running.port, CONTEXT) as raw:
        assert ask(raw, N_GET, "1.2.9", None) == UNRECOGNIZED
    with RawSCU(running.port, [(CT, IMPLICIT_LE)]) as raw:
        assert ask(raw, N_CREATE, "1.2.9", encoded(begun())) == NO_SUCH_CLASS
    raw = RawSCU(running.port, CONTEXT)
    raw.connection.sendall(p_data(1, 0x03, store_command(CONTEXT[0][0], "1.2.9")))
    raw.connection.sendall(p_data(1, 0x02, encoded(begun())))
    kind, body = raw.receive()
    raw.connection.close()
    assert kind == ABORT or (kind == P_DATA and status_of(body) != SUCCESS)
    assert "1.2.9" not in running.stored()


def test_nobody_is_named_in_log_ledger_or_file_names(running: Box) -> None:
    name = "CANARY^PATIENT=金糸雀^花子=カナリヤ^ハナコ"
    who = {"PatientName": name, "PatientID": CANARY[1], "PatientBirthDate": CANARY[2]}
    dataset = begun(SpecificCharacterSet=["", "ISO 2022 IR 87"], **who)
    with scu(running.port) as sender:
        assert sender.create(dataset, "1.2.10").status == SUCCESS
    with RawSCU(running.port, CONTEXT) as raw:
        misplaced = encoded(dataset).replace(b"IN PROGRESS ", b"CANARY-ID-47")
        assert ask(raw, N_CREATE, "1.2.11", misplaced) == INVALID_VALUE
    assert CANARY[1].encode() in running.stored()["1.2.10"][0]
    names = " ".join(str(path) for path in running.data_dir.rglob("*"))
    rows = str(running.rows("SELECT * FROM instance")) + str(steps(running))
    for word in (*CANARY, "金糸雀", "カナリヤ"):
        assert word not in running.log + names + rows


def test_only_listed_callers_say_anything(make_box: MakeBox) -> None:
    box = make_box(
        receiver='callers = "listed"',
        settings='[[scanner]]\nname = "ct1"\nae_title = "CT01"\n',
    )
    with pytest.raises(SendingError):
        scu(box.port)
    with scu(box.port, "CT01") as sender:
        assert sender.create(begun(), "1.2.1").status == SUCCESS
