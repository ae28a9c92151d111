"""Objects without identity, by PS3.15 Annex E: basic profile and options.

**Knows:** Table E.1-1, what the IODs define, which content items are safe, how identifiers and
dates are replaced so that a project stays consistent, and what may be claimed to have been done.
**Does not know:** where the object goes, where the key lies, and how a screen is read: that is an
argument.

Default deny: kept is what the table says to keep, and what the object's IOD or template defines
and the table does not list. What cannot be cleaned comes back as ``Unclean`` and must not leave.

>>> outcome = cleaned(content, presets()["registry"], Pseudonyms(key, "registry"))  # doctest: +SKIP
"""

from appliance.deidentify.cleaning import cleaned
from appliance.deidentify.option import Option
from appliance.deidentify.outcome import Cleaned, Hindrance, Reason, Unclean
from appliance.deidentify.preset import Preset, presets
from appliance.deidentify.pseudonym import KEY_BYTES, Pseudonyms
from appliance.deidentify.screen import Blanking, no_blanking
from appliance.deidentify.work import LocalCodes

__all__ = [
    "KEY_BYTES",
    "Blanking",
    "Cleaned",
    "Hindrance",
    "LocalCodes",
    "Option",
    "Preset",
    "Pseudonyms",
    "Reason",
    "Unclean",
    "cleaned",
    "no_blanking",
    "presets",
]
