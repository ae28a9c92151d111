"""Studies to show the box with: what reads well, what must wait for a person."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Any

import cv2
import numpy as np
from pydicom import Dataset

from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles import ge, hitachi, philips, siemens, toshiba
from appliance.simulators.consoles.canvas import Font, Picture
from appliance.simulators.consoles.examination import Examination, Identity, truth
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.consoles.hitachi import hitachi_examination
from appliance.simulators.consoles.philips import philips_examination
from appliance.simulators.consoles.toshiba_examination import toshiba_examination
from appliance.simulators.ct_series import makers
from appliance.simulators.ct_series.makers import Maker
from appliance.simulators.ct_series.planning import study_of
from appliance.simulators.ct_series.series import Form, images
from appliance.simulators.secondary_capture import (
    GE,
    HITACHI,
    PHILIPS,
    SIEMENS,
    TOSHIBA,
    secondary_capture,
)
from appliance.simulators.storage_forms import StorageForm
from appliance.uids import derived_uid

GE_FONT = "helvB10-100dpi"
SIEMENS_FONT = "helvR10-75dpi"
OTHER_FONT = "6x13-misc"
_MATRIX = 128
"""Rows and columns of the images that come along."""
_PAGES = 18
"""Scans of the examination that needs several pages."""


class Kind(StrEnum):
    """What a study shows."""

    GE = "ge"
    SIEMENS = "siemens"
    TOSHIBA = "toshiba"
    PHILIPS = "philips"
    HITACHI = "hitachi"
    UNREADABLE = "unreadable"
    MULTI_PAGE = "multi-page"


SHOWN = (Kind.GE, Kind.SIEMENS, Kind.UNREADABLE)
"""What a short demonstration needs."""


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """A simulated study: its objects, and what their screens print."""

    kind: Kind
    objects: tuple[Dataset, ...]
    examination: Examination
    pages: tuple[Picture, ...]

    @property
    def truth(self) -> dict[str, Any]:
        """What the screens print, by the keys of ``appliance read``."""
        return truth(self.examination)


def demo_studies(
    seed: int, kinds: tuple[Kind, ...] = tuple(Kind), font: Font | None = None
) -> list[Study]:
    """One study of each kind; the same seed gives the same objects.

    ``font`` draws instead of the consoles' own. Raises ValueError when it is too large for them.
    """
    return [_STUDIES[kind](seed, font) for kind in kinds]


def with_images(study: Study, seed: int) -> Study:
    """The study as it was made by ``demo_studies``, its small images before its screens."""
    imaged = study_of(study.examination, identity(seed, study.kind), _MAKERS[study.kind])
    return replace(study, objects=(*images(imaged, Form(matrix=_MATRIX)), *study.objects))


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


def _ge(seed: int, font: Font | None) -> Study:
    examination = ge_examination(_random(seed), 4)
    return _ge_study(Kind.GE, seed, examination, _ge_pages(examination, Kind.GE, seed, font))


def _multi_page(seed: int, font: Font | None) -> Study:
    examination = ge_examination(_random(seed), _PAGES)
    pages = _ge_pages(examination, Kind.MULTI_PAGE, seed, font)
    return _ge_study(Kind.MULTI_PAGE, seed, examination, pages)


def _unreadable(seed: int, font: Font | None) -> Study:
    """A Dose Report whose total is smudged."""
    examination = ge_examination(_random(seed), 3)
    drawn = _ge_pages(examination, Kind.UNREADABLE, seed, font)
    height = (font or load_font(GE_FONT)).height
    pages = [_smudged(page, ge.row_top(len(examination.scans)), height) for page in drawn]
    return _ge_study(Kind.UNREADABLE, seed, examination, pages)


def _toshiba(seed: int, font: Font | None) -> Study:
    examination, who = toshiba_examination(_random(seed), 3), identity(seed, Kind.TOSHIBA)
    pages = toshiba.draw(examination, who, font or load_font(OTHER_FONT))
    return _study(Kind.TOSHIBA, examination, pages, secondary_capture(pages, TOSHIBA, who))


def _philips(seed: int, font: Font | None) -> Study:
    examination, who = philips_examination(_random(seed), 3), identity(seed, Kind.PHILIPS)
    pages = philips.draw(examination, who, font or load_font(SIEMENS_FONT))
    return _study(Kind.PHILIPS, examination, pages, secondary_capture(pages, PHILIPS, who))


def _hitachi(seed: int, font: Font | None) -> Study:
    examination, who = hitachi_examination(_random(seed), 3), identity(seed, Kind.HITACHI)
    pages = hitachi.draw(examination, who, font or load_font(OTHER_FONT))
    return _study(Kind.HITACHI, examination, pages, secondary_capture(pages, HITACHI, who))


def _siemens(seed: int, font: Font | None) -> Study:
    examination = siemens_examination(_random(seed), 3)
    who = identity(seed, Kind.SIEMENS)
    style = siemens.SiemensStyle(phantom_mark=siemens.PhantomMark.PARENTHESES)
    pages = siemens.draw(examination, who, font or load_font(SIEMENS_FONT), style)
    form = StorageForm.PLAIN if font else StorageForm.OVERLAY  # an overlay has two levels
    return _study(Kind.SIEMENS, examination, pages, secondary_capture(pages, SIEMENS, who, form))


def _ge_pages(examination: Examination, kind: Kind, seed: int, font: Font | None) -> list[Picture]:
    return ge.draw(examination, identity(seed, kind), font or load_font(GE_FONT))


def _ge_study(kind: Kind, seed: int, examination: Examination, pages: list[Picture]) -> Study:
    objects = secondary_capture(pages, GE, identity(seed, kind), StorageForm.SIXTEEN_BITS)
    return _study(kind, examination, pages, objects)


def _study(
    kind: Kind, examination: Examination, pages: list[Picture], objects: list[Dataset]
) -> Study:
    return Study(kind, tuple(objects), examination, tuple(pages))


def _smudged(page: Picture, top: int, height: int) -> Picture:
    """``page`` with one line blurred to two levels, so that no figure can be told."""
    line = slice(top, top + height)
    blurred = cv2.blur(page[line], (9, 5))
    smudged = page.copy()
    smudged[line] = np.where(blurred > blurred.mean(), 255, 0)
    return smudged


def _random(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - reproducible, not secret


_MAKERS: dict[Kind, Maker] = {
    Kind.GE: makers.GE,
    Kind.SIEMENS: makers.SIEMENS_SENSATION,
    Kind.TOSHIBA: makers.TOSHIBA,
    Kind.PHILIPS: makers.PHILIPS_BRILLIANCE,
    Kind.HITACHI: makers.HITACHI,
    Kind.UNREADABLE: makers.GE,
    Kind.MULTI_PAGE: makers.GE,
}

_STUDIES: dict[Kind, Callable[[int, Font | None], Study]] = {
    Kind.GE: _ge,
    Kind.SIEMENS: _siemens,
    Kind.TOSHIBA: _toshiba,
    Kind.PHILIPS: _philips,
    Kind.HITACHI: _hitachi,
    Kind.UNREADABLE: _unreadable,
    Kind.MULTI_PAGE: _multi_page,
}
