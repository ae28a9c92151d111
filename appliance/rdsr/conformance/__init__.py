"""Whether a report conforms, checked before it leaves the box.

Rows and attributes stand in data (``rows.txt``, ``modules.toml``), written from the standard and
not from the builder. The check is stricter than the templates, which are extensible: it knows the
rows that this box writes, and complains about every other content item.

**Knows:** the rows of TID 10011 and what it includes, the IOD's modules, and the arithmetic that a
dose report must satisfy.
**Does not know:** how the report was built; it reads a plain data set.
"""

from pydicom import Dataset

from appliance.rdsr.conformance.consistency import inconsistencies
from appliance.rdsr.conformance.content import content_nonconformities
from appliance.rdsr.conformance.modules import module_nonconformities
from appliance.rdsr.conformance.nonconformity import Nonconformity

__all__ = ["Nonconformity", "nonconformities"]


def nonconformities(report: Dataset) -> tuple[Nonconformity, ...]:
    """Every rule that ``report`` breaks, in the order of its attributes; empty when it conforms."""
    return (
        *module_nonconformities(report),
        *content_nonconformities(report),
        *inconsistencies(report),
    )
