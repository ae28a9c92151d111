from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from appliance.provisioning.credentials import new_certificate
from appliance.tls import is_issued_by_others
from tests.destinations.authority import Authority


def test_a_certificate_of_an_authority_is_anothers_word(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server = authority.server().certificate
    assert is_issued_by_others(server)
    assert not is_issued_by_others(authority.certificate)
    chain = tmp_path / "chain.pem"
    chain.write_bytes(server.read_bytes() + authority.certificate.read_bytes())
    assert is_issued_by_others(chain), "the first one serves"


def test_the_boxs_own_is_not(tmp_path: Path) -> None:
    own = tmp_path / "own.pem"
    own.write_bytes(new_certificate("dosebox").public)
    found = x509.load_pem_x509_certificate(own.read_bytes())
    assert found.issuer == found.subject
    assert not is_issued_by_others(own)


@pytest.mark.parametrize(
    "content", ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_is_nobodys_word(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file.pem"
    path.write_text(content)
    assert not is_issued_by_others(path)


@given(st.binary(max_size=200))
def test_no_bytes_surprise_it(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "file.pem"
    path.write_bytes(content)
    assert not is_issued_by_others(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        is_issued_by_others(tmp_path / "nowhere")
