"""What is known of an event beside its values, for telling it from others.

An irradiation may be reconstructed into several series, so it has several numbers and names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from appliance.dose.record import IrradiationEvent

Span = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Particulars:
    """Every name of an event.

    Attributes:
        series: Every Series Number.
        acquisitions: Every Acquisition Number.
        labels: Every name of its protocol and series.
        span_mm: Its lowest and its highest place; None when unknown.
        begins: Whether its first image is known to have come, where it is of images.
        repeats: Whether one place was imaged at several times.
    """

    series: tuple[str, ...] = ()
    acquisitions: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    span_mm: Span | None = None
    begins: bool = True
    repeats: bool = False


def particulars(event: IrradiationEvent, more: Particulars | None = None) -> Particulars:
    """What the event itself says, and ``more``."""
    further = more or Particulars()
    own = [text.value if text else "" for text in (event.series, event.acquisition, event.label)]
    series, acquisition, label = (tuple(filter(None, [each])) for each in own)
    return Particulars(
        (*series, *further.series),
        (*acquisition, *further.acquisitions),
        (*label, *further.labels),
        further.span_mm or next(_spans(event), None),
        further.begins,
        further.repeats,
    )


def _spans(event: IrradiationEvent) -> Iterator[Span]:
    """The printed range, else that of the reconstructable volume."""
    for one, other in (
        (event.scan_start_mm, event.scan_end_mm),
        (event.bottom_z_mm, event.top_z_mm),
    ):
        if one is not None and other is not None:
            yield min(one.value, other.value), max(one.value, other.value)
