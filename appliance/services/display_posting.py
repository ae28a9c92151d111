"""Reports of displays' tests into the archive: each once, when its test has ended.

**Knows:** which tests have a report that goes, and whether it went.
**Does not know:** what a report says (``displayqa.report``), and how it is sent (``outbox``).
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from appliance import log
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.displayqa.encapsulated_pdf import Document, as_dicom, instance_uid
from appliance.displayqa.report.pdf import as_pdf
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Language
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.happening import Ended
from appliance.displayqa.sessions.session import Session
from appliance.ledger import open_ledger
from appliance.outbox.posting import Posting
from appliance.services.companion import companion
from appliance.services.display_records import DisplayRecords
from appliance.services.display_reports import subject
from appliance.services.posting import post

Pdf = Callable[[Subject, Language], bytes]
"""Writes a report on paper."""
OCCASIONS = (Occasion.ACCEPTANCE, Occasion.CONSTANCY)
"""A daily check is no document for an archive."""
LATEST = timedelta(days=31)
"""Tests that ended before that stay here: where sending is switched on, the past does not go."""
LONGEST = 2 * LATEST
"""From the beginning of a test until its report is no longer looked for."""
LOOK_S = 10.0
AGAIN_S = 600.0
"""Seconds after a failure; the reports wait."""
TITLES = {
    Occasion.ACCEPTANCE: ("Acceptance test of a display", "画像表示モニタ受入試験報告書"),
    Occasion.CONSTANCY: ("Constancy test of a display", "画像表示モニタ不変性試験報告書"),
}


@dataclass(frozen=True, slots=True)
class DisplayReports:
    """The reports that go, by the settings; one a thread, as the records' ledger is."""

    records: DisplayRecords
    pdf: Pdf = as_pdf

    def due(self) -> list[Session]:
        """Tests whose report was not posted, the oldest first."""
        return [each for each in self.records.sessions("", OCCASIONS) if self._is_due(each)]

    def post(self, session: Session) -> str:
        """Make the report of a test that has ended, and post it; its SOP Instance UID.

        Raises NotFoundError, RefusedError, MissingToolError, OSError.
        """
        records = self.records
        content = as_dicom(self._document(session))
        names = records.configuration.displayqa.send_to
        return post(content, names, records.configuration, records.ledger, records.clock)

    def _is_due(self, session: Session) -> bool:
        ended = _end(session)
        if ended is None or session.begun.occasion not in OCCASIONS:
            return False
        age_s = self.records.clock.wall() - session.entries[ended].at.timestamp()
        if age_s > LATEST.total_seconds():
            return False
        begun_at = session.entries[0].at
        uid = instance_uid(session.display, session.identifier, begun_at, ended)
        folder = self.records.configuration.outbox_dir
        return not Posting(folder, self.records.ledger, self.records.clock).has(uid)

    def _document(self, session: Session) -> Document:
        site = self.records.configuration.site
        language = Language.BOTH if site.language == "auto" else Language(site.language)
        english, japanese = TITLES[session.begun.occasion]
        ended = _end(session) or 0
        return Document(
            pdf=self.pdf(subject(self.records, session.identifier), language),
            title=english if language is Language.ENGLISH else japanese,
            display=self.records.display_of(session),
            test=session.identifier,
            ended_as=ended,
            begun_at=session.entries[0].at,
            made_at=session.entries[ended].at,
            institution=site.institution_name,
        )


def reports_posted(
    configuration: Configuration, clock: Clock, pdf: Pdf = as_pdf
) -> AbstractContextManager[None]:
    """Posts what is due, where destinations are named, for as long as the block lasts."""
    if not configuration.displayqa.send_to:
        return nullcontext()
    return companion("display-reports", partial(_post_all, configuration, clock, pdf))


def _post_all(configuration: Configuration, clock: Clock, pdf: Pdf, ended: threading.Event) -> None:
    ledger = open_ledger(configuration.ledger_path)
    wait_s = 0.0
    while not ended.wait(wait_s):
        wait_s = LOOK_S
        try:
            reports = DisplayReports(DisplayRecords(configuration, ledger, clock), pdf)
            for each in reports.due():
                if not ended.is_set():
                    reports.post(each)
        except Exception as failure:  # noqa: BLE001 - this is the service's loop
            log.error("display_report_not_posted", reason=log.place_of(failure))
            wait_s = AGAIN_S
    ledger.close()


def _end(session: Session) -> int | None:
    """Which happening ended it last; None while it goes on, or when it was given up."""
    if session.ended is None or session.ended.is_given_up:
        return None
    ends = [at for at, each in enumerate(session.entries) if isinstance(each.happening, Ended)]
    return ends[-1]
