"""Canaries in everything the standard allows: none may sing in what leaves."""

from itertools import combinations

import pytest
from pydicom.datadict import tag_for_keyword
from pydicom.tag import Tag
from pydicom.uid import (
    XRayRadiationDoseSRStorage,
)

from appliance.deidentify import Cleaned, Option, Preset, Pseudonyms, cleaned, presets
from appliance.deidentify.definition import sop_classes
from appliance.deidentify.option import NOT_DONE
from appliance.deidentify.profile import Action, row
from tests.deidentify.canaries import (
    BIRTHDAY,
    as_file,
    heard,
    is_japanese_heard,
    object_of_everything,
    singing_object,
)

PSEUDONYMS = Pseudonyms(b"k" * 32, "leaks")
CONTENT = Option.CLEAN_STRUCTURED_CONTENT
DATES = {Option.RETAIN_FULL_DATES, Option.RETAIN_MODIFIED_DATES}
PRODUCT = {
    tag_for_keyword(keyword)
    for keyword in (
        "Manufacturer",
        "ManufacturerModelName",
        "SoftwareVersions",
        "ConvolutionKernel",
        "FilterType",
        "SecondaryCaptureDeviceManufacturer",
        "SecondaryCaptureDeviceManufacturerModelName",
        "SecondaryCaptureDeviceSoftwareVersions",
    )
}
"""What the standard keeps, and so does the box: the names of products."""
COLOURS = {
    tag_for_keyword(f"{colour}PaletteColorLookupTableData") for colour in ("Red", "Green", "Blue")
}
COLOURS |= {tag_for_keyword("LUTData")}


def sensible(*counts: int) -> list[frozenset[Option]]:
    """So many of the options, in every combination, with either kind of dates or none."""
    others = [each for each in Option if each not in {*DATES, *NOT_DONE, CONTENT}]
    chosen = [each for count in counts for each in combinations(others, count)]
    dates: list[list[Option]] = [[], *([each] for each in sorted(DATES))]
    return [frozenset({CONTENT, *each, *date}) for each in chosen for date in dates]


def named(options: frozenset[Option]) -> str:
    return "+".join(sorted(options - {CONTENT}))


def may_sing() -> set[int | None]:
    """Attributes that the standard itself keeps as they are."""
    return {*PRODUCT, *COLOURS}


def unexpected(content: bytes, options: frozenset[Option]) -> list[str]:
    return [
        f"{tag:08X}" for tag in sorted(heard(content) - may_sing()) if not is_retained(tag, options)
    ]


def is_retained(tag: int, options: frozenset[Option]) -> bool:
    listed = row(Tag(tag))
    override = listed.overriding(options) if listed else None
    return override is not None and override[0] is Action.KEEP


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {uid: as_file(singing_object(uid)) for uid in sop_classes()}


def test_what_options_retain_is_heard(files: dict[str, bytes]) -> None:
    options = frozenset({CONTENT, Option.RETAIN_INSTITUTION_IDENTITY})
    content = files[XRayRadiationDoseSRStorage]
    outcome = cleaned(content, Preset("x", ("", ""), options), PSEUDONYMS)
    assert isinstance(outcome, Cleaned)
    assert tag_for_keyword("InstitutionName") in heard(outcome.content)


def test_the_canaries_sing_before(files: dict[str, bytes]) -> None:
    for content in files.values():
        assert len(heard(content)) > 200
        assert is_japanese_heard(content)
        assert BIRTHDAY.encode() in content


def expect_silence(content: bytes, preset: Preset) -> None:
    outcome = cleaned(content, preset, PSEUDONYMS)
    assert isinstance(outcome, Cleaned)
    assert unexpected(outcome.content, preset.options) == []
    assert not is_japanese_heard(outcome.content)
    if not preset.options & {Option.RETAIN_FULL_DATES, Option.RETAIN_UIDS}:
        assert BIRTHDAY.encode() not in outcome.content


@pytest.mark.parametrize("options", [*sensible(0, 8), *sensible(1)[::3]], ids=named)
def test_nothing_sings_in_a_report(files: dict[str, bytes], options: frozenset[Option]) -> None:
    expect_silence(files[XRayRadiationDoseSRStorage], Preset("x", ("", ""), options))


@pytest.mark.parametrize("sop_class_uid", list(sop_classes()))
def test_nothing_sings_in_any_class(files: dict[str, bytes], sop_class_uid: str) -> None:
    expect_silence(files[sop_class_uid], presets()["registry"])


@pytest.fixture(scope="module")
def everything() -> bytes:
    return as_file(object_of_everything())


def test_nothing_sings_in_any_sequence_of_the_dictionary(everything: bytes) -> None:
    assert len(heard(everything)) > 2500
    expect_silence(everything, presets()["in-house"])


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["registry", "screening"])
def test_nothing_sings_in_any_sequence_with_another_preset(everything: bytes, preset: str) -> None:
    expect_silence(everything, presets()[preset])


@pytest.mark.slow
@pytest.mark.parametrize("sop_class_uid", list(sop_classes()))
def test_nothing_sings_in_any_class_with_any_options(
    files: dict[str, bytes], sop_class_uid: str
) -> None:
    pairs = sensible(2) if sop_class_uid == XRayRadiationDoseSRStorage else []
    for options in [*sensible(0, 1, 8), *pairs]:
        expect_silence(files[sop_class_uid], Preset("x", ("", ""), options))
