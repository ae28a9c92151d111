"""Reports hold an effective dose where the site configured factors, and nowhere else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread

from appliance.config import Configuration, ConversionFactor, EffectiveDose
from appliance.errors import ConfigurationError
from appliance.rdsr import nonconformities
from appliance.services.conversion import conversion_factors
from tests.pipeline.studies import a_ge_study, who
from tests.services.desk import Desk

EFFECTIVE_DOSE, TOTAL, FACTOR = "113839", "113814", "113840"
REGIONS = ("CHEST", "CHEST_AND_ABDOMEN")
FACTORS = tuple(
    ConversionFactor(region=region, phantom=phantom, msv_per_mgy_cm=0.01)
    for region in REGIONS
    for phantom in ("BODY32", "HEAD16")
)
SETTINGS = EffectiveDose(patient_model="a model of a test", factor=FACTORS)


def desk(folder: Path, settings: EffectiveDose) -> Desk:
    recogniser = replace(Configuration().recogniser, confirm_first=0)
    return Desk(folder, Configuration(recogniser=recogniser, effective_dose=settings))


def numbers(item: Dataset) -> Iterator[tuple[str, str]]:
    """Code and value of every NUM below."""
    for each in item.get("ContentSequence") or ():
        if each.ValueType == "NUM":
            measured = each.MeasuredValueSequence
            if measured:
                yield each.ConceptNameCodeSequence[0].CodeValue, str(measured[0].NumericValue)
        yield from numbers(each)


def report(folder: Path, settings: EffectiveDose) -> Dataset:
    box = desk(folder, settings)
    box.settle(*a_ge_study(1, identity=who(1, description="CT THORAX")))
    (made,) = box.reports()
    return dcmread(made.path)


def test_without_factors_there_is_none(tmp_path: Path) -> None:
    found = dict(numbers(report(tmp_path, EffectiveDose())))
    assert "113838" in found
    assert not {EFFECTIVE_DOSE, TOTAL, FACTOR} & set(found)


def test_with_factors_each_event_has_one_and_the_study_their_sum(tmp_path: Path) -> None:
    made = report(tmp_path, SETTINGS)
    found = list(numbers(made))
    events = [float(value) for code, value in found if code == EFFECTIVE_DOSE]
    dlps = [float(value) for code, value in found if code == "113838"]
    assert events == pytest.approx([round(0.01 * dlp, 3) for dlp in dlps], abs=0.0006)
    (total,) = [float(value) for code, value in found if code == TOTAL]
    assert total == pytest.approx(sum(events))
    assert {value for code, value in found if code == FACTOR} == {"0.01"}
    assert nonconformities(made) == ()


def test_a_factor_for_no_region_of_the_study_gives_none(tmp_path: Path) -> None:
    other = replace(SETTINGS, factor=(replace(FACTORS[0], region="KNEE"),))
    assert not {EFFECTIVE_DOSE, TOTAL} & set(dict(numbers(report(tmp_path, other))))


def test_a_region_that_no_report_can_state_is_refused(tmp_path: Path) -> None:
    wrong = replace(SETTINGS, factor=(replace(FACTORS[0], region="CHESTS"),))
    with pytest.raises(ConfigurationError, match="did you mean CHEST"):
        conversion_factors(wrong)
    with pytest.raises(ConfigurationError, match=r"effective_dose.factor\[0\].region"):
        desk(tmp_path, wrong)
