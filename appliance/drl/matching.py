"""Which examination of the reference levels a study was: known for certain, or not compared.

Procedure codes come first. Without one that the site's table knows, region, words, contrast and age
decide; where they allow more than one examination, none is taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from appliance.dose.coded import CTAcquisitionType
from appliance.dose.examination import Examination, Scan
from appliance.dose.region import normal
from appliance.drl.exam import Exam, Exams
from appliance.drl.procedure import Procedures


class Refusal(StrEnum):
    """Why a study, or a scan of one, is not compared."""

    NO_SCAN = "no-scan"
    AGE_UNKNOWN = "age-unknown"
    CODES_CONTRADICT = "codes-contradict"
    NO_EXAMINATION = "no-examination"
    AMBIGUOUS = "ambiguous"
    NO_LEVEL = "no-level"
    PHANTOM_DIFFERS = "phantom-differs"
    WEIGHT_OUTSIDE = "weight-outside"

    @property
    def meaning(self) -> tuple[str, str]:
        """For people: English, Japanese."""
        return _MEANINGS[self]


_MEANINGS: dict[Refusal, tuple[str, str]] = {
    Refusal.NO_SCAN: ("no scan but for timing", "撮影なし(位置決め・タイミングのみ)"),
    Refusal.AGE_UNKNOWN: ("age not known", "年齢不明"),
    Refusal.CODES_CONTRADICT: (
        "the procedure codes do not fit together, or not the scans",
        "手技コードが互いに、または撮影部位と矛盾",
    ),
    Refusal.NO_EXAMINATION: (
        "no examination of the reference levels",
        "診断参考レベルの対象外",
    ),
    Refusal.AMBIGUOUS: ("could be more than one examination", "複数の検査区分に該当"),
    Refusal.NO_LEVEL: ("this edition has no figure for it", "この版に該当する値なし"),
    Refusal.PHANTOM_DIFFERS: (
        "phantom not known, or another than the figure's",
        "ファントム不明または相違",
    ),
    Refusal.WEIGHT_OUTSIDE: ("weight outside the standard", "標準体重の範囲外"),
}


@dataclass(frozen=True, slots=True)
class Match:
    """A study's scans that are one examination: its phases, without those for timing."""

    exam: Exam
    scans: tuple[Scan, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """What is not compared: a scan by its label, or the whole study when it is empty."""

    refusal: Refusal
    label: str = ""


MOST_REMEMBERED = 2000
Ways = tuple[tuple[tuple[Exam, tuple[int, ...]], ...], tuple[Refused, ...]]
"""Examinations with the places of their scans, and what is none."""


@dataclass(slots=True)
class Matching:
    """``matched``, which remembers: most studies differ from another one in their doses alone."""

    known: Exams
    procedures: Procedures
    _ways: dict[object, Ways] = field(default_factory=dict)
    _ages: dict[Decimal, frozenset[str]] = field(default_factory=dict)

    def of(self, examination: Examination) -> tuple[list[Match], Sequence[Refused]]:
        """The examinations that a study was, and what of it is none for certain."""
        key = (
            examination.procedure_codes,
            examination.words,
            self._of_age(examination.age_years),
            tuple(map(_known_by, examination.scans)),
        )
        if key not in self._ways:
            if len(self._ways) >= MOST_REMEMBERED:
                self._ways.clear()
            self._ways[key] = _ways(examination, *matched(examination, self.known, self.procedures))
        found, refused = self._ways[key]
        scans = examination.scans
        return [Match(exam, tuple(scans[at] for at in places)) for exam, places in found], refused

    def forget(self) -> None:
        """Give up what is remembered: few studies come now."""
        self._ways.clear()
        self._ages.clear()

    def _of_age(self, age: Decimal | None) -> frozenset[str] | None:
        """The examinations that there are at that age: all that an age says."""
        if age is None:
            return None
        if age not in self._ages:
            every = self.known.by_identifier.values()
            self._ages[age] = frozenset(each.identifier for each in every if each.ages.hold(age))
        return self._ages[age]


def _known_by(scan: Scan) -> tuple[object, ...]:
    return scan.label, scan.region, scan.acquisition_type, scan.with_contrast


def _ways(examination: Examination, matches: Sequence[Match], refused: Sequence[Refused]) -> Ways:
    places = {id(scan): at for at, scan in enumerate(examination.scans)}
    found = tuple((each.exam, tuple(places[id(scan)] for scan in each.scans)) for each in matches)
    return found, tuple(refused)


def matched(
    examination: Examination, known: Exams, procedures: Procedures
) -> tuple[list[Match], list[Refused]]:
    """The examinations that a study was, and what of it is none for certain."""
    scans = [scan for scan in examination.scans if not _is_no_phase(scan, known)]
    if not scans:
        return [], [Refused(Refusal.NO_SCAN)]
    age = examination.age_years
    if age is None:
        return [], [Refused(Refusal.AGE_UNKNOWN)]
    coded = procedures.exams_of(examination.procedure_codes)
    if coded:
        return _by_code(coded, scans, age, known)
    return _by_words(examination, scans, age, known)


def _is_no_phase(scan: Scan, known: Exams) -> bool:
    return scan.acquisition_type is CTAcquisitionType.CONSTANT_ANGLE or known.is_timing(scan)


def _by_code(
    coded: frozenset[str], scans: Sequence[Scan], age: Decimal, known: Exams
) -> tuple[list[Match], list[Refused]]:
    contradiction = [Refused(Refusal.CODES_CONTRADICT)]
    if len(coded) > 1:
        return [], contradiction
    exam = known.by_identifier[next(iter(coded))]
    if not exam.ages.hold(age) and exam.child:
        exam = known.by_identifier[exam.child]
    elsewhere = any(scan.region and scan.region not in exam.regions for scan in scans)
    if elsewhere or not exam.ages.hold(age):
        return [], contradiction
    return [Match(exam, tuple(scans))], []


def _by_words(
    examination: Examination, scans: Sequence[Scan], age: Decimal, known: Exams
) -> tuple[list[Match], list[Refused]]:
    words = " / ".join(examination.words)
    exams = [exam for exam in known.by_identifier.values() if exam.ages.hold(age)]
    whole = [
        exam
        for exam in exams
        if exam.is_whole and known.is_called(exam, normal(_texts(words, scans)))
    ]
    if whole:
        if len(whole) > 1 or not all(whole[0].admits(scan) for scan in scans):
            return [], [Refused(Refusal.AMBIGUOUS)]
        return [Match(whole[0], tuple(scans))], []
    found: dict[str, list[Scan]] = {}
    refused: list[Refused] = []
    for scan in scans:
        text = normal(f"{words} / {scan.label}")
        candidates = list(_candidates(scan, text, exams, known))
        if len(candidates) == 1:
            found.setdefault(candidates[0].identifier, []).append(scan)
        else:
            refusal = Refusal.AMBIGUOUS if candidates else Refusal.NO_EXAMINATION
            refused.append(Refused(refusal, scan.label))
    matches = [Match(known.by_identifier[name], tuple(each)) for name, each in found.items()]
    certain = [match for match in matches if not _mixes_contrast(match)]
    refused += [Refused(Refusal.AMBIGUOUS) for match in matches if _mixes_contrast(match)]
    return certain, refused


def _candidates(scan: Scan, text: str, exams: Sequence[Exam], known: Exams) -> Iterator[Exam]:
    return (
        exam
        for exam in exams
        if not exam.is_whole and exam.admits(scan) and known.is_called(exam, text)
    )


def _mixes_contrast(match: Match) -> bool:
    """Several scans of a plain examination, of which it is not known that all are plain."""
    unknown = any(scan.with_contrast is None for scan in match.scans)
    return not match.exam.contrast and len(match.scans) > 1 and unknown


def _texts(words: str, scans: Sequence[Scan]) -> str:
    return " / ".join([words, *(scan.label for scan in scans)])
