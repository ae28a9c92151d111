"""Query and retrieve: what an archive has, and bringing it here (PS3.4 Annex C), as SCU.

**Knows:** identifiers of queries, presentation contexts with role selection, statuses, which series
may hold dose objects, how gently an archive is asked, and how far a backfill is.
**Does not know:** what an object says; who reads it (``services``).

Only what needs no network is named here; ``archive`` and ``study`` load the DICOM network.
"""

from appliance.retrieve.pace import Pace
from appliance.retrieve.progress import Kind, Progress, Span, State, StudyProgress
from appliance.retrieve.turn import Turn

__all__ = [
    "Kind",
    "Pace",
    "Progress",
    "Span",
    "State",
    "StudyProgress",
    "Turn",
]
