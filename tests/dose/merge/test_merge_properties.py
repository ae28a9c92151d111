"""Whatever was scanned, printed and sent: a row is completed from its own images, or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.dose.merge import merge
from appliance.dose.record import CTRadiationDose
from tests.dose.merge.scans import both, images, screen

Scan = dict[str, str]
"""``id`` names the scan; ``number`` is what its row prints."""


@st.composite
def studies(draw: st.DrawFn) -> tuple[list[Scan], list[Scan]]:
    """The scans of a study, few of them distinct, and those of which images arrived."""
    count = draw(st.integers(1, 6))
    series = sorted(draw(st.lists(st.integers(1, 8), min_size=count, max_size=count)))
    steps = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    acquisitions = [1 + sum(steps[: at + 1]) for at in range(count)]
    printed = draw(st.sampled_from(["series", "acquisition", "none"]))
    scans = [
        {
            "id": str(at),
            "series": str(series[at]),
            "acquisition": str(acquisitions[at]),
            "number": {"series": str(series[at]), "acquisition": str(acquisitions[at])}.get(
                printed, ""
            ),
            "label": draw(st.sampled_from(["Chest", "Abdomen"])),
            "ctdi": draw(st.sampled_from(["8.03", "9.55", "0.8"])),
            "kvp": draw(st.sampled_from(["100", "120"])),
        }
        for at in range(count)
    ]
    arrived = [scan for scan in scans if draw(st.booleans())]
    return scans, arrived


def on_screen(scans: list[Scan], with_kvp: bool) -> CTRadiationDose:  # noqa: FBT001 - drawn
    rows = []
    for scan in scans:
        row = {"label": scan["label"], "ctdi": scan["ctdi"]}
        row |= {"series": scan["number"]} if scan["number"] else {}
        rows.append(row | ({"kvp": scan["kvp"]} if with_kvp else {}))
    return screen(*rows)


def in_images(scans: list[Scan], timed: bool, labelled: bool) -> CTRadiationDose:  # noqa: FBT001 - drawn
    said = []
    for scan in scans:
        one = {key: scan[key] for key in ("series", "acquisition", "ctdi", "kvp")}
        one |= {"uid": f"1.2.{scan['id']}", "exposure_time_s": f"{1 + int(scan['id'])}"}
        one |= {"label": scan["label"]} if labelled else {}
        said.append(one | ({"started": f"2026010110{int(scan['id']):02}00"} if timed else {}))
    return images(*said)


@given(studies(), st.booleans(), st.booleans(), st.booleans())
def test_a_row_takes_only_from_its_own_scan(
    study: tuple[list[Scan], list[Scan]],
    with_kvp: bool,  # noqa: FBT001 - drawn
    timed: bool,  # noqa: FBT001 - drawn
    labelled: bool,  # noqa: FBT001 - drawn
) -> None:
    takes_only_from_its_own(study, with_kvp, timed, labelled)


def takes_only_from_its_own(
    study: tuple[list[Scan], list[Scan]],
    with_kvp: bool,  # noqa: FBT001 - drawn
    timed: bool,  # noqa: FBT001 - drawn
    labelled: bool,  # noqa: FBT001 - drawn
) -> None:
    scans, arrived = study
    if not arrived:
        return
    seen = on_screen(scans, with_kvp)
    merged = merge(both(seen, in_images(arrived, timed, labelled)), made="2027")
    assert merged.doubts == ()
    for at, (row, printed) in enumerate(zip(merged.record.events, seen.events, strict=True)):
        assert row.ctdi_vol_mgy == printed.ctdi_vol_mgy
        if row.irradiation_event_uid is not None:
            assert row.irradiation_event_uid.value == f"1.2.{at}"
        if row.exposure_time_s is not None:
            assert row.exposure_time_s.value == 1 + at
        if row.kvp is not None:
            assert row.kvp.text == scans[at]["kvp"]


def test_twins_of_one_number_of_which_one_arrived_are_refused() -> None:
    scans = [
        {"id": str(at), "series": "3", "acquisition": number, "number": number}
        | {"label": "Chest", "ctdi": ctdi, "kvp": "100"}
        for at, (number, ctdi) in enumerate(
            [("1", "0.8"), ("3", "0.8"), ("3", "0.8"), ("3", "8.03")]
        )
    ]
    takes_only_from_its_own((scans, scans[:2]), with_kvp=False, timed=True, labelled=False)


@pytest.mark.slow
@settings(max_examples=10000, deadline=None)
@given(studies(), st.booleans(), st.booleans(), st.booleans())
def test_really_no_row_takes_from_another_scan(
    study: tuple[list[Scan], list[Scan]],
    with_kvp: bool,  # noqa: FBT001 - drawn
    timed: bool,  # noqa: FBT001 - drawn
    labelled: bool,  # noqa: FBT001 - drawn
) -> None:
    takes_only_from_its_own(study, with_kvp, timed, labelled)


@given(studies(), st.randoms())
def test_the_same_sources_merge_to_the_same(
    study: tuple[list[Scan], list[Scan]], random: object
) -> None:
    scans, arrived = study
    if not arrived:
        return
    sources = both(on_screen(scans, with_kvp=True), in_images(arrived, timed=True, labelled=True))
    assert random is not None
    again = dict(reversed(sources.items()))
    assert merge(sources) == merge(again)


@given(studies())
def test_what_is_matched_is_matched_once(study: tuple[list[Scan], list[Scan]]) -> None:
    scans, arrived = study
    if not arrived:
        return
    merged = merge(both(on_screen(scans, with_kvp=True), in_images(arrived, True, True)))
    events = [number for match in merged.matches for number in match.events]
    rows = sorted([match.row for match in merged.matches] + [each.row for each in merged.refusals])
    assert len(events) == len(set(events))
    assert rows == list(range(len(scans)))


def test_the_examples_do_match() -> None:
    """The properties would hold of a merge that matches nothing."""
    scans = [
        {"id": str(at), "series": str(at + 2), "acquisition": str(at + 1), "number": str(at + 2)}
        | {"label": "Chest", "ctdi": "8.03", "kvp": "120"}
        for at in range(3)
    ]
    merged = merge(both(on_screen(scans, with_kvp=False), in_images(scans, True, True)))
    assert [match.events for match in merged.matches] == [(0,), (1,), (2,)]


@st.composite
def misread(draw: st.DrawFn) -> tuple[list[Scan], int, str]:
    """Scans with numbers of their own, which row is misread, and as what."""
    numbers = sorted(draw(st.sets(st.integers(1, 9), min_size=1, max_size=6)))
    scans = [
        {"id": str(at), "series": str(number), "number": str(number), "label": "Chest"}
        | {"ctdi": draw(st.sampled_from(["8.03", "9.55", "0.8"])), "kvp": "120"}
        for at, number in enumerate(numbers)
    ]
    wrong = draw(st.sampled_from(["8.08", "80.3", "3.03", "1.3"]))
    return scans, draw(st.integers(0, len(scans) - 1)), wrong


@given(misread())
def test_a_misread_dose_of_a_scan_with_a_name_is_doubted(
    study: tuple[list[Scan], int, str],
) -> None:
    scans, at, wrong = study
    printed = [scan | {"ctdi": wrong} if n == at else scan for n, scan in enumerate(scans)]
    found = in_images([{"acquisition": "1"} | scan for scan in scans], timed=True, labelled=True)
    merged = merge(both(on_screen(printed, with_kvp=True), found), made="20270101000000")
    assert [doubt.field for doubt in merged.doubts] == [f"events[{at}].ctdi_vol_mgy"]
    assert merged.record.events[at].exposure_time_s is None
