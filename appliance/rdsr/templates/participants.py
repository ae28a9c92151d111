"""Who observed and which device took part: TID 1002, 1003, 1004 and 1021."""

from collections.abc import Iterator

from highdicom.sr import ContentItem

from appliance.rdsr.concepts import Concept, Fixed
from appliance.rdsr.evidence import IrradiatingDevice
from appliance.rdsr.items import (
    HAS_OBS_CONTEXT,
    HAS_PROPERTIES,
    code,
    person_name,
    text,
    uidref,
)
from appliance.rdsr.parties import PersonObserver, RecordingDevice


def device_observer_context(device: RecordingDevice) -> Iterator[ContentItem]:
    """TID 1002 rows 1 and 3 with TID 1004: this box, in the role Recording."""
    yield code(Concept.OBSERVER_TYPE, Fixed.DEVICE, relationship=HAS_OBS_CONTEXT)
    yield uidref(Concept.DEVICE_OBSERVER_UID, device.uid, HAS_OBS_CONTEXT)
    stated = {
        Concept.DEVICE_OBSERVER_MANUFACTURER: device.manufacturer,
        Concept.DEVICE_OBSERVER_MODEL_NAME: device.model_name,
        Concept.DEVICE_OBSERVER_SERIAL_NUMBER: device.device_serial_number,
    }
    for concept, value in stated.items():
        yield text(concept, value, relationship=HAS_OBS_CONTEXT)
    yield code(Concept.DEVICE_ROLE_IN_PROCEDURE, Fixed.RECORDING, relationship=HAS_OBS_CONTEXT)


def person_observer_context(person: PersonObserver) -> Iterator[ContentItem]:
    """TID 1002 rows 1 and 2 with TID 1003: who settled the study, and who agreed."""
    for name in filter(None, (person.name, person.seconded_by)):
        yield code(Concept.OBSERVER_TYPE, Fixed.PERSON, relationship=HAS_OBS_CONTEXT)
        yield person_name(Concept.PERSON_OBSERVER_NAME, name, HAS_OBS_CONTEXT)


def device_participant(device: IrradiatingDevice) -> ContentItem:
    """TID 1021: the CT, in the role Irradiating Device."""
    return code(
        Concept.DEVICE_ROLE_IN_PROCEDURE,
        Fixed.IRRADIATING_DEVICE,
        [
            text(Concept.DEVICE_MANUFACTURER, device.manufacturer, relationship=HAS_PROPERTIES),
            text(Concept.DEVICE_MODEL_NAME, device.model_name, relationship=HAS_PROPERTIES),
            text(Concept.DEVICE_SERIAL_NUMBER, device.serial_number, relationship=HAS_PROPERTIES),
            uidref(Concept.DEVICE_OBSERVER_UID, device.uid, HAS_PROPERTIES),
        ],
    )
