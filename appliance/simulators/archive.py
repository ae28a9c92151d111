"""An archive that keeps what it gets in a folder: a Storage SCP.

**Knows:** C-STORE and C-ECHO; one file an object, named by its UID, as received.
**Does not know:** what is in the objects.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydicom.uid import AllTransferSyntaxes
from pynetdicom import AE, AllStoragePresentationContexts, evt

_VERIFICATION = "1.2.840.10008.1.1"
_SUCCESS = 0x0000
_INVALID_INSTANCE_UID = 0x0117
_OUT_OF_RESOURCES = 0xA700
_UID = re.compile(r"[0-9.]{1,64}")


@contextmanager
def run_archive(
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 0,
    ae_title: str = "ARCHIVE",
    on_stored: Callable[[Path], None] = lambda _: None,
) -> Iterator[int]:
    """Serve while the context lasts; yields the port, a free one when ``port`` is 0.

    ``on_stored`` is called in a network thread after each object is whole in ``folder``.

    Raises:
        OSError: The address cannot be listened on.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def keep(event: evt.Event) -> int:
        request: Any = event.request
        uid = str(request.AffectedSOPInstanceUID)
        if not _UID.fullmatch(uid):
            return _INVALID_INSTANCE_UID
        path = folder / f"{uid}.dcm"
        partial = path.with_suffix(".part")
        try:
            partial.write_bytes(event.encoded_dataset())
            partial.replace(path)
        except OSError:
            return _OUT_OF_RESOURCES
        on_stored(path)
        return _SUCCESS

    entity = AE(ae_title=ae_title)
    entity.add_supported_context(_VERIFICATION)
    for context in AllStoragePresentationContexts:
        entity.add_supported_context(str(context.abstract_syntax), AllTransferSyntaxes)
    server: Any = entity.start_server(
        (host, port), block=False, evt_handlers=[(evt.EVT_C_STORE, keep)]
    )
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
