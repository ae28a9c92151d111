"""Who may use the box, and what each role may do there.

**Knows:** rights, roles and persons.
**Does not know:** pages: what a right opens is said where the page is.
"""

from appliance.accounts.role import ROLES, Right, Role

__all__ = ["ROLES", "Right", "Role"]
