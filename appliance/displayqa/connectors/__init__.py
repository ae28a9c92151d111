"""The box's own display connectors: a pattern on a panel that is plugged into the box itself.

The kernel is asked by its mode-setting calls (DRM/KMS), without any display server. What is tested
so is **the panel alone**: no workstation, no graphics card of one, no LUT and no viewer is in the
path, and a result has to say so.

**Knows:** the kernel's display cards, connectors and modes, what a panel says of itself (EDID), how
levels lie in memory, and which settings of the path would change them.
**Does not know:** which pattern is shown, for how long, who measures it, and what comes of it.
"""

from appliance.displayqa.connectors.bare_panel import BarePanel
from appliance.displayqa.connectors.card import Card, cards
from appliance.displayqa.connectors.choice import chosen
from appliance.displayqa.connectors.hindrance import Hindrance, NoPictureError
from appliance.displayqa.connectors.screen import PanelScreen

__all__ = ["BarePanel", "Card", "Hindrance", "NoPictureError", "PanelScreen", "cards", "chosen"]
