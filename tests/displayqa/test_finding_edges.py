"""Values at the edges: dark colours, faint reads, too much ambient light, displays that lack."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from appliance.displayqa.certainty import uncertainty
from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.finding import Absence, Missing, finding
from appliance.displayqa.measurement import Measurements, Method, Reading
from appliance.displayqa.readings import read_measurements
from appliance.errors import UnreadableReadingsError
from tests.displayqa.monitors import good_display, grey_scale, gsdf_monitor, ruleset_named

BY_NAME = {
    limit.identifier: limit
    for name in ("tg270-diagnostic", "iec62563-1", "jesra-x0093-1a")
    for limit in ruleset_named(name).limits
}
BLUE = Chromaticity(Fraction("0.1"), Fraction("0.2"))


def absence(measured: Measurements, name: str) -> Absence:
    found = finding(measured, BY_NAME[name])
    assert isinstance(found, Missing)
    return found.absence


def test_the_colour_of_dark_levels_is_not_looked_at() -> None:
    scale = {
        level: replace(each, chromaticities=(BLUE,)) if each.mean_cd_m2 < 4 else each
        for level, each in good_display().scale.items()
    }
    for name in ("grey-chromaticity", "white-point"):
        assert finding(good_display(scale=scale), BY_NAME[name]) == 0
    brighter = {level: replace(each, gain=Fraction(5)) for level, each in scale.items()}
    assert finding(good_display(scale=brighter), BY_NAME["white-point"]) != 0


def test_a_display_that_is_dark_at_its_brightest_level_has_no_white() -> None:
    scale = grey_scale([*gsdf_monitor(1.2, 451)[:-1], 2])
    for name in ("grey-chromaticity", "white-point"):
        assert absence(good_display(scale=scale), name) is Absence.CHROMATICITY_MISSING


def test_each_display_of_three_is_needed() -> None:
    two_of_three = good_display(displays=3, beside=(good_display(),))
    for name in ("displays-luminance", "displays-chromaticity"):
        assert absence(two_of_three, name) is Absence.DISPLAYS_MISSING


def test_faint_reads_may_differ_by_their_last_digit() -> None:
    assert not Reading((Decimal("0.05"), Decimal("0.06"))).disagrees
    assert Reading((Decimal(50), Decimal(60))).disagrees


def test_ambient_light_above_what_a_telescope_read() -> None:
    measured = good_display(
        method=Method.TELESCOPIC, ambient_cd_m2=Fraction(1000), baseline=good_display()
    )
    for name in ("max-luminance", "target-deviation", "max-luminance-drift", "ambient-ratio"):
        assert absence(measured, name) is Absence.AMBIENT_TOO_HIGH


def test_an_error_counts_downwards_where_upwards_is_beyond_the_gsdf() -> None:
    measured = Measurements(
        scale=grey_scale(gsdf_monitor(0.06, 3999)), repeatability_percent=Fraction(1, 10**6)
    )
    limit = BY_NAME["contrast-response"]
    alone, shared = (
        float(uncertainty(each, limit) or 0)
        for each in (measured, replace(measured, accuracy_percent=Fraction(10)))
    )
    assert shared > 2 * alone


def test_no_display_is_brighter_than_a_hundred_thousand() -> None:
    assert read_measurements(b"level,luminance\n0,100000\n", "x.csv").scale
    with pytest.raises(UnreadableReadingsError, match="no display"):
        read_measurements(b"level,luminance\n0,100001\n", "x.csv")
