"""The examinations that reference levels are stated for (``exams.toml``), and the words in them."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from appliance.dose.examination import Scan
from appliance.dose.region import REGIONS, names, normal

OF_SCAN, OF_EXAMINATION = "scan", "examination"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """From an age in years, to below another; None: no end."""

    youngest: Decimal = Decimal(0)
    below: Decimal | None = None

    def hold(self, age_years: Decimal) -> bool:
        """Whether the age lies within."""
        return self.youngest <= age_years and (self.below is None or age_years < self.below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """One examination; the file says what each key means."""

    identifier: str
    name: tuple[str, str]
    of: str
    regions: frozenset[str]
    any_of: tuple[str, ...]
    none_of: tuple[str, ...]
    instead: tuple[str, ...]
    main: tuple[str, ...]
    contrast: bool
    ages: Ages
    child: str

    @property
    def is_whole(self) -> bool:
        """Whether its figures hold for the examination, not for one phase."""
        return self.of == OF_EXAMINATION

    def admits(self, scan: Scan) -> bool:
        """Whether the region and the contrast medium of a scan are its own."""
        return scan.region in self.regions and (self.contrast or scan.with_contrast is not True)

    def is_named_in(self, words: str) -> bool:
        """Whether ``words`` (``normal``) hold what it must be called."""
        return not self.any_of or any(names(word, words) for word in self.any_of)


@dataclass(frozen=True, slots=True)
class Exams:
    """Every examination by its identifier."""

    version: int
    timing: tuple[str, ...]
    by_identifier: Mapping[str, Exam]

    def is_timing(self, scan: Scan) -> bool:
        """Whether a scan is for timing by its label."""
        label = normal(scan.label)
        return any(names(word, label) for word in self.timing)

    def is_called(self, exam: Exam, words: str) -> bool:
        """Whether ``words`` (``normal``) allow for ``exam``."""
        others = (self.by_identifier[each] for each in exam.instead)
        return (
            exam.is_named_in(words)
            and not any(names(word, words) for word in exam.none_of)
            and not any(each.any_of and each.is_named_in(words) for each in others)
        )

    def words_in(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The words of the field that ``texts`` hold: all that is kept of a description."""
        text = normal(" / ".join(texts))
        return tuple(word for word in self.vocabulary if names(word, text))

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Every word that an examination is known by, or is not."""
        exams = self.by_identifier.values()
        known = {word for exam in exams for word in (*exam.any_of, *exam.none_of, *exam.main)}
        return tuple(sorted(known))


@cache
def exams() -> Exams:
    """The shipped examinations."""
    data = tomllib.loads((files(__package__) / "exams.toml").read_text("utf-8"))
    known = {name: _exam(name, body) for name, body in data["exam"].items()}
    return Exams(data["version"], _words(data["timing"]), known)


def _exam(identifier: str, body: Mapping[str, Any]) -> Exam:
    unknown = set(body["regions"]) - set(REGIONS)
    if unknown:
        raise ValueError(f"{identifier}: there is no region {sorted(unknown)}")
    return Exam(
        identifier=identifier,
        name=(body["name"][0], body["name"][1]),
        of=body["of"],
        regions=frozenset(body["regions"]),
        any_of=_words(body.get("any_of", ())),
        none_of=_words(body.get("none_of", ())),
        instead=tuple(body.get("instead", ())),
        main=_words(body.get("main", ())),
        contrast=body.get("contrast", True),
        ages=ages(body["age_years"]),
        child=body.get("child", ""),
    )


def ages(bounds: Iterable[str]) -> Ages:
    """Two texts, the second empty for no end. Raises ValueError for anything else."""
    youngest, below = bounds
    return Ages(youngest=Decimal(youngest), below=Decimal(below) if below else None)


def _words(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(normal(word) for word in words)
