"""What a request's association says of the object that comes with it."""

from typing import Any

from pynetdicom import evt

from appliance.spool import Arrival


def arrival_of(event: evt.Event, sop_class_uid: str, sop_instance_uid: str) -> Arrival:
    """The arrival of an object that the request names so."""
    requestor: Any = event.assoc.requestor
    return Arrival(
        sop_class_uid=sop_class_uid,
        sop_instance_uid=sop_instance_uid,
        transfer_syntax_uid=str(event.context.transfer_syntax),
        calling_ae=requestor.ae_title.strip(),
        called_ae=requestor.primitive.called_ae_title.strip(),
        address=requestor.address,
    )
