"""PS3.14: luminance and JND index, both ways, and what is not defined."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.displayqa.gsdf import (
    GREATEST_CD_M2,
    LEAST_CD_M2,
    is_defined,
    jnd_index,
    luminance_cd_m2,
)

VALUES = json.loads((Path(__file__).parent / "ps314_values.json").read_text("utf-8"))
LAST_OF_TABLE_CD_M2 = 3993.4040


@pytest.mark.parametrize(("jnd", "luminance"), VALUES["luminance_cd_m2_by_jnd"].items())
def test_luminances_are_those_of_the_formula(jnd: str, luminance: float) -> None:
    assert luminance_cd_m2(float(jnd)) == pytest.approx(luminance, rel=1e-12)


@pytest.mark.parametrize(("luminance", "jnd"), VALUES["jnd_by_luminance_cd_m2"].items())
def test_jnd_indices_are_those_of_the_formula(luminance: str, jnd: float) -> None:
    assert jnd_index(float(luminance)) == pytest.approx(jnd, rel=1e-12)


def test_the_table_is_not_the_formula() -> None:
    assert luminance_cd_m2(1023) == pytest.approx(LAST_OF_TABLE_CD_M2, rel=5e-5)
    assert luminance_cd_m2(1023) != pytest.approx(LAST_OF_TABLE_CD_M2, rel=1e-5)
    assert luminance_cd_m2(1) == pytest.approx(0.0500, abs=5e-5)


@given(st.floats(1, 1023))
def test_back_from_a_luminance_is_within_a_tenth_of_a_jnd(jnd: float) -> None:
    luminance = min(max(luminance_cd_m2(jnd), LEAST_CD_M2), GREATEST_CD_M2)
    assert jnd_index(luminance) == pytest.approx(jnd, abs=0.1)


@given(st.floats(1, 1022), st.floats(0.01, 1))
def test_a_higher_index_is_brighter(jnd: float, more: float) -> None:
    assert luminance_cd_m2(jnd + more) > luminance_cd_m2(jnd)


@given(st.floats(LEAST_CD_M2, 3900), st.floats(1.001, 1.02))
def test_brighter_has_a_higher_index(luminance: float, times: float) -> None:
    assert jnd_index(luminance * times) > jnd_index(luminance)


@pytest.mark.parametrize("jnd", [0.999, 1024.001, 0, -1, float("nan"), float("inf")])
def test_there_is_no_such_index(jnd: float) -> None:
    with pytest.raises(ValueError, match="no JND index"):
        luminance_cd_m2(jnd)


@pytest.mark.parametrize("luminance", [0.0499, 4000.1, 0, -1, float("nan"), float("inf")])
def test_a_luminance_may_be_outside(luminance: float) -> None:
    assert not is_defined(luminance)
    with pytest.raises(ValueError, match="outside the GSDF"):
        jnd_index(luminance)


def test_the_ends_are_inside() -> None:
    ends = [jnd_index(LEAST_CD_M2), jnd_index(GREATEST_CD_M2)]
    assert all(luminance_cd_m2(each) for each in ends)
