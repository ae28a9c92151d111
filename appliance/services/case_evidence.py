"""What was kept with a quarantined study, so that a person's form can be held against it.

**Knows:** where it stands in a case's evidence; cases of before it was kept have none of it.
**Does not know:** how it came there (``screen_sights``), and what a person makes of it.
"""

from dataclasses import dataclass

from appliance.dose.codec import record_from_json
from appliance.dose.record import CTRadiationDose
from appliance.dose.sight import sight_from_json
from appliance.dose.vouching import Evidence
from appliance.quarantine import Case

SCREENS, SIGHTS, ELSEWHERE, DRAWN_BY = "screens", "sights", "elsewhere", "drawn_by"


@dataclass(frozen=True, slots=True)
class ShownScreen:
    """One of a case's pictures of whole screens: ``page-1`` is the first; sizes in pixels."""

    picture: str
    sop_instance_uid: str
    frame: int
    width_px: int
    height_px: int


def evidence_of(case: Case) -> Evidence:
    """What a form of ``case`` is held against."""
    return Evidence(
        tuple(sight_from_json(each) for each in case.evidence.get(SIGHTS, ())),
        case.evidence.get(ELSEWHERE, {}),
        case.doubts,
        record_of(case),
    )


def record_of(case: Case) -> CTRadiationDose | None:
    """What was read of a case; None when nothing was."""
    body = case.evidence.get("record")
    return record_from_json(body) if body else None


def screens_of(case: Case) -> tuple[ShownScreen, ...]:
    """The whole screens in the order of their pictures; none for a case of before it was kept."""
    return tuple(
        ShownScreen(f"page-{number}", **each)
        for number, each in enumerate(case.evidence.get(SCREENS, ()), start=1)
    )
