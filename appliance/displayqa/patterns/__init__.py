"""Test patterns, drawn at the panel's native size as arrays of levels.

Geometry is data: ``*.toml`` of this package say of what elements a pattern consists, from where its
figures are, and whether they were compared with the original. Arithmetic is whole numbers, edges
lie between device pixels, and nothing is smoothed.

**Knows:** the patterns, how they are drawn at any size and depth, and as which files they leave.
**Does not know:** who shows a pattern, on what, and what is measured of it.
"""

from appliance.displayqa.patterns.catalogue import Member, Pattern, found, patterns
from appliance.displayqa.patterns.panel import Panel, Raster
from appliance.displayqa.patterns.picture import drawn

__all__ = ["Member", "Panel", "Pattern", "Raster", "drawn", "found", "patterns"]
