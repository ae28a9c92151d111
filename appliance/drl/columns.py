"""The doses of many studies in columns: a hundred thousand are chosen from and ranked at once.

Whether a figure holds for a study is asked of it once, when it is added (``Sample.refusal``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.dose.examination import Examination, Scan
from appliance.drl.comparison import Row, Stated, refusal_of, row, stated
from appliance.drl.matching import Matching, Refusal
from appliance.drl.ranked import Month, Ranked, by_key, ranked
from appliance.drl.reference import Reference
from appliance.drl.sample import Sample, dose_of, sample
from appliance.drl.selection import AGES, WEIGHTS, Selection
from appliance.drl.table import Quantity
from appliance.errors import ConfigurationError

Array = NDArray[Any]
STUDY = np.dtype(
    [("number", "i4"), ("day", "i4"), ("scanner", "i2"), ("age", "f8"), ("weight", "f8")]
)
OF = [("study", "i4"), ("label", "i4")]
"""``study``: the place of its row among the studies."""
DOSES = [(str(each), "f8") for each in Quantity]
SCAN = np.dtype([*OF, *DOSES])
SAMPLE = np.dtype([*OF, *DOSES, ("exam", "i1"), ("figures", "u8")])
REFUSED = np.dtype([*OF, ("refusal", "i1")])
MOST_FIGURES = 64
"""Of one examination: bits of a number."""
NAN = float("nan")
NOT_KNOWN, NOBODY = 0, -1
REFUSALS = tuple(Refusal)
EPOCH_DAY = 719163
"""Ordinal of 1970-01-01."""


@dataclass(frozen=True, slots=True)
class Counting:
    """Not yet: so many of the studies are in columns."""

    done: int
    total: int


@dataclass(slots=True)
class Names:
    """Texts by number, in the order they came."""

    texts: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """The one of ``text``, which is added where it is new."""
        if text not in self.numbers:
            self.numbers[text] = len(self.texts)
            self.texts.append(text)
        return self.numbers[text]


class Columns:
    """Doses beside the figures of ``by``; for one thread at a time.

    Raises ConfigurationError where an examination has more figures than there is room for.
    """

    def __init__(self, by: Reference) -> None:
        self.by = by
        self._matching = Matching(by.exams, by.procedures)
        self._exams = tuple(by.exams.by_identifier)
        self._figures = {each: tuple(stated(by.tables, each)) for each in self._exams}
        for exam, figures in self._figures.items():
            if len(figures) > MOST_FIGURES:
                raise ConfigurationError(f"more than {MOST_FIGURES} figures", exam)
        self._scanners, self._labels = Names(), Names()
        self._studies, self._scans = np.empty(0, STUDY), np.empty(0, SCAN)
        self._samples, self._refused = np.empty(0, SAMPLE), np.empty(0, REFUSED)

    @property
    def numbers(self) -> Array:
        """Of every study that was added."""
        numbers: Array = self._studies["number"]
        return numbers

    def add(self, examinations: Iterable[tuple[int, Examination]]) -> None:
        """Studies by numbers that are not there yet."""
        studies: list[tuple[Any, ...]] = []
        scans: list[tuple[Any, ...]] = []
        samples: list[tuple[Any, ...]] = []
        refused: list[tuple[Any, ...]] = []
        for at, (number, each) in enumerate(examinations, len(self._studies)):
            studies.append(self._who(number, each))
            scans += [(at, *self._scan(scan)) for scan in each.scans]
            matches, without = self._matching.of(each)
            refused += [(at, *self._refusal(no.label, no.refusal)) for no in without]
            for one in (sample(match, each) for match in matches):
                samples.append((at, *self._sample(one)))
                if (no := refusal_of(one, self._figures[one.exam.identifier])) is not None:
                    refused.append((at, *self._refusal(one.label, no)))
        self._studies = _longer(self._studies, studies)
        self._scans = _longer(self._scans, scans)
        self._samples = _longer(self._samples, samples)
        self._refused = _longer(self._refused, refused)

    def rest(self) -> None:
        """Very many were added, and few more come now."""
        self._matching.forget()

    def remove(self, numbers: Array) -> None:
        """Studies that another report took the place of."""
        kept = ~np.isin(self._studies["number"], numbers)
        self._studies = self._studies[kept]
        places = np.cumsum(kept) - 1
        self._scans = _moved(self._scans, kept, places)
        self._samples = _moved(self._samples, kept, places)
        self._refused = _moved(self._refused, kept, places)

    @property
    def scanners(self) -> list[str]:
        """Identifiers of all there are, ascending."""
        return sorted(filter(None, self._scanners.texts))

    @property
    def labels(self) -> list[str]:
        """Protocols of all there are, ascending."""
        return sorted(filter(None, self._labels.texts))

    def studies(self, selection: Selection) -> int:
        """How many there are, whatever their protocol."""
        return int(self._chosen(selection).sum())

    def exams(self, selection: Selection) -> Mapping[str, int]:
        """How many studies were which examination."""
        counted = np.bincount(self._samples["exam"][self._mask(self._samples, selection)])
        return {self._exams[at]: int(count) for at, count in enumerate(counted) if count}

    def rows(self, selection: Selection, exam: str = "") -> Iterator[Row]:
        """Every figure that holds for one of the studies, beside their doses."""
        mask = self._mask(self._samples, selection)
        for number, name in enumerate(self._exams):
            if exam in {"", name}:
                of_exam = self._samples[mask & (self._samples["exam"] == number)]
                for at, figure in enumerate(self._figures[name]):
                    of = of_exam[(of_exam["figures"] >> np.uint64(at)) & np.uint64(1) == 1]
                    if len(of):
                        unknown = int(np.isnan(self._studies["weight"][of["study"]]).sum())
                        yield row(figure, "", ranked(of[figure.quantity]), unknown)

    def refused(self, selection: Selection) -> Mapping[tuple[Refusal, str], int]:
        """How often something was not compared, by reason and label (empty: the whole study)."""
        chosen = self._refused[self._mask(self._refused, selection)]
        texts = self._labels.texts
        counted = np.bincount(chosen["refusal"].astype("i8") * len(texts) + chosen["label"])
        return {
            (REFUSALS[at // len(texts)], texts[at % len(texts)]): int(counted[at])
            for at in np.flatnonzero(counted).tolist()
        }

    def doses(self, selection: Selection, exam: str) -> Mapping[Quantity, Ranked]:
        """Of the studies that were an examination; of every scan where ``exam`` is empty."""
        rows, mask = self._of_exam(selection, exam)
        return {each: ranked(rows[each][mask]) for each in Quantity}

    def months(self, selection: Selection, exam: str, quantity: Quantity) -> list[Month]:
        """Of the same, month by month; those of unknown date are left out."""
        rows, mask = self._of_exam(selection, exam)
        ordinals = self._studies["day"][rows["study"][mask]]
        days = (ordinals.astype("i8") - EPOCH_DAY).astype("datetime64[D]")
        months = days.astype("datetime64[M]").astype("i8")
        values = np.where(ordinals == NOT_KNOWN, NAN, rows[quantity][mask])
        found = by_key(months, values).items()
        return [Month(np.datetime64(month, "M").astype("O"), doses) for month, doses in found]

    def by_scanner(
        self, selection: Selection, exam: str
    ) -> Mapping[str, Mapping[Quantity, Ranked]]:
        """Of the same, by the identifier of the scanner."""
        rows, mask = self._of_exam(selection, exam)
        keys = self._studies["scanner"][rows["study"][mask]]
        return _grouped(keys, rows, mask, self._scanners)

    def by_label(self, selection: Selection, exam: str) -> Mapping[str, Mapping[Quantity, Ranked]]:
        """Of the same, by protocol."""
        rows, mask = self._of_exam(selection, exam)
        return _grouped(rows["label"][mask], rows, mask, self._labels)

    def _of_exam(self, selection: Selection, exam: str) -> tuple[Array, Array]:
        """The rows that an examination's doses, or those of scans, are of, and which are chosen."""
        if not exam:
            return self._scans, self._mask(self._scans, selection)
        of_exam = self._samples["exam"] == self._exams.index(exam)
        return self._samples, self._mask(self._samples, selection) & of_exam

    def _mask(self, rows: Array, selection: Selection) -> Array:
        mask: Array = self._chosen(selection)[rows["study"]]
        if selection.label:
            mask &= rows["label"] == self._labels.numbers.get(selection.label, NOBODY)
        return mask

    def _chosen(self, selection: Selection) -> Array:
        """Which of the studies."""
        rows = self._studies
        mask: Array = np.ones(len(rows), bool)
        if selection.first:
            mask &= rows["day"] >= selection.first.toordinal()
        if selection.last:
            mask &= (rows["day"] <= selection.last.toordinal()) & (rows["day"] != NOT_KNOWN)
        if selection.scanner:
            mask &= rows["scanner"] == self._scanners.numbers.get(selection.scanner, NOBODY)
        if selection.ages:
            ages = AGES[selection.ages]
            mask &= rows["age"] >= float(ages.youngest)
            if ages.below is not None:
                mask &= rows["age"] < float(ages.below)
        if selection.weights:
            band = WEIGHTS[selection.weights]
            mask &= (rows["weight"] >= band.least) & (rows["weight"] <= band.most)
        return mask

    def _who(self, number: int, of: Examination) -> tuple[Any, ...]:
        day = NOT_KNOWN if of.performed_on is None else of.performed_on.toordinal()
        scanner = self._scanners.number(of.scanner)
        return number, day, scanner, _float(of.age_years), _float(of.weight_kg)

    def _scan(self, scan: Scan) -> tuple[Any, ...]:
        return self._labels.number(scan.label), *(_float(dose_of(scan, each)) for each in Quantity)

    def _sample(self, one: Sample) -> tuple[Any, ...]:
        doses = (one.doses.get(each) for each in Quantity)
        exam = one.exam.identifier
        fitting = _bits(one, self._figures[exam])
        number = self._exams.index(exam)
        values = (NAN if dose is None else float(dose.value) for dose in doses)
        return self._labels.number(one.label), *values, number, fitting

    def _refusal(self, label: str, refusal: Refusal) -> tuple[int, int]:
        return self._labels.number(label), REFUSALS.index(refusal)


def _bits(one: Sample, figures: Sequence[Stated]) -> int:
    """A bit for each of the figures that holds for it."""
    holding = (one.refusal(each.level, each.quantity) is None for each in figures)
    return sum(1 << at for at, holds in enumerate(holding) if holds)


def _grouped(
    keys: Array, rows: Array, mask: Array, names: Names
) -> Mapping[str, Mapping[Quantity, Ranked]]:
    found: dict[str, dict[Quantity, Ranked]] = {}
    for quantity in Quantity:
        for number, doses in by_key(keys, rows[quantity][mask]).items():
            found.setdefault(names.texts[number], {})[quantity] = doses
    return {name: found[name] for name in sorted(found)}


def _moved(rows: Array, kept: Array, places: Array) -> Array:
    """Those of the studies that are kept, at the places that these have then."""
    left: Array = rows[kept[rows["study"]]]
    left["study"] = places[left["study"]]
    return left


def _longer(array: Array, rows: list[tuple[Any, ...]]) -> Array:
    return np.concatenate([array, np.array(rows, array.dtype)]) if rows else array


def _float(number: Decimal | None) -> float:
    return NAN if number is None else float(number)
