"""Which of the objects received go on to which destination, by the site's rules.

An object is looked at once, when it has arrived, and what was decided stays: the rule it matched,
where it goes, and how long it is kept.

**Knows:** what an object is sent as, and the first rule that matches it.
**Does not know:** whether an object is a dose screen that can be read (``study_work``); how it is
sent (``courier``).
"""

import re
from collections.abc import Iterator, Sequence

from pydicom import Dataset, uid
from pydicom.multival import MultiValue
from pydicom.uid import CTImageStorage, XRayRadiationDoseSRStorage

from appliance import log
from appliance.config import Configuration, Destination, Route
from appliance.config.destination import DOSE_SCREENS, IMAGES, NATIVE_REPORTS
from appliance.errors import UnreadableObjectError
from appliance.ledger import Ledger
from appliance.outbox import EVERYWHERE, Kind, Outbox, Received, Routing
from appliance.retrieve.retrievals import Retrievals
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP, SECONDARY_CAPTURES
from appliance.spool import Instance, Spool, read_attributes

BATCH = 100
ATTRIBUTES = (
    "SpecificCharacterSet",
    "Modality",
    "SeriesDescription",
    "ImageType",
    "ImagePositionPatient",
)
_SENT_AS = {
    Kind.NATIVE_REPORT: NATIVE_REPORTS,
    Kind.DOSE_SCREEN: DOSE_SCREENS,
    Kind.IMAGE: IMAGES,
}


class Rules:
    """The rules and destinations of a configuration."""

    def __init__(self, rules: Sequence[Route], destinations: Sequence[Destination]) -> None:
        self._rules = rules
        self._destinations = destinations

    def routing(self, instance: Instance, attributes: Dataset, *, of_the_past: bool) -> Routing:
        """What becomes of ``instance``, in which ``attributes`` were found.

        What was fetched from an archive, ``of_the_past``, is not sent on: it came from there. A
        report among it goes on as any other.
        """
        kind = kind_of(instance, attributes)
        rule = next((each for each in self._rules if matches(each, instance, attributes)), None)
        names = rule.destinations if rule else (EVERYWHERE,)
        if kind is not None and kind is not Kind.NATIVE_REPORT:
            names = () if of_the_past else tuple(self._takers(kind, names))
        return Routing(
            instance_id=instance.id,
            kind=kind,
            rule=rule.name if rule else "",
            destinations=names if kind is not None else (),
            keep_days=rule.keep_days if rule and rule.keep_days >= 0 else None,
        )

    def _takers(self, kind: Kind, names: Sequence[str]) -> Iterator[str]:
        for destination in self._destinations:
            named = EVERYWHERE in names or destination.name in names
            if named and _SENT_AS[kind] in destination.send:
                yield destination.name


def kind_of(instance: Instance, attributes: Dataset) -> Kind | None:
    """What an object is sent as; None for a message about a performed procedure step.

    A picture of a screen is a Secondary Capture, or a CT image that is derived, secondary and
    nowhere in space: some consoles file their dose screens so.
    """
    if instance.sop_class_uid == PERFORMED_PROCEDURE_STEP:
        return None
    if instance.sop_class_uid == XRayRadiationDoseSRStorage:
        return Kind.NATIVE_REPORT
    if instance.sop_class_uid in SECONDARY_CAPTURES:
        return Kind.DOSE_SCREEN
    is_picture = _image_type(attributes)[:2] == ["DERIVED", "SECONDARY"]
    in_space = bool(attributes.get("ImagePositionPatient"))
    if instance.sop_class_uid == CTImageStorage and is_picture and not in_space:
        return Kind.DOSE_SCREEN
    return Kind.IMAGE


def matches(rule: Route, instance: Instance, attributes: Dataset) -> bool:
    """Whether all that ``rule`` names fits."""
    description = str(attributes.get("SeriesDescription") or "")
    classes = {getattr(uid, each, each) for each in rule.sop_class}
    return (
        (not classes or instance.sop_class_uid in classes)
        and rule.calling_ae.strip() in ("", instance.calling_ae.strip())
        and rule.modality.strip() in ("", str(attributes.get("Modality") or "").strip())
        and re.search(rule.series_description, description, re.IGNORECASE) is not None
        and set(rule.image_type) <= set(_image_type(attributes))
    )


class Router:
    """Routes what has arrived, a batch at a time."""

    def __init__(
        self,
        configuration: Configuration,
        spool: Spool,
        outbox: Outbox,
        retrievals: Retrievals,
        ledger: Ledger,
    ) -> None:
        self._rules = Rules(configuration.rule, configuration.destination)
        self._spool = spool
        self._outbox = outbox
        self._retrievals = retrievals
        self._ledger = ledger

    def route_next(self) -> int:
        """Route what arrived since the last time, up to a batch; how many objects."""
        arrivals = self._spool.arrivals_after(self._outbox.last_routed(), BATCH)
        found = [self._looked_at(each) for each in arrivals]
        with self._ledger.transaction():
            for routing, received in found:
                self._outbox.route(routing, received)
        sent_on = sum(bool(received and routing.destinations) for routing, received in found)
        if found:
            log.info("objects_routed", objects=len(found), sent_on=sent_on, last=arrivals[-1].id)
        return len(found)

    def _looked_at(self, instance: Instance) -> tuple[Routing, Received | None]:
        attributes = self._attributes(instance)
        of_the_past = self._retrievals.was_asked_for(instance.sop_instance_uid)
        routing = self._rules.routing(instance, attributes, of_the_past=of_the_past)
        if routing.kind is None or routing.kind.is_report:
            return routing, None
        study = str(attributes.get("StudyInstanceUID") or "")
        return routing, Received(
            sop_instance_uid=instance.sop_instance_uid,
            sop_class_uid=instance.sop_class_uid,
            study_instance_uid=study or f"unreadable:{instance.id}",
            path=instance.path,
            sha256=instance.sha256,
        )

    def _attributes(self, instance: Instance) -> Dataset:
        """What rules look at; nothing of an object that cannot be opened, which goes on as well."""
        if instance.sop_class_uid == PERFORMED_PROCEDURE_STEP:
            return Dataset()
        try:
            return read_attributes(self._spool.file(instance), ATTRIBUTES)
        except (UnreadableObjectError, FileNotFoundError):
            return Dataset()


def _image_type(attributes: Dataset) -> list[str]:
    """What the sender wrote, of whatever VR: a number that stands there alone is no list."""
    value = attributes.get("ImageType") or ()
    values = value if isinstance(value, (list, tuple, MultiValue)) else [value]
    return [str(each).strip().upper() for each in values]
