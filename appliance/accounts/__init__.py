"""Who may use the box, and what each role may do there.

**Knows:** rights, roles, accounts with their passwords, and sessions: the tables ``account`` and
``session``.
**Does not know:** pages, cookies and the journal: what a right opens is said where the page is.
"""

from appliance.accounts.role import ROLES, Right, Role

__all__ = ["ROLES", "Right", "Role"]
