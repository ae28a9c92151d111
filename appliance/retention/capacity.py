"""How long a disk lasts: exams a month, images an exam, MB an image.

Two questions: for how many days everything received has room, if nothing goes; and how much is kept
at a time once what is received and what goes by its age are in balance.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from appliance.config import Retention

MB, KIB = 1 << 20, 1 << 10
MONTHS, YEAR_DAYS = 12, 365.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """What one exam takes, in bytes."""

    image_pixels: float
    image_headers: float
    dose_screens: float
    reports: float

    @property
    def received(self) -> float:
        """All that is written when it comes."""
        return self.image_pixels + self.image_headers + self.dose_screens + self.reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be expected of a disk.

    Attributes:
        exams_per_month: As asked.
        exam: What one takes.
        bytes_a_day: Received a day.
        year_images_bytes: Pixels of images a year: exams a month by images an exam by MB by 12.
        days: For which everything received has room in ``room_bytes``; nothing goes.
        balance_bytes: What is kept at a time in the end; None where something is kept for ever.
        fits: Whether that has room; None where something is kept for ever.
    """

    exams_per_month: float
    exam: Exam
    room_bytes: float
    bytes_a_day: float
    year_images_bytes: float
    days: float
    balance_bytes: float | None
    fits: bool | None


@lru_cache(maxsize=1)
def figures() -> Mapping[str, Any]:
    """The shipped table."""
    return tomllib.loads((files(__package__) / "capacity.toml").read_text("utf-8"))


def exam_of(
    modality: str, images: float | None = None, image_mb: float | None = None, factor: float = 1.0
) -> Exam:
    """What an exam takes; ``factor``: images come compressed to a part in so many.

    Raises KeyError for a modality that the table does not have.
    """
    table = figures()
    row = table["modality"][modality]
    count = row["images"] if images is None else images
    pixels = (row["image_mb"] if image_mb is None else image_mb) * MB / factor
    headers = table["header_kib"] * KIB
    return Exam(
        image_pixels=count * pixels,
        image_headers=count * headers,
        dose_screens=table["screens_per_exam"] * (pixels + headers),
        reports=table["report_kib"] * KIB,
    )


def plan(exam: Exam, exams_per_month: float, room_bytes: float, settings: Retention) -> Plan:
    """How long ``room_bytes`` last."""
    exams_a_day = exams_per_month * MONTHS / YEAR_DAYS
    a_day = exams_a_day * exam.received
    balance = _balance(exam, settings)
    kept = None if balance is None else exams_a_day * balance
    return Plan(
        exams_per_month=exams_per_month,
        exam=exam,
        room_bytes=room_bytes,
        bytes_a_day=a_day,
        year_images_bytes=exams_per_month * exam.image_pixels * MONTHS,
        days=room_bytes / a_day,
        balance_bytes=kept,
        fits=None if kept is None else kept <= room_bytes,
    )


def _balance(exam: Exam, settings: Retention) -> float | None:
    """Bytes by days of what one exam leaves; None: it grows for ever."""
    days = (settings.images_days, settings.dose_screens_days)
    if not all(days):
        return None
    pixels_days = settings.image_pixels_days or settings.images_days
    return (
        exam.image_pixels * min(pixels_days, settings.images_days)
        + exam.image_headers * settings.images_days
        + exam.dose_screens * settings.dose_screens_days
        + exam.reports * (settings.reports_days or settings.dose_screens_days)
    )
