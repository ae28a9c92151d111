"""What a scanner's own screens teach: which shapes it draws which character with.

**Knows:** lessons of accepted screens, the atlas they make, what contradicts it, and what is
withdrawn then; all of it as immutable values.
**Does not know:** where atlases are kept, and what happens to reports that rest on a withdrawn
shape (``services``).
"""

from appliance.dosescreen.learning.contradiction import Contradiction, contradictions
from appliance.dosescreen.learning.experience import Experience, experiences
from appliance.dosescreen.learning.learnt import (
    LEARNT,
    Entry,
    LearntAtlas,
    Lesson,
    Withdrawal,
    learn,
    merge,
    withdraw,
)

__all__ = [
    "LEARNT",
    "Contradiction",
    "Entry",
    "Experience",
    "LearntAtlas",
    "Lesson",
    "Withdrawal",
    "contradictions",
    "experiences",
    "learn",
    "merge",
    "withdraw",
]
