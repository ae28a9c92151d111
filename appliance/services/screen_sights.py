"""What is kept of a reading with a quarantined study, so that a form can be held against it.

**Knows:** what of a reading goes into a case's evidence.
**Does not know:** what is made of it (``case_evidence``).
"""

from appliance.dose.codec import Json
from appliance.dose.sight import sight_to_json
from appliance.dose.vouching import elsewhere
from appliance.dosescreen.scanner import scanner_of
from appliance.dosescreen.sights import sights
from appliance.services.case_evidence import DRAWN_BY, ELSEWHERE, SCREENS, SIGHTS
from appliance.services.study_reading import StudyReading


def seen_on(reading: StudyReading) -> Json:
    """Which screens there are, what the readers saw on them, and who drew them."""
    drawn_by = next(filter(None, map(scanner_of, reading.evidence)), None)
    return {
        SCREENS: [
            {
                "sop_instance_uid": each.sop_instance_uid,
                "frame": each.frame,
                "width_px": int(each.ink.shape[1]),
                "height_px": int(each.ink.shape[0]),
            }
            for each in reading.screens
        ],
        SIGHTS: [sight_to_json(each) for seen in reading.sightings for each in sights(seen)],
        ELSEWHERE: elsewhere(reading.record) if reading.record else {},
        DRAWN_BY: f"{drawn_by.manufacturer} {drawn_by.model_name}".strip() if drawn_by else "",
    }
