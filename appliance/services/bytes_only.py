"""A process that handles bytes and no pixels, or pixels but no compressed ones.

pydicom loads every package it could decode pixels with. Where none are decoded, a process without
them has 39 MiB instead of 72 MiB and no native code for hostile objects to meet. Compressed frames
are decoded by a child alone (``frames.codec``); every other process is 14 MiB smaller without what
only the child needs.

**Knows:** which packages those are.
**Does not know:** which service runs without them.
"""

import sys
from collections.abc import Iterable

CODEC_PACKAGES = ("gdcm", "jpeg_ls", "pylibjpeg", "openjpeg", "libjpeg", "rle")
PIXEL_PACKAGES = ("numpy", "PIL", *CODEC_PACKAGES)


def leave_out(packages: Iterable[str]) -> None:
    """Make them look absent in this process; to be called before pydicom is imported.

    None in ``sys.modules`` is how Python's import system is told that a module is not there.
    """
    for name in packages:
        sys.modules[name] = None  # type: ignore[assignment]  # typed as modules only
