"""Teaching: from one screen and what a person typed of it to a layout and its goldens.

The typed numbers are looked for on the screen; the words above them become the headings of
columns, the words before a total its phrase. The draft is then read with, like any layout, and
counts only when every typed value comes back.

**Knows:** where typed numbers stand, how a layout is drafted and written, which ink is no
identity, and what of a header reading needs.
**Does not know:** files and folders, and whether a draft may be used (``services.teaching``).
"""

from appliance.dosescreen.teaching.draft import Draft, Occasion, drafted
from appliance.dosescreen.teaching.golden import Golden, golden
from appliance.dosescreen.teaching.placement import Typed
from appliance.dosescreen.teaching.written import as_toml

__all__ = ["Draft", "Golden", "Occasion", "Typed", "as_toml", "drafted", "golden"]
