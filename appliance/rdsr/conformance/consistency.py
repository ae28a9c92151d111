"""What must agree within a report: numbers, sums, times, UIDs."""

from collections.abc import Iterator
from decimal import Decimal

from pydicom import Dataset

from appliance.dose.coded import Phantom
from appliance.rdsr.concepts import Concept
from appliance.rdsr.conformance.nonconformity import Nonconformity
from appliance.rdsr.conformance.values import measured_value
from appliance.rdsr.readback import child, children, is_coded
from appliance.rdsr.templates.comments import TOTAL_ACCEPTED


def inconsistencies(report: Dataset) -> Iterator[Nonconformity]:
    """Where ``report`` contradicts itself."""
    accumulated = child(report, Concept.CT_ACCUMULATED_DOSE_DATA)
    acquisitions = list(children(report, Concept.CT_ACQUISITION))
    doses = [dose for each in acquisitions if (dose := child(each, Concept.CT_DOSE)) is not None]
    yield from _number_of_events(accumulated, len(acquisitions))
    total = child(accumulated, Concept.CT_DLP_TOTAL)
    yield from _total(total, doses, accepted=_is_accepted(report))
    yield from _event_uids(acquisitions)
    for acquisition in acquisitions:
        yield from _sources(child(acquisition, Concept.CT_ACQUISITION_PARAMETERS))
    yield from _scope(report)
    yield from _interval(report)


def _number_of_events(accumulated: Dataset | None, acquisitions: int) -> Iterator[Nonconformity]:
    number = child(accumulated, Concept.TOTAL_NUMBER_OF_IRRADIATION_EVENTS)
    if number is not None and measured_value(number) != acquisitions:
        yield _fault("10012", "2", f"not the number of acquisitions, {acquisitions}")


def _is_accepted(report: Dataset) -> bool:
    """Whether a person stands for a total that is no sum, and the report says so."""
    comment = child(child(report, Concept.CT_ACCUMULATED_DOSE_DATA), Concept.COMMENT)
    person = child(report, Concept.PERSON_OBSERVER_NAME)
    return person is not None and comment is not None and comment.get("TextValue") == TOTAL_ACCEPTED


def _total(
    total: Dataset | None, doses: list[Dataset], *, accepted: bool
) -> Iterator[Nonconformity]:
    """Row 3 is the sum of the DLPs; row 3a the sum of those with its phantom."""
    if total is None:
        return
    if not accepted and not _is_sum(total, doses):
        yield _fault("10012", "3", "not the sum of the DLPs")
    stated = set()
    for sub_total in children(total, Concept.CT_DLP_SUB_TOTAL):
        phantom = _phantom(sub_total)
        same = [dose for dose in doses if _phantom(dose) is phantom]
        if phantom is None or phantom in stated or not same or not _is_sum(sub_total, same):
            yield _fault("10012", "3a", "not the sum of the DLPs with its phantom")
        stated.add(phantom)
    if stated and stated != {_phantom(dose) for dose in doses}:
        yield _fault("10012", "3a", "not a sub-total for every phantom")


def _is_sum(total: Dataset, doses: list[Dataset]) -> bool:
    """Whether ``total`` is the sum of the DLPs, as exactly as their decimals allow.

    With a DLP unknown it can only be said that the total is not less than the sum of the others;
    with the total unknown that one of its DLPs must be unknown too.
    """
    value = measured_value(total)
    dlps = [_dlp(dose) for dose in doses]
    known = [dlp for dlp in dlps if dlp is not None]
    if value is None:
        return len(known) < len(dlps) or not dlps
    rounding = sum((_half_of_last_digit(each) for each in [value, *known]), Decimal(0))
    difference = value - sum(known, Decimal(0))
    return -rounding <= difference and (difference <= rounding or len(known) < len(dlps))


def _dlp(dose: Dataset) -> Decimal | None:
    item = child(dose, Concept.DLP)
    return None if item is None else measured_value(item)


def _half_of_last_digit(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return Decimal(5).scaleb(int(exponent) - 1)


def _phantom(item: Dataset) -> Phantom | None:
    stated = child(item, Concept.CTDIW_PHANTOM_TYPE)
    codes = None if stated is None else stated.get("ConceptCodeSequence")
    return next((phantom for phantom in Phantom if is_coded(codes, phantom)), None)


def _event_uids(acquisitions: list[Dataset]) -> Iterator[Nonconformity]:
    items = [child(each, Concept.IRRADIATION_EVENT_UID) for each in acquisitions]
    uids = [str(item.get("UID")) for item in items if item is not None]
    if len(set(uids)) < len(uids):
        yield _fault("10013", "6", "two events with one UID")


def _sources(parameters: Dataset | None) -> Iterator[Nonconformity]:
    """Every X-Ray source that is counted is described."""
    number = child(parameters, Concept.NUMBER_OF_X_RAY_SOURCES)
    counted = None if number is None else measured_value(number)
    described = len(list(children(parameters, Concept.CT_X_RAY_SOURCE_PARAMETERS)))
    if counted is not None and counted != described:
        yield _fault("10013", "13", f"not the number of sources that are described, {described}")


def _scope(report: Dataset) -> Iterator[Nonconformity]:
    scope = child(report, Concept.SCOPE_OF_ACCUMULATION)
    study = child(scope, Concept.STUDY_INSTANCE_UID)
    if study is not None and study.get("UID") != report.get("StudyInstanceUID"):
        yield _fault("10011", "8", "not the Study Instance UID of the report")


def _interval(report: Dataset) -> Iterator[Nonconformity]:
    items = (
        child(report, Concept.START_OF_X_RAY_IRRADIATION),
        child(report, Concept.END_OF_X_RAY_IRRADIATION),
    )
    start, end = (str(item.get("DateTime") or "") if item is not None else "" for item in items)
    if start and end and start > end:
        yield _fault("10011", "6", "irradiation ends before it starts")


def _fault(template: str, row: str, what: str) -> Nonconformity:
    return Nonconformity(f"TID {template}", row, "", what)
