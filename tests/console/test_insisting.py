"""Where browsers are told to insist on HTTPS: the process as it is run, by HTTPS."""

import http.client
import signal
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.provisioning.credentials import new_certificate
from tests.console.entering import account
from tests.console.test_pages_process import Process
from tests.destinations.authority import Authority
from tests.receive.box import a_free_port

INSISTED = "max-age=604800"
PLACES = ("/login", "/nothing", "/static/console.css", "/studies")
SETTINGS = """
data_dir = "data"
[console]
port = {port}
names = ["Dosebox.example.jp"]
certificate_file = "{folder}/served.pem"
private_key_file = "{folder}/served.key"
"""


def of_the_site(folder: Path) -> tuple[bytes, bytes]:
    made = Authority(folder / "authority").server(("dosebox.example.jp",))
    return made.certificate.read_bytes(), made.private_key.read_bytes()


def of_the_box(_: Path) -> tuple[bytes, bytes]:
    made = new_certificate("dosebox.example.jp")
    return made.public, made.private


def told(port: int, host: str, path: str) -> str | None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    link = http.client.HTTPSConnection("127.0.0.1", port, timeout=300, context=context)
    link.request("GET", path, headers={"host": host})
    answer = link.getresponse()
    answer.read()
    link.close()
    return answer.getheader("strict-transport-security")


@pytest.mark.parametrize(
    ("issued", "expected"), [(of_the_site, INSISTED), (of_the_box, None)], ids=["site", "box"]
)
def test_browsers_insist_on_a_certificate_that_others_issued_and_on_names_alone(
    tmp_path: Path, issued: Callable[[Path], tuple[bytes, bytes]], expected: str | None
) -> None:
    certificate, key = issued(tmp_path)
    (tmp_path / "served.pem").write_bytes(certificate)
    (tmp_path / "served.key").write_bytes(key)
    port = a_free_port()
    (tmp_path / "box.toml").write_text(SETTINGS.format(port=port, folder=tmp_path), "utf-8")
    account(tmp_path / "data" / "ledger.sqlite")
    process = Process(tmp_path)
    names = [f"dosebox.example.jp:{port}", "DOSEBOX.example.jp"]
    others = [f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}", "evil.example"]
    by_name = {told(port, host, path) for host in names for path in PLACES}
    otherwise = {told(port, host, "/login") for host in others}
    assert process.end(signal.SIGTERM)[0] == 0
    assert by_name == {expected}
    assert otherwise == {None}
