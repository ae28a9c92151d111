"""DICOM objects made here, posted to destinations that are named.

**Knows:** what the outbox keeps of an object, and where its file lies.
**Does not know:** what the object is of.
"""

import hashlib
from collections.abc import Sequence
from io import BytesIO

from pydicom import dcmread

from appliance import log
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.config.display_contradictions import WITHOUT_FILES
from appliance.errors import NotFoundError, RefusedError
from appliance.ledger import Ledger
from appliance.outbox.delivery import Received
from appliance.outbox.posting import Posting
from appliance.spool import file_meta

FOLDER = "made-here"
TAGS = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID")


def post(
    content: bytes,
    destinations: Sequence[str],
    configuration: Configuration,
    ledger: Ledger,
    clock: Clock,
) -> str:
    """Post a PS3.10 file that names no patient; its SOP Instance UID. Durable when this returns.

    Raises NotFoundError for a destination that there is not, RefusedError for one that takes no
    such object as it is, OSError when it cannot be kept.
    """
    for name in destinations:
        _must_take(name, configuration)
    made = _described(content)
    Posting(configuration.outbox_dir, ledger, clock).post(content, made, destinations)
    log.info("object_posted", instance=made.sop_instance_uid, destinations=",".join(destinations))
    return made.sop_instance_uid


def _must_take(name: str, configuration: Configuration) -> None:
    known = {each.name: each for each in configuration.destination}
    if name not in known:
        remedy = ", ".join(known) or "no [[destination]] is configured"
        raise NotFoundError("there is no destination of that name", name, remedy)
    if known[name].kind in WITHOUT_FILES or known[name].deidentify != "none":
        raise RefusedError("that destination takes no object as it is", name)


def _described(content: bytes) -> Received:
    read = dcmread(BytesIO(content), specific_tags=list(TAGS))
    start = file_meta.data_set(content).start
    uid = str(read.SOPInstanceUID)
    return Received(
        sop_instance_uid=uid,
        sop_class_uid=str(read.SOPClassUID),
        study_instance_uid=str(read.StudyInstanceUID),
        path=f"{FOLDER}/{uid}.dcm",
        sha256=hashlib.sha256(memoryview(content)[start:]).hexdigest(),
    )
