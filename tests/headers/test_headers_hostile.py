"""Whatever stands in a header, reading it ends, and gives numbers that can be."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from appliance.headers import ImageReading, Why, read_images
from appliance.headers.attributes import KEYWORDS
from appliance.headers.slice import CT_IMAGE
from tests.headers.images import ct_image, spiral

SINGLE = sorted({key for key in KEYWORDS if not key.endswith("Sequence")} - {"SOPClassUID"})
ANYTHING = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["NaN", "Infinity", "-1", "0", "1e999999", "1E-999999", "9" * 60, "0,5"]),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
)


def spoilt(values: dict[str, str], at: int) -> Dataset:
    header = ct_image(at)
    for keyword, value in values.items():
        header.add_new(keyword, "UT", value)  # as a number of the wrong form is read
    return header


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(SINGLE), ANYTHING, max_size=12), max_size=4))
def test_garbage_gives_no_error_and_no_number_that_cannot_be(spoils: list[dict[str, str]]) -> None:
    headers = [*spiral(3), *(spoilt(values, at + 3) for at, values in enumerate(spoils))]
    reading = read_images(headers)
    assert numbers_can_be(reading)
    assert read_images(reversed(headers)) == reading


def numbers_can_be(reading: ImageReading) -> bool:
    places = {"top_z_mm", "bottom_z_mm"}
    return reading.record is not None and all(
        value.value > 0
        for event in reading.record.events
        for name, value in event.sourced()
        if isinstance(value.value, Decimal) and name not in places
    )


def test_an_object_that_says_nothing_is_no_image() -> None:
    empty = Dataset()
    empty.SOPClassUID = CT_IMAGE
    assert read_images([empty, Dataset()]).record is None


def test_what_people_type_is_not_repeated() -> None:
    headers = [*spiral(2, BodyPartExamined="PHANTOM MEIER"), *spiral(3, BodyPartExamined="X")]
    (refusal,) = [each for each in read_images(headers).refusals if each.why is Why.DIFFERS]
    assert refusal.said == ""
