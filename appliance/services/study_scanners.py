"""The scanners of one study: whose images are compared with a screen, and what that leaves out.

A patient may be moved to another scanner, and archives put both into one study. What one of them
irradiated says nothing of the other's rows.

**Knows:** when the images of a study are another scanner's than its screen.
**Does not know:** how an object says which scanner made it (``headers.equipment``).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from pydicom import Dataset

from appliance.dose.doubt import Doubt, Reason
from appliance.headers import Equipment, ImageReading, are_several


def scanner_of(evidence: Sequence[Dataset], images: ImageReading) -> Equipment | None:
    """The scanner that ``evidence`` is of; None where all that made ``images`` count for it.

    A screen of another maker than the one scanner that made all images may have passed a
    workstation; then it is that scanner's.
    """
    made_by, imaged = set(map(Equipment.of, evidence)), scanners(images)
    if len(made_by) != 1:
        return None
    (found,) = made_by
    is_captured = not are_several(imaged) and all(map(found.may_have_captured, imaged))
    return None if is_captured else found


def scanners(images: ImageReading) -> set[Equipment]:
    """Every scanner that made images."""
    return {each.equipment for each in images.evidence}


def of_scanner(images: ImageReading, scanner: Equipment | None) -> ImageReading:
    """What the images of one scanner say."""
    if scanner is None or images.record is None:
        return images
    pairs = zip(images.record.events, images.evidence, strict=True)
    own = [each for each in pairs if scanner.may_be(each[1].equipment)]
    events = tuple(event for event, _ in own)
    return replace(
        images,
        record=replace(images.record, events=events) if events else None,
        evidence=tuple(evidence for _, evidence in own),
    )


def is_step_of(step: Dataset, scanner: Equipment | None, imaged: Collection[Equipment]) -> bool:
    """Whether a step is not that of another of the scanners that made images."""
    if scanner is None:
        return True
    station = " ".join(str(step.get("PerformedStationName") or "").casefold().split())
    return station not in {each.station for each in imaged if not scanner.may_be(each)} - {""}


def several_scanners(
    evidence: Sequence[Dataset], images: ImageReading, scanner: Equipment | None
) -> Iterator[Doubt]:
    """A doubt where a report on ``evidence`` would leave out a scanner, or mix two."""
    events = images.record.events if images.record else ()
    pairs = zip(events, images.evidence, strict=True)
    dosed = {each.equipment for event, each in pairs if event.ctdi_vol_mgy is not None}
    if are_several(map(Equipment.of, evidence)):
        yield Doubt(Reason.SEVERAL_SCANNERS, "the dose screens are of several scanners")
    elif are_several(dosed) or (scanner and not all(map(scanner.may_be, dosed))):
        yield Doubt(Reason.SEVERAL_SCANNERS, "images of another scanner state a dose")


def other_scanners(evidence: Sequence[Dataset], native: Dataset) -> tuple[Doubt, ...]:
    """A doubt where the CT's own report is not of the scanner that drew the screens."""
    reporting = Equipment.of(native)
    screens = set(map(Equipment.of, evidence))
    if all(reporting.may_be(each) or reporting.may_have_captured(each) for each in screens):
        return ()
    return (Doubt(Reason.SEVERAL_SCANNERS, "a dose screen is of another scanner"),)
