"""An update from the bundle to its end, on a box in plain folders."""

from pathlib import Path

import pytest

from appliance.alarms import AlarmCode
from appliance.errors import RefusedError
from appliance.frontpanel import Subject, Word, told
from appliance.frontpanel.telling import FOLDER as PANEL
from appliance.ledger import open_ledger
from appliance.ledger.schema import newest
from appliance.services.trial import was_so
from appliance.services.updating import Signature
from appliance.services.vitals import Sign, Vital
from appliance.updates.slot import Slot, SlotState
from appliance.updates.state import Outcome
from appliance.updates.trial import Trial, Trials
from tests.updates.power import at_every_step
from tests.updates.world import ILL, WELL, Box

SIGNED = Signature("Y. Sato", "the new one does not know our CT")


@pytest.fixture
def box(tmp_path: Path) -> Box:
    box = Box(tmp_path / "box")
    box.start(WELL)
    return box


def installed(box: Box, version: str = "0.2.0") -> Box:
    with box.updating() as process:
        process.install(box.bundle(version))
    return box


def test_a_version_with_which_the_box_is_well_stays(box: Box) -> None:
    installed(box)
    assert box.state().trial is not None
    assert box.start(WELL) is Slot.B
    known = box.state()
    assert (known.slot, known.version, known.trial) == (Slot.B, "0.2.0", None)
    assert known.last is not None
    assert known.last.outcome is Outcome.CONFIRMED
    assert [kind for kind, _ in box.journal()] == ["update-installed", "update-confirmed"]
    assert box.alarms() == []
    assert box.start(ILL) is Slot.B  # nothing is judged any more


def test_a_version_with_which_it_is_not_is_left_and_told(box: Box) -> None:
    installed(box)
    assert box.start(ILL) is Slot.A
    known = box.state()
    assert (known.slot, known.version, known.trial) == (Slot.A, "0.1.0", None)
    assert known.last is not None
    assert known.last.outcome is Outcome.ROLLED_BACK
    assert "ledger-readable: broken" in known.last.detail
    (alarm,) = box.alarms()
    assert (alarm.code, alarm.subject) == (AlarmCode.UPDATE_FAILED, "0.2.0")
    kind, body = box.journal()[-1]
    assert (kind, body["running"], body["version"]) == ("update-rolled-back", "0.1.0", "0.2.0")
    assert told(box.configuration.run_dir / PANEL)[Subject.UPDATE] is Word.FAILED


def test_a_version_that_never_starts_is_left_and_told(box: Box) -> None:
    installed(box)
    assert [box.boot() for _ in range(3)] == [Slot.B] * 3  # and each time the power is cut
    assert box.start(WELL) is Slot.A
    last = box.state().last
    assert last is not None
    assert (last.outcome, last.detail) == (Outcome.ROLLED_BACK, "it did not start")


def test_it_may_take_its_time_to_be_well(box: Box) -> None:
    installed(box)
    assert box.start(ILL, ILL, WELL, ILL, WELL) is Slot.B


def test_it_has_to_be_well_without_a_break(tmp_path: Path) -> None:
    box = installed(Box(tmp_path / "box", "gate_s = 60\nsteady_s = 30"))
    assert box.start(*([WELL, WELL, ILL] * 50)) is Slot.A


def test_the_time_is_bounded(box: Box) -> None:
    installed(box)
    box.boot()
    before = box.now
    assert box.proving(ILL).prove() != 0
    assert box.now - before <= box.configuration.updates.gate_s + 10


def test_the_next_good_one_clears_the_alarm(box: Box) -> None:
    installed(box).start(ILL)
    installed(box, "0.3.0").start(WELL)
    assert box.alarms() == []
    assert Subject.UPDATE not in told(box.configuration.run_dir / PANEL)


def test_somebody_may_acknowledge_it(box: Box) -> None:
    installed(box).start(ILL)
    with box.updating() as process:
        assert process.acknowledge("Y. Sato")
        assert not process.acknowledge("Y. Sato")
    assert box.alarms() == []
    kind, body = box.journal()[-1]
    assert (kind, body["person"]) == ("update-failure-acknowledged", "Y. Sato")


@pytest.mark.parametrize(
    "change",
    [
        {"signed": False},
        {"compatible": "dose-appliance-rpi4"},
        {"version": "0.0.9"},
        {"description": f"ledger schema {newest() + 2}, lives with {newest() + 1}"},
        {"description": "ledger schema 3, lives with 3"},
        {"description": ""},
    ],
    ids=str,
)
def test_what_may_not_come_is_refused_and_said_so(box: Box, change: dict[str, object]) -> None:
    open_ledger(box.configuration.ledger_path).close()
    with box.updating() as process, pytest.raises(RefusedError):
        process.install(box.bundle(**change), SIGNED)  # type: ignore[arg-type]
    assert box.start(ILL) is Slot.A
    assert box.journal()[-1][0] == "update-not-installed"
    assert [alarm.code for alarm in box.alarms()] == [AlarmCode.UPDATE_FAILED]


def test_an_older_one_needs_a_signature(box: Box) -> None:
    installed(box, "0.3.0").start(WELL)
    with box.updating() as process:
        with pytest.raises(RefusedError, match="older"):
            process.install(box.bundle("0.2.0"))
        process.install(box.bundle("0.2.0"), SIGNED)
    kind, body = box.journal()[-1]
    assert (kind, body["person"], body["reason"]) == (
        "update-installed",
        SIGNED.person,
        SIGNED.reason,
    )


def test_what_cannot_be_written_leaves_the_box_as_it_was(box: Box) -> None:
    box.breaks = "dm-verity: block is not as it was signed"
    with box.updating() as process, pytest.raises(RefusedError, match="verity"):
        process.install(box.bundle())
    assert box.state().trial is None
    assert box.start(ILL) is Slot.A
    (alarm,) = box.alarms()
    assert "verity" in alarm.detail


def test_nothing_is_installed_while_a_version_is_on_trial(box: Box) -> None:
    installed(box)
    box.boot()
    with box.updating() as process, pytest.raises(RefusedError, match="trial"):
        process.install(box.bundle("0.3.0"))
    assert box.state().trial is not None


def test_another_one_may_be_installed_before_the_first_was_tried(box: Box) -> None:
    installed(installed(box), "0.3.0")
    assert box.start(WELL) is Slot.B
    assert box.state().version == "0.3.0"


def test_a_person_goes_back(box: Box) -> None:
    installed(box).start(WELL)
    with box.updating() as process:
        assert process.go_back(SIGNED).startswith("0.1.0")
    assert box.start(WELL) is Slot.A
    kinds = [kind for kind, _ in box.journal()]
    assert kinds[-2:] == ["update-taken-back", "update-confirmed"]
    assert box.state().version == "0.1.0"


def test_there_is_no_going_back_to_a_bad_slot(box: Box) -> None:
    installed(box).start(ILL)
    with box.updating() as process, pytest.raises(RefusedError, match="not good"):
        process.go_back(SIGNED)


def test_the_first_start_of_a_new_disk_makes_its_slot_good(box: Box) -> None:
    entries = box.machine.esp / "loader/entries"
    (entries / "slot-a.conf").rename(entries / "slot-a+3.conf")
    assert box.start(WELL) is Slot.A
    assert box.machine.loader.state(Slot.A) is SlotState.GOOD


@pytest.mark.parametrize("then", ["install", "judge", "fail"])
def test_power_may_go_at_every_step(tmp_path: Path, then: str) -> None:
    held: list[Box] = []
    number = iter(range(10_000))

    def prepare() -> None:
        box = Box(tmp_path / f"box{next(number)}")
        open_ledger(box.configuration.ledger_path).close()
        held[:] = [box]
        if then != "install":
            installed(box).boot()

    def work() -> None:
        box = held[0]
        if then == "install":
            installed(box)
        else:
            proving = box.proving(WELL if then == "judge" else ILL)
            if not proving.prove():
                proving.report()

    cuts = 0
    for _ in at_every_step(work, prepare):
        cuts += 1
        ended_well(held[0], ILL if then == "fail" else WELL)
    assert cuts >= 4


def ended_well(box: Box, sign: object) -> None:
    """Power is back: the box runs, knows what runs, and nothing is left on trial for ever."""
    for _ in range(5):
        running = box.start(sign)  # type: ignore[arg-type]
    known = box.state()
    assert known.slot is running
    assert known.version == box.versions[running]
    assert known.trial is None
    assert box.machine.loader.state(running) is SlotState.GOOD
    last = known.last
    assert last is None or (last.outcome is Outcome.CONFIRMED) == (running is Slot.B)


def test_a_trial_that_cannot_be_read_still_ends(box: Box) -> None:
    installed(box)
    (box.configuration.updates.folder / "trial-b").write_text("{")
    assert box.start(ILL) is Slot.A
    assert box.state().trial is None


def test_a_unit_that_had_failed_before_is_not_held_against_the_new_version() -> None:
    trial = Trial(slot=Slot.B, version="2", before="1", began_at=5.0, had_failed=("x.service",))
    assert was_so(Sign(Vital.UNIT_SOUND, is_well=False, subject="x.service"), trial)
    assert not was_so(Sign(Vital.UNIT_SOUND, is_well=False, subject="y.service"), trial)
    assert not was_so(Sign(Vital.SERVICE_LIVES, is_well=False, subject="x.service"), trial)


def test_a_trial_remembers_what_there_was(tmp_path: Path) -> None:
    trials = Trials(tmp_path)
    trial = Trial(slot=Slot.B, version="2", before="1", began_at=5.0, had_meter=True)
    trials.begin(trial)
    trials.note(trial, ("meter-present",))
    kept = trials.under_way()
    assert kept is not None
    assert (kept.had_meter, kept.had_tunnel, kept.found) == (True, False, ("meter-present",))
    trials.end()
    assert trials.under_way() is None
