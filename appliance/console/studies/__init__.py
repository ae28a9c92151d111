"""The pages of studies: the list that is searched, and one study's whole way.

**Knows:** how studies are listed, what of a study's way stands where on its page, and which values
stand at which place of a picture.
**Does not know:** where any of it is kept: that is asked of a ``Desk``.
"""

from appliance.console.studies.section import again_section, studies_section

__all__ = ["again_section", "studies_section"]
