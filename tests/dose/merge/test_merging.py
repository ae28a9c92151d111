"""Rows of a screen and events of images: certain or refused, taken in order, doubted."""

from decimal import Decimal

import pytest

from appliance.dose.codec import EVENT_FIELDS, PARTS, TOTAL_FIELDS
from appliance.dose.doubt import Reason
from appliance.dose.merge import Merged, Particulars, SourceKind, as_signed, merge
from appliance.dose.merge.likeness import Facet
from appliance.dose.merge.matching import Why
from appliance.dose.merge.numbering import Numbers, numbers
from appliance.dose.merge.orders import orders
from appliance.dose.record import CTRadiationDose
from tests.dose.merge.scans import PERSON, both, event, images, screen

Row = dict[str, str]
IMAGES = SourceKind.IMAGE_HEADERS
SCREEN = SourceKind.DOSE_SCREEN


def pairs(merged: Merged) -> dict[int, tuple[int, ...]]:
    return {match.row: match.events for match in merged.matches}


def why(merged: Merged) -> dict[int, Why]:
    return {refusal.row: refusal.why for refusal in merged.refusals}


def text(merged: Merged, name: str) -> list[str | None]:
    values = [getattr(each, name) for each in merged.record.events]
    return [value.text if value else None for value in values]


def test_every_value_has_an_order_and_a_reason() -> None:
    assert orders().values.keys() == EVENT_FIELDS.keys() | TOTAL_FIELDS.keys()
    assert orders().parts.keys() == PARTS.keys()
    everyone = [*orders().values.values(), *orders().parts.values()]
    assert all(order.reason for order in everyone)
    assert all(
        order.sources[0] is SourceKind.PERSON and set(order.sources) == set(SourceKind)
        for order in orders().values.values()
    )


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("2", Numbers(2, 2, repeated=False)),
        (" 2 ", Numbers(2, 2, repeated=False)),
        ("2-15", Numbers(2, 15, repeated=True)),
        ("4D", Numbers(4, 4, repeated=True)),
        ("15-2", None),
        ("2-99999", None),
        ("Total", None),
        ("", None),
    ],
)
def test_numbers_as_consoles_print_them(printed: str, meant: Numbers | None) -> None:
    assert numbers(printed) == meant


def test_one_source_alone_stays_as_it_is() -> None:
    record = screen({"ctdi": "8.03", "dlp": "320"}, total="320")
    merged = merge({SCREEN: record})
    assert (merged.record, merged.doubts, merged.sources) == (record, (), (SCREEN,))


def test_images_complete_the_row_that_they_are_of() -> None:
    seen = screen({"series": "2", "label": "Chest", "ctdi": "8.03", "dlp": "320"})
    found = images(
        {"series": "2", "ctdi": "8.0301", "kvp": "120", "exposure_time_s": "2.1", "uid": "1.2"}
    )
    merged = merge(both(seen, found))
    (only,) = merged.record.events
    assert text(merged, "kvp") == ["120"]
    assert only.ctdi_vol_mgy == seen.events[0].ctdi_vol_mgy
    (match,) = merged.matches
    assert match.reasons == (Facet.NUMBER, Facet.CTDI_VOL)
    agreement = next(each for each in merged.agreements if each.field == "events[0].ctdi_vol_mgy")
    assert (agreement.taken, agreement.agreeing) == (SCREEN, (SCREEN, IMAGES))
    assert agreement.sources == 2


TWINS: tuple[Row, Row] = (
    {"series": "2", "label": "Abdomen", "ctdi": "8.03"},
    {"series": "3", "label": "Abdomen", "ctdi": "8.03"},
)


EARLIER, LATER = ({"started": f"202601011{hour}0000.000000"} for hour in (0, 1))


def test_twins_are_told_by_their_series_number() -> None:
    found = images(
        {"series": "2", "acquisition": "1", "ctdi": "8.03", "exposure_time_s": "2"} | EARLIER,
        {"series": "3", "acquisition": "1", "ctdi": "8.03", "exposure_time_s": "3"} | LATER,
    )
    assert text(merge(both(screen(*TWINS), found)), "exposure_time_s") == ["2", "3"]


def test_twins_are_told_by_their_acquisition_number() -> None:
    found = images(
        {"series": "4", "acquisition": "2", "ctdi": "8.03", "exposure_time_s": "2"} | EARLIER,
        {"series": "7", "acquisition": "3", "ctdi": "8.03", "exposure_time_s": "3"} | LATER,
    )
    assert text(merge(both(screen(*TWINS), found)), "exposure_time_s") == ["2", "3"]


def test_a_number_that_may_mean_two_scans_is_refused() -> None:
    found = images({"series": "3", "acquisition": "2", "ctdi": "8.03", "kvp": "100"})
    merged = merge(both(screen(*TWINS), found))
    assert pairs(merged) == {}
    assert set(why(merged).values()) == {Why.NUMBERING}
    assert text(merged, "kvp") == [None, None]


def test_a_screen_that_numbers_rows_its_own_way_is_not_believed_in_its_numbers() -> None:
    seen = screen(
        {"series": "2", "kind": "CONSTANT_ANGLE"},
        {"series": "3", "kind": "CONSTANT_ANGLE"},
        {"series": "4", "ctdi": "5", "dlp": "200"},
        {"series": "5", "ctdi": "5", "dlp": "180"},
    )
    found = images(
        {"series": "1", "kind": "CONSTANT_ANGLE", "uid": "1.1"},
        {"series": "2", "kind": "CONSTANT_ANGLE", "uid": "1.2"},
        {"series": "3", "ctdi": "4.83", "uid": "1.3"},
        {"series": "4", "ctdi": "4.83", "uid": "1.4"},
    )
    merged = merge(both(seen, found))
    assert (pairs(merged), merged.doubts) == ({}, ())
    assert text(merged, "irradiation_event_uid") == [None] * 4


def test_one_row_of_several_with_a_number_is_enough_to_believe_it() -> None:
    seen = screen({"series": "3", "ctdi": "9.5"}, {"series": "3", "ctdi": "8.0"})
    assert pairs(merge(both(seen, images({"series": "3", "ctdi": "8.03"})))) == {1: (0,)}


@pytest.mark.parametrize("twins", [1, 2])
def test_a_scan_that_may_be_another_row_contradicts_none(twins: int) -> None:
    other = {"series": "1", "label": "Abdomen", "ctdi": "8.03"}
    seen = screen(
        other, *({"series": "2", "label": "Abdomen", "ctdi": "0.80"} for _ in range(twins))
    )
    found = images({"series": "1", "acquisition": "2", "label": "Abdomen", "ctdi": "0.80"})
    assert merge(both(seen, found)).doubts == ()


def test_every_number_of_a_scan_counts() -> None:
    seen = screen({"series": "2", "label": "Abdomen"}, {"series": "3", "label": "Chest"})
    names = {IMAGES: [Particulars(series=("3", "201"), labels=("Chest",))]}
    merged = merge(both(seen, images({"series": "201", "exposure_time_s": "3"})), names)
    assert pairs(merged) == {1: (0,)}


def test_twins_without_numbers_and_times_share_what_is_the_same() -> None:
    seen = screen({"label": "A", "ctdi": "8.03"}, {"label": "B", "ctdi": "8.03"})
    found = images(
        {"ctdi": "8.03", "kvp": "120", "exposure_time_s": "2"},
        {"ctdi": "8.03", "kvp": "120", "exposure_time_s": "3"},
    )
    merged = merge(both(seen, found))
    assert set(why(merged).values()) == {Why.SEVERAL}
    assert text(merged, "kvp") == ["120", "120"]
    assert text(merged, "exposure_time_s") == [None, None]


@pytest.mark.parametrize(("label", "phantoms"), [("A", ["BODY32"] * 2), ("B", [None] * 2)])
def test_one_scan_for_two_rows_gives_at_most_the_phantom(
    label: str, phantoms: list[str | None]
) -> None:
    seen = screen({"label": "A", "ctdi": "8.03"}, {"label": label, "ctdi": "8.03"})
    found = images({"ctdi": "8.03", "kvp": "120", "phantom": "BODY32"})
    merged = merge(both(seen, found))
    assert set(why(merged).values()) == {Why.SHARED}
    assert text(merged, "phantom") == phantoms
    assert text(merged, "kvp") == [None, None]


def test_a_ctdi_vol_of_few_digits_names_no_scan_alone() -> None:
    seen, found = screen({"ctdi": "8.0"}), images({"ctdi": "8.0", "kvp": "120"})
    assert why(merge(both(seen, found))) == {0: Why.NONE}


def test_a_scan_of_another_ctdi_vol_is_no_candidate() -> None:
    seen = screen({"series": "2", "ctdi": "8.03"})
    merged = merge(both(seen, images({"series": "5", "ctdi": "9.55", "kvp": "120"})))
    assert (text(merged, "kvp"), merged.doubts) == ([None], ())


def test_a_dose_that_differs_is_doubted_with_both_values() -> None:
    seen = screen({"series": "2", "label": "Chest", "ctdi": "8.03"})
    found = images({"series": "2", "label": "Chest 5.0", "ctdi": "8.88", "kvp": "120"})
    merged = merge(both(seen, found))
    (doubt,) = merged.doubts
    assert doubt.reason is Reason.SOURCES_DISAGREE
    assert doubt.field == "events[0].ctdi_vol_mgy"
    assert doubt.readings == (("dose-screen", "8.03"), ("image-headers", "8.88"))
    assert text(merged, "kvp") == [None]


def test_a_site_may_allow_doses_to_differ() -> None:
    seen = screen({"series": "2", "label": "Chest", "ctdi": "8.03"})
    found = images({"series": "2", "label": "Chest", "ctdi": "8.20", "kvp": "120"})
    merged = merge(both(seen, found), ctdi_vol_tolerance=Decimal("0.05"))
    assert (text(merged, "kvp"), merged.doubts) == (["120"], ())
    assert text(merged, "ctdi_vol_mgy") == ["8.03"]


@pytest.mark.parametrize(
    ("name", "printed", "said"), [("kvp", "80", "120"), ("phantom", "HEAD16", "BODY32")]
)
def test_what_a_scan_has_one_of_is_doubted_when_it_differs(
    name: str, printed: str, said: str
) -> None:
    seen = screen({"series": "2", "label": "Chest", "ctdi": "8.03", name: printed})
    found = images({"series": "2", "label": "Chest", "ctdi": "8.03", name: said})
    (doubt,) = merge(both(seen, found)).doubts
    assert doubt.field == f"events[0].{name}"
    assert {each for _, each in doubt.readings} == {printed, said}


def test_a_scan_that_no_row_has_is_missed_when_the_screen_is_younger() -> None:
    seen = screen({"series": "2", "ctdi": "8.03"})
    found = images({"series": "3", "ctdi": "9.55", "started": "20260101100000.000000"})
    sources = both(seen, found)
    (doubt,) = merge(sources, made="20260101110000").doubts
    assert (doubt.reason, doubt.readings) == (Reason.SOURCES_DISAGREE, (("image-headers", "9.55"),))
    assert merge(sources, made="20260101090000").doubts == ()
    assert merge(sources).doubts == ()


def test_rows_without_images_are_no_contradiction() -> None:
    seen = screen({"series": "2", "ctdi": "8.03"}, {"series": "3", "ctdi": "9.55"})
    merged = merge(both(seen, images({"series": "3", "ctdi": "9.55", "kvp": "120"})), made="2027")
    assert (text(merged, "kvp"), merged.doubts) == ([None, "120"], ())


def test_a_row_of_several_scans_takes_all_that_bear_its_numbers() -> None:
    seen = screen({"series": "2-4", "label": "Monitoring", "ctdi": "6.60", "kind": "STATIONARY"})
    part = {"label": "Monitoring", "ctdi": "2.20", "kvp": "120"}
    found = images(*(part | {"acquisition": str(n), "exposure_time_s": f"{n}"} for n in (2, 3, 4)))
    merged = merge(both(seen, found), made="2027")
    assert pairs(merged) == {0: (0, 1, 2)}
    assert Facet.SUM in merged.matches[0].reasons
    assert text(merged, "kvp") == ["120"]
    assert text(merged, "exposure_time_s") == [None]
    assert text(merged, "ctdi_vol_mgy") == ["6.60"]
    assert merged.doubts == ()


def test_an_accumulated_dose_is_not_contradicted_by_that_of_one_rotation() -> None:
    seen = screen({"series": "5", "label": "Monitoring", "ctdi": "22.0", "kind": "STATIONARY"})
    found = images({"acquisition": "5", "label": "Monitoring", "ctdi": "2.20", "kvp": "120"})
    merged = merge(both(seen, found))
    assert (text(merged, "kvp"), merged.doubts) == (["120"], ())


def test_localizers_are_told_by_number_and_kind() -> None:
    seen = screen({"series": "1", "kind": "CONSTANT_ANGLE"}, {"series": "2", "ctdi": "8.03"})
    found = images(
        {"series": "1", "kind": "CONSTANT_ANGLE", "kvp": "80"},
        {"series": "2", "ctdi": "8.03", "kvp": "120"},
    )
    assert text(merge(both(seen, found)), "kvp") == ["80", "120"]


def test_a_range_tells_scans_apart() -> None:
    seen = screen(
        {"series": "2", "ctdi": "8.03", "start": "0", "end": "-300"},
        {"series": "2", "ctdi": "8.03", "start": "100", "end": "-100"},
    )
    found = images({"series": "2", "ctdi": "8.03", "top": "98", "bottom": "-98", "kvp": "120"})
    assert text(merge(both(seen, found)), "kvp") == [None, "120"]


def test_what_a_person_signed_is_never_changed_nor_doubted() -> None:
    typed = event(PERSON, series="2", label="Chest", ctdi="8.03", kvp="100", phantom="HEAD16")
    found = images(
        {"series": "2", "label": "Chest", "ctdi": "8.88", "kvp": "120", "exposure_time_s": "2.1"}
        | {"phantom": "BODY32"}
    )
    signed = CTRadiationDose((typed,))
    merged = merge({SourceKind.PERSON: signed, IMAGES: found}, made="2027")
    assert merged.doubts == ()
    for name in ("series", "label", "ctdi_vol_mgy", "kvp", "phantom"):
        assert getattr(merged.record.events[0], name) == getattr(typed, name)
    assert text(merged, "exposure_time_s") == ["2.1"]
    differing = [each for each in merged.agreements if each.differing]
    assert {each.field for each in differing} >= {"events[0].kvp", "events[0].phantom"}


def test_technique_that_images_gave_is_asked_again_after_a_person_signed() -> None:
    seen = screen({"series": "2", "ctdi": "8.03"})
    found = images({"series": "2", "ctdi": "8.03", "exposure_time_s": "2.1", "phantom": "BODY32"})
    signed = as_signed(merge(both(seen, found)).record)
    assert signed.events[0].exposure_time_s is None
    assert signed.events[0].phantom is not None
    more = images({"series": "2", "ctdi": "8.03", "exposure_time_s": "2.2", "phantom": "HEAD16"})
    merged = merge({SourceKind.PERSON: signed, IMAGES: more})
    assert (text(merged, "exposure_time_s"), text(merged, "phantom")) == (["2.2"], ["BODY32"])


def test_images_alone_are_a_record_without_dlp() -> None:
    found = images({"series": "2", "ctdi": "8.03", "phantom": "BODY32"})
    merged = merge({IMAGES: found})
    assert merged.record == found
    assert merged.record.total_dlp_mgy_cm is None


def test_a_total_of_a_step_that_is_a_part_is_no_contradiction() -> None:
    seen = screen({"series": "2", "ctdi": "8.03", "dlp": "320"}, total="640")
    step = screen({"series": "2", "ctdi": "8.03", "dlp": "320"}, total="320")
    merged = merge({SCREEN: seen, SourceKind.PERFORMED_STEP: step})
    assert merged.doubts == ()
    native = merge({SCREEN: seen, SourceKind.NATIVE_REPORT: step})
    assert [doubt.field for doubt in native.doubts] == ["total_dlp_mgy_cm"]


def test_a_localizer_that_prints_no_dose_gets_none() -> None:
    seen = screen({"series": "1", "kind": "CONSTANT_ANGLE"})
    found = images({"series": "1", "kind": "CONSTANT_ANGLE", "ctdi": "0.13", "kvp": "80"})
    merged = merge(both(seen, found))
    assert (text(merged, "kvp"), text(merged, "ctdi_vol_mgy")) == (["80"], [None])


def test_what_no_ct_can_do_is_not_taken_from_images() -> None:
    seen = screen({"series": "2", "ctdi": "8.03"})
    found = images({"series": "2", "ctdi": "8.03", "exposure_time_s": "99999", "kvp": "120"})
    merged = merge(both(seen, found))
    assert (text(merged, "kvp"), text(merged, "exposure_time_s")) == (["120"], [None])


def test_scans_that_a_row_adds_up_are_not_missed() -> None:
    seen = screen({"series": "2", "ctdi": "8.03"}, {"label": "All", "ctdi": "20.30"})
    times = [f"2026010110000{n}.000000" for n in range(3)]
    found = images(
        {"series": "2", "ctdi": "8.03", "started": times[0]},
        {"series": "3", "ctdi": "10.10", "started": times[1]},
        {"series": "4", "ctdi": "10.20", "started": times[2]},
    )
    assert merge(both(seen, found), made="20270101000000").doubts == ()
    other = images({"series": "3", "ctdi": "10.10", "started": times[1]})
    (doubt,) = merge(both(seen, other), made="20270101000000").doubts
    assert doubt.readings == (("image-headers", "10.10"),)
