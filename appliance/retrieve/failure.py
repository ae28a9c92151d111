"""How asking an archive fails: for now, or until somebody does something."""

from appliance.errors import ApplianceError


class ArchiveUnavailableError(ApplianceError):
    """The archive does not answer now: not reached, busy, fallen silent; ask again later."""


class ArchiveRefusalError(ApplianceError):
    """The archive does not do what it is asked; asking again changes nothing."""
