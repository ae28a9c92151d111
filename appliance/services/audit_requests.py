"""What the pages asked of root, as audit messages: Security Alerts (PS3.15 A.5.3.11).

**Knows:** which of them change the box, and of which kind the change is (CID 403).
**Does not know:** what a request is made of, and how it went beyond done or not.
"""

from appliance.audit import AuditMessage, Here, Outcome, Participant, codes
from appliance.audit.events import security_alert
from appliance.journal import Entry
from appliance.services.settings_folder import State

SECRETS = ("set-secret", "remove-secret", "new-certificate", "take-certificate")


def request_message(entry: Entry, here: Here) -> AuditMessage:
    """The message of an entry about a request."""
    body = entry.body
    request, state = str(body["request"]), str(body["state"])
    kind = codes.SECURITY_CONFIGURATION if request in SECRETS else codes.SOFTWARE_CONFIGURATION
    outcome = Outcome.SUCCESS if state == State.DONE else Outcome.MINOR
    by = str(body["by"])
    who = Participant(user_id=by) if by else None
    what = f"{request}: {state}"
    return security_alert(entry.written_at, here, kind, outcome, what, who=who)
