"""What a bad cable does to what goes over it."""

from dataclasses import dataclass, field
from random import Random

CERTAIN = 100


@dataclass
class Cable:
    """Loses or flips bytes, in percent, by a seeded chance; ``cut`` loses everything."""

    lost_percent: float = 0
    flipped_percent: float = 0
    cut: bool = False
    seed: int = 1
    _chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = Random(self.seed)  # noqa: S311 - a repeatable fault, no secret

    def carry(self, data: bytes) -> bytes:
        """What arrives of it."""
        if self.cut:
            return b""
        kept = (byte for byte in data if not self._happens(self.lost_percent))
        return bytes(
            byte ^ (1 << self._chance.randrange(7)) if self._happens(self.flipped_percent) else byte
            for byte in kept
        )

    def _happens(self, percent: float) -> bool:
        return percent > 0 and self._chance.random() * CERTAIN < percent
