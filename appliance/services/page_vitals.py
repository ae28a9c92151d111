"""Whether the pages are served: asked as a browser asks, through the listener.

A loop that goes round while every thread hangs, or a listener that was closed, serves nobody.
"""

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from appliance.services.vitals import EVERY_ADDRESS, Sign, Vital

ANSWER_S = 15.0
PAGE = "/login"
"""A page for everybody; a thread makes it, as it does every other."""
FAILED = 500
BUSY = 503
"""Who has no connection left to give is busy, not hung."""


def page_answers(address: str, port: int, *, encrypted: bool) -> Sign:
    """Whether a page comes; what it says, and by which certificate, is not looked at."""
    link = _link(EVERY_ADDRESS.get(address, address), port, encrypted=encrypted)
    try:
        link.request("GET", PAGE)
        status = link.getresponse().status
    except (OSError, HTTPException) as failure:
        return Sign(Vital.PAGE_ANSWERS, is_well=False, detail=f"no answer: {failure!r}")
    finally:
        link.close()
    is_well = status < FAILED or status == BUSY
    return Sign(Vital.PAGE_ANSWERS, is_well, "" if is_well else f"status {status}")


def _link(host: str, port: int, *, encrypted: bool) -> HTTPConnection:
    if not encrypted:
        return HTTPConnection(host, port, timeout=ANSWER_S)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # It is the box's own port: what is asked is whether it answers, not who it is.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return HTTPSConnection(host, port, timeout=ANSWER_S, context=context)
