"""FTPS to vsftpd: TLS of both versions, who trusts whom, logins, data connections."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config.tls import Tls
from appliance.destinations import Cause, Delivered, Destination, Outcome
from appliance.destinations.outcome import Retry
from tests.destinations.archives import a_report, consigned
from tests.destinations.authority import Authority, Credential
from tests.destinations.file_servers import PASSWORD, FileServer, FtpsServer

REPORTS = {f"1.{number}": a_report(f"1.{number}") for number in range(4)}
Serve = Callable[..., AbstractContextManager[FileServer]]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


@pytest.fixture
def serve(tmp_path: Path, authority: Authority) -> Serve:
    """Runs a vsftpd that is as its keywords say."""

    def serve(**changes: object) -> AbstractContextManager[FileServer]:
        return FtpsServer(folder=tmp_path, authority=authority, **changes).running()  # type: ignore[arg-type] # any of its fields

    return serve


@contextmanager
def opened(server: FileServer, **changes: object) -> Iterator[Destination]:
    destination = server.opened(**changes)
    yield destination
    destination.close()


def sent(server: FileServer, uid: str = "1.0", **changes: object) -> Outcome:
    with opened(server, **changes) as destination:
        return destination.send(consigned(REPORTS[uid]))


def cause_of(outcome: Outcome) -> Cause:
    assert isinstance(outcome, Retry), outcome
    return outcome.cause


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("reuse", ["YES", "NO"])
def test_every_data_connection_resumes_the_session_of_its_control_connection(
    serve: Serve, version: str, reuse: str
) -> None:
    options = (f"require_ssl_reuse={reuse}", "debug_ssl=YES")
    with serve(newest_tls=version, options=options) as server:
        with opened(server) as destination:
            outcomes = [destination.send(consigned(report)) for report in REPORTS.values()]
        assert outcomes == [Delivered("size compared")] * len(REPORTS)
        assert set(server.files.values()) == set(REPORTS.values())
        log = server.log.read_text()
    assert f"SSL version: {version}" in log
    assert (log.count(", not reused,"), log.count(", reused,")) == (1, len(REPORTS))


@pytest.mark.parametrize(
    ("certificate", "cause"),
    [
        (Authority.expired_server, Cause.CERTIFICATE_EXPIRED),
        (Authority.server_elsewhere, Cause.CERTIFICATE_OF_ANOTHER),
        (lambda here: Authority(here.certificate.parent / "other").server(), None),
    ],
    ids=["expired", "of another host", "of another authority"],
)
def test_a_server_that_cannot_be_trusted_is_told_nothing(
    serve: Serve,
    authority: Authority,
    certificate: Callable[[Authority], Credential],
    cause: Cause | None,
) -> None:
    with serve(certificate=certificate(authority)) as server:
        assert cause_of(sent(server)) is (cause or Cause.CERTIFICATE_NOT_TRUSTED)
        log = server.log.read_text()
    assert "AUTH TLS" in log
    assert "USER anonymous" not in log


@pytest.mark.parametrize(
    "certificate",
    [
        lambda _: None,
        Authority.expired_client,
        lambda here: Authority(here.certificate.parent / "other").client(),
    ],
    ids=["none", "expired", "of another authority"],
)
def test_a_box_that_the_server_does_not_trust_is_told_so(
    serve: Serve, authority: Authority, certificate: Callable[[Authority], Credential | None]
) -> None:
    shown = certificate(authority)
    tls = Tls(
        ca_file=str(authority.certificate),
        certificate_file=str(shown.certificate) if shown else "",
        private_key_file=str(shown.private_key) if shown else "",
    )
    with serve() as server:
        assert cause_of(sent(server, tls=tls)) is Cause.CERTIFICATE_REFUSED
        assert server.files == {}


def test_a_key_that_cannot_be_read_is_told(serve: Serve, authority: Authority) -> None:
    with serve() as server:
        tls = replace(server.settings.tls, private_key_file=str(authority.certificate))
        assert cause_of(sent(server, tls=tls)) is Cause.CREDENTIAL_UNUSABLE


def test_a_server_may_bear_another_name_that_is_configured(
    serve: Serve, authority: Authority
) -> None:
    with serve(certificate=authority.server_elsewhere()) as server:
        ftps = replace(server.settings.ftps, server_name="elsewhere.example")
        assert sent(server, ftps=ftps) == Delivered("size compared")


def test_a_wrong_password_is_told_and_stands_nowhere(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("hunter2\n")
    with serve() as server:
        ftps = replace(server.settings.ftps, password_file=str(tmp_path / "wrong"))
        outcome = sent(server, ftps=ftps)
    assert outcome == Retry(Cause.LOGIN_REFUSED, "530 to PASS")
    assert "hunter2" not in repr(outcome)


def test_a_server_without_tls_gets_neither_name_nor_password(serve: Serve) -> None:
    with serve(options=("ssl_enable=NO",)) as server:
        assert cause_of(sent(server)) is Cause.NOT_PROTECTED
        log = server.log.read_text()
    assert "USER anonymous" not in log
    assert PASSWORD not in log


def test_a_server_that_protects_no_data_gets_none(serve: Serve) -> None:
    with serve(options=("cmds_denied=PROT",)) as server:
        assert cause_of(sent(server)) is Cause.NOT_PROTECTED
        assert server.files == {}


def test_data_goes_to_the_server_whatever_address_it_names(serve: Serve) -> None:
    with serve(options=("cmds_denied=EPSV", "pasv_address=192.0.2.1")) as server:
        assert sent(server) == Delivered("size compared")
        assert "192,0,2,1" in server.log.read_text()


def test_a_server_is_reached_by_ipv6(serve: Serve) -> None:
    options = ("listen=NO", "listen_ipv6=YES", "listen_address=", "listen_address6=::1")
    with serve(options=options, host="::1") as server:
        assert sent(server) == Delivered("size compared")


def test_ports_for_data_that_are_closed_are_told(serve: Serve) -> None:
    with serve(options=("pasv_enable=NO",)) as server:
        assert cause_of(sent(server)) is Cause.NO_DATA_CONNECTION


def test_a_server_that_gives_nothing_back_is_believed_by_the_size(serve: Serve) -> None:
    with serve(options=("download_enable=NO",)) as server:
        assert sent(server, "1.0") == Delivered("size compared")
        assert sent(server, "1.0") == Delivered("it was there already")
        read_back = replace(server.settings.ftps, read_back=True)
        assert cause_of(sent(server, "1.1", ftps=read_back)) is Cause.NOT_PERMITTED
        assert "in/box/1.1.dcm" not in server.files
