"""An examination is known for certain, or it is not compared."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dose.examination import Examination, Scan
from appliance.dose.region import REGIONS
from appliance.drl.exam import exams
from appliance.drl.matching import Refusal, matched
from appliance.drl.procedure import NO_PROCEDURES, Procedures, procedures
from appliance.errors import ConfigurationError

KNOWN = exams()


def scan(region: str, label: str = "", *, contrast: bool | None = None) -> Scan:
    return Scan(
        region=region,
        label=label,
        with_contrast=contrast,
        phantom=Phantom.BODY32,
        ctdi_vol_mgy=Decimal(10),
        dlp_mgy_cm=Decimal(300),
    )


def a_study(
    *scans: Scan, age: str | None = "60", words: tuple[str, ...] = (), codes: tuple[str, ...] = ()
) -> Examination:
    return Examination(
        study_instance_uid="1.2",
        report_uid="1.2.3",
        age_years=None if age is None else Decimal(age),
        words=words,
        procedure_codes=codes,
        scans=scans,
    )


def found(study: Examination, codes: Procedures = NO_PROCEDURES) -> list[str]:
    matches, refused = matched(study, KNOWN, codes)
    return [match.exam.identifier for match in matches] + [each.refusal for each in refused]


@pytest.mark.parametrize(
    ("study", "expected"),
    [
        (a_study(scan("HEAD", "Head 5.0")), ["HEAD"]),
        (a_study(scan("BRAIN", "脳 単純")), ["HEAD"]),
        (a_study(scan("HEAD"), age="14.99"), ["HEAD_CHILD"]),
        (a_study(scan("HEAD"), age="15"), ["HEAD"]),
        (a_study(scan("CHEST", "Thorax")), ["CHEST"]),
        (a_study(scan("CHEST", "Thorax"), age="0"), ["CHEST_CHILD"]),
        (a_study(scan("CHEST"), words=("screening",)), ["LUNG_SCREENING"]),
        (a_study(scan("CHEST", "肺がん検診")), ["LUNG_SCREENING"]),
        (a_study(scan("CHEST_ABDOMEN_AND_PELVIS")), ["CHEST_TO_PELVIS"]),
        (a_study(scan("ABDOMEN_AND_PELVIS")), ["ABDOMEN_TO_PELVIS"]),
        (a_study(scan("ABDOMEN_AND_PELVIS"), age="7"), ["ABDOMEN_CHILD"]),
        (a_study(scan("HEAD"), scan("CHEST")), ["HEAD", "CHEST"]),
        (a_study(scan("CHEST"), scan("CHEST")), ["CHEST"]),
        (a_study(scan("HEART", "Coronary CTA")), ["CORONARY"]),
        (a_study(scan("CHEST", "冠動脈"), scan("CHEST", "Ca score")), ["CORONARY"]),
        (
            a_study(scan("LIVER"), scan("ABDOMEN"), words=("liver dynamic",)),
            ["LIVER_DYNAMIC"],
        ),
        (
            a_study(scan("HEAD"), scan("NECK_CHEST_ABDOMEN_AND_PELVIS", "外傷全身")),
            ["TRAUMA"],
        ),
    ],
)
def test_what_is_known(study: Examination, expected: list[str]) -> None:
    assert found(study) == expected


@pytest.mark.parametrize(
    ("study", "expected"),
    [
        (a_study(), [Refusal.NO_SCAN]),
        (a_study(scan("CHEST", "Premonitoring")), [Refusal.NO_SCAN]),
        (a_study(scan("CHEST"), age=None), [Refusal.AGE_UNKNOWN]),
        (a_study(scan("")), [Refusal.NO_EXAMINATION]),
        (a_study(scan("ENTIRE_BODY")), [Refusal.NO_EXAMINATION]),  # nothing states trauma
        (a_study(scan("ABDOMEN")), [Refusal.NO_EXAMINATION]),  # upper abdomen alone, or not
        (a_study(scan("HEAD", "Head CTA")), [Refusal.NO_EXAMINATION]),
        (a_study(scan("HEAD", "頭部造影")), [Refusal.NO_EXAMINATION]),
        (a_study(scan("HEAD", contrast=True)), [Refusal.NO_EXAMINATION]),
        (a_study(scan("HEAD"), scan("HEAD")), [Refusal.AMBIGUOUS]),  # the second with contrast?
        (a_study(scan("CHEST", "Heart")), [Refusal.NO_EXAMINATION]),
        (a_study(scan("CHEST"), words=("dynamic",)), [Refusal.NO_EXAMINATION]),
        (a_study(scan("CHEST"), scan("ABDOMEN_AND_PELVIS"), words=("coronary",)), ["ambiguous"]),
        (
            a_study(scan("CHEST"), words=("coronary", "polytrauma")),
            [Refusal.AMBIGUOUS],
        ),
        (a_study(scan("KNEE", "Knie"), scan("CHEST")), ["CHEST", Refusal.NO_EXAMINATION]),
    ],
)
def test_what_is_not(study: Examination, expected: list[str]) -> None:
    assert found(study) == expected


def test_two_plain_scans_that_are_known_to_be_plain_are_phases() -> None:
    plain = scan("HEAD", contrast=False)
    assert found(a_study(plain, plain)) == ["HEAD"]


def test_a_scan_for_timing_is_no_phase() -> None:
    timing = scan("CHEST", "Monitoring")
    matches, refused = matched(a_study(timing, scan("CHEST", "Chest")), KNOWN, NO_PROCEDURES)
    assert [len(match.scans) for match in matches] == [1]
    assert refused == []
    still = Scan(region="CHEST", acquisition_type=CTAcquisitionType.CONSTANT_ANGLE)
    assert found(a_study(still)) == [Refusal.NO_SCAN]


CODES = Procedures({"6????????200*": "HEAD", "6????????300*": "CHEST", "LOCAL1": "CHEST"})
HEAD_CODE, CHEST_CODE = "6123456782001000", "6123456783001000"


@pytest.mark.parametrize(
    ("study", "expected"),
    [
        (a_study(scan("HEAD", "CTA"), codes=(HEAD_CODE,)), ["HEAD"]),  # codes go first
        (a_study(scan(""), codes=(HEAD_CODE,)), ["HEAD"]),
        (a_study(scan("HEAD"), age="3", codes=(HEAD_CODE,)), ["HEAD_CHILD"]),
        (a_study(scan("CHEST"), codes=("LOCAL1",)), ["CHEST"]),
        (a_study(scan("CHEST"), codes=("LOCAL12",)), ["CHEST"]),  # not known: by region
        (a_study(scan("CHEST"), codes=(HEAD_CODE,)), [Refusal.CODES_CONTRADICT]),
        (a_study(scan("HEAD"), scan("CHEST"), codes=(HEAD_CODE,)), [Refusal.CODES_CONTRADICT]),
        (a_study(scan("HEAD"), codes=(HEAD_CODE, CHEST_CODE)), [Refusal.CODES_CONTRADICT]),
        (a_study(scan("HEAD"), codes=(HEAD_CODE, "999")), ["HEAD"]),
    ],
)
def test_codes(study: Examination, expected: list[str]) -> None:
    assert found(study, CODES) == expected


def test_a_table_of_codes_is_read(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text('# ours\npattern,exam,comment\n\n61*, HEAD ,"plain, head"\n', "utf-8")
    assert procedures(file, KNOWN) == Procedures({"61*": "HEAD"})


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("code,exam\n", 1, "the columns are others"),
        ("pattern,exam,comment\n6*,HED,\n", 2, "there is no examination 'HED'"),
        ("pattern,exam,comment\n6*,HEAD\n", 2, "must have 3 columns"),
        ("pattern,exam,comment\n6*1,HEAD,\n", 2, "is no pattern of codes"),
        ("pattern,exam,comment\n,HEAD,\n", 2, "is no pattern of codes"),
        ("pattern,exam,comment\n6*,HEAD,\n#\n6*,CHEST,\n", 4, "is there twice"),
    ],
)
def test_what_is_wrong_in_it_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    file = tmp_path / "codes.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        procedures(file, KNOWN)
    assert f"{file}:{line}" in str(caught.value)
    assert words in str(caught.value)


def test_of_a_description_only_words_of_the_field_are_kept() -> None:
    words = KNOWN.words_in(["CT Liver-Dynamic YAMADA HANAKO 1945", "冠動脈 山田"])
    assert words == ("dynamic", "liver dynamic", "冠動脈")


@given(
    regions=st.lists(st.sampled_from(["", *REGIONS]), max_size=4),
    labels=st.lists(st.sampled_from(["", "CTA", "Monitoring", "検診", "Coronary"]), min_size=4),
    age=st.none() | st.integers(0, 100),
    words=st.lists(st.sampled_from(KNOWN.vocabulary), max_size=3),
)
def test_every_scan_is_matched_once_or_refused(
    regions: list[str], labels: list[str], age: int | None, words: list[str]
) -> None:
    scans = [scan(region, label) for region, label in zip(regions, labels, strict=False)]
    study = a_study(*scans, age=None if age is None else str(age), words=tuple(words))
    matches, refused = matched(study, KNOWN, NO_PROCEDURES)
    assert matches or refused
    taken = sum(len(match.scans) for match in matches)
    assert taken + len(refused) <= max(len(scans), 1)
    for match in matches:
        assert age is not None
        assert match.exam.ages.hold(Decimal(age))
        assert all(each.region in match.exam.regions for each in match.scans)
