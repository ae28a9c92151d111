import socket
import subprocess
import time

import pytest

from tests.receive.box import Box, wait_for, wait_until
from tests.receive.conftest import MakeBox
from tests.receive.raw_scu import IMPLICIT_LE, RawSCU, RejectedError, associate_rq, p_data
from tests.receive.test_storing import CT

CONTEXTS = [(CT, IMPLICIT_LE)]
CALLER_NOT_LISTED = (1, 1, 3)
CALLED_AE_UNKNOWN = (1, 1, 7)
LIMIT_EXCEEDED = (2, 3, 2)


def a_connection(box: Box, says: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", box.port), timeout=10)
    connection.sendall(says)
    return connection


def stores_within(box: Box, seconds: float) -> bool:
    """Whether a CT gets an object in within that time."""
    started_s = time.monotonic()
    with RawSCU(box.port, CONTEXTS) as scu:
        assert scu.store("1.2.3", b"dose") == 0
    return time.monotonic() - started_s < seconds


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: box\r\n\r\n",
        b"\x01\x00\x00",
        associate_rq(CONTEXTS)[:-1],
        b"\x01\x00\xff\xff\xff\xff" + bytes(100),
    ],
    ids=["silent", "http", "half-header", "half-request", "endless-request"],
)
def test_twenty_strangers_do_not_keep_a_ct_out(make_box: MakeBox, says: bytes) -> None:
    box = make_box(receiver="min_free_mib = 1\nmax_associations = 2\nacse_timeout_s = 1.0")
    strangers = [a_connection(box, says) for _ in range(20)]
    assert stores_within(box, 5.0)
    for stranger in strangers:
        try:
            assert stranger.recv(1) == b""
        except ConnectionResetError:
            pass  # closed with something of ours unread
        finally:
            stranger.close()
    wait_for(box, "connection_closed address=127.0.0.1")


def test_half_a_message_ends_its_association(make_box: MakeBox) -> None:
    box = make_box(receiver="min_free_mib = 1\nmax_associations = 1\ndimse_timeout_s = 1.0")
    scu = RawSCU(box.port, CONTEXTS)
    scu.connection.sendall(p_data(1, 0x03, bytes(50))[:-10])
    while scu.receive()[0]:
        continue
    scu.connection.close()
    wait_for(box, "association_aborted")
    assert stores_within(box, 5.0)


def test_endless_pdu_ends_its_association(box: Box) -> None:
    scu = RawSCU(box.port, CONTEXTS)
    scu.connection.sendall(b"\x04\x00\xff\xff\xff\xff" + bytes(1000))
    while scu.receive()[0]:
        continue
    scu.connection.close()
    wait_for(box, "association_aborted")
    assert stores_within(box, 5.0)


def test_one_address_cannot_take_every_association(make_box: MakeBox) -> None:
    box = make_box(receiver="min_free_mib = 1\nmax_associations_per_address = 2")
    with RawSCU(box.port, CONTEXTS), RawSCU(box.port, CONTEXTS):
        with pytest.raises(RejectedError) as refused:
            RawSCU(box.port, CONTEXTS)
        assert refused.value.args == LIMIT_EXCEEDED
    wait_for(box, "association_refused calling_ae=CT99 called_ae=DOSEBOX address=127.0.0.1")
    assert "reason=too-many-from-address" in box.log
    wait_until(lambda: box.log.count("association_released") == 2)
    assert stores_within(box, 5.0)


def test_too_many_associations_are_refused_and_alarmed(make_box: MakeBox) -> None:
    box = make_box(receiver="min_free_mib = 1\nmax_associations = 1")
    with RawSCU(box.port, CONTEXTS):
        with pytest.raises(RejectedError) as refused:
            RawSCU(box.port, CONTEXTS)
        assert refused.value.args == LIMIT_EXCEEDED
        wait_for(box, "reason=too-many-associations")
    box.stop()
    assert [row["code"] for row in box.rows("SELECT code FROM alarm")] == ["receiver-saturated"]


def test_listed_callers_only(make_box: MakeBox) -> None:
    box = make_box(
        receiver='min_free_mib = 1\ncallers = "listed"',
        settings='[[scanner]]\nname = "ct1"\nae_title = "CT1"\naddress = "127.0.0.0/8"\n'
        '[[scanner]]\nname = "ct2"\nae_title = "CT2"\naddress = "192.0.2.0/24"\n',
    )
    with RawSCU(box.port, CONTEXTS, calling="CT1") as scu:
        assert scu.store("1.2.3", b"x") == 0
    for stranger in ("CT2", "OTHER"):
        with pytest.raises(RejectedError) as refused:
            RawSCU(box.port, CONTEXTS, calling=stranger)
        assert refused.value.args == CALLER_NOT_LISTED
        wait_for(box, f"calling_ae={stranger} called_ae=DOSEBOX address=127.0.0.1")
    assert box.log.count("reason=caller-not-listed") == 2


def test_called_ae_title_may_be_required(make_box: MakeBox) -> None:
    box = make_box(receiver="min_free_mib = 1\nrequire_called_ae_title = true")
    with pytest.raises(RejectedError) as refused:
        RawSCU(box.port, CONTEXTS, called="OTHER")
    assert refused.value.args == CALLED_AE_UNKNOWN
    wait_for(box, "called_ae=OTHER address=127.0.0.1 reason=called-ae-unknown")
    assert stores_within(box, 5.0)


def test_dcmtk_understands_a_refusal(make_box: MakeBox) -> None:
    box = make_box(receiver="min_free_mib = 1\nrequire_called_ae_title = true")
    echo = subprocess.run(
        ["echoscu", "-aec", "OTHER", "127.0.0.1", str(box.port)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Called AE Title Not Recognized" in echo.stderr


def test_a_crowd_of_strangers_pushes_out_its_eldest(make_box: MakeBox) -> None:
    box = make_box(receiver="min_free_mib = 1\nacse_timeout_s = 60.0")
    crowd = [a_connection(box) for _ in range(300)]
    assert stores_within(box, 5.0)
    assert "reason=lobby-full" in box.log
    for stranger in crowd:
        stranger.close()
