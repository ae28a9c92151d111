"""The clerk's errand around the certificate files: how long they last.

**Knows:** when a certificate is alarming.
**Does not know:** what a file says (``tls``), and which settings name one (``config``).
"""

from dataclasses import dataclass

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock, iso8601
from appliance.config import CertificateFile, Configuration, certificate_files
from appliance.ledger import Ledger
from appliance.tls import Worn, validity_of

EVERY_S = 600.0
"""Seconds between looks; a renewed certificate is in use before that."""
LONGEST_S = 60.0
ALARMING = {
    Worn.EXPIRING: AlarmCode.CERTIFICATE_EXPIRING,
    Worn.EXPIRED: AlarmCode.CERTIFICATE_UNUSABLE,
    Worn.UNUSABLE: AlarmCode.CERTIFICATE_UNUSABLE,
}


def certificate_watch(
    configuration: Configuration, ledger: Ledger, clock: Clock
) -> "CertificateWatch":
    """The errand; it also clears the alarms of files that are named no more."""
    return CertificateWatch(configuration, Alarms(ledger, clock), clock)


@dataclass
class CertificateWatch:
    """Looks at every certificate file, now and then."""

    configuration: Configuration
    alarms: Alarms
    clock: Clock
    name: str = "certificates"
    longest_s: float = LONGEST_S
    _next_s: float = float("-inf")

    def work_next(self) -> bool:
        """Look if it is time to; never more at once."""
        if self.clock.monotonic() >= self._next_s:
            self._next_s = self.clock.monotonic() + EVERY_S
            self._look()
        return False

    def _look(self) -> None:
        files = list(certificate_files(self.configuration))
        alarming = dict(filter(None, map(self._alarm, files)))
        self.alarms.hold(ALARMING.values(), alarming)

    def _alarm(self, file: CertificateFile) -> tuple[tuple[AlarmCode, str], str] | None:
        validity = validity_of(file.path, any_will_do=file.is_trusted, private_key=file.private_key)
        worn = validity.at(self.clock.wall(), self.configuration.certificates.warn_days)
        if worn not in ALARMING:
            return None
        detail = validity.reason if validity.ends_at is None else iso8601(validity.ends_at)[:10]
        return (ALARMING[worn], file.setting), detail
