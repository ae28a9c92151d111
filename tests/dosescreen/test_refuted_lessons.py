"""What was learnt and proves wrong: who refutes it, and what is read then."""

from dataclasses import replace
from unittest.mock import patch

import pytest

from appliance.dose.record import Box
from appliance.dosescreen import Outcome, Recognition
from appliance.dosescreen.learning.correction import Retyped, refuted_by
from appliance.simulators.secondary_capture import GE, SIEMENS
from tests.dosescreen import scholars as learned
from tests.dosescreen.scholars import Scholar, grown, protocol, read_with, report, scholars
from tests.dosescreen.schools import shapes, taught, unknown_font
from tests.dosescreen.world import (
    dlps,
    reasons,
    recogniser,
)

NARROW_PX = 2
"""Between words, which a gap between characters may be."""


def test_a_sum_that_fails_makes_everyone_read_and_what_was_learnt_is_refuted() -> None:
    poisoned = taught(SIEMENS, unknown_font(), {"3": "8"})
    one, other = scholars()
    assert dlps(read_with(poisoned, protocol("137", total=None), one, other)) == ["187"]
    assert one.asked == []
    found = read_with(poisoned, protocol("137", "30"), one, other)  # 187 + 80 by the atlas
    assert found.outcome is Outcome.RECOGNISED
    assert dlps(found) == ["137", "30"]
    (experience,) = found.experiences
    assert {(each.held, each.digit) for each in experience.contradictions} == {("8", "3")}
    shape = shapes(unknown_font())["3"]
    assert grown(poisoned, found).held[shape] == "3"


def test_readers_that_are_asked_anyway_refute_it_too() -> None:
    poisoned = taught(SIEMENS, unknown_font(), {"3": "8"})
    without_b = [each for each in poisoned.history if each.character != "B"]
    poisoned = replace(poisoned, history=tuple(without_b))  # of the label: others are asked
    found = read_with(poisoned, protocol("137", total=None), *scholars())
    assert dlps(found) == ["137"]
    assert [each.held for each in found.experiences[0].contradictions] == ["8"]


def test_everyone_is_asked_when_a_sum_fails_though_some_have_read_it_already() -> None:
    poisoned = taught(SIEMENS, unknown_font(), {"3": "8"})
    without_b = [each for each in poisoned.history if each.character != "B"]
    poisoned = replace(poisoned, history=tuple(without_b))  # of the label: the first is asked
    silent, (one, other) = Scholar("silent", unknown_font(), ("3", "")), scholars()
    tiers = replace(recogniser(), tiers=((silent,), (one, other)))
    atlases = {poisoned.scanner.identifier: poisoned}
    assert dlps(tiers.recognise(protocol("137", total=None), atlases)) == ["187"]
    assert silent.asked
    assert not one.asked
    assert dlps(tiers.recognise(protocol("137", "30"), atlases)) == ["137", "30"]


def test_words_that_run_together_are_parted_by_who_is_asked_at_first_contact() -> None:
    space = replace(unknown_font().glyphs[" "], advance=NARROW_PX)
    narrow = replace(unknown_font(), glyphs=unknown_font().glyphs | {" ": space})
    known = taught(SIEMENS, unknown_font())
    mistaken = Scholar("mistaken", unknown_font(), ("1", "7"))
    tiers = replace(recogniser(), tiers=(recogniser().tiers[0], (mistaken,)))
    with patch.object(learned, "unknown_font", lambda: narrow):
        found = tiers.recognise(protocol("137", "30"), {known.scanner.identifier: known})
    assert found.record is not None
    assert found.record.total_dlp_mgy_cm is not None
    assert found.record.total_dlp_mgy_cm.text == "167"
    assert not mistaken.asked


def test_a_letter_that_was_learnt_for_a_digit_is_refuted() -> None:
    poisoned = taught(GE, unknown_font(), {"5": "S"})
    found = read_with(poisoned, report(), *scholars())
    assert found.outcome is Outcome.RECOGNISED
    assert [(each.held, each.digit) for each in found.experiences[0].contradictions] == [("S", "5")]


def test_one_reader_alone_refutes_nothing_and_the_study_waits() -> None:
    one, dissenter = Scholar("one", unknown_font()), Scholar("other", unknown_font(), ("3", "5"))
    poisoned = taught(SIEMENS, unknown_font(), {"3": "8"})
    found = read_with(poisoned, protocol("137", "30"), one, dissenter)
    assert found.outcome is Outcome.QUARANTINED
    assert found.experiences[0].contradictions == ()
    assert reasons(found) == {"total-mismatch"}


def test_a_person_refutes_the_glyphs_of_a_number() -> None:
    poisoned = taught(SIEMENS, unknown_font(), {"3": "8"})
    (dataset,) = protocol("137", total=None)
    number = retyped(read_with(poisoned, [dataset]), "137")
    assert number.read == "187"
    experience = refuted_by(dataset, number, {poisoned.scanner.identifier: poisoned})
    assert experience is not None
    (refuted,) = experience.contradictions
    assert (refuted.held, refuted.digit, refuted.readers) == ("8", "3", "a person")


@pytest.mark.parametrize(
    "change",
    [{"typed": "1370"}, {"typed": "187"}, {"read": "999"}, {"box": Box(0, 0, 1, 1)}, {"frame": 1}],
)
def test_a_person_whose_number_does_not_fit_the_glyphs_refutes_nothing(
    change: dict[str, object],
) -> None:
    poisoned = taught(SIEMENS, unknown_font(), {"3": "8"})
    (dataset,) = protocol("137", total=None)
    number = replace(retyped(read_with(poisoned, [dataset]), "137"), **change)  # type: ignore[arg-type]
    assert refuted_by(dataset, number, {poisoned.scanner.identifier: poisoned}) is None
    assert refuted_by(dataset, number, {}) is None


def retyped(found: Recognition, typed: str) -> Retyped:
    assert found.record is not None
    dlp = found.record.dose_events[0].dlp_mgy_cm
    assert dlp is not None
    assert dlp.origin.box is not None
    uid = dlp.origin.sop_instance_uid or ""
    return Retyped(uid, dlp.origin.frame or 0, dlp.origin.box, dlp.text, typed)
