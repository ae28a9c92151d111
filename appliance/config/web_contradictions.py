"""Settings of a web service that are each valid but cannot be meant."""

from collections.abc import Iterator

from appliance.config.contradiction import Contradiction
from appliance.config.destination import RECEIVED, Destination
from appliance.config.source import KeyPath
from appliance.config.web_server import BASIC, BEARER, NO_AUTHORIZATION, WebServer

_HERE = ("localhost", "127.0.0.1", "::1")


def web_contradictions(
    path: KeyPath, destination: Destination, web: WebServer
) -> Iterator[Contradiction]:
    """What cannot be meant of ``web``, the table of ``destination`` that its kind uses."""
    if web.authorization == BASIC and not (web.user and web.password_file):
        yield (*path, "authorization"), "nobody could log in", "give user and password_file"
    if web.authorization == BEARER and not web.token_file:
        yield (*path, "authorization"), "there is no token", "give token_file"
    private = destination.tls.enabled or destination.vpn or destination.host in _HERE
    if web.authorization != NO_AUTHORIZATION and not private:
        what = "anybody on the way could read it"
        yield (*path, "authorization"), what, "enable TLS in [destination.tls]"


def fhir_contradictions(path: KeyPath, destination: Destination) -> Iterator[Contradiction]:
    """What cannot be meant of a destination that is sent summaries."""
    if not destination.fhir.patient_system:
        what = "must be the URI of the site's patient IDs"
        yield (*path, "fhir", "patient_system"), what, "the server knows patients by it"
    if set(destination.send) & set(RECEIVED):
        yield (*path, "send"), "only reports can be summed up", "leave out what is received"
