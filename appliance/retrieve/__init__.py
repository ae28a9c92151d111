"""Query and retrieve: what an archive has, and bringing it here (PS3.4 Annex C), as SCU.

**Knows:** identifiers of queries, presentation contexts with role selection, statuses, which series
may hold dose objects, how gently an archive is asked, and how far a backfill is.
**Does not know:** what an object says; who reads it (``services``).
"""

from appliance.retrieve.archive import Archive
from appliance.retrieve.failure import ArchiveRefusalError, ArchiveUnavailableError
from appliance.retrieve.identifier import InstanceMatch, SeriesMatch, StudyMatch
from appliance.retrieve.pace import Hours, Pace
from appliance.retrieve.progress import Progress, Span, State, StudyProgress
from appliance.retrieve.retrievals import Retrievals
from appliance.retrieve.series import Selection
from appliance.retrieve.study import StudyRetriever

__all__ = [
    "Archive",
    "ArchiveRefusalError",
    "ArchiveUnavailableError",
    "Hours",
    "InstanceMatch",
    "Pace",
    "Progress",
    "Retrievals",
    "Selection",
    "SeriesMatch",
    "Span",
    "State",
    "StudyMatch",
    "StudyProgress",
    "StudyRetriever",
]
