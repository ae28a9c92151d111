"""Rulesets as data: what is shipped, every limit at and beside its figure, and a site's own."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from appliance.displayqa.quantity import Quantity
from appliance.displayqa.ruleset import Kind, Limit, Occasion, Operator, Ruleset
from appliance.displayqa.ruleset_file import parse, rulesets, shipped, usable
from appliance.errors import ConfigurationError

NAMES = {
    *("jesra-x0093-1a", "jesra-x0093-1b", "jesra-x0093-2"),
    *("iec62563-1", "iec62563-1-reviewing", "tg18-primary", "tg18-secondary"),
    *("tg270-diagnostic", "tg270-mammography", "tg270-modality", "tg270-clinical"),
    *("acr-aapm-siim-diagnostic", "acr-aapm-siim-mammography", "acr-aapm-siim-other"),
}
OWN = """name = "reading-room"
version = 1
title = ["Reading room", "読影室"]
document = "our own"

[source]
own = "decided by us"

[[limit]]
quantity = "max-luminance"
operator = ">="
value = 400
tests = ["acceptance"]
source = "own"
verified = true
"""
CHECK = """
[[check]]
name = "lamp"
pattern = "any"
text = ["No lamp.", "映り込みなし。"]
tests = ["daily"]
source = "own"
verified = true
"""
JUST = Fraction(1, 10**6)


def every_limit() -> Iterator[tuple[Ruleset, Limit]]:
    for by in usable(shipped()).values():
        for limit in by.limits:
            yield by, limit


def test_these_are_shipped() -> None:
    assert set(usable(shipped())) == NAMES


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("jesra-x0093-1a", (350, 250, 10)),
        ("jesra-x0093-1b", (170, 250, 15)),
        ("jesra-x0093-2", (100, 100, 30)),
        ("tg18-primary", (170, 250, 10)),
        ("tg18-secondary", (100, 100, 20)),
    ],
)
def test_the_grades_ask_for_their_figures(name: str, figures: tuple[int, int, int]) -> None:
    limits = {each.identifier: each for each in shipped()[name].limits}
    known = [limits[each] for each in ("max-luminance", "luminance-ratio", "contrast-response")]
    assert [each.value for each in known] == list(map(Fraction, figures))
    assert [str(each.operator) for each in known] == [">=", ">=", "<="]


def test_no_figure_is_called_verified_that_nobody_has_compared() -> None:
    assert not [limit for _, limit in every_limit() if limit.verified]
    assert all("not at hand" in limit.source for _, limit in every_limit())


def test_only_iec_has_examples_and_only_examples() -> None:
    for by, limit in every_limit():
        assert (limit.kind is Kind.EXAMPLE) is by.name.startswith("iec62563-1")
    assert all("no limits" in shipped()[name].note[0] for name in NAMES if "iec" in name)


def test_identifiers_are_unique_and_checks_speak_both_languages() -> None:
    for by in usable(shipped()).values():
        names = [each.identifier for each in by.limits]
        names += [each.identifier for each in by.checks]
        assert len(set(names)) == len(names)
        assert all(each.text[0].isascii() and not each.text[1].isascii() for each in by.checks)


def test_jesra_has_something_for_every_occasion() -> None:
    for grade in ("1a", "1b", "2"):
        assert shipped()[f"jesra-x0093-{grade}"].tests == tuple(Occasion)


@pytest.mark.parametrize(
    ("by", "limit"),
    list(every_limit()),
    ids=lambda each: getattr(each, "name", None) or each.identifier,
)
def test_each_limit_at_just_below_and_just_above(by: Ruleset, limit: Limit) -> None:
    del by
    at, below, above = (limit.value + each for each in (Fraction(0), -JUST, JUST))
    kept = [limit.operator.holds(each, limit.value) for each in (below, at, above)]
    assert (
        kept
        == {
            Operator.AT_LEAST: [False, True, True],
            Operator.AT_MOST: [True, True, False],
            Operator.ABOVE: [False, False, True],
            Operator.BELOW: [True, False, False],
        }[limit.operator]
    )


def test_a_site_adds_its_own_and_replaces_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(OWN + CHECK, "utf-8")
    (tmp_path / "two.toml").write_text(OWN.replace("reading-room", "tg18-primary"), "utf-8-sig")
    known = rulesets(tmp_path)
    assert set(usable(known)) == NAMES | {"reading-room"}
    assert [each.identifier for each in known["reading-room"].checks] == ["lamp"]
    assert [each.value for each in known["tg18-primary"].limits] == [400]
    assert known["reading-room"].unverified == 0
    assert rulesets(tmp_path / "not there") == shipped()


def test_one_extends_another_in_any_order_of_files(tmp_path: Path) -> None:
    child = OWN.replace('"reading-room"\n', '"a-child"\nextends = "reading-room"\n')
    (tmp_path / "a.toml").write_text(child.replace("400", "500"), "utf-8")
    (tmp_path / "b.toml").write_text(
        OWN.replace('"reading-room"\n', '"reading-room"\nextends = "jesra-x0093-1a"\n'), "utf-8"
    )
    found = rulesets(tmp_path)["a-child"]
    values = {each.identifier: each.value for each in found.limits}
    assert values["max-luminance"] == 500
    assert values["contrast-response"] == 10
    assert values["uniformity-204"] == 30
    assert "patches" in [each.identifier for each in found.checks]
    assert found.digest != rulesets(tmp_path)["reading-room"].digest


def test_a_ruleset_may_extend_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    own = OWN.replace('"reading-room"\n', '"jesra-x0093-2"\nextends = "jesra-x0093-2"\n')
    (tmp_path / "own.toml").write_text(own, "utf-8")
    values = {each.identifier: each.value for each in rulesets(tmp_path)["jesra-x0093-2"].limits}
    assert values["max-luminance"] == 400
    assert values["contrast-response"] == 30


def test_a_limit_is_made_for_each_level() -> None:
    text = OWN.replace('"max-luminance"', '"uniformity"\nlevels = [26, 204]\npositions = 5')
    limits = parse(text, "x", {}).limits
    assert [each.identifier for each in limits] == ["uniformity-26", "uniformity-204"]
    assert {each.quantity for each in limits} == {Quantity.UNIFORMITY}


def test_a_value_may_be_a_fraction() -> None:
    (limit,) = parse(OWN.replace("400", '"2/3"'), "x", {}).limits
    assert limit.value == Fraction(2, 3)
    (limit,) = parse(OWN.replace("400", "0.1"), "x", {}).limits
    assert limit.value == Fraction(1, 10)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("operator", "operater", 11, "did you mean 'operator'"),
        ("max-luminance", "max-luminanse", 10, "did you mean 'max-luminance'"),
        ('">="', '"=>"', 11, "'=>' is no operator"),
        ("400", "-400", 12, "above 0"),
        ("400", "true", 12, "above 0"),
        ("400", "nan", 12, "above 0"),
        ("400", '"1/0"', 12, "above 0"),
        ("400", "0.0", 12, "above 0"),
        ('["acceptance"]', '["acceptence"]', 13, "did you mean 'acceptance'"),
        ('["acceptance"]', '["daily", "daily"]', 13, "twice"),
        ('["acceptance"]', '"daily"', 13, "tests is a list"),
        ('source = "own"', 'source = "onw"', 14, "did you mean 'own'"),
        ("verified = true", 'verified = "yes"', 15, "true or false"),
        ("verified = true", "verified = true\nlevels = [204]", 16, "has no levels"),
        ("verified = true", 'verified = true\nkind = "nice"', 16, "'nice' is no kind"),
        ("version = 1", "version = 0", 2, "version is from 1"),
        ('"reading-room"', '"Reading Room"', 1, "small letters"),
        ('["Reading room", "読影室"]', '"Reading room"', 3, "English and Japanese"),
        ("version = 1", 'version = 1\nextends = "jesra-x0093-1"', 3, "did you mean"),
        ("verified = true", "", 9, "the key 'verified' is missing"),
        ("[[limit]]", "[limit]", 9, r"write \[\[limit\]\]"),
        ("version = 1", "", 1, "the key 'version' is missing"),
        ('"max-luminance"', '"uniformity"', 9, "needs levels"),
        ('"max-luminance"', '"uniformity"\nlevels = [300]\npositions = 5', 11, "from 0 to 255"),
        ('"max-luminance"', '"uniformity"\nlevels = [1, 1]\npositions = 5', 11, "twice"),
        ('"max-luminance"', '"uniformity"\nlevels = [1]\npositions = 1', 12, "from 2"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in OWN
    with pytest.raises(ConfigurationError, match=words) as caught:
        parse(OWN.replace(old, new, 1), "own.toml", shipped())
    assert caught.value.where == f"own.toml:{line}"


def test_no_toml_and_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"not TOML.*line 2"):
        parse('name = "x"\n= 3', "own.toml", {})
    (tmp_path / "own.toml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        rulesets(tmp_path)
    (tmp_path / "own.toml").unlink()
    (tmp_path / "own.toml").mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        rulesets(tmp_path)


def test_a_limit_is_not_there_twice() -> None:
    again = OWN + OWN[OWN.index("[[limit]]") :]
    with pytest.raises(ConfigurationError, match=r"2: 'max-luminance' is there twice"):
        parse(again, "x", {})


def test_two_files_are_not_of_one_name(tmp_path: Path) -> None:
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(OWN, "utf-8")
    with pytest.raises(ConfigurationError, match="another ruleset 'reading-room'"):
        rulesets(tmp_path)


def test_a_circle_of_rulesets_says_what_lacks(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        text = OWN.replace('"reading-room"\n', f'"{name}"\nextends = "{other}"\n')
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match="there is no ruleset 'two'"):
        rulesets(tmp_path)
