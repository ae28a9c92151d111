"""Audit messages as XML (PS3.15 A.5.1.1).

The XML is ASCII: other characters are character references. So no receiver has to know how syslog
tells UTF-8 (RFC 5424 6.4), and nothing in a message can end or begin a line.
"""

import base64
import re
from xml.etree.ElementTree import Element, SubElement, tostring

from appliance.audit.codes import Code
from appliance.audit.message import AuditMessage, Participant, Subject
from appliance.clock import iso8601

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
LONGEST_TEXT = 256
"""Characters of any one text; whoever calls can name himself as he likes."""
APPLICATION_SERVER = "4"
MACHINE_NAME, IP_ADDRESS = "1", "2"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IP_ADDRESS = re.compile(r"[0-9.]+|[0-9a-fA-F:.%a-z]*:[0-9a-fA-F:.%a-z]*")


def as_xml(message: AuditMessage, source_id: str, site_id: str = "") -> str:
    """The message as its source ``source_id`` at ``site_id`` reports it."""
    root = Element("AuditMessage")
    _event(root, message)
    for participant in message.participants:
        _participant(root, participant)
    source = SubElement(root, "AuditSourceIdentification")
    if site_id:
        source.set("AuditEnterpriseSiteID", _text(site_id))
    source.set("AuditSourceID", _text(source_id))
    SubElement(source, "AuditSourceTypeCode", {"csd-code": APPLICATION_SERVER})
    for subject in message.subjects:
        _subject(root, subject)
    content: bytes = tostring(root, encoding="us-ascii", xml_declaration=False)
    return DECLARATION + content.decode("ascii")


def _event(root: Element, message: AuditMessage) -> None:
    event = SubElement(
        root,
        "EventIdentification",
        {
            "EventActionCode": message.action,
            "EventDateTime": iso8601(message.occurred_at),
            "EventOutcomeIndicator": message.outcome,
        },
    )
    _coded(event, "EventID", message.event)
    for each in message.types:
        _coded(event, "EventTypeCode", each)


def _participant(root: Element, participant: Participant) -> None:
    found = SubElement(root, "ActiveParticipant", UserID=_text(participant.user_id))
    if participant.ae_titles:
        titles = ";".join(map(_text, participant.ae_titles))
        found.set("AlternativeUserID", f"AETITLES={titles}")
    found.set("UserIsRequestor", _boolean(participant.is_requestor))
    if participant.address:
        found.set("NetworkAccessPointID", _text(participant.address))
        is_address = _IP_ADDRESS.fullmatch(participant.address)
        found.set("NetworkAccessPointTypeCode", IP_ADDRESS if is_address else MACHINE_NAME)
    if participant.role is not None:
        _coded(found, "RoleIDCode", participant.role)
    if participant.medium is not None:
        _coded(SubElement(found, "MediaIdentifier"), "MediaType", participant.medium)


def _subject(root: Element, subject: Subject) -> None:
    found = SubElement(
        root,
        "ParticipantObjectIdentification",
        {
            "ParticipantObjectID": _text(subject.identifier),
            "ParticipantObjectTypeCode": subject.kind,
            "ParticipantObjectTypeCodeRole": subject.role,
        },
    )
    _coded(found, "ParticipantObjectIDTypeCode", subject.identified_by)
    if subject.query is None:
        SubElement(found, "ParticipantObjectName").text = _text(subject.name)
    else:
        SubElement(found, "ParticipantObjectQuery").text = _base64(subject.query)
    for kind, value in subject.details:
        SubElement(found, "ParticipantObjectDetail", type=_text(kind), value=_base64(value))
    _description(found, subject)


def _description(found: Element, subject: Subject) -> None:
    if not subject.instances and subject.is_anonymous is None:
        return
    description = SubElement(found, "ParticipantObjectDescription")
    for uid, count in subject.instances:
        SubElement(description, "SOPClass", UID=_text(uid), NumberOfInstances=str(count))
    if subject.is_anonymous is not None:
        SubElement(description, "Anonymized").text = _boolean(subject.is_anonymous)


def _coded(parent: Element, name: str, code: Code) -> None:
    attributes = {"csd-code": code.value, "codeSystemName": code.scheme}
    SubElement(parent, name, attributes | {"originalText": code.meaning})


def _text(text: str) -> str:
    """What XML 1.0 can carry of ``text``, on one line and not endless."""
    return " ".join(_NOT_XML.sub("\ufffd", text[:LONGEST_TEXT]).split())


def _boolean(truth: bool) -> str:  # noqa: FBT001 - a value of xsd:boolean
    return "true" if truth else "false"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
