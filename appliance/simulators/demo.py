"""Studies to show the box with: what reads well, what must wait for a person."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any

import cv2
import numpy as np
from pydicom import Dataset

from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles import ge, siemens
from appliance.simulators.consoles.canvas import Picture
from appliance.simulators.consoles.examination import Examination, Identity, truth
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.secondary_capture import GE, SIEMENS, secondary_capture
from appliance.simulators.storage_forms import StorageForm
from appliance.uids import derived_uid

GE_FONT = "helvB10-100dpi"
SIEMENS_FONT = "helvR10-75dpi"
_PAGES = 18
"""Scans of the examination that needs several pages."""


class Kind(StrEnum):
    """What a study shows."""

    GE = "ge"
    SIEMENS = "siemens"
    UNREADABLE = "unreadable"
    MULTI_PAGE = "multi-page"


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """A simulated study: its objects, and what their screens print."""

    kind: Kind
    objects: tuple[Dataset, ...]
    truth: dict[str, Any]
    pages: tuple[Picture, ...]


def demo_studies(seed: int, kinds: tuple[Kind, ...] = tuple(Kind)) -> list[Study]:
    """One study of each kind; the same seed gives the same objects."""
    return [_STUDIES[kind](seed) for kind in kinds]


def identity(seed: int, kind: str) -> Identity:
    """A patient who does not exist."""
    random = Random(f"{seed} {kind}")  # noqa: S311 - reproducible, not secret
    return Identity(
        study_instance_uid=derived_uid("simulated study", str(seed), kind),
        patient_id=f"{random.randrange(10**7):07}",
        accession_number=f"A{random.randrange(10**6):06}",
        study_id=str(random.randint(1000, 9999)),
        study_time=f"{random.randint(8, 17):02}{random.randint(0, 59):02}00",
    )


def _ge(seed: int) -> Study:
    examination = ge_examination(_random(seed), 4)
    return _ge_study(Kind.GE, seed, examination, _ge_pages(examination, Kind.GE, seed))


def _multi_page(seed: int) -> Study:
    examination = ge_examination(_random(seed), _PAGES)
    pages = _ge_pages(examination, Kind.MULTI_PAGE, seed)
    return _ge_study(Kind.MULTI_PAGE, seed, examination, pages)


def _unreadable(seed: int) -> Study:
    """A Dose Report whose total is smudged."""
    examination = ge_examination(_random(seed), 3)
    total = ge.row_top(len(examination.scans))
    pages = [_smudged(page, total) for page in _ge_pages(examination, Kind.UNREADABLE, seed)]
    return _ge_study(Kind.UNREADABLE, seed, examination, pages)


def _siemens(seed: int) -> Study:
    examination = siemens_examination(_random(seed), 3)
    who = identity(seed, Kind.SIEMENS)
    style = siemens.SiemensStyle(phantom_mark=siemens.PhantomMark.PARENTHESES)
    pages = siemens.draw(examination, who, load_font(SIEMENS_FONT), style)
    objects = secondary_capture(pages, SIEMENS, who, StorageForm.OVERLAY)
    return Study(Kind.SIEMENS, tuple(objects), truth(examination), tuple(pages))


def _ge_pages(examination: Examination, kind: Kind, seed: int) -> list[Picture]:
    return ge.draw(examination, identity(seed, kind), load_font(GE_FONT))


def _ge_study(kind: Kind, seed: int, examination: Examination, pages: list[Picture]) -> Study:
    objects = secondary_capture(pages, GE, identity(seed, kind), StorageForm.SIXTEEN_BITS)
    return Study(kind, tuple(objects), truth(examination), tuple(pages))


def _smudged(page: Picture, top: int) -> Picture:
    """``page`` with one line blurred to two levels, so that no figure can be told."""
    line = slice(top, top + load_font(GE_FONT).height)
    blurred = cv2.blur(page[line], (9, 5))
    smudged = page.copy()
    smudged[line] = np.where(blurred > blurred.mean(), 255, 0)
    return smudged


def _random(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - reproducible, not secret


_STUDIES: dict[Kind, Callable[[int], Study]] = {
    Kind.GE: _ge,
    Kind.SIEMENS: _siemens,
    Kind.UNREADABLE: _unreadable,
    Kind.MULTI_PAGE: _multi_page,
}
