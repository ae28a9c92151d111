"""What accounts are called."""

import re
import unicodedata

from appliance.errors import RefusedError

FORM = re.compile(r"\w[\w.@-]{0,63}")
"""Letters of any script: in Japan accounts may be called as persons are."""


def plain(typed: str) -> str:
    """The one way to write a name: NFKC, lower case, without spaces at its ends."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def account_name(typed: str) -> str:
    """The name of a new account. Raises RefusedError for what is none."""
    name = plain(typed)
    if not FORM.fullmatch(name):
        remedy = "up to 64 letters, digits and . _ @ -"
        raise RefusedError("no name for an account", remedy=remedy)
    return name
