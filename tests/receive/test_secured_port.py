import socket
import ssl
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.destinations.authority import Authority
from tests.receive.box import wait_for
from tests.receive.secured import LOOPBACK, Secured
from tests.receive.test_storing import a_screen, data_set_of

CLIENT_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
"""Its beginning; 500 more bytes belong to it."""
ONE_CT = '[[scanner]]\nname = "ct1"\nae_title = "CT1"\ncertificate_name = "ct1.example"\n'


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with Secured(tmp_path_factory.mktemp("secured"), settings=ONE_CT).running() as running:
        yield running


def test_dcmtk_stores_by_tls(secured: Secured, tmp_path: Path) -> None:
    file = a_screen(tmp_path / "1.dcm", "1.2.3.1")
    sent = secured.dcmtk("storescu", secured.authority.client(), files=(str(file),))
    assert sent.returncode == 0, sent.stderr
    assert secured.box.stored()["1.2.3.1"] == [data_set_of(file)]
    wait_for(secured.box, "tls=TLSv1.")


@pytest.mark.parametrize("retired", ["+pa", "+pn"], ids=["aes-cbc", "null"])
def test_retired_profiles_of_dcmtk_are_refused(secured: Secured, retired: str) -> None:
    assert secured.echo(secured.authority.client(), retired).returncode != 0


def test_silence_keeps_nobody_out(secured: Secured, tmp_path: Path) -> None:
    file = a_screen(tmp_path / "2.dcm", "1.2.3.2")
    silent = [b""] * 30 + [CLIENT_HELLO] + [b"GET / HTTP/1.1\r\n\r\n"] * 3
    with secured.strangers(silent):  # they may stay for longer than dcmtk is waited for
        sent = secured.dcmtk(
            "storescu", secured.authority.client(), "-ta", "10", "-ts", "10", files=(str(file),)
        )
        assert sent.returncode == 0, sent.stderr
    wait_for(secured.box, 'reason="tls: HTTP_REQUEST"')


def test_an_unknown_certificate_keeps_its_owner_out(secured: Secured, tmp_path: Path) -> None:
    stranger = Authority(tmp_path / "stranger", "Another authority")
    for credential in (stranger.client(), secured.authority.expired_client(), None):
        assert secured.echo(credential).returncode != 0
    wait_for(secured.box, 'reason="tls: PEER_DID_NOT_RETURN_A_CERTIFICATE"')
    assert secured.box.log.count('reason="tls: CERTIFICATE_VERIFY_FAILED"') == 2


def test_plain_text_is_not_taken_for_tls(secured: Secured) -> None:
    with socket.create_connection((LOOPBACK, secured.port), timeout=20) as plain:
        plain.sendall(b"\x01\x00" + bytes(200))
        wait_for(secured.box, 'reason="tls: WRONG_VERSION_NUMBER"')


def test_the_plain_port_is_there_too(secured: Secured) -> None:
    with socket.create_connection((LOOPBACK, secured.box.port), timeout=20) as plain:
        assert plain.getpeername()[1] == secured.box.port


def test_a_scanner_is_known_by_its_certificate(secured: Secured) -> None:
    refused = secured.echo(secured.authority.client("ct2.example"), "-aet", "CT1")
    assert "Calling AE Title Not Recognized" in refused.stderr
    assert secured.echo(secured.authority.client("CT1.example"), "-aet", "CT1").returncode == 0
    assert "reason=certificate-not-its-own" in secured.box.log


def test_nobody_is_that_scanner_on_the_plain_port(secured: Secured) -> None:
    pdu = b"\x00\x01\x00\x00" + b"DOSEBOX".ljust(16) + b"CT1".ljust(16) + bytes(32)
    with socket.create_connection((LOOPBACK, secured.box.port), timeout=20) as plain:
        plain.sendall(struct.pack(">BBL", 1, 0, len(pdu)) + pdu)
        assert plain.recv(10) == bytes.fromhex("03000000000400010103")


def test_a_renewed_certificate_is_shown_at_once(secured: Secured) -> None:
    def shown() -> bytes | None:
        context = ssl.create_default_context(cafile=str(secured.authority.certificate))
        client = secured.authority.client()
        context.load_cert_chain(client.certificate, client.private_key)
        with (
            socket.create_connection((LOOPBACK, secured.port), timeout=20) as plain,
            context.wrap_socket(plain, server_hostname=LOOPBACK) as connection,
        ):
            return connection.getpeercert(binary_form=True)

    before, renewed = shown(), secured.authority.server()
    for new, old in (
        (renewed.private_key, secured.credential.private_key),
        (renewed.certificate, secured.credential.certificate),
    ):
        new.replace(old)
    assert shown() not in (before, None)


def test_without_a_usable_certificate_only_tls_is_out_of_order(tmp_path: Path) -> None:
    broken = Secured(tmp_path)
    broken.credential.certificate.write_text("no certificate")
    with broken.running():
        assert broken.echo(broken.authority.client()).returncode != 0
        wait_for(broken.box, 'reason="tls: no certificate"')
        assert "certificate_not_used" in broken.box.log


def test_tls_instead_of_the_plain_port(tmp_path: Path) -> None:
    only = Secured(tmp_path, more="instead = true")
    only.port = only.box.port
    only.box.receiver = only.box.receiver.replace(
        f"port = {only.box.receiver.split('port = ')[1].split()[0]}", f"port = {only.port}"
    )
    with only.running():
        assert only.echo(only.authority.client()).returncode == 0
