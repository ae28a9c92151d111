"""Trying the worklist: one question about today, of whose answers only numbers are kept.

**Knows:** what is counted of the answers.
**Does not know:** how a worklist is asked (``orders``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from appliance.association import Peer
from appliance.clock import Clock
from appliance.commissioning import Finding, Verdict, What
from appliance.config import Configuration
from appliance.ledger import open_ledger
from appliance.orders.inquiry import Question
from appliance.orders.order import Order
from appliance.orders.worklist import TooMany, Unanswered, Worklist
from appliance.services.audit_queries import queries_told
from appliance.services.commissioning_echo import echoed

GOOD, NOTED, DOUBTFUL, BAD = Verdict.GOOD, Verdict.NOTED, Verdict.DOUBTFUL, Verdict.BAD
LOOK_THERE = (
    "Check host, port and AE titles of [worklist], and that the RIS knows the box.",
    "[worklist] のホスト、ポート、AE タイトルと、RIS 側の登録を確認してください。",
)
COUNTED = {
    "accession_number": "Accession Number (0008,0050)",
    "study_instance_uid": "Study Instance UID (0020,000D)",
    "patient_id": "Patient ID (0010,0020)",
    "codes": "Scheduled Protocol or Requested Procedure Code",
}
"""Attributes that a report or the search for an order needs, and what the standard calls them."""


@dataclass(frozen=True)
class WorklistTrial:
    """Asks for what is scheduled today."""

    configuration: Configuration
    clock: Clock

    def __call__(self) -> Iterator[Finding]:
        """One finding after the other; no answer is kept, nor anything that stands in one."""
        settings = self.configuration.worklist
        if not settings.host:
            yield Finding.of(NOTED, What.NOT_CONFIGURED, None, table="worklist")
            return
        ae_title = self.configuration.receiver.ae_title
        findings = list(echoed(Peer.of(settings, ae_title), self.clock))
        yield from (_milder(each) for each in findings)  # a worklist need not know Verification
        match self._asked(ae_title):
            case Unanswered(detail):
                yield Finding.of(BAD, What.QUERY_FAILED, LOOK_THERE, reason=detail)
            case TooMany():
                yield Finding.of(GOOD, What.MANY_ANSWERS, None, answers=settings.most_answers)
            case answers:
                yield from _counted(answers)

    def _asked(self, ae_title: str) -> list[Order] | TooMany | Unanswered:
        today = datetime.fromtimestamp(self.clock.wall(), UTC).astimezone().strftime("%Y%m%d")
        settings = self.configuration.worklist
        ledger = open_ledger(self.configuration.ledger_path)
        try:
            asked = queries_told(self.configuration, ledger, self.clock, settings)
            return Worklist(settings, ae_title, asked).find(Question(date=today))
        finally:
            ledger.close()


def _milder(finding: Finding) -> Finding:
    bad = finding.verdict is Verdict.BAD
    return Finding(NOTED, finding.what, finding.values) if bad else finding


def _counted(answers: Sequence[Order]) -> Iterator[Finding]:
    if not answers:
        yield Finding.of(DOUBTFUL, What.NO_ANSWERS)
        return
    yield Finding.of(GOOD, What.ANSWERS, None, answers=len(answers))
    for name, attribute in COUNTED.items():
        count = sum(bool(getattr(each, name)) for each in answers)
        told = {"attribute": attribute, "count": count, "answers": len(answers)}
        yield Finding.of(NOTED, What.ANSWERS_WITH, None, **told)
