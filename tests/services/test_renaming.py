"""A destination that was renamed gets what waited under its former name, once."""

from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.cli import main
from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, Destination
from appliance.config.destination import DOSE_SCREENS, REPORTS
from appliance.errors import NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Delivery, Kind, Moved, Outbox, Received, Routing, State
from appliance.services.renaming import DELIVERIES_MOVED, move, renaming

CLASS = "1.2.840.10008.5.1.4.1.1.88.67"


def configured(data_dir: Path, *names: str, send: tuple[str, ...] = (REPORTS,)) -> Configuration:
    destinations = tuple(
        Destination(name=each, host="localhost", port=104, ae_title="PACS", send=send)
        for each in names
    )
    return Configuration(data_dir=data_dir, destination=destinations)


class Box:
    """Three reports for ``old``: the first delivered, the second refused, the third waiting."""

    def __init__(self, folder: Path) -> None:
        self.configuration = configured(folder, "new")
        self.ledger: Ledger = open_ledger(self.configuration.ledger_path)
        self.outbox = Outbox(self.configuration.outbox_dir, self.ledger, SYSTEM_CLOCK)
        for number in (1, 2, 3):
            self.outbox.put(b"a report", CLASS, f"1.9.{number}", f"1.1.{number}")
        self.outbox.plan(["old"])
        self.outbox.delivered(self.leased("old"))
        self.outbox.refused(self.leased("old"), "0xA900")
        self.alarms = Alarms(self.ledger, SYSTEM_CLOCK)

    def leased(self, destination: str) -> Delivery:
        found = self.outbox.lease(destination, 60.0)
        assert found is not None
        return found

    def move(self, configuration: Configuration, old: str) -> Moved:
        box = (configuration, self.ledger, SYSTEM_CLOCK)
        return move(*box, renaming(*box, old, "new"), "Sato")

    def moved(self) -> tuple[int, int, int]:
        found = self.move(self.configuration, "old")
        return found.moved, found.there_already, found.not_taken

    def queue(self, destination: str) -> list[tuple[str, State, int]]:
        queue = self.outbox.queue(destination)
        return [(each.sop_instance_uid, each.state, each.attempts) for each in queue]


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_what_waits_and_what_was_refused_goes_on_under_the_new_name(box: Box) -> None:
    assert box.moved() == (2, 0, 0)
    waits = [("1.9.2", State.WAITING, 0), ("1.9.3", State.WAITING, 0)]
    assert (box.queue("old"), box.queue("new")) == ([], waits)
    assert box.leased("new").outgoing.sop_instance_uid == "1.9.2"
    [entry] = list(Journal(box.ledger, SYSTEM_CLOCK).entries())[-1:]
    assert entry.kind == DELIVERIES_MOVED
    assert entry.body == {
        "from": "old", "to": "new", "moved": 2, "there_already": 0, "not_taken": 0, "by": "Sato",
        "clock": SYSTEM_CLOCK.state(),
    }  # fmt: skip
    assert box.moved() == (0, 0, 0)


def test_what_the_new_name_has_or_waits_for_is_not_sent_twice(box: Box) -> None:
    box.outbox.plan(["new"])
    for _ in range(2):
        box.outbox.delivered(box.leased("new"))
    assert box.moved() == (0, 2, 0)
    assert box.queue("old") == []
    assert box.queue("new") == [("1.9.3", State.WAITING, 0)]


def test_a_dry_run_counts_and_changes_nothing(box: Box) -> None:
    found = renaming(box.configuration, box.ledger, SYSTEM_CLOCK, "old", "new").looked_at()
    assert (found.moved, found.there_already, found.under_way) == (2, 0, 0)
    assert len(box.queue("old")) == 2
    assert box.queue("new") == []


def test_nothing_moves_while_something_is_sent_under_the_old_name(box: Box) -> None:
    box.leased("old")
    with pytest.raises(RefusedError, match="being sent"):
        box.moved()
    assert len(box.queue("old")) == 2
    assert not list(Journal(box.ledger, SYSTEM_CLOCK).entries())


@pytest.mark.parametrize(
    ("names", "old", "error"),
    [
        (("new",), "other", NotFoundError),
        (("else",), "old", RefusedError),
        (("new", "old"), "old", RefusedError),
    ],
)
def test_names_that_cannot_be_meant_are_refused(
    box: Box, names: tuple[str, ...], old: str, error: type[Exception]
) -> None:
    configuration = configured(box.configuration.data_dir, *names)
    with pytest.raises(error):
        box.move(configuration, old)


def screen_for_old(box: Box) -> None:
    received = Received(
        sop_instance_uid="1.7", sop_class_uid="1.2", study_instance_uid="1.1", path="a", sha256="b"
    )
    box.ledger.execute(
        "INSERT INTO instance (id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, sha256,"
        " size_bytes, path, calling_ae, called_ae, address, received_at)"
        " VALUES (7, '1.7', '1.2', '1.2', 'b', 1, 'a', 'A', 'B', '::1', 1)"
    )
    routing = Routing(instance_id=7, kind=Kind.DOSE_SCREEN, destinations=("old",))
    box.outbox.route(routing, received)


def test_kinds_that_the_new_name_is_not_sent_stay_and_so_does_the_alarm(box: Box) -> None:
    screen_for_old(box)
    box.alarms.raise_(AlarmCode.DELIVERY_REFUSED, "old", "objects: 1")
    assert box.moved() == (2, 0, 1)
    assert [each[0] for each in box.queue("old")] == ["1.7"]
    assert [each.subject for each in box.alarms.raised()] == ["old"]
    box.configuration = configured(box.configuration.data_dir, "new", send=(REPORTS, DOSE_SCREENS))
    assert box.moved() == (1, 0, 0)
    assert box.alarms.raised() == []


def test_a_native_report_that_is_routed_to_the_old_name_goes_to_the_new_one(box: Box) -> None:
    screen_for_old(box)
    box.ledger.execute("UPDATE routed SET kind = 'native-report', destinations = '[\"old\",\"x\"]'")
    box.ledger.execute("DELETE FROM delivery WHERE outgoing_id > 3")
    box.ledger.execute("DELETE FROM outgoing WHERE id > 3")
    box.moved()
    [row] = box.ledger.rows("SELECT destinations FROM routed")
    assert row["destinations"] == '["new","x"]'


def test_the_command_says_what_it_moved(
    box: Box, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    folder = box.configuration.data_dir
    file = folder / "box.toml"
    file.write_text(
        '[[destination]]\nname = "new"\nhost = "localhost"\nport = 104\nae_title = "PACS"\n'
    )
    box.ledger.close()
    command = ["--config", str(file), "--data-dir", str(folder), "outbox", "move", "old", "new"]
    assert main([*command, "--by", "Sato", "--dry-run"]) == 0
    assert "nothing was moved" in capsys.readouterr().out
    assert main([*command, "--by", "Sato"]) == 0
    assert capsys.readouterr().out.startswith("2 deliveries wait for new now")
    assert main([*command[:-1], "elsewhere", "--by", "Sato"]) == 5
