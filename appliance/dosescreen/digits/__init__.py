"""A small classifier of printed digits that has seen many fonts and needs none of them.

Four small networks vote. They were trained on free fonts (``train``) and read no letters: a glyph
is one of ten digits or something else. Their errors have nothing to do with Tesseract's.

**Knows:** what digits look like in general.
**Does not know:** words, layouts, where a decimal point is.
"""

from appliance.dosescreen.digits.features import features, holes
from appliance.dosescreen.digits.network import Opinion, opinions

__all__ = ["Opinion", "features", "holes", "opinions"]
