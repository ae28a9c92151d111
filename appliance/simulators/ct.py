"""A CT that sends its dose screens: a Storage SCU.

**Knows:** C-STORE, one association a study, each object in its own transfer syntax.
**Does not know:** what is in the objects.
"""

from collections.abc import Iterable, Sequence

from pydicom import Dataset
from pynetdicom import AE
from pynetdicom.association import Association

from appliance.association import leave_answers_to_the_asker
from appliance.errors import ApplianceError


class SendingError(ApplianceError):
    """The peer could not be reached, refused the association, or does not take the objects."""


def send_studies(
    studies: Iterable[Sequence[Dataset]],
    host: str,
    port: int,
    called_ae: str,
    calling_ae: str = "CT01",
) -> list[int]:
    """Send each study in an association of its own.

    Returns:
        The DIMSE status of each object in order (PS3.4 B.2.3), 0x0000 being success.

    Raises:
        SendingError: There was no association, no accepted context, or no answer.
    """
    statuses: list[int] = []
    for study in studies:
        association = _associate(study, host, port, called_ae, calling_ae)
        try:
            statuses += [_send(association, each) for each in study]
        finally:
            association.release()
    return statuses


def _associate(
    study: Sequence[Dataset], host: str, port: int, called_ae: str, calling_ae: str
) -> Association:
    entity = AE(ae_title=calling_ae)
    entity.connection_timeout = 10
    for sop_class, syntax in sorted(
        {(each.SOPClassUID, each.file_meta.TransferSyntaxUID) for each in study}
    ):
        entity.add_requested_context(sop_class, syntax)
    association = entity.associate(host, port, ae_title=called_ae)
    if not association.is_established:
        raise SendingError("no association", f"{called_ae} at {host}:{port}")
    leave_answers_to_the_asker(association)
    return association


def _send(association: Association, instance: Dataset) -> int:
    try:
        answer = association.send_c_store(instance)
    except (RuntimeError, ValueError) as error:
        raise SendingError(str(error), str(instance.SOPInstanceUID)) from error
    if "Status" not in answer:
        raise SendingError("no answer to C-STORE", str(instance.SOPInstanceUID))
    return int(answer.Status)
