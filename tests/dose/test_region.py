"""Target Region: from words to CID 4030."""

from typing import Any

import pytest
from pydicom.sr._concepts_dict import concepts

from appliance.dose.region import first_region, region_named_in
from appliance.rdsr import REGIONS, Region, build_report
from tests.rdsr.cases import BOX, case

CID_4030 = 4030


@pytest.mark.parametrize("region", REGIONS.values(), ids=lambda region: region.name)
def test_codes_and_meanings_are_those_of_the_context_group(region: Region) -> None:
    by_keyword: dict[str, Any] = concepts["SCT"]
    entries = {
        (code, meaning)
        for by_code in by_keyword.values()
        for code, (meaning, groups) in by_code.items()
        if CID_4030 in groups
    }
    assert (region.code_value, region.code_meaning) in entries


@pytest.mark.parametrize("region", REGIONS.values(), ids=lambda region: region.name)
def test_each_word_names_its_region(region: Region) -> None:
    for word in region.words:
        assert region_named_in(word) is region
        assert region_named_in(f"CT {word}, 2. Serie") is region


def test_no_word_names_two_regions() -> None:
    words = [word for region in REGIONS.values() for word in region.words]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("region", REGIONS.values(), ids=lambda region: region.name)
def test_parts_and_wholes_are_regions(region: Region) -> None:
    named = {region.within, *region.parts} - {""}
    assert named <= set(REGIONS)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AbdRoutine", "ABDOMEN"),
        ("ThoraxHRSeq", "CHEST"),
        ("THORAX/ABDOMEN", "CHEST_AND_ABDOMEN"),
        ("CT HALS/THORAX/ABDOMEN", "NECK_CHEST_AND_ABDOMEN"),
        ("Chest Abdomen Pelvis w/ contrast", "CHEST_ABDOMEN_AND_PELVIS"),
        ("CHESTABDPELVIS", "CHEST_ABDOMEN_AND_PELVIS"),
        ("C-Spine", "CERVICAL_SPINE"),
        ("C_SPINE T_SPINE", "CERVICO_THORACIC_SPINE"),
        ("Head Brain", "HEAD"),
        ("Leber", "LIVER"),
        ("liver chest", "CHEST_AND_ABDOMEN"),
        ("BWS LWS", "THORACO_LUMBAR_SPINE"),
        ("Wirbelsäule", "SPINE"),
        ("頭部単純", "HEAD"),
        ("頭頸部造影", "HEAD_AND_NECK"),
        ("胸腹部", "CHEST_AND_ABDOMEN"),
        ("胸部~骨盤 胸部 腹部 骨盤", "CHEST_ABDOMEN_AND_PELVIS"),
        ("胸部大動脈", "THORACIC_AORTA"),
        ("頸椎", "CERVICAL_SPINE"),
        ("\uff23\uff28\uff25\uff33\uff34", "CHEST"),
    ],
)
def test_words_of_consoles_name_regions(text: str, name: str) -> None:
    region = region_named_in(text)
    assert region is not None
    assert region.name == name


@pytest.mark.parametrize(
    "text", ["", "Topogram", "Routine", "Neuro", "Headache", "Warm", "head chest", "knee hip", "1"]
)
def test_what_names_no_single_region_names_none(text: str) -> None:
    assert region_named_in(text) is None


def test_the_first_text_that_names_one_counts() -> None:
    assert first_region(["Routine", "", "Knie links", "HEAD"]) is REGIONS["KNEE"]
    assert first_region(["Routine"]) is None


def test_a_rule_that_names_no_region_is_an_error() -> None:
    one = case("single_event")
    with pytest.raises(KeyError):
        build_report(one.record, one.evidence, BOX, region_rule=lambda _label: "ELBOWS")
