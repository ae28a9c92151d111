"""Performed procedure steps: messages put together, and whose dose it is."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.sequence import Sequence

from appliance.dose.coded import SourceOfDoseInformation
from appliance.dose.record import CTRadiationDose
from appliance.headers.performed_step import (
    DiscontinuationReason,
    PerformedStep,
    read_performed_steps,
    record_of,
)

STUDY, OTHER = "1.2.3", "1.2.4"


def item(**values: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def created(uid: str = "1.2.9", studies: tuple[str, ...] = (STUDY,), **values: object) -> Dataset:
    scheduled = Sequence([item(StudyInstanceUID=study) for study in studies])
    return item(
        SOPInstanceUID=uid,
        StudyInstanceUID=studies[0],
        ScheduledStepAttributesSequence=scheduled,
        PerformedProcedureStepStatus="IN PROGRESS",
        **{"Modality": "CT", **values},
    )


def changed(state: str = "", uid: str = "1.2.9", **values: object) -> Dataset:
    dataset = item(SOPInstanceUID=uid, StudyInstanceUID=STUDY, **values)
    if state:
        dataset.PerformedProcedureStepStatus = state
    return dataset


def doses(*ctdi_vols: float) -> Sequence:
    return Sequence([item(AcquisitionType="SPIRAL", CTDIvol=value) for value in ctdi_vols])


def read(*messages: Dataset) -> PerformedStep:
    (step,) = read_performed_steps(messages)
    return step


def test_a_completed_step_is_a_dose_record_of_what_was_said_last() -> None:
    step = read(
        created(ExposureDoseSequence=doses(5)),
        changed(ExposureDoseSequence=doses(5, 7.5), CommentsOnRadiationDose="TotalDLP=80.5"),
        changed("COMPLETED"),
    )
    assert step.state == "COMPLETED"
    assert not step.discontinued
    assert step.record
    assert step.record.total_dlp_mgy_cm
    assert step.record.total_dlp_mgy_cm.value == Decimal("80.5")
    values = [event.ctdi_vol_mgy for event in step.record.events]
    assert [each and each.value for each in values] == [Decimal(5), Decimal("7.5")]
    origin = step.record.total_dlp_mgy_cm.origin
    assert (origin.source, origin.detail) == (SourceOfDoseInformation.AUTOMATED, "MPPS")
    assert origin.sop_instance_uid == "1.2.9"


def test_what_was_irradiated_before_a_step_was_discontinued_counts() -> None:
    code = item(CodeValue="110513", CodingSchemeDesignator="DCM", CodeMeaning="For unknown reason")
    step = read(
        created(),
        changed(
            "DISCONTINUED",
            ExposureDoseSequence=doses(5),
            PerformedProcedureStepDiscontinuationReasonCodeSequence=Sequence([code]),
        ),
    )
    assert step.discontinued
    assert step.reason == DiscontinuationReason("110513", "DCM", "For unknown reason")
    assert step.record


@pytest.mark.parametrize(
    ("messages", "word"),
    [
        ((created(ExposureDoseSequence=doses(5)),), "goes on"),
        ((created(Modality="XA"), changed("COMPLETED", ExposureDoseSequence=doses(5))), "CT"),
        (
            (
                created(studies=(STUDY, OTHER)),
                changed("COMPLETED", ExposureDoseSequence=doses(5)),
            ),
            "several",
        ),
    ],
)
def test_a_dose_of_which_it_is_not_known_whose_or_how_much_is_unused(
    messages: tuple[Dataset, ...], word: str
) -> None:
    step = read(*messages)
    assert step.record is None
    assert word in step.unused
    assert step.exposure.events


def test_what_is_empty_takes_nothing_away() -> None:
    step = read(
        created(ExposureDoseSequence=doses(5)),
        changed("COMPLETED", ExposureDoseSequence=Sequence(), CommentsOnRadiationDose=""),
    )
    assert step.record


def test_only_the_first_message_says_whose_step_it_is() -> None:
    other = Sequence([item(StudyInstanceUID=OTHER)])
    step = read(
        created(PatientID="1"),
        changed("COMPLETED", ScheduledStepAttributesSequence=other, Modality="MR", PatientID="2"),
    )
    assert (step.studies, step.modality) == ((STUDY,), "CT")


def test_a_step_without_dose_has_no_record() -> None:
    step = read(created(), changed("COMPLETED"))
    assert (step.record, step.unused) == (None, "")


def test_the_series_of_a_step() -> None:
    images = Sequence([item(ReferencedSOPInstanceUID="1.5")])
    series = item(SeriesInstanceUID="1.4", ProtocolName="Chest", ReferencedImageSequence=images)
    step = read(created(), changed("COMPLETED", PerformedSeriesSequence=Sequence([series])))
    (found,) = step.series
    assert (found.series_instance_uid, found.protocol_name, found.images) == ("1.4", "Chest", 1)


def test_steps_of_a_study_together_have_no_total_of_one() -> None:
    messages = [
        created("1.2.9"),
        created("1.2.8"),
        changed("COMPLETED", "1.2.8", ExposureDoseSequence=doses(5)),
        changed("COMPLETED", ExposureDoseSequence=doses(7), CommentsOnRadiationDose="TotalDLP=9"),
    ]
    steps = read_performed_steps(messages)
    assert [step.sop_instance_uid for step in steps] == ["1.2.9", "1.2.8"]
    record = record_of(steps)
    assert record
    assert [e.ctdi_vol_mgy and e.ctdi_vol_mgy.text for e in record.events] == ["7", "5"]
    assert record.total_dlp_mgy_cm is None
    assert record_of(steps[:1]) == steps[0].record
    assert record_of([]) is None


def ended(*said: Sequence) -> CTRadiationDose | None:
    """The dose of steps that said so, one after the other."""
    steps = [
        read(created(uid), changed("COMPLETED", uid, ExposureDoseSequence=each))
        for uid, each in zip(("1.2.8", "1.2.9"), said, strict=True)
    ]
    return record_of(steps)


def series(*numbers: int) -> Sequence:
    return Sequence([item(CTDIvol=7.5, SeriesNumber=str(number)) for number in numbers])


@pytest.mark.parametrize("second", [(2, 3), (2,), (2, 3, 4)])
def test_a_scan_that_two_steps_name_counts_once(second: tuple[int, ...]) -> None:
    record = ended(series(2, 3), series(*second))
    assert record
    named = [each.series.text for each in record.events if each.series]
    assert named == [str(number) for number in sorted({2, 3, *second})]


def test_scans_that_two_steps_say_the_same_of_without_a_name_are_refused() -> None:
    assert ended(doses(7.5), doses(7.5)) is None
    record = ended(doses(7.5, 7.5), doses(5))  # one step may say the same of two scans
    assert record
    assert len(record.events) == 3


@given(order=st.lists(st.sampled_from(["1", "2", "3"]), max_size=6), ends=st.booleans())
def test_how_messages_of_several_steps_mingle_does_not_matter(
    order: list[str], *, ends: bool
) -> None:
    uids = sorted(set(order))
    begun = [created(uid) for uid in uids]
    counts: dict[str, int] = {}
    said = []
    for uid in order:
        counts[uid] = counts.get(uid, 0) + 1
        said.append(
            changed("COMPLETED" if ends else "", uid, ExposureDoseSequence=doses(counts[uid]))
        )
    steps = read_performed_steps([*begun, *said])
    apart = [
        read(*(each for each in (*begun, *said) if each.SOPInstanceUID == uid)) for uid in uids
    ]
    assert list(steps) == apart
    for step in steps:
        last = step.exposure.events[-1].ctdi_vol_mgy
        assert last
        assert last.value == counts[step.sop_instance_uid]
