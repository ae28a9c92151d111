"""What the simulated CT says by MPPS is what its screens print."""

import pytest

from appliance.headers.performed_step import read_performed_steps
from appliance.simulators.demo import Kind, demo_studies, identity
from appliance.simulators.performed_step import begun, ended, step_uid


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("discontinued", [False, True])
def test_a_step_states_what_the_screen_prints(kind: Kind, *, discontinued: bool) -> None:
    (study,) = demo_studies(1, (kind,))
    who = identity(1, kind)
    messages = [begun(who), ended(who, study.examination, discontinued=discontinued)]
    for message in messages:
        message.SOPInstanceUID = step_uid(who)
    (step,) = read_performed_steps(messages)
    assert step.discontinued is discontinued
    assert bool(step.reason) is discontinued
    assert step.record
    assert step.studies == (study.objects[0].StudyInstanceUID,)
    total = step.record.total_dlp_mgy_cm
    assert (total.text if total else None) == study.examination.total_dlp_mgy_cm
    scans = study.examination.scans
    for event, scan in zip(step.record.events, scans, strict=True):
        assert (event.label.text if event.label else "") == scan.label
        ctdi = event.ctdi_vol_mgy
        assert (float(ctdi.value) if ctdi else None) == (
            float(scan.ctdi_vol_mgy) if scan.ctdi_vol_mgy else None
        )
