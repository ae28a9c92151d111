"""The arithmetic catches what it says it catches, and lets everything pass that adds up."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.dose.coded import CTAcquisitionType, Phantom, SourceOfDoseInformation
from appliance.dose.doubt import Reason
from appliance.dose.plausibility import doubts, limits, rounding
from appliance.dose.record import Box, CTRadiationDose, IrradiationEvent, Origin, Sourced

PRINTED = Origin(
    SourceOfDoseInformation.HUMAN_READABLE_REPORT, "coarse+fine", "1.2.3", 0, Box(1, 2, 3, 4)
)
DOCUMENT = Path(__file__).parents[2] / "docs" / "plausibility.md"


def number(text: str) -> Sourced[Decimal]:
    return Sourced(Decimal(text), text, PRINTED)


def event(ctdi: str | None, dlp: str | None, scan_range: str | None = None) -> IrradiationEvent:
    start, end = (number(text) for text in (scan_range or "0..0").split(".."))
    return IrradiationEvent(
        ctdi_vol_mgy=number(ctdi) if ctdi else None,
        dlp_mgy_cm=number(dlp) if dlp else None,
        scan_start_mm=start if scan_range else None,
        scan_end_mm=end if scan_range else None,
    )


def record(events: Sequence[IrradiationEvent], total: str | None = None) -> CTRadiationDose:
    return CTRadiationDose(tuple(events), number(total) if total else None)


def reasons(events: Sequence[IrradiationEvent], total: str | None = None) -> list[tuple[str, str]]:
    return [(doubt.reason, doubt.field) for doubt in doubts(record(events, total))]


MISMATCH = [(Reason.TOTAL_MISMATCH, "total_dlp_mgy_cm")]


def too_long_or_short(at: int = 0) -> list[tuple[str, str]]:
    return [(Reason.LENGTH_MISMATCH, f"events[{at}].dlp_mgy_cm")]


# The sum


def test_a_total_is_the_plain_sum_whatever_the_phantoms() -> None:
    head = replace(event("16.00", "335.68"), phantom=Sourced(Phantom.HEAD16, "Head 16", PRINTED))
    body = replace(event("10.00", "286.38"), phantom=Sourced(Phantom.BODY32, "Body 32", PRINTED))
    assert reasons([head, body], "622.06") == []
    assert reasons([head, body], "454.22") == MISMATCH  # the head's half, as if for 32 cm


@pytest.mark.parametrize(
    ("dlps", "total", "fits"),
    [
        (("100.00", "50.00"), "150.00", True),
        (("100.00", "50.00"), "150.01", True),  # each was rounded for itself
        (("100.00", "50.00"), "150.02", False),
        (("100", "50"), "151", True),
        (("100", "50"), "152", False),
        (("100", "50", "25"), "177", True),
        (("100", "50", "25"), "178", False),
        (("100.4", "50.4"), "151", True),  # the total alone is rounded
        (("100.4", "50.4"), "152", False),
        (("100", "50"), "150.9", True),  # the parts alone are rounded
        (("100", "50"), "151.1", False),
        (("1230.03",), "1230.03", True),
        (("1230.03",), "1280.03", False),
    ],
)
def test_rounding_is_allowed_to_the_last_place_printed(
    dlps: tuple[str, ...], total: str, *, fits: bool
) -> None:
    events = [event("5.00", dlp) for dlp in dlps]
    assert reasons(events, total) == ([] if fits else MISMATCH)


def test_a_localizer_without_dose_adds_nothing() -> None:
    assert reasons([event(None, None), event("5.00", "100.00")], "100.00") == []


def test_a_total_without_any_dlp_is_doubted() -> None:
    assert reasons([event(None, None)], "100.00") == MISMATCH


def test_without_a_total_there_is_no_sum_to_check() -> None:
    assert reasons([event("5.00", "100.00"), event("5.00", "900.00")]) == []


def test_the_same_series_twice_is_added_twice() -> None:
    twice = replace(event("5.00", "100.00"), series=Sourced("2", "2", PRINTED))
    assert reasons([twice, twice], "200.00") == []
    assert reasons([twice, twice], "100.00") == MISMATCH


def test_a_doubt_says_what_was_seen_and_where() -> None:
    (doubt,) = doubts(record([event("5.00", "100.00")], "160.00"))
    assert "100.00" in doubt.detail
    assert "160.00" in doubt.detail
    assert doubt.readings == (("coarse+fine", "160.00"),)
    assert (doubt.sop_instance_uid, doubt.box) == ("1.2.3", Box(1, 2, 3, 4))


@pytest.mark.parametrize(
    ("text", "half"), [("18", "0.5"), ("18.2", "0.05"), ("18.20", "0.005"), ("0.100", "0.0005")]
)
def test_rounding_is_half_of_the_last_printed_place(text: str, half: str) -> None:
    assert rounding(number(text)) == Decimal(half)


# The length: DLP over CTDIvol, against the printed range on one side


@pytest.mark.parametrize(
    ("ctdi", "dlp", "scan_range", "fits"),
    [
        ("5.10", "373.00", "15.750..-650.250", True),  # 731 mm for 666: overranging
        ("5.10", "182.72", "188.000..-105.000", True),
        ("5.10", "273.00", "15.750..-650.250", False),  # shorter than what was scanned
        ("5.10", "973.00", "15.750..-650.250", False),  # more than overranging explains
        ("51.0", "373.00", "15.750..-650.250", False),  # a lost point
        ("5.10", "37.300", "15.750..-650.250", False),
        ("9.45", "4.72", "-400.000..-400.000", True),  # bolus tracking: the table stands still
        ("945.00", "472.50", "-400.000..-400.000", True),  # large, and still 5 mm
        ("9.45", "472.50", "-400.000..-400.000", False),  # half a metre without moving
        ("300.00", "1200.00", "-400.000..-400.000", True),  # cine: 40 mm wide
        ("2.00", "20.00", "-200.000..-100.000", True),  # feet first: the range runs upwards
    ],
)
def test_a_range_bounds_the_length(ctdi: str, dlp: str, scan_range: str, *, fits: bool) -> None:
    assert reasons([event(ctdi, dlp, scan_range)]) == ([] if fits else too_long_or_short())


@pytest.mark.parametrize(
    ("ctdi", "dlp", "fits"),
    [
        ("5.29", "18", True),
        ("0.13", "10", True),  # a topogram
        ("120.00", "120.00", True),  # a monitoring scan: 10 mm
        ("5.29", "1330", False),  # 2.5 m and more
        ("0.60", "3", True),
        ("500.00", "0", False),
    ],
)
def test_without_a_range_a_person_bounds_the_length(ctdi: str, dlp: str, *, fits: bool) -> None:
    found = [reason for reason, _ in reasons([event(ctdi, dlp)])]
    assert (Reason.LENGTH_MISMATCH not in found) == fits


def test_the_rounding_of_a_small_integer_dlp_is_allowed_for() -> None:
    assert reasons([event("0.60", "1", "0.000..-10.000")]) == []
    assert reasons([event("6.00", "1", "0.000..-10.000")]) == too_long_or_short()


def test_each_event_is_checked_for_itself() -> None:
    assert reasons([event("5.00", "100.00"), event("5.00", "9000.00")]) == too_long_or_short(1)


# What a CT can do


@pytest.mark.parametrize("name", sorted(limits().ranges))
def test_both_ends_of_a_range_are_allowed_and_nothing_beyond(name: str) -> None:
    low, high = limits().ranges[name]
    small = min(abs(low), abs(high)) / 10
    for value, fits in ((low, True), (high, True), (low - small, False), (high + small, False)):
        values: dict[str, Any] = {name: number(str(value))}
        found = reasons([IrradiationEvent(**values)])
        assert (Reason.IMPLAUSIBLE_VALUE, f"events[0].{name}") in found or fits
        assert found == [] or not fits


def test_zero_is_not_a_dose() -> None:
    found = reasons([event("0.00", "0.00")])
    assert {field for _, field in found} == {"events[0].ctdi_vol_mgy", "events[0].dlp_mgy_cm"}


def test_what_is_not_printed_is_not_doubted() -> None:
    localizer = IrradiationEvent(
        label=Sourced("Scout", "Scout", PRINTED),
        acquisition_type=Sourced(CTAcquisitionType.CONSTANT_ANGLE, "Scout", PRINTED),
    )
    assert reasons([localizer]) == []


# Properties

PLACES = st.sampled_from((0, 1, 2))


@st.composite
def reconciled(draw: st.DrawFn) -> CTRadiationDose:
    """A record whose unrounded doses satisfy the arithmetic, printed with any decimals."""
    dlp_places, total_places = draw(PLACES), draw(PLACES)
    events, exact = [], Decimal()
    for _ in range(draw(st.integers(1, 12))):
        dose = Decimal(draw(st.integers(50, 8000))) / 100
        length_mm = Decimal(draw(st.integers(50, 15000))) / 10
        beyond_mm = Decimal(draw(st.integers(0, 2500))) / 10
        dlp = dose * (length_mm + beyond_mm) / 10
        ranged = draw(st.booleans())
        events.append(
            event(
                str(dose),
                printed(max(dlp, Decimal(1)), dlp_places),
                f"{printed(length_mm / 2, 3)}..{printed(-length_mm / 2, 3)}" if ranged else None,
            )
        )
        exact += max(dlp, Decimal(1))
    total = printed(exact, total_places) if draw(st.booleans()) else None
    return record(events, total)


def printed(value: Decimal, places: int) -> str:
    return str(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


@given(reconciled())
def test_what_satisfies_the_arithmetic_has_no_doubts(dose: CTRadiationDose) -> None:
    assert doubts(dose) == ()


@given(reconciled(), st.data())
def test_a_digit_changed_beyond_the_rounding_is_doubted(
    dose: CTRadiationDose, data: st.DataObject
) -> None:
    parts = [each.dlp_mgy_cm for each in dose.events if each.dlp_mgy_cm]
    total = str(sum(part.value for part in parts))
    dose = replace(dose, total_dlp_mgy_cm=number(total))
    at = data.draw(st.integers(0, len(parts) - 1))
    text = parts[at].text
    where = data.draw(st.sampled_from([i for i, each in enumerate(text) if each.isdigit()]))
    other = data.draw(st.sampled_from([each for each in "0123456789" if each != text[where]]))
    changed = number(text[:where] + other + text[where + 1 :])
    events = list(dose.events)
    events[at] = replace(events[at], dlp_mgy_cm=changed)
    slack = sum((rounding(part) for part in parts), rounding(number(total)))
    found = {doubt.reason for doubt in doubts(replace(dose, events=tuple(events)))}
    if abs(changed.value - parts[at].value) > slack:
        assert Reason.TOTAL_MISMATCH in found
    else:
        assert Reason.TOTAL_MISMATCH not in found


@given(reconciled(), st.integers(0, 11))
def test_a_row_that_is_left_out_is_doubted(dose: CTRadiationDose, at: int) -> None:
    parts = [each.dlp_mgy_cm for each in dose.events if each.dlp_mgy_cm]
    lost = parts[at % len(parts)]
    total = number(str(sum(part.value for part in parts)))
    events = tuple(each for each in dose.events if each.dlp_mgy_cm is not lost)
    if not events:
        return
    left = [each.dlp_mgy_cm for each in events if each.dlp_mgy_cm]
    slack = sum((rounding(part) for part in left), rounding(total))
    found = {doubt.reason for doubt in doubts(CTRadiationDose(events, total))}
    assert (Reason.TOTAL_MISMATCH in found) == (lost.value > slack)


# The document


def test_every_limit_stands_in_the_document_with_its_value() -> None:
    text = DOCUMENT.read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", text, re.MULTILINE))
    expected = {name: f"{low} … {high}" for name, (low, high) in limits().ranges.items()}
    for name in ("least_length_mm", "greatest_length_mm", "short_of_range_mm", "beyond_range_mm"):
        expected[name] = str(getattr(limits(), name))
    assert {name: value.strip() for name, value in rows.items()} == expected


def test_the_document_says_what_the_limits_stand_on() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert f"Version {limits().version}" in text
    assert "unverified: engineering judgement" in text


@pytest.mark.parametrize(
    "reason", [Reason.TOTAL_MISMATCH, Reason.LENGTH_MISMATCH, Reason.IMPLAUSIBLE_VALUE]
)
def test_every_reason_of_the_arithmetic_is_explained(reason: Reason) -> None:
    assert f"`{reason}`" in DOCUMENT.read_text("utf-8")
