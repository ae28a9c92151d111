"""The codes of the house that name nobody, as the site says.

**Knows:** where the settings list them.
**Does not know:** what is taken out of an object (``deidentify``).
"""

from appliance.config import Configuration
from appliance.deidentify import LocalCodes


def local_codes(configuration: Configuration) -> LocalCodes:
    """The codes of the house that the site says name nobody."""
    listed = configuration.deidentification.local_code
    return {(each.scheme.strip(), each.value.strip()): each.meaning.strip() for each in listed}
