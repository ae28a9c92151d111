"""Images through a real forwarder to archives: by rule, byte for byte, in order, to several."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.uid import CTImageStorage, ImplicitVRLittleEndian

from appliance.clock import SYSTEM_CLOCK
from appliance.spool import Spool
from tests.destinations.archives import Scripted, a_free_port, storescp, wait_until
from tests.destinations.encoded import FORMS, arrival, data_set_of
from tests.services.forwarding import Forwarding

ALL = '["reports", "native-reports", "dose-screens", "images"]'


class Gateway(Forwarding):
    """A forwarder and the spool that it takes from."""

    def receive(self, uid: str, form: str = "implicit") -> bytes:
        spool = Spool(self.folder / "data" / "spool", self.ledger, SYSTEM_CLOCK)
        came, data_set = arrival(form, uid)
        spool.keep(came, [data_set])
        return data_set

    def left(self, destination: str) -> int:
        return sum(each.waiting + each.refused for each in self._backlog(destination))


@pytest.fixture
def gateways() -> Iterator[list[Gateway]]:
    made: list[Gateway] = []
    yield made
    for each in made:
        if each.process is not None and each.process.poll() is None:
            each.kill()


def a_gateway(made: list[Gateway], folder: Path, more: str, **ports: int) -> Gateway:
    (folder / "box").mkdir()
    made.append(Gateway(folder / "box", ports, more=more))
    return made[-1]


def bytes_in(folder: Path) -> list[bytes]:
    return sorted(data_set_of(path.read_bytes()) for path in folder.iterdir())


def test_images_fan_out_byte_for_byte(gateways: list[Gateway], tmp_path: Path) -> None:
    with (
        storescp(tmp_path / "a", 0, "+xa", "+B") as first,
        storescp(tmp_path / "b", 0, "+xa", "+B") as second,
    ):
        box = a_gateway(gateways, tmp_path, f"send = {ALL}\n", a=first, b=second)
        sent = [box.receive(f"1.{at}", form) for at, form in enumerate(FORMS)]
        box.start()
        sent += [box.receive(f"2.{at}", form) for at, form in enumerate(FORMS)]
        wait_until(lambda: box.delivered("a") == box.delivered("b") == len(sent))
        assert box.stop() == 0
        assert bytes_in(tmp_path / "a") == bytes_in(tmp_path / "b") == sorted(sent)


def test_rules_send_each_object_where_they_say(gateways: list[Gateway], tmp_path: Path) -> None:
    rules = """
[[rule]]
name = "drop-compressed"
sop_class = ["SecondaryCaptureImageStorage"]
destinations = []
[[rule]]
name = "ct"
modality = "CT"
series_description = "thin"
destinations = ["pacs"]
"""
    with storescp(tmp_path / "a", 0, "+xa", "+B") as port:
        box = a_gateway(gateways, tmp_path, f"send = {ALL}\n", pacs=port, other=a_free_port())
        box.rules = rules
        box.receive("1.1", "jpeg-lossless")
        sent = box.receive("1.2", "explicit")
        box.start()
        wait_until(lambda: box.delivered("pacs") == 1)
        assert box.stop() == 0
        assert bytes_in(tmp_path / "a") == [sent]
    assert box.left("other") == 0
    routed = box.ledger.rows("SELECT rule, destinations FROM routed ORDER BY instance_id")
    assert [tuple(row) for row in routed] == [("drop-compressed", "[]"), ("ct", '["pacs"]')]


def test_kill_9_loses_no_image_and_keeps_their_order(
    gateways: list[Gateway], tmp_path: Path
) -> None:
    with Scripted(
        sop_class=CTImageStorage,
        transfer_syntaxes=(ImplicitVRLittleEndian,),
        statuses=[0xA700],
        delay_s=0.02,
    ).running() as archive:
        box = a_gateway(gateways, tmp_path, f"send = {ALL}\n", pacs=archive.port)
        for number in range(30):
            box.receive(f"1.{number}")
        for told in (5, 15):
            box.start()
            wait_until(lambda told=told: len(archive.uids) >= told)  # type: ignore[misc]
            box.kill()
        box.start()
        wait_until(lambda: box.delivered("pacs") == 30, 90)
        assert box.stop() == 0
    first_times = list(dict.fromkeys(archive.uids))
    assert first_times == [f"1.{number}" for number in range(30)]


def test_an_image_that_was_changed_in_the_spool_is_not_sent(
    gateways: list[Gateway], tmp_path: Path
) -> None:
    with storescp(tmp_path / "a", 0, "+xa", "+B") as port:
        box = a_gateway(gateways, tmp_path, f"send = {ALL}\n", pacs=port)
        box.receive("1.1")
        (file,) = (box.folder / "data" / "spool").glob("*/*.dcm")
        file.write_bytes(file.read_bytes()[:-2] + b"xx")
        box.start()
        wait_until(lambda: box.refused("pacs") == 1)
        assert "report-damaged" in box.last_error("pacs")
        assert list((tmp_path / "a").iterdir()) == []


def test_a_key_that_is_broken_holds_no_other_destination_up(
    gateways: list[Gateway], tmp_path: Path
) -> None:
    with storescp(tmp_path / "a") as port:
        box = a_gateway(gateways, tmp_path, "", good=port)
        (box.folder / "data" / "deidentify.key").write_bytes(b"short")
        box.rules = (
            f'[[destination]]\nname = "clean"\nhost = "127.0.0.1"\nport = {port}\n'
            'deidentify = "registry"\n'
        )
        box.put("1.1")
        box.start()
        wait_until(lambda: box.delivered("good") == 1)
        wait_until(lambda: box.raised() == [("destination-failing", "clean")])
        assert box.delivered("clean") == 0
        assert box.stop() == 0


def test_a_forwarder_loads_nothing_that_reads_pixels() -> None:
    script = (
        "from appliance.services.bytes_only import PIXEL_PACKAGES, leave_out;"
        "leave_out(PIXEL_PACKAGES);"
        "import appliance.services.forwarder"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_what_waits_for_a_destination_that_was_renamed_is_told(
    gateways: list[Gateway], tmp_path: Path
) -> None:
    nobody = a_free_port()
    box = a_gateway(gateways, tmp_path, f"send = {ALL}\n", pacs=nobody)
    box.receive("1.1")
    box.start()
    wait_until(lambda: ("destination-failing", "pacs") in box.raised())
    assert box.stop() == 0
    box.ports = {"archive": nobody}
    for starts in (1, 2):
        box.start()
        wait_until(lambda: box.log.count("objects_left_behind") == starts)  # noqa: B023 - at once
        assert box.stop() == 0
        assert box.raised() == [("delivery-refused", "pacs")]
    with storescp(tmp_path / "a", nobody):
        box.ports = {"pacs": nobody}
        box.start()
        wait_until(lambda: box.raised() == [])
        wait_until(lambda: box.left("pacs") == 0)
