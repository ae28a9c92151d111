"""Alert values and conversion factors: what cannot be meant is said with its place."""

import pytest

from appliance.config import parse_configuration
from appliance.errors import ConfigurationError

ALERT = '[[dose_alert]]\nname = "head"\nctdi_vol_mgy = 100\n'
WAY = '[effective_dose]\npatient_model = "a model"\n'


def factor(low: float, high: float, k: float = 0.01, region: str = "CHEST") -> str:
    return (
        f'[[effective_dose.factor]]\nregion = "{region}"\nphantom = "BODY32"\n'
        f"from_age_years = {low}\nbelow_age_years = {high}\nmsv_per_mgy_cm = {k}\n"
    )


def test_without_any_there_are_no_alerts_and_no_factors() -> None:
    configuration = parse_configuration("")
    assert configuration.dose_alert == ()
    assert configuration.effective_dose.factor == ()


def test_they_are_read() -> None:
    configuration = parse_configuration(ALERT + WAY + factor(0, 1) + factor(1, 0))
    assert configuration.dose_alert[0].ctdi_vol_mgy == 100
    assert [each.below_age_years for each in configuration.effective_dose.factor] == [1, 0]


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        (ALERT + ALERT, "dose_alert[1].name", "another dose_alert is called `head`"),
        ('[[dose_alert]]\nname = "a"\n', "dose_alert[0]", "the entry has no value"),
        (ALERT + 'label = "("\n', "dose_alert[0].label", "not a regular expression"),
        (
            ALERT + "from_age_years = 5\nbelow_age_years = 5\n",
            "dose_alert[0].below_age_years",
            "nobody is of such an age",
        ),
        (factor(0, 1), "effective_dose.patient_model", "is required with DLP_COMPUTED"),
        (
            '[effective_dose]\nmethod = "DLP_MEASURED"\nphantom_type = "a"\n' + factor(0, 1),
            "effective_dose.dosimeter_type",
            "is required with DLP_MEASURED",
        ),
        (WAY + factor(5, 1), "effective_dose.factor[0].below_age_years", "nobody is of such"),
        (WAY + factor(0, 10) + factor(9, 0), "effective_dose.factor[1]", "another factor holds"),
        (WAY + factor(0, 0) + factor(0, 0), "effective_dose.factor[1]", "another factor holds"),
    ],
)
def test_what_cannot_be_meant(text: str, key: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_configuration(text)
    assert f" {key}: " in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize("k", ["0", "-0.01", "1.5", '"0.014"'])
def test_a_factor_is_a_small_number(k: str) -> None:
    text = WAY + factor(0, 0).replace("0.01\n", f"{k}\n")
    with pytest.raises(ConfigurationError, match="msv_per_mgy_cm"):
        parse_configuration(text)
