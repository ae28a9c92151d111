"""What is written is read again, and no bytes surprise the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.uid import UID

from appliance.commitment import (
    ALL_COMMITTED,
    SOME_FAILED,
    Answer,
    FailureReason,
    Question,
    Reference,
)
from appliance.commitment.message import (
    SYNTAXES,
    read_answer,
    read_question,
    write_answer,
    write_question,
)
from appliance.errors import UnreadableObjectError

UIDS = st.integers(1, 10**30).map(lambda number: f"2.25.{number}")
REFERENCES = st.builds(Reference, UIDS, UIDS)
VERDICTS = st.dictionaries(
    REFERENCES, st.sampled_from([0, *map(int, FailureReason)]), min_size=1, max_size=20
)
IMPLICIT = SYNTAXES[1]
UNDEFINED = st.sampled_from([(), ("SQ",)])
"""VRs whose elements are written without their length."""


def encoded(dataset: Dataset, syntax: UID = IMPLICIT) -> bytes:
    file = DicomBytesIO()
    file.is_implicit_VR, file.is_little_endian = syntax.is_implicit_VR, True
    write_dataset(file, dataset)
    return bytes(file.getvalue())


@given(UIDS, st.lists(REFERENCES, min_size=1, max_size=20, unique=True))
def test_a_question_is_read_as_it_was_asked(transaction: str, references: list[Reference]) -> None:
    question = Question(transaction, tuple(references))
    for syntax in SYNTAXES:
        content = encoded(write_question(question), syntax)
        assert read_question(content, syntax) == question


@given(UIDS, VERDICTS)
def test_an_answer_is_read_as_it_was_given(
    transaction: str, verdicts: dict[Reference, int]
) -> None:
    answer = Answer(transaction, verdicts)
    for syntax in SYNTAXES:
        content = encoded(write_answer(answer), syntax)
        assert read_answer(content, syntax) == answer
    failed = any(verdicts.values())
    assert answer.event_type == (SOME_FAILED if failed else ALL_COMMITTED)


@given(st.binary(max_size=300), st.sampled_from(SYNTAXES))
def test_no_bytes_surprise_it(content: bytes, syntax: UID) -> None:
    for read in (read_question, read_answer):
        try:
            read(content, syntax)
        except UnreadableObjectError:
            continue


@given(VERDICTS, UNDEFINED, st.data())
def test_no_cut_message_commits_what_the_whole_does_not(
    verdicts: dict[Reference, int], undefined: tuple[str, ...], data: st.DataObject
) -> None:
    dataset = write_answer(Answer("2.25.1", verdicts))
    for element in dataset:
        element.is_undefined_length = element.VR in undefined
    content = encoded(dataset)
    cut = content[: data.draw(st.integers(0, len(content)))]
    try:
        found = read_answer(cut, IMPLICIT)
    except UnreadableObjectError:
        return
    committed = {reference for reference, verdict in found.verdicts.items() if verdict == 0}
    assert committed <= {reference for reference, verdict in verdicts.items() if verdict == 0}


@given(st.lists(REFERENCES, min_size=1, max_size=20, unique=True), UNDEFINED, st.data())
def test_no_cut_question_asks_for_less(
    references: list[Reference], undefined: tuple[str, ...], data: st.DataObject
) -> None:
    dataset = write_question(Question("2.25.1", tuple(references)))
    dataset["ReferencedSOPSequence"].is_undefined_length = "SQ" in undefined
    content = encoded(dataset)
    cut = content[: data.draw(st.integers(0, len(content) - 1))]
    try:
        found = read_question(cut, IMPLICIT)
    except UnreadableObjectError:
        return
    assert set(found.references) == set(references)


def test_what_is_both_committed_and_failed_is_not_committed() -> None:
    reference = Reference("1.2", "1.2.3")
    both = write_answer(Answer("9.1", {reference: 0}))
    both.update(write_answer(Answer("9.1", {reference: 0x0112})))
    assert read_answer(encoded(both), IMPLICIT).verdicts == {reference: 0x0112}


def test_a_failure_without_a_reason_is_one() -> None:
    reference = Reference("1.2", "1.2.3")
    dataset = write_answer(Answer("9.1", {reference: 0x0112}))
    del dataset.FailedSOPSequence[0].FailureReason
    assert read_answer(encoded(dataset), IMPLICIT).verdicts == {reference: 0x0110}


@pytest.mark.parametrize("missing", ["TransactionUID", "ReferencedSOPSequence"])
def test_what_must_be_there(missing: str) -> None:
    dataset = write_question(Question("9.1", (Reference("1.2", "1.2.3"),)))
    del dataset[missing]
    with pytest.raises(UnreadableObjectError):
        read_question(encoded(dataset), IMPLICIT)
