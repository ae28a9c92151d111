"""How well a layout is proven: on screens drawn anew, on a real one, at several sites."""

from enum import StrEnum


class Tier(StrEnum):
    """The tiers, the least proven first; layout files say theirs."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"

    @property
    def meaning(self) -> tuple[str, str]:
        """What has been verified, for people: English, Japanese."""
        return _MEANINGS[self]

    def is_below(self, other: "Tier") -> bool:
        """Whether a layout of ``other`` is proven better."""
        tiers = list(Tier)
        return tiers.index(self) < tiers.index(other)


_MEANINGS: dict[Tier, tuple[str, str]] = {
    Tier.BRONZE: (
        "tested on screens drawn anew, on no hospital's own",
        "再現した画面のみで検証済み。実際の施設の画面では未検証",
    ),
    Tier.SILVER: (
        "verified on a real screen",
        "実際の画面一枚で検証済み",
    ),
    Tier.GOLD: (
        "verified on the screens of several sites",
        "複数の施設の画面で検証済み",
    ),
}
