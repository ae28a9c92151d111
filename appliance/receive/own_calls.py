"""The calls of the box to itself, by which it knows that it answers.

They are known by the box's own AE title from its own address, are allowed Verification alone, and
are neither counted nor logged.
"""

import weakref
from typing import Any

from pynetdicom import evt
from pynetdicom.association import Association
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined] # made at run time

from appliance.receive.guest import is_from_here


class OwnCalls:
    """Which associations are the box's own; ``ae_title`` is its AE title."""

    def __init__(self, ae_title: str) -> None:
        self._ae_title = ae_title.strip()
        self._known: weakref.WeakSet[Association] = weakref.WeakSet()

    def __contains__(self, association: Association) -> bool:
        return association in self._known

    def look(self, event: evt.Event) -> None:
        """At an association that is asked for; to be bound to EVT_REQUESTED."""
        association = event.assoc
        connection: Any = association.dul.socket
        request: Any = association.requestor.primitive
        if request.calling_ae_title.strip() != self._ae_title:
            return
        if is_from_here(connection.socket, association.requestor.address):
            self._known.add(association)
            allowed = association.acceptor.supported_contexts
            association.acceptor.supported_contexts = [
                each for each in allowed if each.abstract_syntax == Verification
            ]
