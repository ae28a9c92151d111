"""A real broker is told how the box is, through everything that can happen to a broker."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt import publish

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.status import Device
from appliance.status.availability import Connection
from appliance.status.outgoing import encoded
from tests.destinations.archives import LOOPBACK
from tests.status.boxes import Box
from tests.status.brokers import BASE, PATIENCE_S, Mosquitto, OldBroker, Relay, Watcher, wait_until


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path / "broker").running() as broker:
        yield broker


def test_everything_stands_at_the_broker(tmp_path: Path, broker: Mosquitto) -> None:
    box = Box(tmp_path / "box", broker.port)
    box.raise_(AlarmCode.DISK_FILLING, "spool", "no pixels are left that may go")
    with box.telling(), Watcher(broker.port) as watcher:
        watcher.wait_for("availability", "state", "online")
        watcher.wait_for("health", "verdict", "attention")
        wait_until(lambda: bool(watcher.last("state")))
        wait_until(lambda: bool(watcher.last("alarms/disk-filling/spool")))
        state = watcher.last("state")
        assert (state["site"], state["device"]) == ("north", "box1")
        assert [each["code"] for each in state["alarms"]] == ["disk-filling"]
        assert state["figures"]["alarms_major"] == 1
        assert state["valid_for_s"] == 15
        assert watcher.last("alarms/disk-filling/spool")["subject"] == "spool"
    with Watcher(broker.port) as late:
        late.wait_for("availability", "reason", "stopped")
        assert all(each.is_retained for each in late.heard)
        assert {each.topic.removeprefix(f"{BASE}/") for each in late.heard} == {
            "availability", "state", "health", "alarms/disk-filling/spool",
        }  # fmt: skip


def test_an_alarm_that_is_cleared_stands_no_more(tmp_path: Path, broker: Mosquitto) -> None:
    box = Box(tmp_path / "box", broker.port)
    with Watcher(broker.port) as watcher, box.telling():
        watcher.wait_for("availability", "state", "online")
        box.raise_(AlarmCode.DESTINATION_FAILING, "archive", "unreachable: refused by 192.0.2.1")
        topic = "alarms/destination-failing/archive"
        watcher.wait_for(topic, "detail", "unreachable")
        box.clear(AlarmCode.DESTINATION_FAILING, "archive")
        wait_until(lambda: not watcher.at(topic)[-1].payload)
        wait_until(lambda: watcher.events()[-1]["kind"] == "alarm-cleared")
        started, raised, cleared = watcher.events()
        assert [raised["number"], cleared["number"]] == [
            started["number"] + 1,
            raised["number"] + 1,
        ]
        assert cleared["alarm"]["number"] == raised["alarm"]["number"]
        watcher.wait_for("health", "verdict", "good")


def test_a_day_without_broker_is_told_afterwards(tmp_path: Path, broker: Mosquitto) -> None:
    box = Box(tmp_path / "box", broker.port)
    broker.stop()
    broker.lines += ("persistence true", f"persistence_location {broker.folder}/")
    broker.start()
    with Watcher(broker.port, name="watcher") as watcher, box.telling():
        wait_until(lambda: len(watcher.events()) == 1)
    broker.stop()
    with box.telling():
        ledger = box.ledger
        alarms = Alarms(ledger, box.clock)
        for number in range(60):
            alarms.raise_(AlarmCode.DELIVERY_REFUSED, f"archive{number}")
            if number % 3:
                alarms.clear(AlarmCode.DELIVERY_REFUSED, f"archive{number}")
        ledger.close()
        broker.start()
        with Watcher(broker.port, name="watcher") as watcher:
            wait_until(lambda: len(watcher.events()) >= 100 or _cleared(watcher) >= 40)
            stands = "alarms/delivery-refused/archive"
            wait_until(lambda: bool(watcher.last(f"{stands}57")))
            assert not watcher.last(f"{stands}58")
            numbers = [each["number"] for each in watcher.events()]
            assert sorted(set(numbers)) == numbers, "in order, once each"


def _cleared(watcher: Watcher) -> int:
    return sum(each["kind"] == "alarm-cleared" for each in watcher.events())


def test_what_happened_while_nobody_told_is_told_later(tmp_path: Path, broker: Mosquitto) -> None:
    box = Box(tmp_path / "box", broker.port)
    with Watcher(broker.port) as watcher:
        with box.telling():
            wait_until(lambda: len(watcher.events()) == 1)
            box.raise_(AlarmCode.DISK_LOW, "spool")
            wait_until(lambda: bool(watcher.last("alarms/disk-low/spool")))
        box.clear(AlarmCode.DISK_LOW, "spool")
        box.raise_(AlarmCode.JOURNAL_BROKEN)
        with box.telling():
            wait_until(lambda: len(watcher.events()) == 5)
            wait_until(lambda: not watcher.at("alarms/disk-low/spool")[-1].payload)
            assert [each["kind"] for each in watcher.events()] == [
                "status-started", "alarm-raised", "alarm-cleared", "alarm-raised", "status-started",
            ]  # fmt: skip
        assert watcher.last("alarms/journal-broken")["severity"] == "critical"


def test_a_box_that_took_the_place_of_another_takes_its_alarms_away(
    tmp_path: Path, broker: Mosquitto
) -> None:
    dead = Box(tmp_path / "dead", broker.port)
    dead.raise_(AlarmCode.DISK_LOW, "spool")
    with Watcher(broker.port) as watcher:
        with dead.telling():
            wait_until(lambda: bool(watcher.last("alarms/disk-low/spool")))
        with Box(tmp_path / "new", broker.port).telling():
            wait_until(lambda: not watcher.at("alarms/disk-low/spool")[-1].payload)


def test_a_broker_that_lost_its_memory_is_told_all_again(tmp_path: Path, broker: Mosquitto) -> None:
    box = Box(tmp_path / "box", broker.port)
    box.raise_(AlarmCode.DISK_LOW, "spool")
    with box.telling():
        for _ in range(2):
            with Watcher(broker.port) as watcher:
                wait_until(lambda: bool(watcher.last("alarms/disk-low/spool")))
                watcher.wait_for("availability", "state", "online")
                wait_until(lambda: bool(watcher.last("state")))
            broker.stop(signal.SIGKILL)
            broker.start()


def test_a_killed_process_is_told_of_by_the_broker(tmp_path: Path, broker: Mosquitto) -> None:
    box = Box(tmp_path / "box", broker.port)
    with Watcher(broker.port) as watcher:
        process = box.process()
        watcher.wait_for("availability", "state", "online")
        online = watcher.last("availability")
        process.kill()
        process.wait()
        watcher.wait_for("availability", "reason", "lost")
        lost = watcher.last("availability")
        assert (lost["state"], lost["connection"]) == ("offline", online["connection"])
        again = box.process()
        watcher.wait_for("availability", "state", "online")
        again.terminate()
        assert again.wait(PATIENCE_S) == 0
        watcher.wait_for("availability", "reason", "stopped")


def test_a_line_that_flaps(tmp_path: Path, broker: Mosquitto) -> None:
    relay = Relay(broker.port)
    box = Box(tmp_path / "box", relay.port)
    with Watcher(broker.port) as watcher, box.telling():
        for number in range(3):
            wait_until(lambda: watcher.last("availability").get("state") == "online")
            relay.cut()
            box.raise_(AlarmCode.DELIVERY_REFUSED, f"archive{number}")
            time.sleep(0.1)
            relay.mend()
        wait_until(lambda: len({each["number"] for each in watcher.events()}) == 4)
        numbers = list(dict.fromkeys(each["number"] for each in watcher.events()))
        assert numbers == sorted(numbers)
        watcher.wait_for("availability", "state", "online")
    relay.close()


@pytest.mark.parametrize("way", ["passes", "answers"])
def test_a_broker_that_is_silent(tmp_path: Path, broker: Mosquitto, way: str) -> None:
    """Nothing arrives there, or nothing comes back: a new connection is made, nothing is lost."""
    relay = Relay(broker.port)
    box = Box(tmp_path / "box", relay.port, patience_s=2.0)
    with Watcher(broker.port) as watcher, box.telling():
        watcher.wait_for("availability", "state", "online")
        before = relay.connections
        setattr(relay, way, False)
        box.raise_(AlarmCode.DISK_LOW, "spool")
        wait_until(lambda: relay.connections > before)
        relay.mend()
        wait_until(lambda: bool(watcher.last("alarms/disk-low/spool")))
        wait_until(lambda: "alarm-raised" in {each["kind"] for each in watcher.events()})
        watcher.wait_for("availability", "state", "online")
    relay.close()


@pytest.mark.parametrize("silently", [False, True])
def test_a_broker_that_knows_no_mqtt_5(
    tmp_path: Path, broker: Mosquitto, *, silently: bool
) -> None:
    relay = OldBroker(broker.port, silently=silently)
    box = Box(tmp_path / "box", relay.port)
    with Watcher(broker.port) as watcher:
        with box.telling():
            watcher.wait_for("availability", "state", "online")
            wait_until(lambda: bool(watcher.last("state")))
        watcher.wait_for("availability", "reason", "stopped")
    assert relay.versions[:2] == [5, 4]
    relay.close()


def test_only_what_is_asked_for_is_spoken(tmp_path: Path, broker: Mosquitto) -> None:
    relay = OldBroker(broker.port, silently=False)
    box = Box(tmp_path / "box", relay.port, mqtt='protocol = "3.1.1"')
    with Watcher(broker.port) as watcher, box.telling():
        watcher.wait_for("availability", "state", "online")
    assert relay.versions == [4]
    relay.close()


def test_a_broker_that_is_away_for_long_is_an_alarm(tmp_path: Path, broker: Mosquitto) -> None:
    box = Box(tmp_path / "box", broker.port, mqtt="alarm_after_s = 1")
    broker.stop()
    with box.telling():
        wait_until(lambda: box.is_raised(AlarmCode.BROKER_UNREACHABLE))
        broker.start()
        wait_until(lambda: not box.is_raised(AlarmCode.BROKER_UNREACHABLE))
        with Watcher(broker.port) as watcher:
            watcher.wait_for("health", "verdict", "good")


@pytest.mark.slow
def test_a_clock_that_is_set(tmp_path: Path, broker: Mosquitto) -> None:
    """What stands stays true to the clock that there is; the step itself is told."""
    step_s = [0.0]
    clock = Clock(wall=lambda: time.time() + step_s[0])
    box = Box(tmp_path / "box", broker.port, clock=clock)
    with Watcher(broker.port) as watcher, box.telling():
        wait_until(lambda: bool(watcher.last("state")) and len(watcher.events()) == 1)
        for set_by in (-86400.0 * 365, 86400.0 * 365):
            events = len(watcher.events())
            step_s[0] += set_by
            wait_until(lambda: len(watcher.events()) > events)  # noqa: B023 - of this turn
            event = watcher.events()[-1]
            assert event["kind"] == "clock-stepped"
            assert abs(event["details"]["step_s"] - set_by) < 10
            year = time.gmtime(clock.wall()).tm_year
            wait_until(lambda: watcher.last("state")["taken_at"].startswith(str(year)))  # noqa: B023
        box.raise_(AlarmCode.DISK_LOW, "spool")
        wait_until(lambda: bool(watcher.last("alarms/disk-low/spool")))


def test_a_will_that_is_wrong_does_not_stand_for_long(tmp_path: Path, broker: Mosquitto) -> None:
    box = Box(tmp_path / "box", broker.port)
    with Watcher(broker.port) as watcher, box.telling():
        watcher.wait_for("availability", "state", "online")
        newest = watcher.last("availability")["connection"]
        old = Connection("0" * 16, 0.0).will(Device("north", "box1"))
        publish.single(
            f"{BASE}/availability",
            encoded(old),
            1,
            retain=True,
            hostname=LOOPBACK,
            port=broker.port,
        )
        wait_until(lambda: watcher.last("availability")["connection"] != newest)
        watcher.wait_for("availability", "connection", newest)


@pytest.mark.parametrize(("device", "reached"), [("lo", True), ("gone0", False)])
def test_nothing_leaves_but_by_the_tunnel(
    tmp_path: Path, broker: Mosquitto, device: str, *, reached: bool
) -> None:
    vpn = f'[vpn]\ninterface = "{device}"\ninner_address = "127.0.0.1"'
    box = Box(tmp_path / "box", broker.port, mqtt="vpn = true\nalarm_after_s = 1", more=vpn)
    with Watcher(broker.port) as watcher, box.telling():
        wait_until(lambda: box.is_raised(AlarmCode.BROKER_UNREACHABLE) or bool(watcher.heard))
        assert bool(watcher.heard) is reached


def test_what_stands_is_said_again_before_the_broker_forgets_it(
    tmp_path: Path, broker: Mosquitto
) -> None:
    """With MQTT 5 what does not change would go from the broker after ``keep_h``."""
    later_s = [0.0]
    clock = Clock(monotonic=lambda: time.monotonic() + later_s[0])
    box = Box(tmp_path / "box", broker.port, mqtt="keep_h = 1", clock=clock)
    box.raise_(AlarmCode.DISK_LOW, "spool")
    with Watcher(broker.port) as watcher, box.telling():
        wait_until(lambda: bool(watcher.last("alarms/disk-low/spool")))
        wait_until(lambda: bool(watcher.last("state")))
        later_s[0] = 1801.0
        wait_until(lambda: len(watcher.at("alarms/disk-low/spool")) > 1)
