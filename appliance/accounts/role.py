"""What persons may do on the box, and the roles that such rights come by."""

from collections.abc import Mapping
from enum import StrEnum


class Right(StrEnum):
    """What a page may ask of a person."""

    SEE_STATE = "see-state"
    """How the box, its scanners and destinations are."""
    SEE_DOSES = "see-doses"
    """Doses without persons: distributions, reference levels."""
    SEE_PATIENTS = "see-patients"
    """Whatever names a patient: studies, their pictures and reports."""
    SETTLE = "settle"
    """Decide about a study that waits."""
    TEST_DISPLAYS = "test-displays"
    """Register displays and test them."""
    COMMISSION = "commission"
    """Bring scanners and destinations into use."""
    CONFIGURE = "configure"
    """Change settings, certificates and versions; make and bring back backups."""
    ADMINISTER = "administer"
    """Say who may use the box."""


class Role(StrEnum):
    """What an account is for."""

    VIEWER = "viewer"
    TECHNOLOGIST = "technologist"
    ENGINEER = "engineer"
    ADMINISTRATOR = "administrator"


_VIEWER = frozenset({Right.SEE_STATE, Right.SEE_DOSES})
_TECHNOLOGIST = _VIEWER | {Right.SEE_PATIENTS, Right.SETTLE, Right.TEST_DISPLAYS}
_ENGINEER = _TECHNOLOGIST | {Right.COMMISSION, Right.CONFIGURE}
ROLES: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: _VIEWER,
    Role.TECHNOLOGIST: _TECHNOLOGIST,
    Role.ENGINEER: _ENGINEER,
    Role.ADMINISTRATOR: _ENGINEER | {Right.ADMINISTER},
}
"""The rights of each role."""
