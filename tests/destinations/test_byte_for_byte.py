"""What was received leaves by C-STORE as the bytes it came as, in the syntax it came in, or not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLosslessSV1,
)

from appliance import config
from appliance.connection import ANY_DEVICE
from appliance.destinations import Caller, Cause, Delivered, Destination, Refused, open_destination
from tests.destinations.archives import (
    LOOPBACK,
    Scripted,
    a_report,
    consigned,
    orthanc,
    storescp,
    wait_until,
)
from tests.destinations.encoded import FORMS, consignment, data_set_of

Open = Callable[[int], Destination]


@pytest.fixture
def opened() -> Iterator[Open]:
    destinations: list[Destination] = []

    def open_(port: int) -> Destination:
        settings = config.Destination(name="pacs", host=LOOPBACK, port=port, timeout_s=30)
        destinations.append(open_destination(settings, Caller("DOSEBOX", ANY_DEVICE)))
        return destinations[-1]

    yield open_
    for destination in destinations:
        destination.close()


def test_dcmtk_gets_the_bytes_as_they_came(opened: Open, tmp_path: Path) -> None:
    sent = {form: consignment(form, f"1.2.3.{at}") for at, form in enumerate(FORMS)}
    with storescp(tmp_path / "archive", 0, "+xa", "+B") as port:
        destination = opened(port)
        for each in sent.values():
            assert destination.send(each) == Delivered("0x0000 Success")
        files = [path.read_bytes() for path in (tmp_path / "archive").iterdir()]
    assert sorted(map(data_set_of, files)) == sorted(
        data_set_of(each.content) for each in sent.values()
    )


ORTHANC_KEEPS = ("implicit", "explicit", "big-endian", "jpeg-lossless", "rle")
"""What Orthanc gives back as it came; the others it writes anew, group lengths and padding gone."""


def test_orthanc_gets_the_bytes_as_they_came(opened: Open, tmp_path: Path) -> None:
    sent = {form: consignment(form, f"1.2.3.{at}") for at, form in enumerate(FORMS)}
    with orthanc(tmp_path / "archive") as archive:
        destination = opened(archive.port)
        for each in sent.values():
            assert destination.send(each) == Delivered("0x0000 Success")
        wait_until(lambda: len(archive.files()) == len(sent))
        kept = {data_set_of(file) for file in archive.files()}
    same = [form for form, each in sent.items() if data_set_of(each.content) in kept]
    assert same == list(ORTHANC_KEEPS)


def test_kinds_by_turns_share_an_association(opened: Open) -> None:
    with Scripted(
        sop_class=CTImageStorage, transfer_syntaxes=(ImplicitVRLittleEndian, ExplicitVRLittleEndian)
    ).running() as archive:
        destination = opened(archive.port)
        for number in range(10):
            form = ("implicit", "explicit")[number % 2]
            outcome = destination.send(consignment(form, f"1.2.3.{number}"))
            assert outcome == Delivered("0x0000 Success")
    assert archive.associations == 2


def test_a_syntax_that_is_not_taken_is_refused_and_nothing_is_encoded_anew(opened: Open) -> None:
    with Scripted(
        sop_class=CTImageStorage, transfer_syntaxes=(ImplicitVRLittleEndian,)
    ).running() as archive:
        destination = opened(archive.port)
        refused = destination.send(consignment("explicit", "1.2.3.1"))
        taken = destination.send(consignment("implicit", "1.2.3.2"))
    assert refused == Refused(
        Cause.TRANSFER_SYNTAX_NOT_ACCEPTED, "CT Image Storage in Explicit VR Little Endian"
    )
    assert isinstance(taken, Delivered)
    assert archive.uids == ["1.2.3.2"]


def test_a_class_that_is_not_taken_is_told_from_a_syntax(opened: Open) -> None:
    with Scripted(sop_class=CTImageStorage, transfer_syntaxes=(JPEGLosslessSV1,)).running() as one:
        outcome = opened(one.port).send(consignment("jpeg-lossless", "1.2.3.1"))
    assert outcome == Refused(Cause.SOP_CLASS_NOT_ACCEPTED, "Secondary Capture Image Storage")


def test_a_report_made_here_is_written_as_the_archive_wants_it(opened: Open) -> None:
    with Scripted(transfer_syntaxes=(ImplicitVRLittleEndian,)).running() as archive:
        assert isinstance(opened(archive.port).send(consigned(a_report("1.1"))), Delivered)
    assert archive.uids == ["1.1"]


@pytest.mark.parametrize("uid", ["1.2.03.4", "1.2.840." + "9" * 56, "not-a-uid"])
def test_the_uid_of_an_old_console_leaves_as_it_came(
    opened: Open, tmp_path: Path, uid: str
) -> None:
    each = consignment("implicit", uid)
    with storescp(tmp_path / "archive", 0, "+B") as port:
        assert opened(port).send(each) == Delivered("0x0000 Success")
        (file,) = (tmp_path / "archive").iterdir()
        assert data_set_of(file.read_bytes()) == data_set_of(each.content)


def test_a_data_set_of_an_odd_number_of_bytes_is_not_waited_for(opened: Open) -> None:
    each = consignment("implicit", "1.2.3")
    odd = replace(each, content=each.content + b"x")
    with Scripted(
        sop_class=CTImageStorage, transfer_syntaxes=(ImplicitVRLittleEndian,)
    ).running() as archive:
        outcome = opened(archive.port).send(odd)
    assert outcome == Refused(Cause.NOT_UNDERSTOOD, "a data set of an odd number of bytes")


@pytest.mark.parametrize("content", [b"", b"DICM" * 40, bytes(200)])
def test_what_is_no_file_is_not_sent(opened: Open, content: bytes) -> None:
    outcome = opened(1).send(replace(consignment("implicit", "1.2.3"), content=content))
    assert isinstance(outcome, Refused)
    assert outcome.cause is Cause.REPORT_DAMAGED
