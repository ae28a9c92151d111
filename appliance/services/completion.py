"""What a dose screen does not print, from the study's image headers or the scanner's rules.

An image is taken for an event's only when its CTDIvol is the one the screen prints, and all such
images name the same phantom: anything less would be a guess.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from pydicom import Dataset

from appliance.config.scanners import rule_for_label
from appliance.config.schema import Rule
from appliance.dose.coded import CTAcquisitionType, Phantom, SourceOfDoseInformation
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Number, Origin, Sourced
from appliance.rdsr.document import RegionRule

SITE_RULE = Origin(SourceOfDoseInformation.MANUAL_ENTRY, "site rule")
PHANTOM_CODES = {phantom.code_value: phantom for phantom in Phantom}


def completed(
    record: CTRadiationDose, objects: Sequence[Dataset], rules: tuple[Rule, ...]
) -> CTRadiationDose:
    """``record`` with phantoms and acquisition types that it lacks, each with its origin."""
    images = list(_phantoms_of_images(objects))
    events = tuple(_with_rule(_with_image(event, images), rules) for event in record.events)
    return replace(record, events=events)


def region_rule(rules: tuple[Rule, ...]) -> RegionRule:
    """The site's rule for Target Region, by the scan's label."""

    def region(label: str) -> str:
        rule = rule_for_label(rules, label)
        return rule.target_region if rule else ""

    return region


def _with_rule(event: IrradiationEvent, rules: tuple[Rule, ...]) -> IrradiationEvent:
    rule = rule_for_label(rules, event.label.value if event.label else "")
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


def _prints_as(value: Decimal, printed: Number) -> bool:
    exponent = printed.value.as_tuple().exponent
    return isinstance(exponent, int) and round(value, -exponent) == printed.value


def _phantoms_of_images(
    objects: Sequence[Dataset],
) -> Iterator[tuple[Decimal, Sourced[Phantom]]]:
    """CTDIvol (0018,9345) and CTDI Phantom Type Code Sequence (0018,9346), where both stand."""
    for dataset in objects:
        codes = dataset.get("CTDIPhantomTypeCodeSequence") or ()
        phantoms = [PHANTOM_CODES.get(str(item.get("CodeValue", ""))) for item in codes]
        try:
            ctdi_vol_mgy = Decimal(str(dataset.get("CTDIvol")))
        except InvalidOperation:
            continue
        if len(phantoms) == 1 and phantoms[0] is not None and ctdi_vol_mgy.is_finite():
            uid = str(dataset.get("SOPInstanceUID", "")) or None
            source = SourceOfDoseInformation.COPIED_FROM_IMAGE
            origin = Origin(source, "image header", uid)
            yield ctdi_vol_mgy, Sourced(phantoms[0], phantoms[0].name, origin)
