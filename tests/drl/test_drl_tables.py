"""The shipped tables hold what their sources say, and no table is half right."""

from decimal import Decimal
from pathlib import Path

import pytest

from appliance.config import Drl
from appliance.dose.coded import Phantom
from appliance.drl.exam import exams
from appliance.drl.reference import reference
from appliance.drl.table import Quantity, parse, shipped, shipped_text, tables
from appliance.errors import ConfigurationError

ADULTS = {
    "japan-2015": {
        "HEAD": (85, 1350),
        "CHEST": (15, 550),
        "CHEST_TO_PELVIS": (18, 1300),
        "ABDOMEN_TO_PELVIS": (20, 1000),
        "LIVER_DYNAMIC": (15, 1800),
        "CORONARY": (90, 1400),
    },
    "japan-2020": {
        "HEAD": (77, 1350),
        "CHEST": (13, 510),
        "CHEST_TO_PELVIS": (16, 1200),
        "ABDOMEN_TO_PELVIS": (18, 880),
        "LIVER_DYNAMIC": (17, 2100),
        "CORONARY": (66, 1300),
        "TRAUMA": (None, 5800),
    },
    "japan-2025": {
        "HEAD": (67, 1260),
        "CHEST": (11, 430),
        "ABDOMEN_TO_PELVIS": (14, 720),
        "CORONARY": (57, 940),
        "TRAUMA": (None, 5290),
    },
}


@pytest.mark.parametrize("edition", ADULTS)
def test_adult_figures(edition: str) -> None:
    levels = {level.exam: level for level in shipped()[edition].levels if level.ages is None}
    found = {
        exam: tuple(
            level.figures[quantity].value if quantity in level.figures else None
            for quantity in (Quantity.CTDI_VOL, Quantity.DLP)
        )
        for exam, level in levels.items()
    }
    assert found == ADULTS[edition]


def test_no_shipped_figure_claims_to_be_verified_and_each_has_a_source() -> None:
    figures = [
        figure
        for table in shipped().values()
        for level in table.levels
        for figure in level.figures.values()
    ]
    assert len(figures) > 60
    assert not [figure for figure in figures if figure.verified]
    assert all(figure.source for figure in figures)


def test_figures_of_children_are_for_four_bands_and_either_phantom() -> None:
    levels = [level for level in shipped()["japan-2020"].levels if level.ages]
    bands = {f"{level.ages.youngest}-{level.ages.below}" for level in levels if level.ages}
    assert bands == {"0-1", "1-5", "5-10", "10-15"}
    for level in levels:
        if level.phantom is Phantom.BODY32:
            (other,) = [
                each
                for each in levels
                if (each.exam, each.ages) == (level.exam, level.ages)
                and each.phantom is Phantom.HEAD16
            ]
            for quantity, figure in level.figures.items():
                assert 2 * figure.value == other.figures[quantity].value


def test_every_examination_with_a_figure_is_known() -> None:
    known = exams().by_identifier
    assert {level.exam for table in shipped().values() for level in table.levels} <= set(known)
    assert {each.child for each in known.values()} - {""} <= set(known)
    assert {name for each in known.values() for name in each.instead} <= set(known)


def test_a_table_of_the_site_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    text = shipped_text("japan-2025").replace("verified = false", "verified = true", 1)
    (tmp_path / "ours.toml").write_text(text.replace('"67"', '"66"'), "utf-8")
    found = tables(tmp_path)["japan-2025"]
    assert found.levels[0].figures[Quantity.CTDI_VOL].value == Decimal(66)
    assert found.levels[0].figures[Quantity.CTDI_VOL].verified
    assert found.digest != shipped()["japan-2025"].digest
    assert found.has_unverified


def test_screening_limits_are_in_force_besides_the_edition(tmp_path: Path) -> None:
    by = reference(Drl(edition="japan-2015"), tmp_path)
    assert [table.edition for table in by.tables] == ["japan-2015", "lung-screening"]
    assert by.identifier.startswith("japan-2015/1/")
    assert [each.edition for each in by.unverified] == ["japan-2015", "lung-screening"]
    assert not by.has_verified


def test_an_edition_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no edition 'japan-1999'; known are japan-2015"):
        reference(Drl(edition="japan-1999"), tmp_path)


A_TABLE = """\
edition = "ours"
version = 1
title = ["Ours", "当院"]
published = ""
[source]
us = "ourselves"
[[level]]
exam = "CHEST"
phantom = "BODY32"
standard_weight_kg = ["50", "70"]
ctdi_vol_mgy = { value = "10", source = "us", verified = true }
"""


def test_a_table_is_read() -> None:
    (level,) = parse(A_TABLE, "ours.toml").levels
    assert level.standard_weight_kg == (Decimal(50), Decimal(70))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('edition = "ours"\n', "", "missing keys ['edition']"),
        ("version = 1", 'version = 1\ncolour = "red"', "unknown keys ['colour']"),
        ('"CHEST"', '"CHESTS"', "level 1: there is no examination CHESTS"),
        ('"BODY32"', '"BODY"', "level 1: there is no phantom BODY"),
        ('"10"', '"ten"', "level 1: "),
        ('"10"', '"0"', "level 1: 0 is no dose"),
        ('"10"', '"-10"', "level 1: -10 is no dose"),
        ('"10"', '"Infinity"', "level 1: Infinity is no dose"),
        ('source = "us"', 'source = "them"', "level 1: there is no source them"),
        ("verified = true", 'verified = "true"', "level 1: verified is true or false"),
        ("verified = true", "verified = 1", "level 1: verified is true or false"),
        (", verified = true", "", "level 1: unknown keys [], missing keys ['verified']"),
        ('["50", "70"]', '["70", "50"]', "level 1: no weights are from 70 to 50"),
        ('["50", "70"]', '["50"]', "level 1: "),
        ("ctdi_vol_mgy = {", "ctdi_mgy = {", "level 1: unknown keys ['ctdi_mgy']"),
        ("[[level]]", "[[level", "not a table"),
    ],
)
def test_a_table_that_is_half_right_is_refused(old: str, new: str, words: str) -> None:
    assert A_TABLE.count(old) == 1
    with pytest.raises(ConfigurationError) as caught:
        parse(A_TABLE.replace(old, new), "ours.toml")
    assert str(caught.value).startswith("ours.toml: ")
    assert words in str(caught.value)


def test_a_level_that_is_there_twice_is_refused() -> None:
    level = A_TABLE[A_TABLE.index("[[level]]") :]
    with pytest.raises(ConfigurationError, match="level 2: is there twice"):
        parse(A_TABLE + level, "ours.toml")
