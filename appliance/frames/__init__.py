"""Pixel data, frame by frame, as stored values.

Nothing is imported here, because the child that decodes should hold no more than a codec.

**Knows:** transfer syntaxes, Bits Stored and High Bit, how much an object may ask for, and how a
compressed frame is decoded in a process that it may end.
**Does not know:** what the values mean: a dose screen, or a slice of a patient.
"""
