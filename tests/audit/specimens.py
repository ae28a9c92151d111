"""One audit message of every kind that the box writes."""

from appliance.audit import AuditMessage, Here, Outcome, Participant, Seen, Stage, codes, events

AT = 1_800_000_000.25
BOX = Here("receiver", "DOSEBOX")
CT = Participant(
    user_id="CT1", is_requestor=True, role=codes.SOURCE, ae_titles=("CT1",), address="192.0.2.7"
)
STICK = Participant(user_id="stick-1", role=codes.DESTINATION_MEDIA, medium=codes.USB_DISK)
SOURCE_STICK = Participant(user_id="stick-1", role=codes.SOURCE_MEDIA, medium=codes.USB_DISK)
RIS = Participant(user_id="RIS", role=codes.DESTINATION, ae_titles=("RIS",), address="ris.example")
STUDY = Seen(study_instance_uid="1.2.3", instances=(("1.2.840.10008.5.1.4.1.1.7", 2),))
KNOWN = Seen(study_instance_uid="1.2.4", patient_id="山田 12", is_anonymous=False)


def every_kind() -> dict[str, AuditMessage]:
    """By a name for each."""
    return {
        "started": events.application_activity(AT, BOX, Stage.START),
        "stopped": events.application_activity(AT, BOX, Stage.STOP),
        "log-used": events.audit_log_used(AT, "engineer", "urn:dose-appliance:audit"),
        "transferred": events.instances_transferred(AT, CT, BOX.as_(codes.DESTINATION), STUDY),
        "accessed": events.instances_accessed(AT, "suzuki", BOX, KNOWN),
        "exported": events.exported(AT, "suzuki", BOX, STICK, (STUDY, KNOWN)),
        "exported-nothing": events.exported(AT, "", BOX, STICK, ()),
        "imported": events.imported(AT, BOX, SOURCE_STICK),
        "query": events.query(AT, BOX, RIS, "1.2.840.10008.5.1.4.31", b"\x10\x00\x20\x00LO\0\0"),
        "alert": events.security_alert(
            AT,
            BOX,
            codes.NODE_AUTHENTICATION,
            Outcome.SERIOUS,
            "caller-not-listed",
            node="192.0.2.9",
            who=Participant(user_id="STRANGER", ae_titles=("STRANGER",), address="192.0.2.9"),
        ),
        "journal": events.security_alert(
            AT, BOX, codes.OBJECT_CHANGED, Outcome.MAJOR, "the journal is broken"
        ),
        "login": events.user_authentication(
            AT, "suzuki", "192.0.2.8", BOX, Stage.START, outcome=Outcome.MINOR
        ),
        "logout": events.user_authentication(
            AT, "suzuki", "192.0.2.8", BOX, Stage.STOP, outcome=Outcome.SUCCESS
        ),
    }
