"""The same content has the same UID, other content another."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from appliance.uids import UUID_ROOT, derived_uid

content = st.lists(st.text(), max_size=4)


@given(content)
def test_the_same_content_gives_the_same_valid_uid(parts: list[str]) -> None:
    uid = derived_uid(*parts)
    assert uid == derived_uid(*parts)
    assert uid.is_valid
    assert UUID(int=int(uid.removeprefix(UUID_ROOT))).version == 5


@given(content, content)
def test_other_content_gives_another_uid(first: list[str], second: list[str]) -> None:
    assert (derived_uid(*first) == derived_uid(*second)) == (first == second)


def test_parts_are_kept_apart() -> None:
    assert derived_uid("ab", "c") != derived_uid("a", "bc")


def test_a_uid_stays_the_same_over_versions() -> None:
    assert derived_uid("dose", "screen") == "2.25.159385956803517928375493059162015894980"
