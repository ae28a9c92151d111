"""A CT X-Ray Radiation Dose SR of this box as a dose record again.

What a report cannot hold, the record does not get back: mAs, scan range, layout, and who read a
value where.
"""

from collections.abc import Iterator, Sequence

from pydicom import Dataset

from appliance.dose.coded import Coded, SourceOfDoseInformation
from appliance.dose.record import CTRadiationDose, Origin
from appliance.errors import UnreadableObjectError
from appliance.rdsr.concepts import Concept
from appliance.rdsr.native.reading import NATIVE, record_in


def read_record(report: Dataset) -> CTRadiationDose:
    """The dose record that ``report`` states.

    The values' origin is the first Source of Dose Information and the report's SOP Instance UID.
    A total that the report derived from its events reads back like a printed one, and so do a tube
    current that it derived from mAs and the sub-totals by phantom.

    Raises UnreadableObjectError when the report has no CT acquisition.
    """
    record = record_in(report, _origin(report))
    if record is None:
        raise UnreadableObjectError("no CT Acquisition (113819, DCM)", where="X-Ray Radiation Dose")
    return record


def children(item: Dataset | None, concept: Concept) -> Iterator[Dataset]:
    """The content items right below ``item`` that are named ``concept``."""
    for each in (item or Dataset()).get("ContentSequence") or ():
        if is_coded(each.get("ConceptNameCodeSequence"), concept):
            yield each


def child(item: Dataset | None, concept: Concept) -> Dataset | None:
    """The first of ``children``, or None."""
    return next(children(item, concept), None)


def _origin(report: Dataset) -> Origin:
    stated = child(report, Concept.SOURCE_OF_DOSE_INFORMATION)
    source = next(
        (
            each
            for each in SourceOfDoseInformation
            if stated is not None and is_coded(stated.get("ConceptCodeSequence"), each)
        ),
        SourceOfDoseInformation.AUTOMATED,
    )
    return Origin(source, NATIVE, str(report.get("SOPInstanceUID") or "") or None)


def is_coded(sequence: Sequence[Dataset] | None, value: Coded) -> bool:
    """Whether the first item of a code sequence is ``value``; the meaning does not matter."""
    if not sequence:
        return False
    named = (sequence[0].get("CodeValue"), sequence[0].get("CodingSchemeDesignator"))
    return named == (value.code_value, value.coding_scheme)
