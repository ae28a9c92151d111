"""The clerk: asks others about the studies that are here, and writes down what they answer.

The recogniser has no network; what it wants to know is found out here and read from the ledger.
Each errand has a thread and a ledger connection of its own, so that a RIS that hangs never holds up
an archive. Among them is storage commitment: telling those who asked the box to keep objects, and
asking destinations. One more errand tells the site's audit repository what happened.
"""

import threading

from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration
from appliance.services.audit_trail import audit_trail
from appliance.services.certificate_watch import certificate_watch
from appliance.services.clock_check import clock_check
from appliance.services.commitment_questions import commitment_questions
from appliance.services.commitment_reports import commitment_reports
from appliance.services.display_schedule import display_watch
from appliance.services.errand import MakeErrand, run_errands
from appliance.services.missing_search import missing_search
from appliance.services.order_search import order_search
from appliance.services.reconciling import recalling, reconciling

ERRANDS: tuple[MakeErrand, ...] = (
    order_search,
    missing_search,
    commitment_reports,
    commitment_questions,
    certificate_watch,
    reconciling,
    recalling,
    display_watch,
    clock_check,
    audit_trail,
)
"""What the clerk can be sent for. Each is asked once, at the start."""


def run(
    configuration: Configuration,
    clock: Clock = SYSTEM_CLOCK,
    stop: threading.Event | None = None,
) -> int:
    """Run every errand until ``stop`` is set; as ``run_errands``."""
    return run_errands("clerk", ERRANDS, configuration, clock, stop)
