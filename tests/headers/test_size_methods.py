"""Factors: the published tables are met, and nothing unverified contributes to a value."""

import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest

from appliance.dose.coded import Phantom, SizeSpecificDoseMethod
from appliance.dose.region import REGIONS
from appliance.headers.size.method import Conversion, methods_from, shipped
from appliance.headers.size.refusal import NoEstimate, Unfit

PUBLISHED = {
    Phantom.BODY32: {8: 2.76, 12: 2.38, 16: 2.06, 20: 1.78, 25: 1.48, 30: 1.23, 37: 0.95, 45: 0.71},
    Phantom.HEAD16: {6: 1.49, 10: 1.27, 16: 1.01, 22: 0.80, 30: 0.59, 40: 0.40, 55: 0.22},
}
"""Factors by effective diameter in cm, as AAPM Report 204 prints them."""
DIAMETERS = {
    SizeSpecificDoseMethod.LATERAL: {8: 9.2, 15: 13.1, 20: 16.4, 30: 24.7, 38: 32.7, 45: 40.8},
    SizeSpecificDoseMethod.AP: {8: 8.8, 13: 15.7, 20: 24.3, 25: 29.7, 35: 38.4, 45: 44.4},
    SizeSpecificDoseMethod.LATERAL_AND_AP: {16: 7.7, 36: 17.6, 50: 24.6, 60: 29.6, 90: 44.4},
}
"""Effective diameters by dimension, both in cm."""
SHIPPED = (files("appliance.headers.size") / "size.toml").read_text("utf-8")


def trunk(phantom: Phantom) -> Conversion:
    found = shipped().conversion(phantom, REGIONS["ABDOMEN"])
    assert isinstance(found, Conversion)
    return found


@pytest.mark.parametrize("phantom", PUBLISHED)
def test_every_published_factor_is_met(phantom: Phantom) -> None:
    factor = trunk(phantom).factor
    assert {at: round(factor(at), 2) for at in PUBLISHED[phantom]} == PUBLISHED[phantom]


@pytest.mark.parametrize("method", DIAMETERS)
def test_every_published_diameter_is_met(method: SizeSpecificDoseMethod) -> None:
    dimension = shipped().dimension(method)
    assert dimension is not None
    by_length = {at: round(dimension.effective_diameter_cm(at), 1) for at in DIAMETERS[method]}
    assert by_length == DIAMETERS[method]


def test_the_factor_is_of_centimetres() -> None:
    assert trunk(Phantom.BODY32).factor(32) == pytest.approx(1.144, abs=0.001)


@pytest.mark.parametrize("region", ["HEAD", "BRAIN", "SINUS"])
def test_a_head_gets_no_factor_until_somebody_verifies_it(region: str) -> None:
    refused = shipped().conversion(Phantom.HEAD16, REGIONS[region])
    assert refused == NoEstimate(Unfit.FACTOR_UNVERIFIED, f"AAPM 293, {region}")
    checked = methods_from(SHIPPED.replace("verified = false", "verified = true"))
    assert isinstance(checked.conversion(Phantom.HEAD16, REGIONS[region]), Conversion)


@pytest.mark.parametrize("region", ["NECK", "LOWER_LIMB", "HEAD_AND_NECK", "ENTIRE_BODY", "HEART"])
def test_what_the_reports_are_not_about_gets_no_factor(region: str) -> None:
    refused = shipped().conversion(Phantom.BODY32, REGIONS[region])
    is_in_the_chest = REGIONS[region].extent <= {"CHEST", "ABDOMEN", "PELVIS"}
    assert isinstance(refused, Conversion) == is_in_the_chest


def test_a_head_scanned_as_a_body_gets_no_factor() -> None:
    refused = shipped().conversion(Phantom.BODY32, REGIONS["HEAD"])
    assert refused == NoEstimate(Unfit.REGION_WITHOUT_FACTOR, "BODY32, HEAD")


@pytest.mark.parametrize("row", range(5))
def test_what_is_unverified_is_never_handed_out(row: int) -> None:
    parts = SHIPPED.split("verified = true")
    doubted = "verified = true".join(parts[: row + 1]) + "verified = false"
    using = methods_from(doubted + "verified = true".join(parts[row + 1 :]))
    handed = [
        using.conversion(phantom, region) for phantom in Phantom for region in REGIONS.values()
    ]
    assert all(each.verified for each in handed if isinstance(each, Conversion))
    dimensions = [using.dimension(method) for method in SizeSpecificDoseMethod]
    assert all(each.verified for each in dimensions if each is not None)
    verified = [row.verified for row in using.conversions]
    assert (verified + [row.verified for row in using.dimensions]).count(False) == 2


def test_every_number_of_a_method_says_where_it_is_from() -> None:
    data = tomllib.loads(SHIPPED)
    for row in (*data["conversion"], *data["dimension"]):
        assert "AAPM" in row["source"]
        assert isinstance(row["verified"], bool)


def test_a_dimension_that_is_unverified_is_not_known() -> None:
    using = shipped()
    doubted = replace(using, dimensions=tuple(replace(d, verified=False) for d in using.dimensions))
    assert doubted.dimension(SizeSpecificDoseMethod.AP) is None
    assert using.dimension(SizeSpecificDoseMethod.AGE) is None
