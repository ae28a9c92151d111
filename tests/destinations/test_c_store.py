"""C-STORE to real archives: what they answer is what the outcome says."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.uid import CTImageStorage, ImplicitVRLittleEndian

from appliance import config
from appliance.config import Destination as Settings
from appliance.config.destination import MEDIUM
from appliance.connection import ANY_DEVICE
from appliance.destinations import (
    KINDS,
    Caller,
    Cause,
    Delivered,
    Destination,
    Outcome,
    Refused,
    Retry,
    open_destination,
)
from appliance.destinations.status import outcome_of
from tests.destinations.archives import (
    CANARY,
    HASTY_S,
    LOOPBACK,
    PATIENT_S,
    Scripted,
    a_free_port,
    a_report,
    a_silent_listener,
    consigned,
    orthanc,
    stored,
    storescp,
    wait_until,
)

"""The second only where an archive says nothing: on a busy machine a prompt answer takes longer."""
Open = Callable[..., Destination]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens the destination at a port, and closes it in the end."""
    destinations: list[Destination] = []

    def open_(port: int, timeout_s: float = PATIENT_S) -> Destination:
        settings = config.Destination(name="pacs", host=LOOPBACK, port=port, timeout_s=timeout_s)
        destinations.append(open_destination(settings, Caller("DOSEBOX", ANY_DEVICE)))
        return destinations[-1]

    yield open_
    for destination in destinations:
        destination.close()


def arrived(report: bytes) -> object:
    return dcmread(BytesIO(report))


def test_a_report_arrives_at_dcmtk_as_it_was_made(opened: Open, tmp_path: Path) -> None:
    report = a_report("1.1")
    with storescp(tmp_path / "archive") as port:
        assert opened(port).send(consigned(report)) == Delivered("0x0000 Success")
        assert stored(tmp_path / "archive") == {"1.1": arrived(report)}


def test_a_report_arrives_at_orthanc_as_it_was_made(opened: Open, tmp_path: Path) -> None:
    reports = [a_report("1.1"), a_report("1.2")]
    with orthanc(tmp_path / "archive") as archive:
        destination = opened(archive.port)
        for report in [*reports, reports[0]]:
            assert destination.send(consigned(report)) == Delivered("0x0000 Success")
        wait_until(lambda: len(archive.stored()) == 2)
        assert archive.stored() == {"1.1": arrived(reports[0]), "1.2": arrived(reports[1])}


def test_an_archive_that_speaks_implicit_vr_only_gets_the_same_report(opened: Open) -> None:
    report = a_report("1.1")
    with Scripted(transfer_syntaxes=(ImplicitVRLittleEndian,)).running() as archive:
        assert opened(archive.port).send(consigned(report)) == Delivered("0x0000 Success")
    assert archive.received == [arrived(report)]


def test_reports_go_through_one_association_until_it_is_closed(opened: Open) -> None:
    with Scripted().running() as archive:
        destination = opened(archive.port)
        for number in range(5):
            destination.send(consigned(a_report(f"1.{number}")))
        assert (archive.associations, archive.releases) == (1, 0)
        destination.close()
        wait_until(lambda: archive.releases == 1)
        assert destination.send(consigned(a_report("1.9"))) == Delivered("0x0000 Success")
        assert archive.associations == 2


ANSWERS = {
    0xB000: Delivered("0xB000 Coercion of Data Elements"),
    0xB006: Delivered("0xB006 Elements Discarded"),
    0xB007: Delivered("0xB007 Data Set does not match SOP Class"),
    0xA700: Retry(Cause.OUT_OF_RESOURCES, "0xA700 Out of Resources"),
    0x0110: Retry(Cause.PROCESSING_FAILED, "0x0110 Processing failure"),
    0xA900: Refused(Cause.NOT_UNDERSTOOD, "0xA900 Data Set does not match SOP Class"),
    0xC001: Refused(Cause.NOT_UNDERSTOOD, "0xC001 Cannot understand"),
    0x0122: Refused(Cause.SOP_CLASS_NOT_ACCEPTED, "0x0122 SOP Class not supported"),
    0x0124: Refused(Cause.NOT_AUTHORISED, "0x0124 Not authorized"),
    0x0111: Refused(Cause.STATUS_UNKNOWN, "0x0111 not a status of C-STORE"),
}


def test_an_archive_s_status_decides(opened: Open) -> None:
    comment = f"no room for {CANARY[0]}"
    with Scripted(statuses=list(ANSWERS), comment=comment).running() as archive:
        destination = opened(archive.port)
        outcomes = {status: destination.send(consigned(a_report("1.1"))) for status in ANSWERS}
    assert outcomes == ANSWERS


@given(status=st.integers(0, 0xFFFF))
def test_only_success_and_warnings_mean_delivered(status: int) -> None:
    performed = status == 0 or 0xB000 <= status <= 0xBFFF
    assert isinstance(outcome_of(status), Delivered) == performed


def test_where_nobody_listens_the_report_waits(opened: Open) -> None:
    port = a_free_port()
    assert opened(port).send(consigned(a_report("1.1"))) == Retry(
        Cause.UNREACHABLE, f"{LOOPBACK}:{port}"
    )


def test_a_host_that_has_no_address_is_unreachable() -> None:
    settings = config.Destination(name="pacs", host="nowhere.invalid")
    outcome = open_destination(settings, Caller("DOSEBOX", ANY_DEVICE)).send(
        consigned(a_report("1.1"))
    )
    assert isinstance(outcome, Retry)
    assert outcome.cause is Cause.UNREACHABLE


def test_an_archive_that_says_nothing_is_tried_again(opened: Open) -> None:
    with a_silent_listener() as port:
        outcome = opened(port, HASTY_S).send(consigned(a_report("1.1")))
    assert outcome == Retry(Cause.ASSOCIATION_ENDED, "no answer to the association request")


def test_an_archive_that_refuses_associations_is_tried_again(opened: Open, tmp_path: Path) -> None:
    with storescp(tmp_path / "archive", 0, "--refuse") as port:
        outcome = opened(port).send(consigned(a_report("1.1")))
    assert isinstance(outcome, Retry)
    assert outcome.cause is Cause.ASSOCIATION_REJECTED


def test_an_archive_that_does_not_know_the_ae_title_says_so(opened: Open) -> None:
    with Scripted(ae_title="OTHER", require_called_ae=True).running() as archive:
        outcome = opened(archive.port).send(consigned(a_report("1.1")))
    assert isinstance(outcome, Retry)
    assert outcome.cause is Cause.ASSOCIATION_REJECTED
    assert "Called AE title not recognised" in outcome.detail


def test_an_archive_that_is_full_of_associations_is_tried_again(opened: Open) -> None:
    with Scripted(most_associations=1).running() as archive:
        first, second = opened(archive.port), opened(archive.port)
        assert isinstance(first.send(consigned(a_report("1.1"))), Delivered)
        outcome = second.send(consigned(a_report("1.2")))
        assert isinstance(outcome, Retry)
        assert outcome.cause is Cause.ASSOCIATION_REJECTED
        first.close()
        wait_until(lambda: isinstance(second.send(consigned(a_report("1.2"))), Delivered))


def test_an_archive_without_dose_reports_refuses_for_good(opened: Open) -> None:
    with Scripted(sop_class=CTImageStorage).running() as archive:
        outcome = opened(archive.port).send(consigned(a_report("1.1")))
    assert isinstance(outcome, Refused)
    assert outcome.cause is Cause.SOP_CLASS_NOT_ACCEPTED
    assert "X-Ray Radiation Dose SR Storage" in outcome.text


@pytest.mark.parametrize("option", ["--abort-after", "--abort-during"])
def test_an_archive_that_aborts_has_nothing_delivered(
    opened: Open, tmp_path: Path, option: str
) -> None:
    with storescp(tmp_path / "archive", 0, option) as port:
        outcome = opened(port).send(consigned(a_report("1.1")))
    assert outcome == Retry(Cause.ASSOCIATION_ENDED, "no answer to C-STORE")


@pytest.mark.slow
def test_an_archive_that_was_restarted_gets_the_next_report(opened: Open, tmp_path: Path) -> None:
    with storescp(tmp_path / "archive") as port:
        destination = opened(port)
        assert isinstance(destination.send(consigned(a_report("1.1"))), Delivered)
    with storescp(tmp_path / "archive", port):
        outcomes = [destination.send(consigned(a_report("1.2"))) for _ in range(2)]
        assert isinstance(outcomes[-1], Delivered)
        assert set(stored(tmp_path / "archive")) == {"1.1", "1.2"}


def test_an_archive_slower_than_the_timeout_is_tried_again(opened: Open) -> None:
    with Scripted(delay_s=2).running() as archive:
        outcome = opened(archive.port, HASTY_S).send(consigned(a_report("1.1")))
    assert outcome == Retry(Cause.ASSOCIATION_ENDED, "no answer to C-STORE")


def test_every_kind_that_can_be_configured_is_served() -> None:
    (kind,) = (each for each in Settings.__dataclass_fields__.values() if each.name == "kind")
    assert {*KINDS, MEDIUM} == set(kind.metadata["choices"])


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_documented_with_its_remedy(cause: Cause) -> None:
    page = (Path(__file__).parents[2] / "docs" / "destinations.md").read_text("utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{cause}` |")]
    assert all(remedy in row for remedy in cause.remedy)


def test_the_text_for_people_has_cause_detail_and_both_remedies() -> None:
    (refused,) = {kind(Cause.NOT_AUTHORISED, "0x0124") for kind in get_args(Outcome)[2:]}
    english, japanese = Cause.NOT_AUTHORISED.remedy
    assert refused.text == f"not-authorised (0x0124). {english} {japanese}"
    assert refused != replace(refused, detail="")
