"""Independent readers of the same glyphs, behind one Protocol.

**Knows:** how to read characters: by exact match in an atlas, by a network, by Tesseract.
**Does not know:** layouts; whom to believe (``transcript``).
"""

from appliance.dosescreen.readers.protocol import Reader, Readings

__all__ = ["Reader", "Readings"]
