"""What is made here and posted goes to the destinations that are named, and to no others."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, parse_configuration
from appliance.destinations import Cause, Consignment, Refused
from appliance.displayqa.patterns import Panel, drawn, found
from appliance.displayqa.patterns.secondary_capture import as_dicom
from appliance.errors import NotFoundError, RefusedError
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Kind, Outbox, State
from appliance.services.posting import FOLDER, post
from appliance.services.preparation import Preparation

SETTINGS = """
[[destination]]
name = "pacs"
host = "192.0.2.1"
[[destination]]
name = "dose"
host = "192.0.2.2"
[[destination]]
name = "away"
host = "192.0.2.3"
deidentify = "in-house"
"""
PANEL = Panel(600, 600)
LEASE_S = 60.0


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    return replace(parse_configuration(SETTINGS), data_dir=tmp_path)


@pytest.fixture
def ledger(configuration: Configuration) -> Iterator[Ledger]:
    opened = open_ledger(configuration.ledger_path)
    yield opened
    opened.close()


@pytest.fixture
def outbox(configuration: Configuration, ledger: Ledger) -> Outbox:
    spool = configuration.spool_dir
    return Outbox(configuration.outbox_dir, ledger, SYSTEM_CLOCK, spool)


def pattern(name: str = "tg18-un80") -> bytes:
    members = found(name)
    return as_dicom(members, (drawn(each, PANEL) for each in members), PANEL)


def posted(content: bytes, configuration: Configuration, ledger: Ledger, *names: str) -> str:
    return post(content, names, configuration, ledger, SYSTEM_CLOCK)


def test_it_goes_where_it_was_posted_to_as_it_is(
    configuration: Configuration, ledger: Ledger, outbox: Outbox
) -> None:
    uid = posted(pattern(), configuration, ledger, "pacs")
    outbox.plan(["pacs", "dose", "away"])
    assert outbox.lease("dose", LEASE_S) is None
    delivery = outbox.lease("pacs", LEASE_S)
    assert delivery is not None
    assert delivery.outgoing.kind is Kind.IMAGE
    settings = configuration.destination[0]
    prepared = Preparation(settings).prepared(delivery.outgoing)
    assert isinstance(prepared, Consignment)
    assert prepared.content == pattern()
    assert prepared.sop_instance_uid == uid


def test_a_file_that_was_changed_does_not_leave(
    configuration: Configuration, ledger: Ledger, outbox: Outbox
) -> None:
    uid = posted(pattern(), configuration, ledger, "pacs")
    file = configuration.outbox_dir / FOLDER / f"{uid}.dcm"
    file.write_bytes(file.read_bytes()[:-1] + b"\1")
    delivery = outbox.lease("pacs", LEASE_S)
    assert delivery is not None
    refused = Preparation(configuration.destination[0]).prepared(delivery.outgoing)
    assert isinstance(refused, Refused)
    assert refused.cause is Cause.REPORT_DAMAGED


def test_posted_again_it_is_one_object_that_is_sent_again(
    configuration: Configuration, ledger: Ledger, outbox: Outbox
) -> None:
    for names in (("pacs",), ("pacs", "dose")):
        posted(pattern(), configuration, ledger, *names)
    assert [len(outbox.queue(name)) for name in ("pacs", "dose")] == [1, 1]
    delivery = outbox.lease("pacs", LEASE_S)
    assert delivery is not None
    outbox.delivered(delivery)
    assert not outbox.queue("pacs")
    posted(pattern(), configuration, ledger, "pacs")
    assert [each.state for each in outbox.queue("pacs")] == [State.WAITING]


def test_what_was_refused_waits_again_when_it_is_posted_again(
    configuration: Configuration, ledger: Ledger, outbox: Outbox
) -> None:
    posted(pattern(), configuration, ledger, "pacs")
    delivery = outbox.lease("pacs", LEASE_S)
    assert delivery is not None
    outbox.refused(delivery, "not-understood")
    posted(pattern(), configuration, ledger, "pacs")
    assert [each.state for each in outbox.queue("pacs")] == [State.WAITING]


def test_the_recogniser_that_starts_leaves_it(
    configuration: Configuration, ledger: Ledger, outbox: Outbox
) -> None:
    uid = posted(pattern(), configuration, ledger, "pacs")
    assert outbox.recover() == 0
    assert (configuration.outbox_dir / FOLDER / f"{uid}.dcm").exists()


def test_a_destination_that_is_not_there_or_takes_no_such_thing_is_refused(
    configuration: Configuration, ledger: Ledger, outbox: Outbox
) -> None:
    with pytest.raises(NotFoundError):
        posted(pattern(), configuration, ledger, "pacs", "nowhere")
    with pytest.raises(RefusedError):
        posted(pattern(), configuration, ledger, "away")
    assert not outbox.backlog()
