"""Destinations and rules of the gateway that are each valid but cannot be meant."""

import re
from collections.abc import Iterator

from appliance.config.contradiction import Contradiction, expression
from appliance.config.destination import (
    NETWORK_KINDS,
    PLACEHOLDERS,
    RECEIVED,
    UNIQUE,
    Destination,
)
from appliance.config.preset import preset_contradictions
from appliance.config.route import Route
from appliance.config.source import KeyPath
from appliance.config.uploads import upload_contradictions
from appliance.config.web_contradictions import fhir_contradictions, web_contradictions

_PLACEHOLDER = re.compile(r"{([^{}]*)}")
RECEIVED_CLASSES = (
    "SecondaryCaptureImageStorage",
    "MultiFrameSingleBitSecondaryCaptureImageStorage",
    "MultiFrameGrayscaleByteSecondaryCaptureImageStorage",
    "MultiFrameGrayscaleWordSecondaryCaptureImageStorage",
    "MultiFrameTrueColorSecondaryCaptureImageStorage",
    "CTImageStorage",
    "EnhancedCTImageStorage",
    "LegacyConvertedEnhancedCTImageStorage",
    "XRayRadiationDoseSRStorage",
    "BasicTextSRStorage",
    "EnhancedSRStorage",
    "ComprehensiveSRStorage",
)
"""Keywords of ``sop_classes.STORAGE_CLASSES``; the receiver loads these settings before it can load
pydicom without what decodes pixels."""
_HERE = ("localhost", "127.0.0.1", "::1")


def destination_contradictions(
    path: KeyPath, destination: Destination, receiver: tuple[str, int]
) -> Iterator[Contradiction]:
    """What cannot be meant of one destination; ``receiver`` is where this box listens."""
    bind, port = receiver
    if destination.kind in NETWORK_KINDS:
        yield from _host(path, destination)
        if destination.host in (*_HERE, bind) and destination.port == port:
            yield (*path, "port"), "this is the receiver's own port", "reports would come back"
    if destination.retry_first_s > destination.retry_max_s:
        what = f"must not be longer than retry_max_s, {destination.retry_max_s:g}"
        yield (*path, "retry_first_s"), what, ""
    if not destination.send:
        what = "nothing would be sent"
        yield (*path, "send"), what, "leave the destination out, or name what it is sent"
    yield from _session(path, destination)
    yield from _file_name((*path, "file_name"), destination.file_name)
    yield from preset_contradictions(path, destination)
    yield from upload_contradictions(path, destination)
    if destination.kind == "stow":
        yield from web_contradictions((*path, "stow"), destination, destination.stow)
    if destination.kind == "fhir":
        yield from web_contradictions((*path, "fhir"), destination, destination.fhir)
        yield from fhir_contradictions(path, destination)
    if destination.kind == "folder":
        yield from _folder((*path, "folder"), destination)


def route_contradictions(
    path: KeyPath, route: Route, destinations: tuple[Destination, ...]
) -> Iterator[Contradiction]:
    """What cannot be meant of one rule."""
    yield from expression((*path, "series_description"), route.series_description)
    for at, word in enumerate(route.sop_class):
        if not word[0].isdigit() and word not in RECEIVED_CLASSES:
            yield (*path, "sop_class", at), "no SOP class that is received has this keyword", ""
    if "*" in route.destinations and len(route.destinations) > 1:
        yield (*path, "destinations"), '"*" is all of them', "leave the others out"
    named = {each.name: each for each in destinations}
    for at, name in enumerate(route.destinations):
        where = (*path, "destinations", at)
        if name != "*" and name not in named:
            yield where, f"there is no destination `{name}`", "names are as in [[destination]]"
        elif name != "*" and not set(named[name].send) & set(RECEIVED):
            what = f"`{name}` is sent nothing that is received"
            yield where, what, f"add {' or '.join(RECEIVED)} to what it is sent"


def _host(path: KeyPath, destination: Destination) -> Iterator[Contradiction]:
    if not destination.host:
        yield path, "`host` is missing", f"a destination by {destination.kind} has one"


def _session(path: KeyPath, destination: Destination) -> Iterator[Contradiction]:
    limited = destination.most_per_session or destination.session_mib
    if destination.session_every_min and not limited:
        what = "no session has an end"
        yield (*path, "session_every_min"), what, "give it most_per_session or session_mib"


def _file_name(path: KeyPath, pattern: str) -> Iterator[Contradiction]:
    names = _PLACEHOLDER.findall(pattern)
    for name in names:
        if name not in PLACEHOLDERS:
            yield (
                path,
                f"there is no placeholder {{{name}}}",
                f"known are {', '.join(PLACEHOLDERS)}",
            )
    if re.search(r"[{}]", _PLACEHOLDER.sub("", pattern)):
        yield path, "a brace is not closed, or not opened", ""
    if not UNIQUE & set(names):
        what = "two objects would have one name"
        yield path, what, f"add one of {', '.join(f'{{{name}}}' for name in sorted(UNIQUE))}"


def _folder(path: KeyPath, destination: Destination) -> Iterator[Contradiction]:
    folder = destination.folder
    if not folder.path.startswith("/"):
        yield (*path, "path"), "must be a path from `/` on", "a folder has one"
    if "/" in folder.marker:
        yield (*path, "marker"), "must be a name, without folders", ""
