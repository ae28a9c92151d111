"""What the journal says of accounts, as audit messages.

**Knows:** who was let in or not is User Authentication (PS3.15 A.5.3.12), and what is changed about
an account a Security Alert (A.5.3.11).
**Does not know:** what accounts are.
"""

from appliance.audit import AuditMessage, Here, Outcome, Participant, Stage, codes
from appliance.audit.events import security_alert, user_authentication
from appliance.journal import Entry
from appliance.services.account_events import AccountEvent

AUTHENTICATIONS = {
    AccountEvent.LOGGED_IN: (Stage.START, Outcome.SUCCESS),
    AccountEvent.LOGGED_OUT: (Stage.STOP, Outcome.SUCCESS),
    AccountEvent.LOGIN_REFUSED: (Stage.START, Outcome.MINOR),
}
CHANGES = {
    AccountEvent.CREATED: codes.USER_CHANGED,
    AccountEvent.PASSWORD_RESET: codes.USER_CHANGED,
    AccountEvent.PASSWORD_CHANGED: codes.USER_CHANGED,
    AccountEvent.LOCKED: codes.USER_CHANGED,
    AccountEvent.UNLOCKED: codes.USER_CHANGED,
    AccountEvent.ROLE_CHANGED: codes.ROLES_CHANGED,
}
NOBODY = "unknown"
"""UserID of who typed a name that nobody has; the name is kept nowhere, it may be a password."""


def account_message(entry: Entry, here: Here) -> AuditMessage:
    """The message of an entry about an account."""
    body = entry.body
    by = str(body["by"]) or NOBODY
    event = AccountEvent(entry.kind)
    if event in AUTHENTICATIONS:
        stage, outcome = AUTHENTICATIONS[event]
        address = str(body["address"])
        return user_authentication(entry.written_at, by, address, here, stage, outcome=outcome)
    more = [f"{key} {body[key]}" for key in ("role", "old", "new") if key in body]
    what = ", ".join([f"{entry.kind} {body['account']}", *more])
    kind, who = CHANGES[event], Participant(user_id=by)
    return security_alert(entry.written_at, here, kind, Outcome.SUCCESS, what, who=who)
