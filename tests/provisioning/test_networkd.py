"""What is rendered is what systemd-networkd wants: it takes every line, and brings addresses up."""

import re
import shutil
import tempfile
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from appliance.provisioning import BoxText, SystemFile, parse_box, system_files
from appliance.provisioning.networkd import GROUPS
from appliance.services.provisioning import provision
from tests.provisioning.networking import Card, networked
from tests.provisioning.world import a_box
from tests.provisioning.writing import boxes

COMPLAINTS = re.compile(r"^/run/systemd/network/\S+:\d+: .*", re.MULTILINE)
"""What networkd says of a line that it does not take."""

TWO_CARDS = """\
hostname = "two"

[[interface]]
name = "modality"
role = "modality"
mac = "02:00:00:00:00:01"
addressing = "static"
address = ["10.1.2.3/24", "2001:db8:1::3/64"]
gateway = ["10.1.2.1", "2001:db8:1::1"]

[[interface.route]]
destination = "10.9.0.0/16"
gateway = "10.1.2.9"

[[interface]]
name = "office"
role = "service"
mac = "02:00:00:00:00:02"
addressing = "dhcp4"
"""


def test_static_and_dhcp_come_up_each_on_its_card_and_in_its_group(tmp_path: Path) -> None:
    places = a_box(tmp_path, TWO_CARDS)
    provision(places)
    cards = (
        Card("up0", "02:00:00:00:00:02", ("10.20.0.1/24",), "10.20.0.50,10.20.0.50"),
        Card("up1", "02:00:00:00:00:01", ("10.1.2.1/24", "2001:db8:1::1/64")),
    )
    ready = (
        "ip address show up0 | grep -q 10.20.0.50 && ip route | grep -q 10.9.0.0 "
        "&& ip -6 route | grep -q default"
    )
    found = networked(places.run, cards, ready)
    assert COMPLAINTS.findall(found.log) == []
    assert found.of("up0") == ["10.20.0.50/24"]
    assert found.of("up1") == ["10.1.2.3/24", "2001:db8:1::3/64"]
    assert [found.group_of(each) for each in ("up0", "up1")] == ["20", "10"]
    assert ("10.1.2.1", 100) in found.gateways
    assert ("10.20.0.1", 200) in found.gateways
    assert ("2001:db8:1::1", 100) in found.gateways
    assert any(each["dst"] == "10.9.0.0/16" for each in found.routes)


def test_a_box_without_a_file_takes_an_address_on_any_card(tmp_path: Path) -> None:
    places = a_box(tmp_path)
    provision(places)
    card = Card("enp3s0", "02:00:00:00:00:09", ("10.20.0.1/24",), "10.20.0.77,10.20.0.77")
    found = networked(places.run, (card,), "ip address show enp3s0 | grep -q 10.20.0.77")
    assert found.of("enp3s0") == ["10.20.0.77/24"]
    assert found.group_of("enp3s0") == str(GROUPS["both"])


@settings(deadline=None, max_examples=3, phases=[Phase.generate])
@given(texts=st.lists(boxes(), min_size=12, max_size=12))
def test_networkd_accepts_every_line_of_any_valid_box(texts: list[str]) -> None:
    run = Path(tempfile.mkdtemp())
    for at, text in enumerate(texts):
        for file in system_files(parse_box(BoxText(text)), host_key="/k"):
            if isinstance(file, SystemFile) and file.path.startswith("systemd/network/"):
                name = f"{at:02}-{Path(file.path).name}"
                (run / "systemd/network").mkdir(parents=True, exist_ok=True)
                (run / "systemd/network" / name).write_bytes(file.content)
    found = networked(run)
    assert COMPLAINTS.findall(found.log) == []
    shutil.rmtree(run)


def test_a_line_that_networkd_does_not_know_would_be_seen(tmp_path: Path) -> None:
    places = a_box(tmp_path)
    provision(places)
    file = places.run / "systemd/network/90-01-card.network"
    file.write_text(file.read_text() + "[Network]\nBogus=1\nDHCP=perhaps\n")
    assert len(COMPLAINTS.findall(networked(places.run).log)) >= 2
