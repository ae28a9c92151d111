"""The signs of life, of a box that lives and of one that does not."""

import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config import Configuration, load_configuration
from appliance.ledger import open_ledger
from appliance.services import receiving_vitals
from appliance.services.receiving_vitals import listener_answers, spool_writable
from appliance.services.vitals import (
    Vital,
    ledger_readable,
    services_live,
)
from tests.receive.box import Box
from tests.receive.conftest import MakeBox, make_box
from tests.receive.raw_scu import RawSCU
from tests.receive.secured import Secured
from tests.receive.test_admission import CONTEXTS

__all__ = ["make_box"]


def configuration(box: Box) -> Configuration:
    return load_configuration(box.folder / "box.toml")


def test_a_writable_spool_is_left_as_it_was(tmp_path: Path) -> None:
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    assert spool_writable(tmp_path).is_well
    assert list(incoming.iterdir()) == []


@pytest.mark.parametrize(("options", "told"), [("size=4k", "No space left"), ("ro", "Read-only")])
def test_a_full_or_read_only_spool_is_not_well(tmp_path: Path, options: str, told: str) -> None:
    script = (
        'mount -t tmpfs tmpfs "$0" && mkdir "$0/incoming" && head -c 4096 /dev/zero >"$0/full"'
        f' && mount -o remount,{options} "$0" && exec "$@"'
    )
    look = (
        "import sys; from pathlib import Path; from appliance.services.receiving_vitals import *;"
    )
    look += " print(spool_writable(Path(sys.argv[1])))"
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", script, str(tmp_path)]
    command += [sys.executable, "-c", look, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{Vital.SPOOL_WRITABLE}: {told}")


def test_a_ledger_is_readable_or_not(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    assert not ledger_readable(path).is_well
    open_ledger(path).close()
    assert ledger_readable(path).is_well
    path.write_bytes(b"no ledger" * 1000)
    assert not ledger_readable(path).is_well


LISTED = '[[scanner]]\nname = "ct"\nae_title = "CT1"\naddress = "192.0.2.7"\n'


def test_the_listener_answers_the_box_itself_and_tells_nobody(make_box: MakeBox) -> None:
    box = make_box(receiver='min_free_mib = 1\ncallers = "listed"', settings=LISTED)
    sign = listener_answers(configuration(box).receiver)
    assert (sign.is_well, sign.detail) == (True, "")
    assert box.stop() == 0
    for word in ("association_", "connection_verified", "refused"):
        assert word not in box.log


def test_the_box_itself_may_verify_and_no_more(make_box: MakeBox) -> None:
    box = make_box()
    with RawSCU(box.port, CONTEXTS, calling="DOSEBOX") as scu:
        assert scu.accepted == set()
    with RawSCU(box.port, CONTEXTS, calling="CT1") as scu:
        assert scu.accepted != set()


def test_a_saturated_listener_answers_and_a_call_of_its_own_takes_no_place(
    make_box: MakeBox,
) -> None:
    box = make_box(receiver="min_free_mib = 1\nmax_associations = 1")
    with RawSCU(box.port, CONTEXTS):
        assert listener_answers(configuration(box).receiver).is_well
    assert box.stop() == 0
    assert box.rows("SELECT * FROM alarm") == []


def test_a_stopped_listener_does_not_answer(
    make_box: MakeBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving_vitals, "ANSWER_S", 1.0)
    box = make_box()
    assert box.process is not None
    box.process.send_signal(signal.SIGSTOP)
    assert not listener_answers(configuration(box).receiver).is_well
    box.kill()
    assert not listener_answers(configuration(box).receiver).is_well


@pytest.mark.parametrize(
    ("asked", "told"), [("none", ""), ("optional", ""), ("required", "UNSUPPORTED_CERTIFICATE")]
)
def test_the_listener_answers_by_tls_where_it_listens_by_tls_alone(
    tmp_path: Path, asked: str, told: str
) -> None:
    with Secured(tmp_path, more=f'client_certificate = "{asked}"').running() as secured:
        receiver = configuration(secured.box).receiver
        sign = listener_answers(replace(receiver, tls=replace(receiver.tls, instead=True)))
    assert sign.is_well
    assert sign.detail.endswith(told)


PRETENDS = """#!/bin/sh
printf 'SubState=running\\nStatusText=associations: 0\\n\\nSubState=failed\\nStatusText=\\n'
"""


def test_services_live_as_systemd_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert services_live(["receiver", "clerk"]) == ()
    (tmp_path / "systemctl").write_text(PRETENDS)
    (tmp_path / "systemctl").chmod(stat.S_IRWXU)
    receiver, clerk = services_live(["receiver", "clerk"])
    assert (receiver.is_well, receiver.subject) == (True, "receiver")
    assert not clerk.is_well


@pytest.mark.parametrize("vital", Vital)
def test_every_sign_has_its_words(vital: Vital) -> None:
    english, japanese = vital.meaning
    assert english.isascii()
    assert not japanese.isascii()
