"""What a report of a display's test is made of, gathered from what is on record.

**Knows:** which earlier tests belong beside a test.
**Does not know:** what a report says, and in which form (``displayqa.report``).
"""

from collections.abc import Iterator

from appliance import __version__
from appliance.displayqa.evaluation import Verdict
from appliance.displayqa.finding import Missing, observed_cd_m2
from appliance.displayqa.measurement import Measurements
from appliance.displayqa.report.curves import max_luminance_cd_m2
from appliance.displayqa.report.subject import Past, Subject, ended_at
from appliance.displayqa.response import contrast_response
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.session import Session
from appliance.services.display_judging import judged, measured_of
from appliance.services.display_records import DisplayRecords


def subject(records: DisplayRecords, identifier: int) -> Subject:
    """The test of that number, as it is judged now. Raises NotFoundError."""
    found = judged(records, records.session(identifier))
    return Subject(
        display=found.display,
        session=found.session,
        measured=found.measured,
        evaluation=found.evaluation,
        history=tuple(_history(records, found.session, found.baseline)),
        site=records.configuration.site.institution_name,
        software=f"dose-appliance {__version__}",
    )


def _history(records: DisplayRecords, session: Session, baseline: Session | None) -> Iterator[Past]:
    """Tests of the same panel that measured and were before this one, the oldest first."""
    panel = records.display_of(session).panel
    for each in records.sessions(session.display):
        is_before = each.identifier < session.identifier and each.ended is not None
        measures = each.begun.occasion is not Occasion.DAILY
        if is_before and measures and records.display_of(each).panel == panel:
            is_baseline = baseline is not None and each.identifier == baseline.identifier
            yield _past(each, measured_of(records, each), is_baseline=is_baseline)


def _past(session: Session, measured: Measurements, *, is_baseline: bool) -> Past:
    ended = session.ended
    known = ended is not None and not ended.is_given_up and ended.verdict in set(Verdict)
    return Past(
        session=session.identifier,
        at=ended_at(session) or session.entries[-1].at,
        occasion=session.begun.occasion,
        verdict=Verdict(ended.verdict) if known and ended else None,
        max_luminance_cd_m2=max_luminance_cd_m2(measured),
        k_delta_percent=_k_delta_percent(measured),
        is_baseline=is_baseline,
    )


def _k_delta_percent(measured: Measurements) -> float | None:
    luminances = observed_cd_m2(measured)
    if isinstance(luminances, Missing):
        return None
    try:
        return contrast_response(luminances).k_delta_percent
    except ValueError:  # no contrast to expect
        return None
