"""What several sources say of one study, put together: event by event, value by value.

**Knows:** which row of one source is which event of another, and why; whose word counts for each
value; what is a contradiction.
**Does not know:** how a source was read, DICOM objects, the site's rules, what becomes of a doubt.

>>> merged = merge({SourceKind.DOSE_SCREEN: screen, SourceKind.IMAGE_HEADERS: images})
... # doctest: +SKIP
>>> merged.record, merged.doubts  # doctest: +SKIP
"""

from appliance.dose.merge.agreement import Agreement
from appliance.dose.merge.matching import Match, Refusal
from appliance.dose.merge.merging import Merged, merge
from appliance.dose.merge.particulars import Particulars
from appliance.dose.merge.person import as_signed
from appliance.dose.merge.source import SourceKind
from appliance.dose.merge.wholeness import Omission

__all__ = [
    "Agreement",
    "Match",
    "Merged",
    "Omission",
    "Particulars",
    "Refusal",
    "SourceKind",
    "as_signed",
    "merge",
]
