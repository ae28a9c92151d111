"""What a display's test comes to: its baseline, its neighbours, its meter and its room."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from appliance.displayqa.certainty import Certainty
from appliance.displayqa.evaluation import Item
from appliance.displayqa.finding import Absence
from appliance.displayqa.quantity import Quantity
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.happening import Ended, LightTold
from appliance.errors import NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.simulators.monitor import Gamma, Gsdf
from tests.services.ward import LEFT, Ward, ward

DAY = 86_400


@pytest.fixture
def a_ward(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as made:
        yield made


def item(a_ward: Ward, session: int, quantity: Quantity) -> Item:
    items = a_ward.tests.judged(session).evaluation.items
    return next(each for each in items if each.limit.quantity is quantity)


def test_constancy_is_compared_with_the_last_acceptance_that_passed(a_ward: Ward) -> None:
    first = a_ward.tested()
    a_ward.tested(curve=Gamma(0.8, 450))
    a_ward.now += 100 * DAY
    constancy = a_ward.tested(occasion=Occasion.CONSTANCY, curve=Gsdf(0.8, 427.5))

    judged = a_ward.tests.judged(constancy.identifier)
    assert judged.baseline is not None
    assert judged.baseline.identifier == first.identifier
    drift = item(a_ward, constancy.identifier, Quantity.MAX_LUMINANCE_DRIFT)
    assert float(drift.value or 0) == pytest.approx(5, rel=0.001)
    assert constancy.ended == Ended(verdict="pass", by="yamada")


def test_without_an_acceptance_there_is_no_baseline(a_ward: Ward) -> None:
    constancy = a_ward.tested(occasion=Occasion.CONSTANCY)

    assert a_ward.tests.judged(constancy.identifier).baseline is None
    drift = item(a_ward, constancy.identifier, Quantity.MAX_LUMINANCE_DRIFT)
    assert drift.missing is not None
    assert drift.missing.absence is Absence.BASELINE_MISSING
    assert constancy.ended == Ended(verdict="incomplete", by="yamada")


@pytest.mark.parametrize(
    ("change", "has_baseline"), [({"room": "B2"}, True), ({"serial_number": "2"}, False)]
)
def test_another_panel_of_that_name_has_a_baseline_of_its_own(
    a_ward: Ward, change: dict[str, str], *, has_baseline: bool
) -> None:
    a_ward.tested()
    a_ward.tests.register.change(replace(LEFT, **change), "tanaka")  # type: ignore[arg-type]
    constancy = a_ward.tested(occasion=Occasion.CONSTANCY)

    assert (a_ward.tests.judged(constancy.identifier).baseline is not None) is has_baseline


def test_an_acceptance_that_lacked_its_neighbour_passes_once_that_was_measured(
    a_ward: Ward,
) -> None:
    a_ward.enter("right")
    a_ward.enter("elsewhere", workstation="reading-2")
    left = a_ward.tested("left")
    assert left.ended == Ended(verdict="incomplete", by="yamada")
    right = a_ward.tested("right", curve=Gsdf(0.8, 440))
    assert right.ended == Ended(verdict="pass", by="yamada")

    judged = a_ward.tests.judged(left.identifier)
    assert [each.identifier for each in judged.beside] == [right.identifier]
    assert judged.evaluation.verdict == "pass"
    a_ward.now += 10 * DAY
    constancy = a_ward.tested("left", Occasion.CONSTANCY)
    baseline = a_ward.tests.judged(constancy.identifier).baseline
    assert baseline is not None
    assert baseline.identifier == left.identifier


def test_a_neighbour_of_another_week_does_not_count(a_ward: Ward) -> None:
    a_ward.enter("right")
    a_ward.tested("right")
    a_ward.now += 4 * DAY
    left = a_ward.tested("left")

    assert a_ward.tests.judged(left.identifier).beside == ()
    between = item(a_ward, left.identifier, Quantity.DISPLAYS_LUMINANCE)
    assert between.missing is not None


def test_the_meter_s_figures_make_a_verdict_uncertain(a_ward: Ward) -> None:
    near = a_ward.tested(curve=Gsdf(0.8, 352))

    assert item(a_ward, near.identifier, Quantity.MAX_LUMINANCE).certainty is (
        Certainty.WITHIN_UNCERTAINTY
    )


def test_the_room_s_light_comes_from_illuminance_and_reflection(a_ward: Ward) -> None:
    reflecting = replace(LEFT, reflection_cd_m2_lx=Decimal("0.005"))
    a_ward.tests.register.change(reflecting, "tanaka")
    session = a_ward.run(a_ward.begin().identifier, LightTold(illuminance_lx=Decimal(40)))

    assert a_ward.tests.judged(session.identifier).measured.ambient_cd_m2 == Fraction("0.2")


def test_a_ruleset_that_changed_is_said_and_one_that_went_leaves_what_was_read(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "displayqa-rulesets"
    folder.mkdir()
    own = folder / "own.toml"
    text = (
        'name = "own"\nversion = 1\nextends = "jesra-x0093-1a"\n'
        'title = ["Own", "自施設"]\ndocument = "own"\n'
    )
    own.write_text(text, "utf-8")
    with ward(tmp_path) as a_ward:
        a_ward.enter("own", workstation="w", ruleset="own")
        session = a_ward.tested("own")
        assert not a_ward.tests.judged(session.identifier).is_ruleset_changed
        own.write_text(text.replace("version = 1", "version = 2"), "utf-8")
        judged = a_ward.tests.judged(session.identifier)
        assert judged.is_ruleset_changed
        assert judged.ruleset.version == 2
        assert judged.session.begun.ruleset.startswith("own/1/")
        own.unlink()
        assert len(a_ward.tests.session(session.identifier).readings) == 23
        with pytest.raises(NotFoundError, match="no ruleset 'own'"):
            a_ward.tests.judged(session.identifier)


def test_a_level_that_no_pattern_has_is_refused_before_anybody_measures(tmp_path: Path) -> None:
    folder = tmp_path / "displayqa-rulesets"
    folder.mkdir()
    (folder / "odd.toml").write_text(
        'name = "odd"\nversion = 1\ntitle = ["Odd", "奇"]\ndocument = "own"\n'
        '[source]\nown = "own"\n[[limit]]\nquantity = "uniformity"\nlevels = [77]\n'
        'positions = 5\noperator = "<="\nvalue = 30\ntests = ["acceptance"]\n'
        'source = "own"\nverified = true\n',
        "utf-8",
    )
    with ward(tmp_path) as a_ward:
        a_ward.enter("odd", ruleset="odd")
        with pytest.raises(RefusedError, match="level 77"):
            a_ward.begin("odd")
        with pytest.raises(RefusedError, match="asks nothing at the daily"):
            a_ward.begin("odd", Occasion.DAILY)
        with pytest.raises(NotFoundError, match="no ruleset 'old'; did you mean 'odd'"):
            a_ward.enter("old", ruleset="old")


def test_what_is_changed_in_the_register_is_signed(a_ward: Ward) -> None:
    a_ward.tests.register.change(replace(LEFT, room="B2"), "sato")
    a_ward.tests.register.retire("left", "suzuki")

    entries = list(Journal(a_ward.ledger, a_ward.clock).entries())
    said = [(each.kind, each.body["person"], each.body.get("room")) for each in entries]
    assert said == [
        ("display-entered", "tanaka", ""),
        ("display-changed", "sato", "B2"),
        ("display-retired", "suzuki", None),
    ]
