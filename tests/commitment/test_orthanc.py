"""Storage commitment with Orthanc, each asking the other."""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from appliance.clock import SYSTEM_CLOCK
from appliance.commitment import Commitments
from appliance.outbox import Outbox
from appliance.services import clerk, forwarder, receiver
from tests.commitment.custody import QUICK, Custody
from tests.destinations.archives import (
    LOOPBACK,
    RDSR,
    OrthancServer,
    a_free_port,
    a_report,
    is_listening,
    orthanc,
)
from tests.receive.box import wait_until

UIDS = ("2.25.11", "2.25.12")


def rest(server: OrthancServer, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
    """GET, or POST of ``body``."""
    data = None if body is None else json.dumps(body).encode()
    url = f"http://{LOOPBACK}:{server.http_port}{path}"
    with urllib.request.urlopen(urllib.request.Request(url, data=data)) as answer:
        return json.loads(answer.read())


def reported(server: OrthancServer, transaction: str) -> dict[str, Any] | None:
    """What Orthanc was told; None before."""
    try:
        found: dict[str, Any] = rest(server, f"/storage-commitment/{transaction}")
    except urllib.error.HTTPError:
        return None
    return found if found["Status"] != "Pending" else None


def test_orthanc_and_the_box_keep_for_each_other(tmp_path: Path) -> None:
    port = a_free_port()
    box = {"AET": "DOSEBOX", "Host": LOOPBACK, "Port": port}
    with orthanc(tmp_path / "orthanc", DicomModalities={"box": box}) as server:
        wait_until(lambda: is_listening(server.port))
        custody = Custody(
            tmp_path,
            QUICK + '[[scanner]]\nname = "orthanc"\nae_title = "ARCHIVE"\n'
            f"[scanner.commitment]\nport = {server.port}\n"
            f'[[destination]]\nname = "pacs"\nhost = "{LOOPBACK}"\nport = {server.port}\n'
            "[destination.commitment]\nask = true\nafter_s = 0\n",
            port=port,
        )
        configuration = custody.configuration
        configuration.data_dir.mkdir()
        ledger = custody.ledger
        commitments = Commitments(ledger, SYSTEM_CLOCK)
        with custody.running(receiver.run, forwarder.run, clerk.run):
            outbox = Outbox(configuration.outbox_dir, ledger, SYSTEM_CLOCK)
            for uid in UIDS:
                outbox.put(a_report(uid), RDSR, uid, "9.9")
            wait_until(lambda: all(commitments.is_committed(uid, "pacs") for uid in UIDS))

            rest(server, "/modalities/box/store", rest(server, "/instances"))
            asked = {"DicomInstances": [[RDSR, uid] for uid in (*UIDS, "2.25.13")]}
            transaction = rest(server, "/modalities/box/storage-commitment", asked)["ID"]
            wait_until(lambda: reported(server, transaction) is not None)
            found = reported(server, transaction)
    assert found is not None
    assert found["Status"] == "Failure"
    assert {each["SOPInstanceUID"] for each in found["Success"]} == set(UIDS)
    (failed,) = found["Failures"]
    assert (failed["SOPInstanceUID"], failed["FailureReason"]) == ("2.25.13", 0x0112)
    assert custody.states() == ["reported"]
    assert custody.alarms() == []
