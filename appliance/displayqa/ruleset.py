"""What a standard asks of a display: limits and visual checks, with source, verified or not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from appliance.displayqa.quantity import Quantity


class Occasion(StrEnum):
    """The occasions that a standard tells apart."""

    ACCEPTANCE = "acceptance"
    CONSTANCY = "constancy"
    DAILY = "daily"


class Kind(StrEnum):
    """What a limit is for."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    EXAMPLE = "example"

    @property
    def meaning(self) -> tuple[str, str]:
        """For people, English and Japanese."""
        return {
            Kind.REQUIRED: ("a limit of the document", "文書が定める判定基準"),
            Kind.RECOMMENDED: (
                "recommended; it does not count in the verdict",
                "推奨値(総合判定に含めない)",
            ),
            Kind.EXAMPLE: (
                "an example; the document sets no limits of its own",
                "例示(文書自体は判定基準を定めていない)",
            ),
        }[self]


class Operator(StrEnum):
    """How a value is compared with a limit; with or without equality, as the source says."""

    AT_LEAST = ">="
    AT_MOST = "<="
    ABOVE = ">"
    BELOW = "<"

    def holds(self, value: Fraction, limit: Fraction) -> bool:
        """Whether ``value`` keeps the limit."""
        match self:
            case Operator.AT_LEAST:
                return value >= limit
            case Operator.AT_MOST:
                return value <= limit
            case Operator.ABOVE:
                return value > limit
            case Operator.BELOW:
                return value < limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit of one quantity.

    Attributes:
        level: 8-bit level that a screen is measured at; None for a quantity of another kind.
        positions: Places on the screen; 0 for a quantity of another kind.
        is_without_ambient: Of the display alone, whatever the room adds.
        tests: When it is asked for.
        source: Where the figure is from.
        verified: Whether somebody compared it with the original document.
    """

    quantity: Quantity
    operator: Operator
    value: Fraction
    kind: Kind
    tests: frozenset[Occasion]
    source: str
    verified: bool
    level: int | None = None
    positions: int = 0
    is_without_ambient: bool = False

    @property
    def identifier(self) -> str:
        """Unique in its ruleset: quantity, level, and ``recommended`` if it is."""
        parts = [str(self.quantity)]
        parts += [str(self.level)] if self.level is not None else []
        parts += [str(self.kind)] if self.kind is Kind.RECOMMENDED else []
        return "-".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that a person looks at: a question that a good display lets answer with yes."""

    identifier: str
    pattern: str
    text: tuple[str, str]
    tests: frozenset[Occasion]
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """How many days there are at most from one test of an occasion to the next."""

    test: Occasion
    days: int
    source: str
    verified: bool

    @property
    def identifier(self) -> str:
        """Unique in its ruleset."""
        return str(self.test)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """What one document asks of one kind of display; ``digest`` tells its content."""

    name: str
    version: int
    title: tuple[str, str]
    document: str
    note: tuple[str, str]
    limits: tuple[Limit, ...]
    checks: tuple[Check, ...]
    is_base: bool
    digest: str = field(compare=False)
    intervals: tuple[Interval, ...] = ()

    @property
    def identifier(self) -> str:
        """Name, version and content, as a result keeps it."""
        return f"{self.name}/{self.version}/{self.digest}"

    def interval(self, test: Occasion) -> Interval | None:
        """Of an occasion; None: the document says none, or nobody has entered it."""
        return next((each for each in self.intervals if each.test is test), None)

    @property
    def unverified(self) -> int:
        """How many limits and checks nobody has compared with the original."""
        return sum(not each.verified for each in self._asked)

    @property
    def tests(self) -> tuple[Occasion, ...]:
        """The occasions that it has anything for."""
        asked = {test for each in self._asked for test in each.tests}
        return tuple(test for test in Occasion if test in asked)

    @property
    def _asked(self) -> tuple[Limit | Check, ...]:
        return (*self.limits, *self.checks)


Rulesets: TypeAlias = Mapping[str, Ruleset]
Pick: TypeAlias = Callable[[tuple[str, str]], str]
"""Which of (English, Japanese) is wanted."""
