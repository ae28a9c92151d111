"""What somebody who can read screens does for this room."""

from collections.abc import Callable

from pydicom import Dataset

Blanking = Callable[[Dataset], Dataset | None]
"""From the object with a dose screen, pixels included, to the Image Pixel module of one that shows
nothing but what is known to be no identity, proven by reading it again; None where that cannot be
proven. Group 0028 and Pixel Data alone are taken from it, native Explicit VR Little Endian."""


def no_blanking(screen: Dataset) -> None:
    """Nobody here can read screens: none leaves."""
