"""Units of measure as UCUM codes, the way DICOM codes them (PS3.16 CID 82 and the TIDs' rows).

**Knows:** the UCUM code and meaning of each unit that a CT dose report uses.
**Does not know:** which concept uses which unit (``rdsr.concepts``).
"""

from enum import Enum


class Unit(Enum):
    """A UCUM unit: ``value`` is (code value, code meaning); the scheme is always UCUM."""

    EVENTS = ("{events}", "events")
    MGY = ("mGy", "mGy")
    MGY_CM = ("mGy.cm", "mGy.cm")
    MM = ("mm", "mm")
    S = ("s", "s")
    KV = ("kV", "kV")
    MA = ("mA", "mA")
    RATIO = ("{ratio}", "ratio")
    MSV = ("mSv", "mSv")
    MSV_PER_MGY_CM = ("mSv/mGy.cm", "mSv/mGy.cm")
    X_RAY_SOURCES = ("{X-Ray sources}", "X-Ray sources")

    @property
    def code(self) -> str:
        """The UCUM code value."""
        return self.value[0]

    @property
    def meaning(self) -> str:
        """The code meaning."""
        return self.value[1]
