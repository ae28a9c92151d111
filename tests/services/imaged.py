"""A study with its dose screen and its images, as objects that a box is sent."""

from dataclasses import replace
from functools import cache

from pydicom import Dataset

from appliance.simulators.consoles.examination import Examination
from appliance.simulators.ct_series.makers import MAKERS
from appliance.simulators.ct_series.scenarios import examination_of, scenario_study
from appliance.simulators.ct_series.series import Form, images
from tests.pipeline.studies import a_siemens_study, who, with_meta

FORM = Form(slices=4, matrix=32)


def examination(scenario: str = "chest") -> Examination:
    return replace(examination_of(scenario), total_mas="500")


@cache
def screens(scenario: str = "chest", number: int = 1) -> tuple[Dataset, ...]:
    return tuple(a_siemens_study(number, examination=examination(scenario), identity=who(number)))


@cache
def slices(
    scenario: str = "chest", number: int = 1, maker: str = "siemens", times: int = 1
) -> tuple[Dataset, ...]:
    """The images, reconstructed so many times as often."""
    study = scenario_study(scenario, who(number), MAKERS[maker])
    return tuple(map(with_meta, images(study.multiplied(times) if times > 1 else study, FORM)))
