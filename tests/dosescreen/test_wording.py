"""Words are compared with tolerance, numbers are not compared at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.dosescreen.wording import closest, distance, folded, resembles

WORDS = st.text("abcdefghilmnorstuvIlO05$8.:-() ", max_size=12)


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("CTDIvol", "CTDIvol"),
        ("CTDlvol", "CTDIvol"),
        ("CTD1vo1", "CTDIvol"),
        ("ctdivol", "CTDIvol"),
        ("Total Exam DLP:", "Total Exam DLP"),
        ("Total Exarn DLP", "Total Exam DLP"),
        ("$eries", "Series"),
        ("mGy*cm", "mGy-cm"),
    ],
)
def test_what_readers_usually_mistake_is_forgiven(read: str, printed: str) -> None:
    assert resembles(read, printed)


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("kV", "mV"),  # short words stand exactly
        ("Tl", "cSL"),
        ("DLP", "OLP" * 2),
        ("Helical", "Axial"),
        ("", "DLP"),
        ("Scan", "Scout Range"),
    ],
)
def test_other_words_are_not(read: str, printed: str) -> None:
    assert not resembles(read, printed)


def test_the_closest_word_wins() -> None:
    words = ["Cardiac", "Cardiac Helical", "Helical"]
    assert closest(["Cardiac Hellcal"], words) == "Cardiac Helical"
    assert closest(["Helcal"], words) == "Helical"


def test_two_as_near_are_none() -> None:
    assert closest(["Thorox"], ["Thorax", "Thorex"]) is None
    assert closest(["Head 1"], ["Head 16", "Head 15"]) is None


def test_nothing_near_is_none() -> None:
    assert closest(["Abdomen"], ["Helical", "Axial"]) is None
    assert closest([], ["Helical"]) is None
    assert closest(["Helical"], []) is None


def test_any_reading_may_be_the_right_one() -> None:
    assert closest(["i)", "Axial"], ["Axial", "Helical"]) == "Axial"


def test_diameters_are_not_told_apart_by_wording() -> None:
    """One edit makes Head 16 of Head 18; that is why the digits are read for themselves."""
    assert closest(["Head 18"], ["Head 16", "Body 32"]) == "Head 16"


@given(WORDS)
def test_folding_is_idempotent_and_forgets_case(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert folded(text.upper()) == folded(text.lower()) or "i" in text.casefold()


@given(WORDS, WORDS, WORDS)
def test_the_distance_is_a_metric(one: str, other: str, third: str) -> None:
    assert distance(one, one) == 0
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) == distance(other, one)
    assert distance(one, third) <= distance(one, other) + distance(other, third)
    assert distance(one, other) <= max(len(one), len(other))


@given(st.sampled_from(["kV", "DLP", "CTDIvol", "Total Exam DLP"]), st.data())
def test_words_resemble_up_to_so_many_edits(wanted: str, data: st.DataObject) -> None:
    edits = data.draw(st.integers(0, 4))
    text = list(folded(wanted))
    for _ in range(edits):
        at = data.draw(st.integers(0, len(text)))
        text[at : at + data.draw(st.integers(0, 1))] = data.draw(st.text("abdlmv", max_size=1))
    apart = distance(folded("".join(text)), folded(wanted))
    allowed = {2: 0, 3: 1}.get(len(folded(wanted)), 2)
    assert resembles("".join(text), wanted) == (apart <= allowed)
