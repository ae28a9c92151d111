"""What a dose screen does not print, from the study's image headers or the scanner's rules.

An image is taken for an event's only when its CTDIvol is the one the screen prints, when no other
protocol's scan prints the same, and when all such images name the same phantom: anything less would
be a guess.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from pydicom import Dataset

from appliance.config.scanners import rule_for_label
from appliance.config.schema import Rule
from appliance.dose.coded import CTAcquisitionType, Phantom, SourceOfDoseInformation
from appliance.dose.plausibility import rounding
from appliance.dose.record import (
    CTRadiationDose,
    IrradiationEvent,
    Number,
    Origin,
    Sourced,
    Text,
)
from appliance.rdsr.document import RegionRule

SITE_RULE = Origin(SourceOfDoseInformation.MANUAL_ENTRY, "site rule")
PHANTOM_CODES = {phantom.code_value: phantom for phantom in Phantom}


def completed(
    record: CTRadiationDose, headers: Iterable[Dataset], rules: tuple[Rule, ...]
) -> CTRadiationDose:
    """``record`` with phantoms and acquisition types that it lacks, each with its origin.

    The ``headers`` are those of the study's objects, in any order: the result is the same.
    """
    images = sorted(_phantoms_of_images(headers), key=_uid)
    events = tuple(
        _with_rule(_with_image(event, images) if _is_alone(event, record) else event, rules)
        for event in record.events
    )
    return replace(record, events=events)


def region_rule(rules: tuple[Rule, ...]) -> RegionRule:
    """The site's rule for Target Region, by the scan's label."""

    def region(label: str) -> str:
        rule = rule_for_label(rules, label)
        return rule.target_region if rule else ""

    return region


def _with_rule(event: IrradiationEvent, rules: tuple[Rule, ...]) -> IrradiationEvent:
    rule = rule_for_label(rules, _text(event.label))
    if rule is None:
        return event
    if rule.phantom and event.phantom is None and event.has_dose:
        phantom = Phantom.from_name(rule.phantom)
        event = replace(event, phantom=Sourced(phantom, phantom.name, SITE_RULE))
    if rule.acquisition_type and event.acquisition_type is None:
        kind = CTAcquisitionType.from_name(rule.acquisition_type)
        event = replace(event, acquisition_type=Sourced(kind, kind.name, SITE_RULE))
    return event


def _with_image(
    event: IrradiationEvent, images: Sequence[tuple[Decimal, Sourced[Phantom]]]
) -> IrradiationEvent:
    ctdi = event.ctdi_vol_mgy
    if ctdi is None or event.phantom is not None:
        return event
    named = [phantom for value, phantom in images if _prints_as(value, ctdi)]
    if len({phantom.value for phantom in named}) != 1:
        return event
    return replace(event, phantom=named[0])


def _is_alone(event: IrradiationEvent, record: CTRadiationDose) -> bool:
    """Whether every scan that prints the same CTDIvol was made by the same protocol."""
    return all(
        other is event or (event.label is not None and _text(other.label) == event.label.value)
        for other in record.events
        if other.ctdi_vol_mgy and event.ctdi_vol_mgy
        if other.ctdi_vol_mgy.value == event.ctdi_vol_mgy.value
    )


def _text(label: Text | None) -> str:
    return label.value if label else ""


def _prints_as(value: Decimal, printed: Number) -> bool:
    """Whether a console prints ``value`` so, however it rounds what lies half-way."""
    return abs(value - printed.value) <= rounding(printed)


def _uid(image: tuple[Decimal, Sourced[Phantom]]) -> str:
    return image[1].origin.sop_instance_uid or ""


def _phantoms_of_images(
    headers: Iterable[Dataset],
) -> Iterator[tuple[Decimal, Sourced[Phantom]]]:
    """CTDIvol (0018,9345) and CTDI Phantom Type Code Sequence (0018,9346), where both stand."""
    for dataset in headers:
        codes = dataset.get("CTDIPhantomTypeCodeSequence") or ()
        items = [item for item in codes if isinstance(item, Dataset)]
        phantoms = [PHANTOM_CODES.get(str(item.get("CodeValue", ""))) for item in items]
        try:
            ctdi_vol_mgy = Decimal(str(dataset.get("CTDIvol")))
        except InvalidOperation:
            continue
        if len(phantoms) == 1 and phantoms[0] is not None and ctdi_vol_mgy.is_finite():
            uid = str(dataset.get("SOPInstanceUID", "")) or None
            source = SourceOfDoseInformation.COPIED_FROM_IMAGE
            origin = Origin(source, "image header", uid)
            yield ctdi_vol_mgy, Sourced(phantoms[0], phantoms[0].name, origin)
