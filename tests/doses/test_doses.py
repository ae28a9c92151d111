"""The history gives back what was entered, and of each study what its last report says."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import SYSTEM_CLOCK
from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dose.examination import Examination, Scan
from appliance.doses import Doses
from appliance.ledger import Ledger, open_ledger

NUMBERS = st.none() | st.decimals("0.01", "50000", places=2)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
SCANS = st.builds(
    Scan,
    label=TEXTS,
    region=st.sampled_from(["", "CHEST"]),
    phantom=st.none() | st.sampled_from(Phantom),
    acquisition_type=st.none() | st.sampled_from(CTAcquisitionType),
    with_contrast=st.none() | st.booleans(),
    ctdi_vol_mgy=NUMBERS,
    dlp_mgy_cm=NUMBERS,
    ssde_mgy=NUMBERS,
    kvp=NUMBERS,
)
EXAMINATIONS = st.builds(
    Examination,
    study_instance_uid=st.sampled_from(["1.1", "1.2"]),
    report_uid=st.from_regex(r"2\.[1-9]{1,3}", fullmatch=True),
    performed_on=st.none() | st.dates(),
    scanner=TEXTS,
    procedure_codes=st.lists(TEXTS, max_size=3).map(tuple),
    words=st.lists(TEXTS, max_size=3).map(tuple),
    age_years=NUMBERS,
    weight_kg=NUMBERS,
    scans=st.lists(SCANS, max_size=3).map(tuple),
    layout=TEXTS,
    software=TEXTS,
    tables=TEXTS,
)


@pytest.fixture
def a_ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


@given(entered=st.lists(EXAMINATIONS, max_size=6, unique_by=lambda each: each.report_uid))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_the_last_report_of_each_study_counts(a_ledger: Ledger, entered: list[Examination]) -> None:
    doses = Doses(a_ledger, SYSTEM_CLOCK)
    with suppress(KeyError), a_ledger.transaction():
        for each in entered:
            doses.enter(each)
        last = {each.study_instance_uid: each for each in entered}
        found = {each.study_instance_uid: each for each in doses.examinations()}
        assert found == last
        assert repr(sorted(found.items())) == repr(sorted(last.items()))  # 1.0 is not 1.00
        for study in last:
            known = [each for each in entered if each.study_instance_uid == study]
            assert doses.reports(study) == known
        raise KeyError  # the next example begins with an empty history


A_STUDY = Examination(
    study_instance_uid="1.1",
    report_uid="2.1",
    performed_on=date(2026, 4, 1),
    scans=(Scan(dlp_mgy_cm=Decimal("1.50")), Scan(dlp_mgy_cm=Decimal("2.25"))),
)


def test_a_report_that_is_made_again_counts_again(a_ledger: Ledger) -> None:
    doses = Doses(a_ledger, SYSTEM_CLOCK)
    for report in ("2.1", "2.2", "2.1"):
        doses.enter(replace(A_STUDY, report_uid=report))
    assert [each.report_uid for each in doses.examinations()] == ["2.1"]


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (None, None, 2),
        (date(2026, 4, 1), date(2026, 4, 1), 1),
        (date(2026, 4, 2), None, 0),
        (None, date(2026, 3, 31), 0),
        (date(2020, 1, 1), None, 1),
    ],
)
def test_days_are_included(
    a_ledger: Ledger, first: date | None, last: date | None, count: int
) -> None:
    doses = Doses(a_ledger, SYSTEM_CLOCK)
    doses.enter(A_STUDY)
    other = replace(A_STUDY, study_instance_uid="1.2", report_uid="2.2", performed_on=None)
    doses.enter(other)
    assert len(list(doses.examinations(first, last))) == count


def test_a_sum_is_only_known_when_every_part_is() -> None:
    assert A_STUDY.dlp_mgy_cm == Decimal("3.75")
    assert replace(A_STUDY, scans=(*A_STUDY.scans, Scan())).dlp_mgy_cm is None
    assert replace(A_STUDY, scans=()).dlp_mgy_cm is None
