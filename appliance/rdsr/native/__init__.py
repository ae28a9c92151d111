"""Reports that somebody else made: a scanner's own X-Ray Radiation Dose SR.

Such a report passes unchanged. Here it is read, to be compared with what the study's other objects
say, and completed where the site asks for it, in a new instance that names its predecessor.

**Knows:** editions and spellings of CT dose reports that are in use, and what may be completed.
**Does not know:** which of two sources is right, and whether a report is wanted at all.

>>> record = read_native(report)  # doctest: +SKIP
>>> completed = completed_native(report, header, codes, device)  # doctest: +SKIP
"""

from appliance.rdsr.native.completion import completed_native, replaces
from appliance.rdsr.native.reading import is_recorded_by, read_native, sources_stated
from appliance.rdsr.native.succession import succeeding

__all__ = [
    "completed_native",
    "is_recorded_by",
    "read_native",
    "replaces",
    "sources_stated",
    "succeeding",
]
