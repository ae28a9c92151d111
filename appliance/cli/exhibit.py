"""One simulated study and what became of it, side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from pydicom import Dataset

from appliance.cli.columns import columns, width
from appliance.cli.picture import braille
from appliance.cli.record import doubts_text, record_values
from appliance.cli.texts import Texts
from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.quarantine import Case
from appliance.rdsr import nonconformities, read_record
from appliance.simulators.demo import Kind, Study

NARROWEST = 40
LINE = 58
"""Places of a line of evidence."""


@dataclass(frozen=True, slots=True, eq=False)
class Exhibit:
    """A study, the reports an archive got of it, and the cases it waits in."""

    study: Study
    reports: tuple[Dataset, ...]
    cases: tuple[Case, ...]

    @property
    def is_as_told(self) -> bool:
        """Whether it was reported once and truly, or waits, as its kind should."""
        if self.study.kind is Kind.UNREADABLE:
            return not self.reports and len(self.cases) == 1
        return not self.cases and len(self.reports) == 1 and self._is_true(self.reports[0])

    def text(self, texts: Texts, terminal_columns: int) -> str:
        """The screen on the left; on the right the report, or why there is none."""
        wide = max(NARROWEST, terminal_columns // 2 - 2)
        left = [line for page in self.study.pages for line in braille(page, wide)]
        left += ["", texts.say("demo.printed"), *self._printed()]
        right = list(self._reported(texts) if self.reports else self._waiting(texts))
        rows = max(len(left), len(right))
        left += [""] * (rows - len(left))
        right += [""] * (rows - len(right))
        header = (texts.say("demo.screen", kind=self.study.kind), texts.say("demo.outcome"))
        rule = ("─" * max(map(width, [header[0], *left])), "─" * max(map(width, right)))
        return columns([rule, header, rule, *zip(left, right, strict=True)]) + "\n"

    def _printed(self) -> list[str]:
        """The doses that the console drew."""
        keys = ("series", "label", "ctdi_vol_mgy", "dlp_mgy_cm", "phantom")
        drawn = self.study.truth
        rows = [[event[key] or "" for key in keys] for event in drawn["events"]]
        rows.append(["", "", "", drawn["total_dlp_mgy_cm"] or "", ""])
        return columns(rows, right=frozenset({2, 3})).splitlines()

    def _is_true(self, report: Dataset) -> bool:
        """Whether the report says what was drawn; mAs is no value of a report."""
        values = record_values(read_record(report))
        keys = ("ctdi_vol_mgy", "dlp_mgy_cm", "phantom")
        stated = [[event[key] for key in keys] for event in values["events"]]
        drawn = self.study.truth
        printed = [[event[key] for key in keys] for event in drawn["events"]]
        return (
            values["total_dlp_mgy_cm"] == drawn["total_dlp_mgy_cm"]
            and [row for row in stated if row[1]] == printed
        )

    def _reported(self, texts: Texts) -> Iterator[str]:
        for report in self.reports:
            record = read_record(report)
            yield "X-Ray Radiation Dose Report"
            yield from _report_lines(record)
            yield ""
            yield texts.say("demo.sum", sum=_sum(record))
            failures = nonconformities(report)
            yield texts.say("demo.conforms" if not failures else "demo.fails", failures=failures)
            yield texts.say("demo.true" if self._is_true(report) else "demo.untrue")
            for request in report.get("ReferencedRequestSequence") or ():
                number, placed = request.RequestedProcedureID, request.AccessionNumber
                yield texts.say("demo.ordered", procedure=number, accession=placed)
            yield texts.say("demo.delivered", uid=report.SOPInstanceUID)

    def _waiting(self, texts: Texts) -> Iterator[str]:
        yield texts.say("demo.nothing")
        for case in self.cases:
            for line in doubts_text(case.doubts, texts).splitlines():
                yield from wrap(line, LINE if texts.language == "en" else LINE // 2)
            yield ""
            yield from texts.say("demo.settle", id=case.id).splitlines()


def _report_lines(record: CTRadiationDose) -> Iterator[str]:
    yield "  CT Accumulated Dose Data"
    yield f"    Total Number of Irradiation Events {len(record.events)}"
    if record.total_dlp_mgy_cm:
        yield f"    CT Dose Length Product Total {record.total_dlp_mgy_cm.value} mGy.cm"
    for event in record.events:
        yield from _event_lines(event)


def _event_lines(event: IrradiationEvent) -> Iterator[str]:
    kind = event.acquisition_type.value.code_meaning if event.acquisition_type else ""
    names = [value.value for value in (event.series, event.label) if value]
    yield f"  CT Acquisition {' '.join(names)}: {kind}".rstrip(": ")
    if event.ctdi_vol_mgy and event.dlp_mgy_cm:
        dose = f"Mean CTDIvol {event.ctdi_vol_mgy.value} mGy, DLP {event.dlp_mgy_cm.value} mGy.cm"
        yield f"    {dose}"
    if event.phantom:
        yield f"    {event.phantom.value.code_meaning}"


def _sum(record: CTRadiationDose) -> str:
    parts = [str(event.dlp_mgy_cm.value) for event in record.events if event.dlp_mgy_cm]
    total = record.total_dlp_mgy_cm.value if record.total_dlp_mgy_cm else "-"
    return f"{' + '.join(parts)} = {total}"
