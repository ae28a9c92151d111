"""A TLS handshake without a network: two ends in one process."""

import ssl
from contextlib import suppress

SHOWN_BY_CLIENT = b"hello"


def shaken(
    server: ssl.SSLContext, client: ssl.SSLContext, host: str = "localhost"
) -> tuple[ssl.SSLObject, ssl.SSLObject]:
    """The server's and the client's end; raises SSLError of whichever end refuses."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        server.wrap_bio(to_server, to_client, server_side=True),
        client.wrap_bio(to_client, to_server, server_hostname=host),
    )
    for _ in range(4):
        for end in (ends[1], ends[0]):
            with suppress(ssl.SSLWantReadError):
                end.do_handshake()
    ends[1].write(SHOWN_BY_CLIENT)
    # With TLS 1.3 the server looks at the client's certificate when it reads.
    assert ends[0].read() == SHOWN_BY_CLIENT
    return ends
