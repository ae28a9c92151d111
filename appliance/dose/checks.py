"""What was checked about a study, for people: each check with its figures and how it ended.

The checks decide nothing here: what they found wrong is a doubt already. This says which of them
could be made, and with which numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from appliance.dose.doubt import Doubt, Reason
from appliance.dose.plausibility import MM_PER_CM
from appliance.dose.plausibility import doubts as implausibilities
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Number


class Subject(StrEnum):
    """What is checked."""

    READERS = "readers"
    SUM = "sum"
    LENGTH = "length"
    LIMITS = "limits"
    PAGES = "pages"
    IDENTITY = "identity"


class Verdict(StrEnum):
    """How a check ended; not possible where the screen does not print what it takes."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_POSSIBLE = "not-possible"


@dataclass(frozen=True, slots=True)
class Check:
    """One check; ``figures`` are its numbers, the same in every language."""

    subject: Subject
    verdict: Verdict
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the checks are made on.

    Attributes:
        record: What was read, or None.
        doubts: Why the study waits.
        pages: For every screen its page number and how many it says there are.
        compared: The attributes of the header that the screens could be compared with.
    """

    record: CTRadiationDose | None
    doubts: tuple[Doubt, ...]
    pages: tuple[tuple[int | None, int | None], ...]
    compared: tuple[str, ...]


UNREAD = {Reason.CELL_UNREADABLE, Reason.READERS_DISAGREE, Reason.ROWS_NOT_FOUND}
PAGES = {Reason.PAGE_MISSING, Reason.PAGES_CONFLICT}
STRANGERS = {Reason.IDENTITY_MISMATCH, Reason.IDENTITY_INCONSISTENT}


def checks(evidence: Evidence) -> tuple[Check, ...]:
    """Every check, one a subject."""
    return (
        _readers(evidence),
        _sum(evidence.record),
        _length(evidence.record),
        _limits(evidence.record),
        _pages(evidence),
        _identity(evidence),
    )


def _readers(evidence: Evidence) -> Check:
    values = list(_numbers(evidence.record))
    agreed = sum("+" in number.origin.detail for number in values)
    unread = sum(doubt.reason in UNREAD for doubt in evidence.doubts)
    figures = (f"{agreed} / {len(values) + unread}",) if values else ()
    if unread:
        return Check(Subject.READERS, Verdict.FAILED, figures)
    verdict = Verdict.PASSED if values else Verdict.NOT_POSSIBLE
    return Check(Subject.READERS, verdict, figures)


def _numbers(record: CTRadiationDose | None) -> Iterator[Number]:
    """The numbers that stand on a screen."""
    for event in record.events if record else ():
        for _, sourced in event.sourced():
            if isinstance(sourced.value, Decimal) and sourced.origin.box is not None:
                yield sourced  # type: ignore[misc] # its value is a Decimal
    if record and record.total_dlp_mgy_cm:
        yield record.total_dlp_mgy_cm


def _sum(record: CTRadiationDose | None) -> Check:
    """DLPs as printed, and the printed total."""
    dlps = [event.dlp_mgy_cm for event in record.dose_events] if record else []
    if record is None or record.total_dlp_mgy_cm is None or not dlps or None in dlps:
        return Check(Subject.SUM, Verdict.NOT_POSSIBLE)
    parts = [dlp for dlp in dlps if dlp is not None]
    failed = _any(implausibilities(record), {Reason.TOTAL_MISMATCH})
    added = sum((part.value for part in parts), Decimal(0))
    sum_ = " + ".join(part.text for part in parts)
    sign = "≠" if failed else "=" if added == record.total_dlp_mgy_cm.value else "≈"
    left = f"{sum_} = {added}" if len(parts) > 1 else sum_
    return _check(Subject.SUM, [f"{left} {sign} {record.total_dlp_mgy_cm.text}"], failed=failed)


def _length(record: CTRadiationDose | None) -> Check:
    """DLP / CTDIvol, and the printed range where there is one."""
    rows = [_row_length(event) for event in record.dose_events] if record else []
    figures = [row for row in rows if row]
    if record is None or not figures:
        return Check(Subject.LENGTH, Verdict.NOT_POSSIBLE)
    failed = _any(implausibilities(record), {Reason.LENGTH_MISMATCH})
    if not failed and all(event.scan_range_mm is None for event in record.dose_events):
        return Check(Subject.LENGTH, Verdict.NOT_POSSIBLE, tuple(figures))
    return _check(Subject.LENGTH, figures, failed=failed)


def _row_length(event: IrradiationEvent) -> str:
    ctdi, dlp = event.ctdi_vol_mgy, event.dlp_mgy_cm
    if ctdi is None or dlp is None or ctdi.value <= 0:
        return ""
    length = (dlp.value / ctdi.value * MM_PER_CM).quantize(Decimal(1))
    printed = event.scan_range_mm
    beside = f" ({printed:.0f} mm)" if printed is not None else ""
    return f"{dlp.text} / {ctdi.text} = {length} mm{beside}"


def _limits(record: CTRadiationDose | None) -> Check:
    if record is None:
        return Check(Subject.LIMITS, Verdict.NOT_POSSIBLE)
    found = [d for d in implausibilities(record) if d.reason is Reason.IMPLAUSIBLE_VALUE]
    figures = [text for doubt in found for _, text in doubt.readings]
    return _check(Subject.LIMITS, figures, failed=bool(found))


def _pages(evidence: Evidence) -> Check:
    printed = tuple(f"{number}/{pages}" for number, pages in evidence.pages if number and pages)
    if _any(evidence.doubts, PAGES):
        return Check(Subject.PAGES, Verdict.FAILED, printed)
    verdict = Verdict.PASSED if printed else Verdict.NOT_POSSIBLE
    return Check(Subject.PAGES, verdict, printed)


def _identity(evidence: Evidence) -> Check:
    if _any(evidence.doubts, STRANGERS):
        return Check(Subject.IDENTITY, Verdict.FAILED, evidence.compared)
    verdict = Verdict.PASSED if evidence.compared else Verdict.NOT_POSSIBLE
    return Check(Subject.IDENTITY, verdict, evidence.compared)


def _check(subject: Subject, figures: Sequence[str], *, failed: bool) -> Check:
    return Check(subject, Verdict.FAILED if failed else Verdict.PASSED, tuple(figures))


def _any(doubts: Sequence[Doubt], reasons: set[Reason]) -> bool:
    return any(doubt.reason in reasons for doubt in doubts)
