"""Whole studies drawn at random, disturbed as archives and old consoles do: no value is another's.

Of every row of a screen it is known which scan it is. What the images complete must be that scan's,
whatever of them came and whatever was renumbered; nothing is doubted that does not contradict.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pytest
from pydicom import Dataset

from appliance.config import Sources
from appliance.dose.coded import ProcedureContext
from appliance.dose.merge import Merged, SourceKind, merge
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Sourced
from appliance.services.study_sources import StudySources
from appliance.simulators.consoles.examination import Examination, Identity, Scan
from appliance.simulators.consoles.examinations import siemens_examination
from appliance.simulators.ct_series.acquisition import Acquisition, ImagedStudy
from appliance.simulators.ct_series.image import seconds_of
from appliance.simulators.ct_series.makers import MAKERS
from appliance.simulators.ct_series.planning import study_of
from appliance.simulators.ct_series.series import Form, images
from tests.dose.merge.scans import SCREEN
from tests.services.test_merging_scenarios import on_screen

LATER = "20300101000000"
Images = list[Dataset]
Change = Callable[[Images, Random], Images]


def examination(random: Random) -> Examination:
    """A random one; many a scan is made again with another time and another dose, or the same."""
    drawn = siemens_examination(random, random.randint(1, 4), dlp_places=random.choice((0, 2)))
    scans: list[Scan] = []
    for scan in drawn.scans:
        again = replace(scan, rotation_time_s=random.choice(("0.4", "0.6")), mas="77")
        scans += [scan, again] if scan.ctdi_vol_mgy and random.random() < 0.5 else [scan]
    numbered = [replace(scan, series=str(at)) for at, scan in enumerate(scans, 1)]
    return replace(drawn, scans=tuple(numbered))


def printed(scans: Sequence[Scan], random: Random) -> tuple[IrradiationEvent, ...]:
    """The rows, with as little on them as consoles print, numbered as they or nobody else does."""
    first, places = random.choice((1, 1, 2, 5)), random.choice((0, 1, 2))
    hidden = {name: None for name in ("label", "series", "kvp") if random.random() < 0.3}
    rows = []
    for at, scan in enumerate(scans):
        dose = scan.ctdi_vol_mgy and str(
            Decimal(scan.ctdi_vol_mgy).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        )
        row = on_screen(replace(scan, series=str(at + first), ctdi_vol_mgy=dose))
        rows.append(replace(row, **hidden))  # type: ignore[arg-type] # by name
    return tuple(rows)


def without(*keywords: str) -> Change:
    def change(made: Images, random: Random) -> Images:
        assert random
        for image in made:
            for keyword in keywords:
                image.pop(keyword, None)
        return made

    return change


def with_number(keyword: str, *ways: str) -> Change:
    """``one`` for all, one ``more`` than it was, or one for ``each`` series."""

    def change(made: Images, random: Random) -> Images:
        how, series = (
            random.choice(ways),
            sorted({_series(each) for each in made}),
        )
        for image in made:
            was = int(image.get(keyword) or 0)
            each = series.index(_series(image)) + 1
            setattr(image, keyword, {"one": 1, "more": was + 1, "each": each}[how])
        return made

    return change


def some_series(made: Images, random: Random) -> Images:
    """Those that came."""
    uids = sorted({_series(each) for each in made})
    came = set(random.sample(uids, max(1, len(uids) // 2)))
    return [each for each in made if _series(each) in came]


def halves(made: Images, random: Random) -> Images:
    """The first images of every series."""
    assert random
    by_series: dict[str, Images] = {}
    for each in made:
        by_series.setdefault(_series(each), []).append(each)
    return [each for series in by_series.values() for each in series[: (len(series) + 1) // 2]]


def _series(image: Dataset) -> str:
    return str(image.SeriesInstanceUID)


CHANGES: Mapping[str, Change] = {
    "no event UIDs": without("IrradiationEventUID"),
    "no dose": without("CTDIvol", "CTDIPhantomTypeCodeSequence"),
    "no acquisition numbers": without("AcquisitionNumber"),
    "other acquisition numbers": with_number("AcquisitionNumber", "one", "more"),
    "other series numbers": with_number("SeriesNumber", "one", "more", "each"),
    "no names": without("ProtocolName", "SeriesDescription"),
    "no table speed": without("ScanOptions", "SpiralPitchFactor", "TableSpeed"),
    "some series": some_series,
    "halves": halves,
}


RENUMBERED = ("no dose", "other acquisition numbers", "other series numbers")
"""What an archive leaves of old images that it took over."""


def whole_study(seed: int, changes: Sequence[str] = ()) -> tuple[ImagedStudy, Merged]:
    """What the seed's study says, after ``changes`` and some that are drawn, and the truth."""
    random = Random(seed)
    seen, maker = examination(random), MAKERS[random.choice(sorted(MAKERS))]
    made_with = frozenset(scan.label for scan in seen.scans if random.random() < 0.3)
    who = Identity(f"1.2.826.0.1.3680043.10.543.{seed}")
    study = study_of(seen, who, maker, contrast=made_with).multiplied(random.choice((1, 1, 2)))
    made = images(study, Form(slices=7))
    for name in (
        *changes,
        *random.sample(sorted(CHANGES.keys() - {*changes}), random.randint(0, 3)),
    ):
        made = CHANGES[name](made, random)
    random.shuffle(made)
    sources = StudySources(Sources(size_specific_dose=False))
    for image in made:
        sources.take(image)
    screen = CTRadiationDose(printed(seen.scans, random))
    return study, merge({**sources.said(), SourceKind.DOSE_SCREEN: screen}, sources.names(), LATER)


def wrong(row: IrradiationEvent, scan: Acquisition, who: Identity) -> list[str]:
    """The values of a row that are not those of its scan."""
    how = scan.technique
    begun = [
        who.study_date + seconds_of(who, s)
        for s in (scan.started_s, scan.started_s + how.exposure_time_s)
    ]
    most = Decimal(str(how.tube_current_ma * (1 + how.modulation))) + 1
    truth: Mapping[str, Callable[[Sourced[object]], bool]] = {
        "irradiation_event_uid": lambda said: said.value == scan.event_uid,
        "frame_of_reference_uid": lambda said: said.value == scan.frame_of_reference_uid,
        "started": lambda said: begun[0][:17] <= str(said.value) <= begun[1] + "9",
        "kvp": lambda said: said.value == how.kvp,
        "rotation_time_s": lambda said: said.value == Decimal(str(how.rotation_time_s)),
        "tube_current_max_ma": lambda said: bool(Decimal(said.text) <= most),
        "pitch": lambda said: (
            abs(Decimal(said.text) - Decimal(str(how.pitch or 0))) < Decimal("0.001")
        ),
        "acquisition_type": lambda said: said.value is scan.acquisition_type,
        "procedure_context": lambda said: (
            scan.contrast == (said.value is ProcedureContext.WITH_CONTRAST)
        ),
    }
    return [name for name, said in row.sourced() if name in truth and not truth[name](said)]


def faults(seed: int, changes: Sequence[str] = ()) -> list[object]:
    """What is wrong with what the seed's study says."""
    study, merged = whole_study(seed, changes)
    named = [
        each.irradiation_event_uid.value
        for each in merged.record.events
        if each.irradiation_event_uid
    ]
    found: list[object] = [*merged.doubts, *{uid for uid in named if named.count(uid) > 1}]
    for at, (row, scan) in enumerate(zip(merged.record.events, study.acquisitions, strict=True)):
        found += [(at, name) for name in wrong(row, scan, study.identity)]
        origins = (row.ctdi_vol_mgy, row.dlp_mgy_cm)
        found += [(at, "dose") for said in origins if said and said.origin != SCREEN]
    return found


@pytest.mark.parametrize("seed", range(40))
def test_no_value_is_that_of_another_scan(seed: int) -> None:
    assert faults(seed) == []


@pytest.mark.parametrize("seed", range(20))
def test_no_value_of_a_renumbered_study_is_that_of_another_scan(seed: int) -> None:
    assert faults(seed, RENUMBERED) == []


def test_the_studies_are_completed_all_the_same() -> None:
    """The property would hold of a merge that takes nothing."""
    rows = [row for seed in range(20) for row in whole_study(seed)[1].record.dose_events]
    assert sum(row.started is not None for row in rows) > len(rows) / 5


@pytest.mark.slow
@pytest.mark.parametrize("hundred", range(5))
def test_no_value_of_many_renumbered_studies_is_that_of_another_scan(hundred: int) -> None:
    found = {n: faults(n, RENUMBERED) for n in range(100 * hundred, 100 * hundred + 100)}
    assert {seed: each for seed, each in found.items() if each} == {}


@pytest.mark.slow
@pytest.mark.parametrize("hundred", range(4))
def test_no_value_of_many_studies_is_that_of_another_scan(hundred: int) -> None:
    found = {seed: faults(seed) for seed in range(100 * hundred, 100 * hundred + 100)}
    assert {seed: each for seed, each in found.items() if each} == {}
