"""On the real image: the clock goes on from the records, rules are sound, a request is heard."""

import json
from collections.abc import Callable, Iterator

import pytest

from tests.image.settings import set_until_next_start
from tests.image.virtual_machine import Hardware, VirtualMachine

pytestmark = pytest.mark.image

SHOW = "appliance clock show --format json"
BACK = "systemctl stop systemd-timesyncd.service && date --set '2020-01-01 00:00:00 UTC'"
RAISE = "systemctl restart dose-appliance-clock.service && date +%s"

LINES = "/run/dose-appliance/panel/lines"


@pytest.fixture(scope="module")
def machine(machine_from: Callable[[Hardware], VirtualMachine]) -> Iterator[VirtualMachine]:
    made = machine_from(Hardware())
    made.start()
    made.wait_until("systemctl is-active dose-appliance-keeper.service")
    yield made
    made.stop()


def test_the_clock_is_seen_set_from_the_machines_own(machine: VirtualMachine) -> None:
    machine.wait_until(f"{SHOW} | grep boot_id")
    told = json.loads(machine.told(SHOW))
    assert {told["state"], told["sightings"][0]["state"]} <= {"rtc", "ntp"}
    assert told["sightings"][0]["boot_id"] == machine.told("cat /proc/sys/kernel/random/boot_id")


def test_a_clock_that_went_back_goes_on_from_the_newest_record(machine: VirtualMachine) -> None:
    before = int(machine.told("date +%s"))
    machine.told(BACK)
    after = int(machine.told(RAISE).splitlines()[-1])
    assert abs(after - before) < 3700, machine.told("journalctl -u dose-appliance-clock")


def test_the_rules_of_devices_are_sound(machine: VirtualMachine) -> None:
    machine.told("udevadm verify /usr/lib/udev/rules.d/*dose-appliance*.rules")


def test_services_without_a_panel_are_not_failed(machine: VirtualMachine) -> None:
    units = "dose-appliance-frontpanel.service dose-appliance-powerfail.service"
    assert machine.order(f"systemctl is-failed {units}").code != 0


def test_the_front_panel_alone_asks(machine: VirtualMachine) -> None:
    asks = "runuser -u dose-{} -g dose -- touch /run/dose-appliance/request/probe"
    assert machine.order(asks.format("frontpanel")).code == 0
    assert machine.order(asks.format("receiver")).code != 0


def test_a_mains_that_stays_away_shuts_the_machine_down(machine: VirtualMachine) -> None:
    """Through every sandbox: the line, the light, the alarm, the request, systemd."""
    panel = {"enabled": "true", "simulated": f'"{LINES}"', "power_fail": '"GPIO24"'}
    set_until_next_start(machine, "front_panel", **panel, power_off_after_s="3600")
    machine.told("systemctl restart dose-appliance-frontpanel dose-appliance-powerfail")
    machine.wait_until(f"grep 1 {LINES}/well")
    assert "box=runs" in machine.told("systemctl show -P StatusText dose-appliance-frontpanel")
    machine.order(f"echo 1 >{LINES}/power-fail")
    machine.wait_until("appliance status | grep power-failed")
    set_until_next_start(machine, "front_panel", power_off_after_s="1")
    machine.order("systemctl --no-block restart dose-appliance-powerfail")
    machine.wait_for_end()
