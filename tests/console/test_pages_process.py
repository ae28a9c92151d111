"""The process of the pages as it is run: by HTTPS, killed, and started again."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.displays.register import Register
from appliance.ledger import open_ledger
from tests.console.browsers import chromium
from tests.console.entering import account, log_in
from tests.console.served import LEFT
from tests.destinations.authority import Authority
from tests.receive.box import a_free_port

READY_S = 300
LONG = 200


class Process:
    """``appliance console``, ready when this returns."""

    def __init__(self, folder: Path) -> None:
        inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        inbox.bind("")
        inbox.settimeout(READY_S)
        address = "@" + inbox.getsockname()[1:].decode()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "appliance", "-c", folder / "box.toml", "console"],
            env=os.environ | {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "60000000"},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert inbox.recv(100) == b"READY=1"
        assert inbox.recv(100) == b"WATCHDOG=1"
        inbox.close()

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Its exit code and its log."""
        self.process.send_signal(number)
        log = self.process.communicate(timeout=READY_S)[1]
        return self.process.returncode, log


@pytest.fixture
def origin(tmp_path: Path) -> str:
    port, credential = a_free_port(), Authority(tmp_path / "authority").server()
    (tmp_path / "box.toml").write_text(
        f"""
        data_dir = "data"
        [console]
        port = {port}
        certificate_file = "{credential.certificate}"
        private_key_file = "{credential.private_key}"
        """,
        "utf-8",
    )
    (tmp_path / "data").mkdir()
    ledger = open_ledger(tmp_path / "data" / "ledger.sqlite")
    Register(ledger, SYSTEM_CLOCK).enter(LEFT, "tanaka")
    ledger.close()
    account(tmp_path / "data" / "ledger.sqlite")
    return f"https://127.0.0.1:{port}"


def test_a_paired_page_survives_the_death_of_the_process(tmp_path: Path, origin: str) -> None:
    first = Process(tmp_path)
    with chromium(flags=("--ignore-certificate-errors",)) as browser:
        page, tablet = browser.new_page(), browser.new_page()
        page.bring_to_front()
        page.goto(f"{origin}/display")
        page.wait_for_selector("[data-view=code]:not([hidden])")
        log_in(tablet, origin)
        tablet.goto(f"{origin}/pairing")
        tablet.fill("#code", page.inner_text("#code"))
        tablet.click("main form button")
        tablet.wait_for_selector("[role=status]")
        page.wait_for_selector("[data-view=paired]:not([hidden])")
        assert first.end(signal.SIGKILL)[0] == -signal.SIGKILL
        second = Process(tmp_path)
        tablet.goto(f"{origin}/pairing")
        for _ in range(LONG):
            if tablet.locator("main button.quiet").count():
                break
            tablet.wait_for_timeout(500)
            tablet.reload()
        assert tablet.locator("main button.quiet").count(), "its page is not back"
        assert page.is_visible("[data-view=paired]")
        code, log = second.end(signal.SIGTERM)
    assert code == 0
    assert log.splitlines()[-1] == "I console_ended"
    assert "Traceback" not in log
