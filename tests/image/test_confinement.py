"""What a container cannot show: limits of memory and tasks, addresses and devices, in the image."""

from collections.abc import Callable, Iterator

import pytest

from tests.image.virtual_machine import Hardware, VirtualMachine

pytestmark = pytest.mark.image

SERVICES = ("receiver", "recogniser", "forwarder", "clerk", "keeper")
CGROUP = "/sys/fs/cgroup/system.slice/dose-appliance-{}.service"
SAME = (
    "MemoryMax",
    "IPAddressDeny",
    "IPAddressAllow",
    "DevicePolicy",
    "DeviceAllow",
    "PrivateDevices",
    "PrivateNetwork",
)
"""What a command is confined by as the service is, with the service's own values."""


@pytest.fixture(scope="module")
def box(machine_from: Callable[[Hardware], VirtualMachine]) -> Iterator[VirtualMachine]:
    machine = machine_from(Hardware())
    machine.start()
    for service in SERVICES:
        machine.wait_until(f"systemctl is-active dose-appliance-{service}.service")
    yield machine
    machine.stop()


def confined_as(box: VirtualMachine, service: str, command: str, *more: str) -> tuple[int, str]:
    """Run a command confined as a service is by its control group."""
    unit = f"dose-appliance-{service}.service"
    told = box.told(f"systemctl show {unit} --property={','.join(SAME)}")
    given = (f"--property='{line}'" for line in told.splitlines() if not line.endswith("="))
    words = ("systemd-run", "--quiet", "--pipe", "--wait", *given, *more, command)
    answer = box.order(" ".join(words))
    return answer.code, answer.text


@pytest.mark.parametrize("service", SERVICES)
def test_the_limits_are_the_kernels(box: VirtualMachine, service: str) -> None:
    unit, group = f"dose-appliance-{service}.service", CGROUP.format(service)
    for key, file in (("MemoryMax", "memory.max"), ("TasksMax", "pids.max")):
        wanted = box.told(f"systemctl show --value --property={key} {unit}")
        assert wanted.isdigit()
        assert box.told(f"cat {group}/{file}") == wanted


def test_who_takes_more_memory_than_the_limit_is_ended(box: VirtualMachine) -> None:
    taking = "python3 -c 'bytearray(1 << 30)'"
    code, _ = confined_as(box, "keeper", taking, "--property=MemorySwapMax=0")
    assert code != 0
    code, _ = confined_as(box, "keeper", "python3 -c 'bytearray(1 << 20)'")
    assert code == 0


@pytest.mark.parametrize("service", ["recogniser", "keeper"])
def test_who_has_no_network_cannot_even_reach_the_box_itself(
    box: VirtualMachine, service: str
) -> None:
    """Neither by its own network namespace, nor, where that failed, by IPAddressDeny=."""
    calling = (  # a traceback quotes the line that it is of
        "python3 -c 'import socket;"
        ' socket.create_connection(("127.0.0.1", 104), timeout=5); print("rea" + "ched")\''
    )
    assert box.order(calling).text.strip() == "reached"
    for more in ((), ("--property=PrivateNetwork=no",)):
        code, text = confined_as(box, service, calling, *more)
        assert code != 0
        assert "reached" not in text
    unlimited = "--property=IPAddressDeny="
    code, text = confined_as(box, service, calling, "--property=PrivateNetwork=no", unlimited)
    assert (code, text.strip()) == (0, "reached")


def test_only_the_devices_that_are_allowed_open(box: VirtualMachine) -> None:
    """A serial line of the PC stands for what is not a meter; zero for what everybody may."""
    opening = 'python3 -c \'open("/dev/{}", "rb", buffering=0)\''
    assert confined_as(box, "console", opening.format("zero"))[0] == 0
    for device in ("vda", "port", "mem"):
        code, text = confined_as(box, "console", opening.format(device))
        assert code != 0
        assert "Operation not permitted" in text or "No such file" in text
    assert confined_as(box, "receiver", opening.format("vda"))[0] != 0


def test_nobody_calls_but_through_the_firewall(box: VirtualMachine) -> None:
    ruleset = box.told("nft list table inet dose_appliance")
    assert "policy drop" in ruleset
    assert "elements = { 104 }" in ruleset
    assert box.told("systemctl is-active dose-appliance-firewall.service") == "active"
