"""Which version may come after which."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from appliance.updates.bundle import Bundle, Version


class Objection(StrEnum):
    """Why a bundle is not installed."""

    OTHER_BOARD = "other-board"
    BELOW_MINIMUM = "below-minimum"
    NO_WAY_BACK = "no-way-back"
    LEDGER_TOO_NEW = "ledger-too-new"
    OLDER = "older"
    TRIAL_UNDER_WAY = "trial-under-way"
    DISKS_AMBIGUOUS = "disks-ambiguous"

    @property
    def meaning(self) -> tuple[str, str]:
        """For people: English, Japanese."""
        return _MEANINGS[self]


_MEANINGS = {
    Objection.OTHER_BOARD: (
        "It is for another kind of box.",
        "別の機種用のアップデートです。",
    ),
    Objection.BELOW_MINIMUM: (
        "It is older than the oldest version that may be installed here.",
        "この装置に導入できる最も古いバージョンより前のものです。",
    ),
    Objection.NO_WAY_BACK: (
        "The version that runs could not live with its ledger; install one between the two first.",
        "現在のバージョンに戻せなくなるため導入できません。先に中間のバージョンを導入してください。",
    ),
    Objection.LEDGER_TOO_NEW: (
        "It cannot live with the ledger as it is by now.",
        "現在の台帳に対応していないバージョンです。",
    ),
    Objection.OLDER: (
        "It is older than what runs; with --downgrade a person may want that, signed.",
        "現在より古いバージョンです。必要な場合は --downgrade を指定し、署名してください。",
    ),
    Objection.TRIAL_UNDER_WAY: (
        "Another update is still on trial; it ends by itself.",
        "別のアップデートを試行中です。試行は自動的に終了します。",
    ),
    Objection.DISKS_AMBIGUOUS: (
        "Two disks of this machine hold a system of the box; take one out.",
        "システムの入ったディスクが 2 つあります。一方を取り外してください。",
    ),
}
SIGNABLE = frozenset({Objection.OLDER})
"""What a person may overrule, with name and reason."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a bundle has to fit.

    Attributes:
        compatible: The board.
        version: What runs now.
        schema: The ledger's schema that the code that runs knows.
        ledger_needs: By the schema that a code knows, what it has to know to live with the ledger.
    """

    compatible: str
    version: Version
    schema: int
    ledger_needs: int


def minimum_version() -> Version:
    """Of ``release.toml``."""
    text = (files("appliance.updates") / "release.toml").read_text("utf-8")
    return Version.of(tomllib.loads(text)["minimum_version"])


def objections(bundle: Bundle, standing: Standing, minimum: Version) -> list[Objection]:
    """Everything that speaks against ``bundle``; empty when nothing does."""
    against = {
        Objection.OTHER_BOARD: bundle.compatible != standing.compatible,
        Objection.BELOW_MINIMUM: bundle.version < minimum,
        Objection.NO_WAY_BACK: bundle.schema > standing.schema
        and bundle.lives_with > standing.schema,
        Objection.LEDGER_TOO_NEW: standing.ledger_needs > bundle.schema,
        Objection.OLDER: bundle.version < standing.version,
    }
    return [objection for objection, holds in against.items() if holds]
