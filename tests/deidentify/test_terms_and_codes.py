"""Coded strings and codes: terms of the standard stay, what a person wrote into them does not."""

import pytest
from pydicom import Dataset
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from appliance.config import Configuration
from appliance.config.deidentification import Deidentification, LocalCode
from appliance.deidentify import LocalCodes, Option, Preset, cleaned
from appliance.deidentify.cleaning import NO_CODES
from appliance.deidentify.definition import items_of, sop_classes, top_level
from appliance.deidentify.terms import _terms, terms_of
from appliance.services.local_codes import local_codes
from appliance.simulators.ct_series.makers import MAKERS
from tests.deidentify.reports import (
    IN_HOUSE,
    PSEUDONYMS,
    REGISTRY,
    SCREENING,
    a_code,
    an_item,
    an_sr,
    as_bytes,
    cleaned_dataset,
    opened,
)
from tests.deidentify.test_images import a_slice
from tests.services.imaged import slices

PRESETS = [IN_HOUSE, REGISTRY, SCREENING]
WITHOUT_WORDS = Preset("a preset", ("", ""), frozenset({Option.CLEAN_STRUCTURED_CONTENT}))


def part(value: str, preset: Preset = REGISTRY) -> object:
    image = a_slice()
    image.BodyPartExamined = value
    return cleaned_dataset(image, preset).get("BodyPartExamined")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda each: each.name)
def test_a_name_in_a_coded_string_does_not_leave(preset: Preset) -> None:
    image = a_slice()
    for element in list(image):
        if element.VR == "CS" and element.keyword not in KEPT_FOR_THE_SLICE:
            element.value = "SATO_KENJI"
    image.ImageType = [*image.ImageType[:2], "SATO", "AXIAL", "SATO KENJI"]
    assert b"SATO" in as_bytes(image)
    found = cleaned_dataset(image, preset)
    assert b"SATO" not in as_bytes(found)
    assert list(found.ImageType) == ["ORIGINAL", "PRIMARY", "", "AXIAL"]


KEPT_FOR_THE_SLICE = (
    "SpecificCharacterSet", "ImageType", "Modality", "PhotometricInterpretation",
)  # fmt: skip
"""By these it is a slice at all."""


def test_terms_of_the_standard_stay() -> None:
    assert [part(each) for each in ("CHEST", "CHESTABDPELVIS", "JAW ")] == [
        "CHEST",
        "CHESTABDPELVIS",
        "JAW",
    ]
    assert part("CHEST", WITHOUT_WORDS) == "CHEST"


def test_what_is_no_term_keeps_its_known_words() -> None:
    assert part("CHEST_PELVIS") == "CHEST_PELVIS"
    assert part("CHEST_OF_SATO") == "CHEST"
    assert part("SATO") is None
    assert part("P4711") is None
    assert part("CHEST_PELVIS", WITHOUT_WORDS) is None


def test_as_many_words_stay_as_a_coded_string_holds() -> None:
    image = a_slice()
    long = b"CHEST ABDOMEN PELVIS"
    tag = Tag("BodyPartExamined")
    image[tag] = RawDataElement(tag, "CS", len(long), long, 0, False, True)
    assert cleaned_dataset(image).BodyPartExamined == "CHEST ABDOMEN"


def test_a_name_in_a_required_coded_string_becomes_a_dummy() -> None:
    image = a_slice()
    image.PatientPosition = "SATO"
    image.PatientOrientation = ["SATO", "P"]
    found = cleaned_dataset(image)
    assert found.get("PatientPosition") in {None, "", "REMOVED"}
    assert list(found.PatientOrientation) == ["", "P"]


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_nothing_that_scanners_code_is_lost(maker: str) -> None:
    for image in slices(maker=maker):
        if "LOCALIZER" in image.ImageType or "DERIVED" in image.ImageType:
            continue
        found = cleaned_dataset(image)
        for element in image:
            known = element.keyword != "SpecificCharacterSet" and element.VR == "CS"
            if known and int(element.tag) in (top_level(image.SOPClassUID) or {}):
                assert found[element.tag].value == element.value, element.keyword


def coded_keywords() -> set[int]:
    tags = {tag for uid in sop_classes() for tag in top_level(uid) or {}}
    return {tag for tag in tags if dictionary_VR(tag) == "CS"}


def test_terms_are_listed_of_coded_strings_alone_and_have_their_form() -> None:
    for keyword, terms in _terms().items():
        tag = tag_for_keyword(keyword)
        assert tag is not None, keyword
        assert dictionary_VR(tag) == "CS", keyword
        for term in terms:
            assert 0 < len(term) <= 16, (keyword, term)
            assert term == term.upper(), (keyword, term)


def test_what_makes_an_image_or_a_report_has_its_terms() -> None:
    needed = "Modality PatientPosition PhotometricInterpretation ImageType BurnedInAnnotation"
    content = "ValueType RelationshipType ContinuityOfContent"
    assert all(map(terms_of, [*needed.split(), *content.split()]))
    assert tag_for_keyword("ValueType") in items_of("ContentSequence")
    assert len(coded_keywords()) > 50


def test_the_sites_codes_come_from_its_file() -> None:
    code = LocalCode(scheme=" RIS ", value="C1", meaning=" Thorax ")
    configuration = Configuration(deidentification=Deidentification(local_code=(code,)))
    assert local_codes(configuration) == {("RIS", "C1"): "Thorax"}


def target_region(code: Dataset, preset: Preset, listed: LocalCodes = NO_CODES) -> tuple[str, ...]:
    item = an_item("CODE", ("123014", "DCM", "Target Region"), ConceptCodeSequence=[code])
    report = an_sr(item)
    report.SpecificCharacterSet = "ISO_IR 192"
    outcome = cleaned(as_bytes(report), preset, PSEUDONYMS, local_codes=listed)
    found = opened(outcome).ContentSequence[0].ConceptCodeSequence[0]
    return found.CodeValue, found.CodingSchemeDesignator, found.CodeMeaning


REMOVED_CODE = ("removed", "99REMOVED", "Local code removed")
OF_THE_HOUSE = [IN_HOUSE, SCREENING]


@pytest.mark.parametrize("preset", OF_THE_HOUSE, ids=lambda each: each.name)
def test_the_meaning_of_a_local_code_is_cleaned_where_the_institution_may_be_known(
    preset: Preset,
) -> None:
    local = a_code("CT-012", "99HOSP", "Dr. Sato's chest, room 4711")
    assert target_region(local, REGISTRY) == REMOVED_CODE
    assert target_region(local, preset) == ("CT-012", "99HOSP", "CHEST")
    assert target_region(a_code("12", "L", "Sato"), preset) == ("12", "L", "Local code")


@pytest.mark.parametrize("preset", OF_THE_HOUSE, ids=lambda each: each.name)
@pytest.mark.parametrize(
    ("value", "scheme"),
    [("SATO1", "99HOSP"), ("KENJI", "L"), ("佐藤1", "L"), ("12", "SATO"), ("12", "99 SATO")],
)
def test_a_local_code_that_is_written_in_words_is_removed(
    value: str, scheme: str, preset: Preset
) -> None:
    assert target_region(a_code(value, scheme, "Chest"), preset) == REMOVED_CODE


def test_a_version_of_a_scheme_is_a_number_or_goes() -> None:
    for version, kept in (("01", "01"), ("2.1b", "2.1b"), ("1 Sato", None), ("1SATO", None)):
        code = a_code("51185008", "SCT", "Chest")
        code.CodingSchemeVersion = version
        item = an_item("CODE", ("123014", "DCM", "Target Region"), ConceptCodeSequence=[code])
        found = cleaned_dataset(an_sr(item)).ContentSequence[0].ConceptCodeSequence[0]
        assert found.get("CodingSchemeVersion") == kept


@pytest.mark.parametrize("preset", OF_THE_HOUSE, ids=lambda each: each.name)
def test_a_code_that_the_site_lists_leaves_with_the_meaning_listed(preset: Preset) -> None:
    listed = {("RIS", "CHESTROUTINE"): "Thorax, Praxis Mitte"}
    local = a_code("CHESTROUTINE", "RIS", "Dr. Sato's chest")
    kept = ("CHESTROUTINE", "RIS", "Thorax, Praxis Mitte")
    assert target_region(local, preset, listed) == kept
    assert target_region(local, REGISTRY, listed) == REMOVED_CODE
    assert target_region(local, preset) == REMOVED_CODE
