"""A process that handles bytes and no pixels.

pydicom loads every package it could decode pixels with. Where none are decoded, a process without
them has 39 MiB instead of 72 MiB and no native code for hostile objects to meet.

**Knows:** which packages those are.
**Does not know:** which service runs without them.
"""

import sys

PIXEL_PACKAGES = ("numpy", "PIL", "gdcm", "pylibjpeg", "openjpeg", "libjpeg", "rle")


def leave_out_pixels() -> None:
    """Make these packages look absent in this process; to be called before pydicom is imported.

    None in ``sys.modules`` is how Python's import system is told that a module is not there.
    """
    for name in PIXEL_PACKAGES:
        sys.modules[name] = None  # type: ignore[assignment]  # typed as modules only
