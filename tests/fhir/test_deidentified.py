"""A summary says no more than what de-identification left in the report."""

from io import BytesIO

import pytest
from pydicom import dcmread

from appliance.deidentify import KEY_BYTES, Cleaned, Pseudonyms, cleaned, presets
from appliance.fhir import DoseSummary, Naming, as_json, read_summary, transaction
from tests.destinations.web_servers import Question
from tests.fhir.servers import FhirServer
from tests.rdsr.cases import case, encoded

NAMING = Naming(
    system="urn:x:box", patient_system="urn:x:patients", patient_policy="known", utc_offset="+09:00"
)
STUDY = "1.2.826.0.1.3680043.10.1.1"
WHO = ("Doe", "Jane", "6256485", "1950-01-02", "A56485", "House", STUDY)
"""What the report says of the patient and of the order."""


@pytest.mark.parametrize("name", ["in-house", "registry", "screening"])
def test_who_was_taken_out_stays_out(name: str) -> None:
    content = encoded(case("complete_helical").report)
    outcome = cleaned(content, presets()[name], Pseudonyms(bytes(KEY_BYTES), "test"))
    assert isinstance(outcome, Cleaned), outcome
    summary = read_summary(dcmread(BytesIO(outcome.content)))
    assert isinstance(summary, DoseSummary)
    assert str(summary.dlp_total_mgy_cm) == "512.30"
    text = as_json(transaction(summary, NAMING, one_of_study=True))
    known = STUDY if name == "in-house" else ""
    assert not [word for word in WHO if word in text and word != known]
    assert '"system":"urn:x:box/pseudonym"' in text
    assert "urn:x:patients" not in text, "a pseudonym is no ID of the hospital"
    headers = {"content-type": "application/fhir+json"}
    reply = FhirServer().answer(Question("POST", "/fhir", headers, text.encode()))
    assert reply.status == 200, reply.body
