"""What neither screen nor images state, by the site's rules for the scanner."""

from dataclasses import replace

from appliance.config.scanners import rule_for_label
from appliance.config.schema import Rule
from appliance.dose.coded import CTAcquisitionType, Phantom, SourceOfDoseInformation
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Origin, Sourced, Text
from appliance.rdsr.document import RegionRule

SITE_RULE = Origin(SourceOfDoseInformation.MANUAL_ENTRY, "site rule")


def ruled(record: CTRadiationDose, rules: tuple[Rule, ...]) -> CTRadiationDose:
    """``record`` with the phantoms and acquisition types that it lacks and a rule gives."""
    return replace(record, events=tuple(_with_rule(event, rules) for event in record.events))


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


def _text(label: Text | None) -> str:
    return label.value if label else ""
