"""What may be sent here, and how encoded: the supported presentation contexts (PS3.8 9.3.2)."""

from pydicom import uid
from pynetdicom.presentation import PresentationContext, build_context

from appliance.commitment.message import PUSH_MODEL, SYNTAXES
from appliance.sop_classes import (
    NATIVE_SYNTAXES,
    PERFORMED_PROCEDURE_STEP,
    STORAGE_CLASSES,
    TRANSFER_SYNTAXES,
)

VERIFICATION = uid.UID("1.2.840.10008.1.1")
"""Verification SOP Class (PS3.4 A.4)."""

VERIFICATION_SYNTAXES: tuple[uid.UID, ...] = NATIVE_SYNTAXES
STEP_SYNTAXES: tuple[uid.UID, ...] = NATIVE_SYNTAXES


def _commitment() -> PresentationContext:
    """Asked to keep objects in the usual roles; told of what others keep in the reverse ones."""
    context = build_context(PUSH_MODEL, [*SYNTAXES])
    context.scu_role = context.scp_role = True
    return context


def supported_contexts() -> list[PresentationContext]:
    """One context a class: all storage classes in all transfer syntaxes, and what is not stored."""
    storage = [build_context(sop_class, [*TRANSFER_SYNTAXES]) for sop_class in STORAGE_CLASSES]
    return [
        build_context(VERIFICATION, [*VERIFICATION_SYNTAXES]),
        build_context(PERFORMED_PROCEDURE_STEP, [*STEP_SYNTAXES]),
        _commitment(),
        *storage,
    ]
