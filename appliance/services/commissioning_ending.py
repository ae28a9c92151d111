"""Making a protocol beside the pages: record, page and PDF in both languages, then the ledger.

**Knows:** in which order: what the ledger and the journal name is on the disk before.
**Does not know:** what a protocol looks like (``console.commissioning.paper``).
"""

import hashlib
import threading
from pathlib import Path

from appliance import log
from appliance.commissioning import Commissioning, Commissionings
from appliance.config import Configuration
from appliance.console.commissioning.paper import as_html
from appliance.displayqa.report.pdf import pdf_of
from appliance.ledger import open_ledger
from appliance.ledger.durable import FOLDER_MODE, write_file
from appliance.services.commissioning_record import Made, record
from appliance.services.commissioning_trials import Trials
from appliance.texts import LANGUAGES

FOLDER = "commissioning"


def folder_of(configuration: Configuration) -> Path:
    """Where the files of protocols lie."""
    return configuration.data_dir / FOLDER


class ProtocolMaking(threading.Thread):
    """Makes the protocol of one; ``failure`` says in a word why it could not be made."""

    def __init__(self, trials: Trials, of: Commissioning, by: str) -> None:
        super().__init__(name="commissioning-protocol", daemon=True)
        self._trials = trials
        self._of = of
        self._by = by
        self.failure = ""

    def run(self) -> None:
        """Until it is in the ledger, or cannot be."""
        try:
            self._make()
        except Exception as failure:  # noqa: BLE001 - the pages go on and say so
            self.failure = type(failure).__name__
            place = log.place_of(failure)
            log.error("commissioning_protocol_failed", number=self._of.number, reason=place)

    def _make(self) -> None:
        configuration, clock = self._trials.configuration, self._trials.clock
        ledger = open_ledger(configuration.ledger_path)
        try:
            register = Commissionings(ledger, clock)
            results = register.results(self._of.number)
            made = Made(clock.wall(), self._by)
            said = record(configuration, self._of, results, made, self._trials.root)
            files = self._written(said)
            protocol = register.end(self._of.number, said, files, self._by)
        finally:
            ledger.close()
        log.info("commissioning_ended", number=self._of.number, journal=protocol.journal_seq)

    def _written(self, said: str) -> dict[str, str]:
        """The digests of the files, each durable."""
        folder = folder_of(self._trials.configuration)
        folder.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        digests = {}
        for language in LANGUAGES:
            page = as_html(said, language)
            stem = f"commissioning-{self._of.number}-{language}"
            for name, content in ((f"{stem}.html", page), (f"{stem}.pdf", pdf_of(page))):
                write_file(folder / name, content)
                digests[name] = hashlib.sha256(content).hexdigest()
        return digests
