"""Whether the box can receive now: the vital signs for which the DICOM libraries are loaded."""

import os
import secrets
from pathlib import Path

from pynetdicom.presentation import build_context
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined] # made at run time

from appliance.association import Hindrance, NoAssociation, Peer, associate
from appliance.config import Receiver
from appliance.ledger.durable import FILE_MODE, PART_SUFFIX
from appliance.services.vitals import EVERY_ADDRESS, Sign, Vital
from appliance.spool.folder import INCOMING
from appliance.tls import Credentials

PROBE_BYTES = 4096
ANSWER_S = 10.0
"""How long the own listener may take for each answer."""
SUCCESS = 0x0000


def spool_writable(spool_dir: Path) -> Sign:
    """Whether a file can be written there and made durable; it is gone when this returns.

    It goes where objects go first, so one that a power cut leaves is swept like theirs.
    """
    probe = spool_dir / INCOMING / f"{secrets.token_hex(8)}{PART_SUFFIX}"
    try:
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        try:
            os.write(descriptor, bytes(PROBE_BYTES))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            probe.unlink(missing_ok=True)
    except OSError as failure:
        detail = failure.strerror or repr(failure)
        return Sign(Vital.SPOOL_WRITABLE, is_well=False, detail=detail)
    return Sign(Vital.SPOOL_WRITABLE, is_well=True)


def listener_answers(receiver: Receiver) -> Sign:
    """Whether the box's own port answers, as which the box calls itself; by TLS if only by TLS.

    A refusal is an answer as well: who has no association left to give is busy, not hung; that
    a certificate has expired, or is not one that the box would accept of a caller, is no hanging
    either. The receiver knows this call by its AE
    title and the address, which is its own; it counts it nowhere and allows it nothing else.
    """
    association = associate(_itself(receiver), [build_context(Verification)])
    if isinstance(association, NoAssociation):
        answered = association.hindrance not in (Hindrance.UNREACHABLE, Hindrance.ENDED)
        told = f"{association.hindrance}: {association.detail}"
        return Sign(Vital.LISTENER_ANSWERS, answered, told)
    status = association.send_c_echo().get("Status")
    association.release()
    told = "" if status == SUCCESS else "no answer to the C-ECHO"
    return Sign(Vital.LISTENER_ANSWERS, status == SUCCESS, told)


def _itself(receiver: Receiver) -> Peer:
    tls = receiver.tls
    shown = tls.client_certificate == "required"
    own = Credentials(
        profile=tls.profile,
        ca_file=tls.certificate_file,
        certificate_file=tls.certificate_file if shown else "",
        private_key_file=tls.private_key_file if shown else "",
        check_host_name=False,
    )
    return Peer(
        ae_title=receiver.ae_title,
        host=EVERY_ADDRESS.get(receiver.bind, receiver.bind),
        port=tls.port if tls.instead else receiver.port,
        calling_ae_title=receiver.ae_title,
        connection_timeout_s=ANSWER_S,
        timeout_s=ANSWER_S,
        credentials=own if tls.instead else None,
    )
