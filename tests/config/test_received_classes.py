import subprocess
import sys

from appliance import fhir
from appliance.config.fhir import PATIENT_POLICIES
from appliance.config.ways_out import RECEIVED_CLASSES
from appliance.sop_classes import STORAGE_CLASSES


def test_a_rule_may_name_every_class_that_is_received() -> None:
    assert list(RECEIVED_CLASSES) == [each.keyword for each in STORAGE_CLASSES]


def test_the_policies_on_patients_are_those_of_fhir() -> None:
    assert fhir.PATIENT_POLICIES == PATIENT_POLICIES


def test_the_command_line_loads_nothing_that_loads_pixels() -> None:
    script = "import sys; import appliance.cli.entry; sys.exit('pydicom' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
