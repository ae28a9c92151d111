"""C-STORE by TLS to dcmtk's storescp: who is trusted, and who is told of."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance import config
from appliance.config import Tls
from appliance.connection import ANY_DEVICE
from appliance.destinations import Caller, Cause, Delivered, Outcome, Retry, open_destination
from tests.destinations.archives import (
    LOOPBACK,
    a_free_port,
    a_process,
    a_report,
    a_silent_listener,
    consigned,
    storescp,
)
from tests.destinations.authority import Authority, Credential

UID = "2.25.1"


@contextmanager
def archive(
    folder: Path, authority: Authority, credential: Credential, *options: str
) -> Iterator[int]:
    """dcmtk's Storage SCP by TLS, which asks for a certificate of ``authority``."""
    folder.mkdir()
    port = a_free_port()
    command = [
        *("storescp", "+tls", str(credential.private_key), str(credential.certificate)),
        *("+cf", str(authority.certificate), *options),
        *("-aet", "ARCHIVE", "-od", str(folder), str(port)),
    ]
    with a_process(command, port):
        yield port


def sent(port: int, tls: Tls, patience_s: float = 10) -> Outcome:
    settings = config.Destination(
        name="pacs",
        host=LOOPBACK,
        port=port,
        connection_timeout_s=patience_s,
        timeout_s=patience_s,
        tls=tls,
    )
    destination = open_destination(settings, Caller("DOSEBOX", ANY_DEVICE))
    try:
        return destination.send(consigned(a_report(UID)))
    finally:
        destination.close()


def trusting(authority: Authority, credential: Credential | None, **more: bool | str) -> Tls:
    return Tls(
        enabled=True,
        ca_file=str(authority.certificate),
        certificate_file=str(credential.certificate) if credential else "",
        private_key_file=str(credential.private_key) if credential else "",
        **more,  # type: ignore[arg-type] # Tls's own
    )


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


def reason(outcome: Outcome) -> str:
    assert isinstance(outcome, Retry)
    assert outcome.cause is Cause.TLS_FAILED
    return outcome.detail


def test_both_ends_know_each_other(authority: Authority, tmp_path: Path) -> None:
    with archive(tmp_path / "kept", authority, authority.server()) as port:
        for profile in ("bcp195", "bcp195-modified"):
            tls = trusting(authority, authority.client(), profile=profile)
            assert isinstance(sent(port, tls), Delivered)
        refused = sent(port, trusting(authority, None))
        assert isinstance(refused, Retry)
        assert refused.cause in (Cause.TLS_FAILED, Cause.ASSOCIATION_ENDED)
    assert len(list((tmp_path / "kept").iterdir())) == 1


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("stranger", "unable to get local issuer certificate"),
        ("expired", "certificate has expired"),
        ("elsewhere", "IP address mismatch, certificate is not valid for '127.0.0.1'."),
    ],
)
def test_an_archive_that_cannot_be_trusted(
    authority: Authority, tmp_path: Path, kind: str, why: str
) -> None:
    credential = {
        "stranger": Authority(tmp_path / "stranger", "Another authority").server,
        "expired": authority.expired_server,
        "elsewhere": authority.server_elsewhere,
    }[kind]()
    with archive(tmp_path / "kept", authority, credential) as port:
        outcome = sent(port, trusting(authority, authority.client()))
        assert why in reason(outcome)
        unchecked = sent(port, trusting(authority, authority.client(), check_host_name=False))
        assert isinstance(unchecked, Delivered) == (kind == "elsewhere")
    assert len(list((tmp_path / "kept").iterdir())) == (kind == "elsewhere")


def test_an_archive_that_speaks_no_tls_gets_nothing(authority: Authority, tmp_path: Path) -> None:
    with storescp(tmp_path / "kept") as port:
        outcome = sent(port, trusting(authority, None))
    assert isinstance(outcome, Retry)
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize("retired", ["+pa", "+pn"], ids=["aes-cbc", "null"])
def test_an_archive_of_old_has_to_be_renewed(
    authority: Authority, tmp_path: Path, retired: str
) -> None:
    with archive(tmp_path / "kept", authority, authority.server(), retired) as port:
        assert reason(sent(port, trusting(authority, authority.client())))


def test_files_of_the_box_that_cannot_be_used(authority: Authority, tmp_path: Path) -> None:
    client = authority.client()
    client.private_key.unlink()
    with storescp(tmp_path / "kept") as port:
        outcome = sent(port, trusting(authority, client))
    assert reason(outcome) == "the box's own certificate files: No such file or directory"


def test_an_archive_that_stops_in_the_handshake_holds_up_nobody_for_ever(
    authority: Authority,
) -> None:
    with a_silent_listener() as port:
        assert isinstance(sent(port, trusting(authority, None), patience_s=1), Retry)
