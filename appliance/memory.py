"""Memory that is free goes back to the system: the box has little, and services run for months.

**Knows:** the C library's allocator.
**Does not know:** who needed the memory.
"""

import ctypes
import gc

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
LARGE_BYTES = 256 << 10


def give_back_large_blocks() -> None:
    """From now on a large block goes back as soon as it is free (mallopt(3)).

    The C library would keep the largest that it ever saw, once for every thread that had one. What
    is small is taken from one place by all threads, of which one runs at a time.
    """
    allocator = ctypes.CDLL(None)
    allocator.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
    allocator.mallopt(M_ARENA_MAX, 1)


def give_back() -> None:
    """What nobody refers to any more goes back now (malloc_trim(3)); takes a tenth of a second."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def give_back_young() -> None:
    """What was made a moment ago and refers to itself goes back; takes less than a millisecond."""
    gc.collect(1)
