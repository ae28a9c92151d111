"""The archive as the box reaches it: with its spool, its ledger and its pace; no pixels needed."""

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import ConfigurationError
from appliance.hours import Hours
from appliance.ledger import Ledger
from appliance.retrieve import Pace
from appliance.retrieve.archive import Archive
from appliance.retrieve.retrievals import Retrievals
from appliance.retrieve.study import StudyRetriever
from appliance.services.audit_queries import queries_told
from appliance.services.receiver import MIB
from appliance.spool import Spool


def retriever(
    configuration: Configuration, ledger: Ledger, spool: Spool, clock: Clock
) -> StudyRetriever:
    """The archive of the box. Raises ConfigurationError when there is none."""
    settings = configuration.archive
    if not settings.host:
        what = "no archive is configured"
        raise ConfigurationError(what, "[archive]", "name its host, port and AE title")
    retrievals = Retrievals(ledger, clock)
    asked = queries_told(configuration, ledger, clock, settings)
    archive = Archive(settings, configuration.receiver.ae_title, spool, retrievals, asked)
    return StudyRetriever(archive, spool, settings)


def spool_of(configuration: Configuration, ledger: Ledger, clock: Clock) -> Spool:
    """The spool, which is never filled to the last byte."""
    room = configuration.receiver.min_free_mib * MIB
    return Spool(configuration.spool_dir, ledger, clock, room)


def pace(configuration: Configuration, clock: Clock) -> Pace:
    """As gently as configured."""
    archive = configuration.archive
    return Pace(archive.studies_per_min, Hours.from_text(archive.hours), clock)
