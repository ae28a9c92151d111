"""The generated parts of the DICOM Conformance Statement: what the code really negotiates."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from enum import IntEnum

from pydicom.uid import UID, EncapsulatedPDFStorage
from pynetdicom import AE
from pynetdicom.presentation import PresentationContext, build_context

from appliance import association
from appliance.commitment.message import PUSH_MODEL, SYNTAXES
from appliance.config import schema
from appliance.destinations import c_store
from appliance.destinations.outcome import Delivered, Refused, Retry
from appliance.destinations.status import STATUSES
from appliance.displayqa.display_system import terms
from appliance.orders import worklist
from appliance.rdsr.conformance import modules
from appliance.receive.contexts import VERIFICATION, supported_contexts
from appliance.receive.display_system import display_contexts
from appliance.receive.request import Rejection
from appliance.receive.statuses import CommitmentStatus, DisplayStatus, StepStatus, StoreStatus
from appliance.retrieve.contexts import FIND, RETRIEVAL_MODELS, proposal
from appliance.sop_classes import STORAGE_CLASSES
from appliance.tls import PROFILES

_BECOMES = {Delivered: "delivered", Retry: "tried again", Refused: "left to a person"}
REPORT = UID("1.2.840.10008.5.1.4.1.1.88.67")


def table(head: str, rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; ``head`` is its column titles, parted by ``|``."""
    columns = head.count("|") + 1
    lines = [f"| {head} |", "|" + "---|" * columns]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)]) + "\n"


def services() -> str:
    """Every SOP class with the roles that the box plays in it."""
    roles: dict[UID, list[str]] = {}
    for context in {_abstract(each): each for each in _accepted()}.values():
        roles.setdefault(_abstract(context), []).append("SCP")
    asked = (VERIFICATION, PUSH_MODEL, FIND, *RETRIEVAL_MODELS.values(), _abstract(_worklist()))
    for sop_class in (*STORAGE_CLASSES, EncapsulatedPDFStorage, *asked):
        roles.setdefault(sop_class, []).insert(0, "SCU")
    rows = [
        (uid.name, uid, *("yes" if role in played else "no" for role in ("SCU", "SCP")))
        for uid, played in roles.items()
    ]
    return table("SOP class | UID | SCU | SCP", rows)


def _accepted() -> list[PresentationContext]:
    return [*supported_contexts(), *display_contexts()]


def displays() -> str:
    """The presentation contexts that are accepted by the AE title of a workstation."""
    return _contexts(display_contexts())


def display_statuses() -> str:
    """What an N-GET request may be answered with."""
    return _statuses(DisplayStatus)


def display_terms() -> str:
    """What a Display System may say in each coded attribute, and what is left out."""
    rows = [
        (attribute, of, f"`{term.value}`" if term.value else "left out", term.source)
        for attribute, table_of in terms().items()
        for of, term in table_of.items()
    ]
    return table("attribute | said of | value | from", rows)


def acceptance() -> str:
    """The presentation contexts that the receiver accepts."""
    return _contexts(supported_contexts())


def delivery() -> str:
    """The presentation contexts that the forwarder proposes for an object of each class."""
    syntaxes = ", ".join(f"{UID(each).name} ({each})" for each in c_store.LITTLE_ENDIAN)
    contexts = f"the one it is in; in another context {syntaxes}"
    rows = [(_named(each), contexts, "SCU") for each in STORAGE_CLASSES]
    return table("Abstract syntax | Transfer syntaxes | Role", rows)


def queries() -> str:
    """The presentation contexts that are proposed to an archive to query it."""
    (find, *_) = proposal(RETRIEVAL_MODELS["study-root", "get"], receives=False).contexts
    models = [
        context
        for model in RETRIEVAL_MODELS.values()
        for context in proposal(model, receives=False).contexts[1:]
    ]
    return _contexts([find, *models], "SCU")


def retrievals() -> str:
    """What is proposed beside these to be sent objects on the same association (C-GET)."""
    proposed = proposal(RETRIEVAL_MODELS["study-root", "get"], receives=True)
    storage = [each for each in proposed.contexts if each.abstract_syntax in STORAGE_CLASSES]
    by_class: dict[UID, list[str]] = {}
    for context in storage:
        (syntax,) = context.transfer_syntax
        by_class.setdefault(_abstract(context), []).append(syntax.name)
    roles = {each.sop_class_uid for each in proposed.roles if each.scp_role}
    rows = [
        (_named(uid), "<br>".join(names), "SCP by role selection" if uid in roles else "SCU")
        for uid, names in by_class.items()
    ]
    return table("Abstract syntax | Transfer syntaxes, one context each | Role", rows)


def orders() -> str:
    """The presentation context that is proposed to a worklist."""
    return _contexts([_worklist()], "SCU")


def store_statuses() -> str:
    """What a C-STORE request may be answered with."""
    return _statuses(StoreStatus)


def step_statuses() -> str:
    """What an N-CREATE or N-SET request may be answered with."""
    return _statuses(StepStatus)


def delivery_statuses() -> str:
    """What becomes of a report, by the status that a destination answers with."""
    rows = []
    for each in STATUSES:
        codes = f"0x{each.first:04X}"
        if each.last != each.first:
            codes += f" to 0x{each.last:04X}"
        rows.append((codes, each.meaning, _BECOMES[each.kind]))
    return table("Status | Meaning | The report is", rows)


def commitment() -> str:
    """What is proposed for storage commitment: to ask, and to tell."""
    context = build_context(PUSH_MODEL, [*SYNTAXES])
    asking, telling = (
        _contexts([context], role).splitlines() for role in ("SCU", "SCP by role selection")
    )
    return "\n".join([*asking, telling[-1]]) + "\n"


def commitment_statuses() -> str:
    """What an N-ACTION or N-EVENT-REPORT request of storage commitment may be answered with."""
    return _statuses(CommitmentStatus)


def tls_profiles() -> str:
    """The secure transport connection profiles, with the cipher suites of TLS 1.2."""
    rows = [
        (
            f"`{name}`",
            each.title,
            "<br>".join(rfc for rfc, _ in each.cipher_suites),
            "yes" if each.verified else "**no**",
            each.source,
        )
        for name, each in PROFILES.items()
    ]
    return table("Name | Profile | Cipher suites of TLS 1.2 | Verified | Source", rows)


def rejections() -> str:
    """Why an association is rejected."""
    rows = [(each.reason, *each.value[:3]) for each in Rejection]
    return table("Reason | Result | Source | Reason/diagnostic", rows)


def options() -> str:
    """What else is negotiated, and the limits, with their defaults."""
    receiver = {each.name: each.default for each in fields(schema.Receiver)}
    ae = AE()
    rows = [
        ("Application context", "1.2.840.10008.3.1.1.1"),
        ("Implementation Class UID", ae.implementation_class_uid),
        ("Implementation Version Name", ae.implementation_version_name),
        ("Asynchronous operations", "not negotiated: one operation at a time"),
        ("Largest PDU offered, receiver", f"{receiver['max_pdu_bytes']} bytes, configurable"),
        ("Largest PDU offered, as SCU", f"{association.MAX_PDU_BYTES} bytes"),
        ("Associations at a time, receiver", f"{receiver['max_associations']}, configurable"),
        (
            "Associations at a time for one address",
            f"{receiver['max_associations_per_address']}, configurable",
        ),
        ("AE title of the box", f"`{receiver['ae_title']}`, configurable"),
        ("TCP port of the receiver", f"{receiver['port']}, configurable"),
        ("ARTIM time-out", f"{receiver['acse_timeout_s']:g} s, configurable"),
        ("DIMSE time-out, receiver", f"{receiver['dimse_timeout_s']:g} s, configurable"),
        ("Idle association ended after", f"{receiver['network_timeout_s']:g} s, configurable"),
    ]
    return table("Option | Value", rows)


def attributes() -> str:
    """The attributes of a report around its content tree, by module, with their type."""
    rows = [
        (module, f"`{keyword}`", rule["type"], ", ".join(rule.get("values", ())))
        for module, keywords in modules.rules().items()
        for keyword, rule in keywords.items()
    ]
    return table("Module | Attribute | Type | Values", rows)


STATEMENT: dict[str, Callable[[], str]] = {
    "conformance-services": services,
    "conformance-acceptance": acceptance,
    "conformance-delivery": delivery,
    "conformance-queries": queries,
    "conformance-retrievals": retrievals,
    "conformance-orders": orders,
    "conformance-store-statuses": store_statuses,
    "conformance-step-statuses": step_statuses,
    "conformance-delivery-statuses": delivery_statuses,
    "conformance-options": options,
    "conformance-rejections": rejections,
    "conformance-displays": displays,
    "conformance-display-statuses": display_statuses,
    "display-terms": display_terms,
    "conformance-commitment": commitment,
    "conformance-commitment-statuses": commitment_statuses,
    "tls-profiles": tls_profiles,
    "conformance-attributes": attributes,
}


def _contexts(contexts: Iterable[PresentationContext], role: str = "SCP") -> str:
    rows = []
    for context in contexts:
        names = "<br>".join(f"{each.name} ({each})" for each in context.transfer_syntax)
        rows.append((_named(_abstract(context)), names, role))
    return table("Abstract syntax | Transfer syntaxes | Role", rows)


def _statuses(kind: type[IntEnum]) -> str:
    rows = [(f"0x{each:04X}", each.name.replace("_", " ").capitalize()) for each in kind]
    return table("Status | Meaning", rows)


def _named(uid: UID) -> str:
    return f"{uid.name} ({uid})"


def _abstract(context: PresentationContext) -> UID:
    return UID(str(context.abstract_syntax))


def _worklist() -> PresentationContext:
    return worklist._CONTEXT  # noqa: SLF001 - the context that is proposed, and no copy of it
