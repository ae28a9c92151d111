"""The safety case: a screen is read as it is printed, or it waits for a person.

Any record is drawn by any console in any font, damaged, changed on its way, and stored in any form.
What is read must be what the picture says. What ``readable`` allows for damaged characters is what
a careful person could still make of the picture; nothing else may come out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import pytest
from pydicom import Dataset

from appliance.dose.plausibility import doubts
from appliance.dose.record import IrradiationEvent
from appliance.dosescreen import Outcome, Recognition
from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles.canvas import Font
from appliance.simulators.secondary_capture import secondary_capture
from appliance.simulators.storage_forms import LOSSY, StorageForm
from tests.dosescreen.damage import DAMAGES, WAYS
from tests.dosescreen.printed import FONTS, Printed, printed
from tests.dosescreen.readable import Readable, readable
from tests.dosescreen.world import read

IN_EVERY_RUN = 12
AT_LENGTH = 1200
ONCE_WRONG = (494,)
"""Seeds that were once read as something else, or that ``readable`` was once mistaken about."""
FORMS = sorted(set(StorageForm) - LOSSY - {StorageForm.RESAMPLED})


Recognise = Callable[[list[Dataset]], Recognition]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one trial ended: the study's outcome, and what is wrong with it, if anything."""

    outcome: Outcome
    wrong: str
    story: str


def trial(seed: int, font: tuple[str, Font] | None = None, recognise: Recognise = read) -> Verdict:
    """Draw, damage, send and read one report."""
    random = Random(seed)
    name, report = _drawn(random, font)
    damage = random.choice(list(DAMAGES))
    damaged = DAMAGES[damage](report, random)
    way = random.choice(list(WAYS)) if random.random() < 0.5 else "as it is"
    form = random.choice(FORMS) if way == "as it is" else StorageForm.PLAIN
    pages = [WAYS[way](page, random) for page in damaged.sent]
    if any(page.shape[1] % 2 for page in pages):
        form = StorageForm.PLAIN
    recognition = recognise(secondary_capture(pages, report.console, report.identity, form))
    story = f"{seed} {report.console.series_description}, {name}, {damage}, {way}, {form}"
    if recognition.outcome is not Outcome.RECOGNISED:
        why = "; ".join(f"{doubt.reason}: {doubt.detail}" for doubt in recognition.doubts)
        return Verdict(recognition.outcome, "", f"{story}: {why}")
    assert recognition.record is not None
    rows, totals = readable(damaged.report, damaged.pages)
    wrong = []
    if doubts(recognition.record):
        wrong.append("it does not reconcile")
    total = recognition.record.total_dlp_mgy_cm
    if (total.text if total else None) not in totals:
        wrong.append(f"total {total.text if total else None} is not one of {set(totals)}")
    read_rows = [_values(event) for event in recognition.record.dose_events]
    if not _matches(read_rows, rows):
        wrong.append(f"read {read_rows}, printed {[_short(row) for row in rows]}")
    return Verdict(recognition.outcome, "; ".join(wrong), story)


def _drawn(random: Random, font: tuple[str, Font] | None) -> tuple[str, Printed]:
    for _ in range(200):
        name = random.choice(FONTS)
        chosen = font or (name, load_font(name))
        try:
            return chosen[0], printed(random, chosen[1])
        except ValueError:
            continue
    raise ValueError(f"nothing fits on a screen in {chosen[0]}")


def _values(event: IrradiationEvent) -> dict[str, str]:
    found = {name: value.text for name, value in event.sourced()}
    if event.phantom is not None:
        found["phantom"] = event.phantom.value.name
    found["type"] = found.get("label", "")
    return found


def _matches(read_rows: Sequence[dict[str, str]], rows: Sequence[Readable]) -> bool:
    """Whether the rows read are the rows printed, in order, without those that are gone."""
    if not rows:
        return not read_rows
    first, rest = rows[0], rows[1:]
    if read_rows and all(read_rows[0].get(key) in may for key, may in first.cells.items()):
        return _matches(read_rows[1:], rest)
    return first.may_be_gone and _matches(read_rows, rest)


def _short(row: Readable) -> dict[str, object]:
    return {key: next(iter(may)) if len(may) == 1 else set(may) for key, may in row.cells.items()}


@pytest.mark.parametrize("seed", [*range(IN_EVERY_RUN), *ONCE_WRONG])
def test_a_screen_is_read_as_it_is_printed_or_waits(seed: int) -> None:
    verdict = trial(seed)
    assert not verdict.wrong, verdict.story


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(IN_EVERY_RUN, AT_LENGTH))
def test_a_screen_is_read_as_it_is_printed_or_waits_at_length(seed: int) -> None:
    verdict = trial(seed)
    assert not verdict.wrong, verdict.story
