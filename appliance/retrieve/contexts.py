"""Presentation contexts of a query/retrieve association, and who plays which role (PS3.7 D.3.3.4).

An archive picks one transfer syntax of a context and converts what it has into that, so every
syntax has a context to itself: nothing needs converting on its way here. Reports have no pixels to
compress.
"""

from typing import NamedTuple

from pydicom.uid import UID, DeflatedExplicitVRLittleEndian
from pynetdicom import build_role
from pynetdicom.pdu_primitives import SCP_SCU_RoleSelectionNegotiation
from pynetdicom.presentation import PresentationContext, build_context

from appliance.sop_classes import NATIVE_SYNTAXES, REPORTS, STORAGE_CLASSES, TRANSFER_SYNTAXES

FIND = UID("1.2.840.10008.5.1.4.1.2.2.1")
"""Study Root Query/Retrieve Information Model, FIND."""
RETRIEVAL_MODELS = {
    ("study-root", "get"): UID("1.2.840.10008.5.1.4.1.2.2.3"),
    ("study-root", "move"): UID("1.2.840.10008.5.1.4.1.2.2.2"),
    ("patient-root", "get"): UID("1.2.840.10008.5.1.4.1.2.1.3"),
    ("patient-root", "move"): UID("1.2.840.10008.5.1.4.1.2.1.2"),
}
"""By settings ``model`` and ``method``: the SOP class of the retrieval (PS3.4 table C.6.1-1)."""
QUERY_SYNTAXES: list[str | UID] = list(NATIVE_SYNTAXES[:2])
MOST_CONTEXTS = 128
"""Presentation context IDs are the odd numbers below 256 (PS3.8 9.3.2.2)."""


class Proposal(NamedTuple):
    """What is proposed to the archive."""

    contexts: list[PresentationContext]
    roles: list[SCP_SCU_RoleSelectionNegotiation]


def proposal(model: UID, *, receives: bool) -> Proposal:
    """Contexts to query and to retrieve by ``model``; if it ``receives``, to be sent objects, too.

    Raises ValueError when they are more than one association can have.
    """
    contexts = [build_context(sop_class, QUERY_SYNTAXES) for sop_class in (FIND, model)]
    if not receives:
        return Proposal(contexts, [])
    for sop_class in STORAGE_CLASSES:
        contexts += [build_context(sop_class, syntax) for syntax in _encodings(sop_class)]
    if len(contexts) > MOST_CONTEXTS:
        raise ValueError(f"{len(contexts)} presentation contexts")
    return Proposal(contexts, [build_role(each, scp_role=True) for each in STORAGE_CLASSES])


def _encodings(sop_class: UID) -> tuple[UID, ...]:
    if sop_class in REPORTS:
        return (*NATIVE_SYNTAXES, DeflatedExplicitVRLittleEndian)
    return TRANSFER_SYNTAXES
