"""Dose screens as consoles draw them, pixel by pixel.

**Knows:** five makers' layouts with their versions' variants, and how a plausible examination
looks on them.
**Does not know:** DICOM objects; how a screen is read.
"""
