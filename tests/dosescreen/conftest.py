import pytest

from appliance.simulators.consoles.canvas import Picture
from tests.dosescreen.world import SCOUT, TOPOGRAM, abdomen, dose_report, helical, patient_protocol


@pytest.fixture
def a_dose_report() -> list[Picture]:
    """One page: a scout and a helical scan of 373.00 mGy.cm."""
    return dose_report([SCOUT, helical()])


@pytest.fixture
def a_patient_protocol() -> list[Picture]:
    """One page: a topogram and an abdomen of 187 mGy.cm."""
    return patient_protocol([TOPOGRAM, abdomen()])
