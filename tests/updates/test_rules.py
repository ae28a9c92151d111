"""Which bundle may come after what runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import RefusedError
from appliance.updates.bundle import Bundle, Version, bundle_of, description
from appliance.updates.rules import Objection, Standing, minimum_version, objections

BOARD = "dose-appliance-amd64"
MINIMUM = Version(0, 1, 0)
NUMBERS = st.integers(0, 20)
VERSIONS = st.builds(Version, NUMBERS, NUMBERS, NUMBERS)


def bundle(version: str = "0.3.0", schema: int = 17, lives_with: int = 12) -> Bundle:
    return Bundle(BOARD, Version.of(version), "1", schema, lives_with)


def standing(version: str = "0.2.0", schema: int = 15, needs: int = 0) -> Standing:
    return Standing(BOARD, Version.of(version), schema, needs)


def test_a_newer_one_of_the_same_board_may_come() -> None:
    assert objections(bundle(), standing(), MINIMUM) == []


@pytest.mark.parametrize(
    ("brought", "there", "expected"),
    [
        (bundle(), Standing("dose-appliance-rpi4", Version(0, 2, 0), 15, 0), Objection.OTHER_BOARD),
        (bundle("0.0.9"), standing("0.0.9"), Objection.BELOW_MINIMUM),
        (bundle(lives_with=16), standing(), Objection.NO_WAY_BACK),
        (bundle("0.2.0", schema=12), standing(needs=13), Objection.LEDGER_TOO_NEW),
        (bundle("0.1.0", schema=15), standing(), Objection.OLDER),
    ],
)
def test_what_may_not(brought: Bundle, there: Standing, expected: Objection) -> None:
    assert objections(brought, there, MINIMUM) == [expected]


def test_an_older_one_whose_ledger_is_understood_is_a_matter_for_a_person() -> None:
    older = bundle("0.1.0", schema=12)
    assert objections(older, standing(needs=12), MINIMUM) == [Objection.OLDER]


def test_the_same_version_again_is_no_downgrade() -> None:
    assert objections(bundle("0.2.0", schema=15), standing(), MINIMUM) == []


@given(VERSIONS, VERSIONS)
def test_versions_are_ordered_as_numbers(one: Version, other: Version) -> None:
    assert Version.of(str(one)) == one
    numbers = [(each.major, each.minor, each.patch) for each in (one, other)]
    assert (one < other) == (numbers[0] < numbers[1])


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3.4", "1.2.x", "01.2.3", "1.2.3-rc1", "v1.2.3"]
)
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="not a version"):
        Version.of(text)


def test_every_objection_has_both_languages() -> None:
    assert all(len(set(each.meaning)) == 2 for each in Objection)
    assert minimum_version() >= Version(0, 1, 0)


def test_a_bundle_says_which_ledger_it_lives_with() -> None:
    told = {"compatible": BOARD, "version": "1.2.3", "build": None, "description": description()}
    assert bundle_of(told, "x").schema >= 17
    assert bundle_of(told, "x").name == "1.2.3"


@pytest.mark.parametrize(
    "change",
    [{"description": "nice"}, {"description": None}, {"version": "new"}, {"version": None}],
)
def test_a_bundle_that_does_not_is_none_of_ours(change: dict[str, str | None]) -> None:
    told = {"compatible": BOARD, "version": "1.2.3", "build": "", "description": description()}
    with pytest.raises(RefusedError):
        bundle_of(told | change, "x")
