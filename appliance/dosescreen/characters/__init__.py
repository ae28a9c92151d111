"""Characters by their look, whatever the font: two networks that read words.

**Knows:** how words are laid on strips of one height, and two small convolutional networks that
say which character has its middle where. They differ in everything that can be made to differ:
scale, structure, and which fonts they were trained with.
**Does not know:** which character makes sense; what a number is; whom to believe (``transcript``).
"""

from appliance.dosescreen.characters.alphabet import SPACE
from appliance.dosescreen.characters.network import Network, Placed, networks, within

__all__ = ["SPACE", "Network", "Placed", "networks", "within"]
