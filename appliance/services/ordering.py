"""What an order and the site's code table add to a report, as the recogniser sees it.

The clerk asks the RIS; here its answers are read from the ledger, and nothing else.

**Knows:** how long a study waits for its order, which reports lack what was answered since, and how
the code of the examination is found.
**Does not know:** how the RIS is asked; what a report looks like.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydicom import Dataset

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import StateError
from appliance.ledger import Ledger
from appliance.orders.code_table import CodeTable, read_table
from appliance.orders.coding import Coding, coding, placed
from appliance.orders.completing import completion, contradictions
from appliance.orders.order import Code, Order, items
from appliance.orders.register import Register, State
from appliance.rdsr import Order as ReportsOrder
from appliance.spool import WaitingStudy

CODES = "PerformedProcedureCodeSequence"


@dataclass(frozen=True, slots=True)
class Ordered:
    """What a report is completed with, and what is to be noted once it is made."""

    order: ReportsOrder = field(default_factory=ReportsOrder)
    versions: tuple[str, ...] = ()
    unmapped: tuple[Code, ...] = ()

    @property
    def completes(self) -> bool:
        """Whether the report says more with it than without."""
        return bool(len(self.order.attributes) or self.order.performed_procedure_codes)


NOTHING_ORDERED = Ordered()


@dataclass(slots=True)
class SiteTable:
    """The site's code table as it stands in its file now; read again when the file changes."""

    configuration: Configuration
    alarms: Alarms | None = None
    _read: CodeTable = field(default_factory=CodeTable)
    _stamp: tuple[int, int] | None = None

    def current(self) -> CodeTable:
        """The table; an empty one when there is no file."""
        file = self.configuration.code_table
        try:
            status = file.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp != self._stamp:
                self._read, self._stamp = read_table(file.read_bytes()), stamp
        except FileNotFoundError:
            self._read, self._stamp = CodeTable(), None
        self._tell()
        return self._read

    def _tell(self) -> None:
        if self.alarms is None:
            return
        if errors := self._read.errors:
            detail = f"{len(errors)} faults, the first in line {errors[0].line}"
            self.alarms.raise_(AlarmCode.CODE_TABLE_FAULTY, "", detail)
        else:
            self.alarms.clear(AlarmCode.CODE_TABLE_FAULTY)


def complete(
    header: Dataset, order: Order | None, table: CodeTable, configuration: Configuration
) -> Ordered:
    """What ``order`` and ``table`` add to a report that ``header`` speaks for."""
    found = coding(header, order, table, configuration.jj1017)
    added = Dataset() if order is None else completion(header, order)
    attributes = _with_codes(added, found, header, configuration)
    codes = items(attributes, CODES)
    if CODES in attributes:
        del attributes[CODES]
    versions = (f"JJ1017 table {table.version}",) if table.version else ()
    return Ordered(ReportsOrder(attributes, codes), versions, found.unmapped)


def coded(evidence: Sequence[Dataset], configuration: Configuration) -> Ordered:
    """Without a RIS: what the codes of the images themselves and the site's table add."""
    table = SiteTable(configuration).current()
    return complete(_speaking(evidence), None, table, configuration)


def _speaking(evidence: Sequence[Dataset]) -> Dataset:
    """The header that speaks for patient and study: the first by SOP Instance UID."""
    return min(evidence, key=lambda each: str(each.get("SOPInstanceUID") or ""))


def _with_codes(
    added: Dataset, found: Coding, header: Dataset, configuration: Configuration
) -> Dataset:
    whole = Dataset()
    whole.update({element.tag: element for element in (*header, *added)})
    added.update(placed(found, whole, configuration.jj1017))
    return added


class Ordering:
    """Orders as the recogniser finds them in the ledger."""

    def __init__(self, configuration: Configuration, ledger: Ledger, clock: Clock) -> None:
        self._configuration = configuration
        self._register = Register(configuration.orders_dir, ledger)
        self._table = SiteTable(configuration, Alarms(ledger, clock))
        self._clock = clock

    def is_awaited(self, study: WaitingStudy) -> bool:
        """Whether the study waits for its order; a clock set far back makes nothing wait."""
        settings = self._configuration.worklist
        quiet_s = abs(self._clock.wall() - study.newest_received_at)
        if not settings.host or quiet_s >= settings.wait_s:
            return False
        search = self._register.search(study.study_instance_uid)
        return search is None or search.state is State.ASKING

    def answered(self) -> list[WaitingStudy]:
        """Reported studies whose order was answered since; they are due at once."""
        settings = self._configuration.worklist
        if not settings.host:
            return []
        back_s = settings.max_age_days * 86400 + 2 * settings.give_up_after_h * 3600
        found = self._register.answered(self._clock.wall() - back_s)
        return [WaitingStudy(*each, newest_received_at=0.0) for each in found]

    def answer(self, study: str) -> str:
        """Which answer about a study there is now; empty when there is none."""
        search = self._register.search(study)
        return search.answer if search and search.state is State.ANSWERED else ""

    def taken(self, study: str, answer: str) -> None:
        """The study was decided when this was the answer, if there was any."""
        if answer:
            self._register.used(study, answer)

    def ordered(self, study: str, evidence: Sequence[Dataset]) -> Ordered:
        """What a report on ``study`` is completed with; its evidence's first header speaks."""
        order = self._order(study, evidence)
        return complete(_speaking(evidence), order, self._table.current(), self._configuration)

    def reported(self, study: str, ordered: Ordered) -> None:
        """The report was made: keep for the site which codes nobody has mapped."""
        if ordered.unmapped:
            self._register.unmapped(study, ordered.unmapped, self._clock.wall())

    def _order(self, study: str, evidence: Sequence[Dataset]) -> Order | None:
        """The order, unless an object that came since contradicts it."""
        search = self._register.search(study)
        if search is None or search.state is not State.ANSWERED:
            return None
        try:
            order = self._register.order(search)
        except StateError as failure:
            log.error("order_lost", study=study, reason=failure.what)
            return None
        if contradicted := {name for each in evidence for name in contradictions(each, order)}:
            log.warning("order_not_used", study=study, contradicts=",".join(sorted(contradicted)))
            return None
        return order
