"""The series of a study, image by image, in the order asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from pydicom import Dataset

from appliance.simulators.ct_series.acquisition import Acquisition, ImagedStudy, Kind
from appliance.simulators.ct_series.anatomy import Body
from appliance.simulators.ct_series.image import Place, Series, image
from appliance.simulators.ct_series.makers import SeriesNumbers


@dataclass(frozen=True, slots=True)
class Form:
    """How a study is written.

    Attributes:
        slices: At most so many a series; the first and the last stay where they are.
        matrix: Rows and columns; None writes headers alone.
        shuffled: A seed for the order of all images of the study; None leaves it as acquired.
        body: What is seen on axial images; None draws each body part.
    """

    slices: int | None = 12
    matrix: int | None = None
    shuffled: int | None = None
    body: Body | None = None


PLAIN = Form()


def images(study: ImagedStudy, form: Form = PLAIN) -> list[Dataset]:
    """Every image of the study; instances are numbered on where two scans share a series."""
    made: list[Dataset] = []
    before: dict[int, int] = {}
    for series in series_of(study):
        here = places(series, form.slices)
        for place in here:
            numbered = replace(place, instance=before.get(series.number, 0) + place.instance)
            made.append(image(series, numbered, form.matrix, form.body))
        before[series.number] = before.get(series.number, 0) + len(here)
    if form.shuffled is not None:
        Random(form.shuffled).shuffle(made)  # noqa: S311 - reproducible, not secret
    return made


def series_of(study: ImagedStudy) -> Iterator[Series]:
    """Every series, in the order made; of two sources one each, and one of both."""
    running = 0
    for acquisition in study.acquisitions:
        for at, (reconstruction, source) in enumerate(
            (reconstruction, source)
            for reconstruction in acquisition.reconstructions
            for source in _sources(acquisition)
        ):
            running += 1
            number = _series_number(study, acquisition, running, at)
            yield Series(study.identity, study.maker, acquisition, reconstruction, number, source)


def _sources(acquisition: Acquisition) -> tuple[str, ...]:
    return ("A", "B", "AB") if acquisition.second_source else ("",)


def _series_number(study: ImagedStudy, acquisition: Acquisition, running: int, at: int) -> int:
    scan = int("".join(c if c.isdigit() else " " for c in acquisition.scan).split()[0])
    match study.maker.series_numbers:
        case SeriesNumbers.RUNNING:
            return running
        case SeriesNumbers.HUNDREDS:
            return 100 * scan + at + 1
        case SeriesNumbers.SCAN:
            return scan if at == 0 else 100 * scan + at
    raise AssertionError(study.maker.series_numbers)


def places(series: Series, slices: int | None) -> list[Place]:
    """Where the images of a series lie: every position in every phase."""
    acquisition = series.acquisition
    positions = list(_positions(series, slices))
    return [
        Place(phase * len(positions) + at + 1, part, z_mm, phase)
        for phase in range(acquisition.phases)
        for at, (part, z_mm) in enumerate(positions)
    ]


def _positions(series: Series, slices: int | None) -> Iterator[tuple[float, float]]:
    """Part of the range and z of each image, from the top; a reformat lies front to back."""
    acquisition, thickness = series.acquisition, series.reconstruction.thickness_mm
    if acquisition.is_localizer:
        yield 0.5, 0
        return
    coronal = series.reconstruction.kind is Kind.CORONAL
    top, bottom = (60.0, -60.0) if coronal else (acquisition.top_z_mm, acquisition.bottom_z_mm)
    first, last = top - thickness / 2, bottom + thickness / 2
    count = max(round((first - last) / thickness) + 1, 1)
    count = count if slices is None else min(count, slices)
    for at in range(count):
        part = at / (count - 1) if count > 1 else 0.5
        yield part, first + (last - first) * part if count > 1 else (top + bottom) / 2
