"""Images fetched one of each series: what they cannot say of a whole scan.

**Knows:** which values need more than one image of a scan.
**Does not know:** who fetched them, and which rows they are matched with.
"""

from dataclasses import replace

from appliance.dose.merge.likeness import is_localizer, is_stationary
from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.headers import ImageEvidence, ImageReading


def without_samples(images: ImageReading) -> CTRadiationDose | None:
    """What images say, but for what one image of each series cannot say of a whole scan.

    An archive may have been asked for one image a series, to learn the phantom.
    """
    if images.record is None:
        return None
    pairs = zip(images.record.events, images.evidence, strict=True)
    events = tuple(_sampled(event) if _is_sample(event, each) else event for event, each in pairs)
    return replace(images.record, events=events)


def _is_sample(event: IrradiationEvent, found: ImageEvidence) -> bool:
    return found.images <= len(found.series_uids) and not (
        is_localizer(event) or is_stationary(event)
    )


def _sampled(event: IrradiationEvent) -> IrradiationEvent:
    return replace(
        event,
        started=None,
        exposure_time_s=None,
        tube_current_ma=None,
        tube_current_max_ma=None,
        scanning_length_mm=None,
        reconstructable_length_mm=None,
        top_z_mm=None,
        bottom_z_mm=None,
        further_sources=(),
    )
