"""Digital driving levels: which of them a grey scale is measured at, at any depth.

Eighteen levels equally spaced from 0: 0, 15, …, 255 at 8 bits. At more bits two series are in use:
seventeenths of the greatest level (0, 60, …, 1023), and the 8-bit levels shifted (0, 60, …, 1020;
TG18-LN12: 0, 240, …, 4080).
"""

from collections.abc import Collection

COUNT = 18
EIGHT_BITS = 8
DEPTHS = (8, 10, 12, 14, 16)
GREATEST_8_BIT = 255
MOST = 2 ** DEPTHS[-1] - 1


def depth_of(ddl: int) -> int:
    """The least depth in bits that has ``ddl``. Raises ValueError beyond 16 bits."""
    for bits in DEPTHS:
        if 0 <= ddl < 2**bits:
            return bits
    raise ValueError(f"no level: {ddl}")


def at_depth(level: int, bits: int) -> tuple[int, ...]:
    """The 8-bit ``level`` at ``bits``, in each series that is in use; the first is preferred."""
    spread = (level * (2**bits - 1) * 2 + GREATEST_8_BIT) // (2 * GREATEST_8_BIT)
    return tuple(dict.fromkeys((spread, level << (bits - EIGHT_BITS))))


def grey_scale(ddls: Collection[int], bits: int) -> tuple[int, ...]:
    """The eighteen levels of the series that most of ``ddls`` are of."""
    eight = range(0, GREATEST_8_BIT + 1, 15)
    spread, shifted = zip(*((at_depth(each, bits) * 2)[:2] for each in eight), strict=True)
    return max((spread, shifted), key=lambda series: _count(series, ddls, bits))


def found(level: int, ddls: Collection[int], bits: int) -> int | None:
    """``level`` among ``ddls``; above 8 bits a neighbour too, for some round down and some up."""
    near = (level,) if bits == EIGHT_BITS else (level, level - 1, level + 1)
    return next((each for each in near if each in ddls), None)


def _count(series: Collection[int], ddls: Collection[int], bits: int) -> int:
    return sum(found(each, ddls, bits) is not None for each in series)
