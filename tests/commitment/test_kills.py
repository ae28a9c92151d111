"""``kill -9`` between the steps of the dialogues: what was acknowledged is never lost, and nothing
is committed that is not kept."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.commitment import Commitments, Reference
from appliance.services import clerk, receiver
from tests.commitment.custody import QUICK, Custody, Modality, question
from tests.commitment.keepers import Keeper
from tests.destinations.archives import RDSR, a_free_port, is_listening
from tests.receive.box import wait_until

A_FEW, ALL = (3,), range(1, 17)


@contextmanager
def dying(custody: Custody, service: str, step: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The service in a process of its own, which dies at ``step``."""
    custody.configuration.data_dir.mkdir(exist_ok=True)
    custody.ledger.close()  # migrated; what is written meanwhile is no step
    config = custody.folder / "box.toml"
    config.write_text(custody.text, encoding="utf-8")
    with (custody.folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.commitment.dying", service, str(config), str(step)],
            stderr=log,
        )
    try:
        if service == "receiver":
            wait_until(lambda: is_listening(custody.port))
        yield process
    finally:
        process.kill()
        process.wait()


def a_scanner(port: int) -> str:
    asker = '[[scanner]]\nname = "ct1"\nae_title = "CT1"\n'
    return f"{QUICK}{asker}[scanner.commitment]\nport = {port}\n"


steps = pytest.mark.parametrize(
    "step",
    [pytest.param(step, marks=() if step in A_FEW else pytest.mark.slow) for step in ALL],
)


@steps
def test_the_one_who_tells_dies(tmp_path: Path, step: int) -> None:
    port = a_free_port()
    custody = Custody(tmp_path, a_scanner(port))
    modality = Modality(custody.port, port=port)
    with modality.listening(), custody.running(receiver.run):
        custody.store("1.2.1")
        assert modality.ask(question("9.1", "1.2.1", "1.2.77")) == 0
        with dying(custody, "clerk", step) as process:
            wait_until(lambda: process.poll() is not None or custody.states() == ["reported"])
        with custody.running(clerk.run):
            wait_until(lambda: custody.states() == ["reported"])
    assert modality.heard
    assert {tuple(uids) for uids in modality.committed} == {("1.2.1",)}
    assert {tuple(reasons) for reasons in modality.reasons()} == {("1.2.77",)}


@steps
def test_the_one_who_is_asked_dies(tmp_path: Path, step: int) -> None:
    port = a_free_port()
    custody = Custody(tmp_path, a_scanner(port))
    modality = Modality(custody.port, port=port)
    with dying(custody, "receiver", step) as process:
        custody.store("1.2.1")
        status = modality.try_to_ask(question("9.1", "1.2.1"))
        process.kill()
    with custody.running(), modality.listening():
        if status != 0:  # nobody promised anything
            assert modality.ask(question("9.1", "1.2.1")) == 0
        wait_until(lambda: custody.states() == ["reported"])
    assert {tuple(uids) for uids in modality.committed} == {("1.2.1",)}


@steps
@pytest.mark.parametrize("service", ["clerk", "receiver"])
def test_the_one_who_asks_or_hears_dies(tmp_path: Path, service: str, step: int) -> None:
    keeper = Keeper(a_free_port())
    custody = Custody(
        tmp_path,
        f'[[destination]]\nname = "pacs"\nhost = "127.0.0.1"\nport = {keeper.port}\n'
        "timeout_s = 2\nconnection_timeout_s = 2\nretry_first_s = 0.1\nretry_max_s = 0.2\n"
        "[destination.commitment]\nask = true\nafter_s = 0\nopen_s = 0\nanswer_within_min = 0.02\n",
        port=keeper.box_port,
    )
    custody.configuration.data_dir.mkdir()
    commitments = Commitments(custody.ledger, SYSTEM_CLOCK)
    commitments.expect("pacs", "2.25.1", Reference(RDSR, "2.25.1"))
    other = receiver.run if service == "clerk" else clerk.run

    def is_committed() -> bool:
        return commitments.is_committed("2.25.1", "pacs")

    with keeper.running():
        with dying(custody, service, step) as process, custody.running(other):
            wait_until(lambda: process.poll() is not None or is_committed())
        assert not is_committed() or 0 in keeper.responses
        with custody.running():
            wait_until(is_committed)
