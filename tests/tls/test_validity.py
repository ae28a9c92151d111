import ssl
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from appliance.tls import Validity, Worn, validity_of
from tests.destinations.authority import Authority

DAY_S = 86400.0


def end_of(path: Path) -> float:
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc.timestamp()


def test_the_end_is_the_certificates_own(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    for days in ((-1, 30), (-30, -1), (-1, 40000)):  # the last one as GeneralizedTime
        path = authority.server(days=days).certificate
        assert validity_of(path, any_will_do=False) == Validity(end_of(path))


def test_a_chain_ends_with_its_first_and_authorities_with_their_last(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    files = [authority.server(days=(-1, days)).certificate for days in (10, 90)]
    both = tmp_path / "both.pem"
    both.write_bytes(b"".join(path.read_bytes() for path in files))
    ends = [end_of(path) for path in files]
    assert validity_of(both, any_will_do=False).ends_at == min(ends)
    assert validity_of(both, any_will_do=True).ends_at == max(ends)


def test_a_key_must_be_there_and_its_own(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    one, other = authority.server(), authority.server()

    def reason(key: Path) -> str:
        return validity_of(one.certificate, any_will_do=False, private_key=key).reason

    assert reason(one.private_key) == ""
    assert reason(other.private_key) == "KEY_VALUES_MISMATCH"
    assert reason(tmp_path / "nowhere") == "No such file or directory"


@pytest.mark.parametrize(
    "content", ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_is_unusable(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file.pem"
    path.write_text(content)
    found = validity_of(path, any_will_do=False)
    assert found.at(0, 30) is Worn.UNUSABLE
    assert found.reason


@given(st.binary(max_size=200))
def test_no_bytes_surprise_it(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.pem"
    armoured = ssl.DER_cert_to_PEM_cert(content)
    path.write_text(armoured)
    assert validity_of(path, any_will_do=True).at(0, 30) in set(Worn)


def test_it_warns_before_the_end() -> None:
    validity = Validity(100 * DAY_S)
    found = [validity.at(day * DAY_S, warn_days=30) for day in (0, 69, 71, 99, 100, 101)]
    good, expiring, expired = Worn.GOOD, Worn.EXPIRING, Worn.EXPIRED
    assert found == [good, good, expiring, expiring, expired, expired]
