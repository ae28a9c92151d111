"""``appliance demo``: the whole box on loopback, and what becomes of three dose screens."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydicom import dcmread

from appliance.cli.context import Context
from appliance.cli.exhibit import Exhibit
from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, Destination, Receiver, Recogniser, Worklist
from appliance.config.reference import as_toml
from appliance.errors import EXIT_OK, ApplianceError, StateError
from appliance.ledger import open_ledger
from appliance.quarantine import Case, Quarantine
from appliance.simulators.archive import run_archive
from appliance.simulators.ct import send_studies
from appliance.simulators.demo import SHOWN, Study, demo_studies, identity
from appliance.simulators.worklist import order_for, run_worklist
from appliance.status import take_snapshot

SEED = 6
READY_S = 30.0
DONE_S = 90.0
GRACE_S = 20.0
ARCHIVE = "archive"
MANY_DAYS = 36500
"""The studies shown are of another year."""


def run(context: Context) -> int:
    """Show the box at work. Raises StateError when anything ends otherwise than it should."""
    with tempfile.TemporaryDirectory(prefix="dose-appliance-") as folder:
        base = Path(folder)
        orders = [order_for(identity(SEED, kind), kind) for kind in SHOWN]
        with run_archive(base / ARCHIVE) as archive_port, run_worklist(orders) as ris_port:
            configuration = _configuration(base, archive_port, ris_port)
            context.say("demo.begin", port=configuration.receiver.port, archive=archive_port)
            with _box(configuration, base):
                studies = demo_studies(SEED, SHOWN)
                _send(studies, configuration, context)
                _wait_until_done(configuration, len(studies))
                exhibits = [_exhibit(study, configuration, base) for study in studies]
    for each in exhibits:
        print(each.text(context.texts, shutil.get_terminal_size((120, 40)).columns))  # noqa: T201 - the show
    _expect_as_told(exhibits, context)
    context.say("demo.end")
    context.say("demo.confirmation", count=Recogniser().confirm_first)
    return EXIT_OK


def _configuration(base: Path, archive_port: int, ris_port: int) -> Configuration:
    return Configuration(
        data_dir=base / "data",
        receiver=Receiver(port=_free_port(), min_free_mib=64),
        recogniser=Recogniser(settle_s=1.5, poll_s=0.2, confirm_first=0),
        destination=(
            Destination(name=ARCHIVE, host="127.0.0.1", port=archive_port, retry_first_s=1.0),
        ),
        worklist=Worklist(host="127.0.0.1", port=ris_port, max_age_days=MANY_DAYS),
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def _box(configuration: Configuration, base: Path) -> Iterator[None]:
    """``appliance run`` in a process of its own, ready; ended when the context ends."""
    file = base / "demo.toml"
    file.write_text(as_toml(configuration), "utf-8")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox, (base / "log").open("w") as log:
        inbox.bind("")
        inbox.settimeout(READY_S)
        address = "@" + inbox.getsockname()[1:].decode("ascii")
        process = subprocess.Popen(
            [sys.executable, "-m", "appliance", "--config", str(file), "run"],
            env=os.environ | {"NOTIFY_SOCKET": address},
            stderr=log,
        )
        try:
            _wait_until_ready(inbox, base / "log")
            yield
        finally:
            process.terminate()
            process.wait(GRACE_S)


def _wait_until_ready(inbox: socket.socket, log: Path) -> None:
    try:
        inbox.recv(4096)
    except TimeoutError as failure:
        raise StateError("the services did not start", remedy=log.read_text("utf-8")) from failure


def _send(studies: list[Study], configuration: Configuration, context: Context) -> None:
    receiver = configuration.receiver
    for study in studies:
        statuses = send_studies([study.objects], "127.0.0.1", receiver.port, receiver.ae_title)
        words = " ".join(f"0x{status:04X}" for status in statuses)
        uid = study.objects[0].StudyInstanceUID
        context.say("simulate.sent", kind=study.kind, study=uid, statuses=words)


def _wait_until_done(configuration: Configuration, studies: int) -> None:
    """Every study is decided, and nothing is left to send."""

    def is_done() -> bool:
        snapshot = take_snapshot(configuration, SYSTEM_CLOCK)
        unsent = [each for each in snapshot.destinations if each.oldest_unsent_at is not None]
        decided = sum(snapshot.studies_by_outcome.values())
        delivered = sum(each.by_state.get("delivered", 0) for each in snapshot.destinations)
        reported = snapshot.studies_by_outcome.get("reported", 0)
        return decided == studies and not unsent and delivered == reported

    _wait_for(is_done)


def _wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + DONE_S
    while not condition():
        if time.monotonic() > until:
            raise StateError(f"not done within {DONE_S:.0f} s")
        time.sleep(0.2)


def _exhibit(study: Study, configuration: Configuration, base: Path) -> Exhibit:
    uid = study.objects[0].StudyInstanceUID
    reports = [dcmread(file) for file in sorted((base / ARCHIVE).glob("*.dcm"))]
    mine = [report for report in reports if report.StudyInstanceUID == uid]
    cases = [case for case in _cases(configuration) if case.study_instance_uid == uid]
    return Exhibit(study, tuple(mine), tuple(cases))


def _cases(configuration: Configuration) -> list[Case]:
    ledger = open_ledger(configuration.ledger_path)
    try:
        return Quarantine(configuration.quarantine_dir, ledger, SYSTEM_CLOCK).cases()
    finally:
        ledger.close()


def _expect_as_told(exhibits: list[Exhibit], context: Context) -> None:
    wrong = [each.study.kind for each in exhibits if not each.is_as_told]
    if wrong:
        raise ApplianceError(context.texts.say("demo.wrong", kinds=", ".join(wrong)))
