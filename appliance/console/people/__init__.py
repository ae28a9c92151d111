"""Where persons log in, choose their password, and are looked after.

**Knows:** the log-in, the page of the first account, a person's own account, the list of accounts,
and the cookie that a session goes by.
**Does not know:** how passwords are kept and attempts counted: that is the desk's.
"""

from appliance.console.people.desk import Desk, LoggedIn, Refusal
from appliance.console.people.recognition import Recognition
from appliance.console.people.section import login_section, people_section

__all__ = ["Desk", "LoggedIn", "Recognition", "Refusal", "login_section", "people_section"]
