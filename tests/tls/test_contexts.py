import ssl
from pathlib import Path

import pytest

from appliance.tls import PROFILES, Credentials, client_context, server_context
from tests.destinations.authority import Authority, Credential
from tests.tls.handshake import shaken


def of(credential: Credential | None, authority: Authority, profile: str = "bcp195") -> Credentials:
    return Credentials(
        profile=profile,
        ca_file=str(authority.certificate),
        certificate_file=str(credential.certificate) if credential else "",
        private_key_file=str(credential.private_key) if credential else "",
    )


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "stranger", "Another authority")


@pytest.mark.parametrize("profile", PROFILES)
def test_two_boxes_agree_on_tls_1_3(authority: Authority, profile: str) -> None:
    server = server_context(of(authority.server(), authority, profile), "required")
    ends = shaken(server, client_context(of(authority.client(), authority, profile)))
    assert {end.version() for end in ends} == {"TLSv1.3"}


@pytest.mark.parametrize("profile", PROFILES)
def test_tls_1_2_is_taken_with_a_suite_of_the_profile(authority: Authority, profile: str) -> None:
    server = server_context(of(authority.server(), authority, profile), "required")
    client = client_context(of(authority.client(), authority, profile))
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    end, _ = shaken(server, client)
    cipher = end.cipher()
    assert end.version() == "TLSv1.2"
    assert cipher is not None
    assert cipher[0] in {openssl for _, openssl in PROFILES[profile].cipher_suites}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_suite_of_a_profile_is_known_to_openssl(profile: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers(PROFILES[profile].openssl_ciphers)
    known = {each["name"] for each in context.get_ciphers()}
    assert {openssl for _, openssl in PROFILES[profile].cipher_suites} <= known


@pytest.mark.parametrize(
    ("newest", "ciphers"),
    [
        (ssl.TLSVersion.TLSv1, "ALL:@SECLEVEL=0"),
        (ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"),
        (ssl.TLSVersion.TLSv1_2, "eNULL:@SECLEVEL=0"),
        (ssl.TLSVersion.TLSv1_2, "AES128-GCM-SHA256"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-SHA256"),
    ],
    ids=["tls-1.0", "tls-1.1", "null-cipher", "no-forward-secrecy", "cbc"],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_what_bcp_195_forbids_is_refused(
    authority: Authority, newest: ssl.TLSVersion, ciphers: str
) -> None:
    server = server_context(of(authority.server(), authority), "none")
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.minimum_version, client.maximum_version = ssl.TLSVersion.TLSv1, newest
    client.set_ciphers(ciphers)
    with pytest.raises(ssl.SSLError):
        shaken(server, client)


def test_a_client_without_certificate_is_refused(authority: Authority) -> None:
    server = server_context(of(authority.server(), authority), "required")
    client = client_context(of(None, authority))
    with pytest.raises(ssl.SSLError, match="PEER_DID_NOT_RETURN_A_CERTIFICATE"):
        shaken(server, client)


@pytest.mark.parametrize("wanted", ["required", "optional"])
def test_a_certificate_that_is_shown_must_be_good(
    authority: Authority, stranger: Authority, wanted: str
) -> None:
    server = server_context(of(authority.server(), authority), wanted)
    for credential in (stranger.client(), authority.expired_client()):
        with pytest.raises(ssl.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            shaken(server, client_context(of(credential, authority)))


def test_a_client_may_stay_unknown_where_the_site_says_so(authority: Authority) -> None:
    for wanted in ("optional", "none"):
        server = server_context(of(authority.server(), authority), wanted)
        end, _ = shaken(server, client_context(of(None, authority)))
        assert end.getpeercert() is None


def test_a_server_that_cannot_be_trusted_is_refused(
    authority: Authority, stranger: Authority
) -> None:
    client = client_context(of(None, authority))
    untrusted = (stranger.server(), authority.expired_server(), authority.server_elsewhere())
    for credential in untrusted:
        server = server_context(of(credential, authority), "none")
        with pytest.raises(ssl.SSLCertVerificationError):
            shaken(server, client)


def test_the_host_name_need_not_be_checked(authority: Authority) -> None:
    settings = of(None, authority)
    unchecked = Credentials(profile="bcp195", ca_file=settings.ca_file, check_host_name=False)
    server = server_context(of(authority.server_elsewhere(), authority), "none")
    end, _ = shaken(server, client_context(unchecked))
    assert end.version() == "TLSv1.3"


def test_a_key_with_a_password_is_refused_without_asking_for_it(
    authority: Authority, tmp_path: Path
) -> None:
    key = tmp_path / "locked.key"
    key.write_text(
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n"
    )
    server = authority.server()
    with pytest.raises(OSError, match="PEM"):
        server_context(of(Credential(server.certificate, key), authority), "none")
