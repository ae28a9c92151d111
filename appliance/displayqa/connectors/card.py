"""A display card: what is at its connectors, how they are set, and what they show."""

import re
from collections.abc import Iterator
from ctypes import addressof, c_uint8, c_uint16, c_uint32, c_uint64
from dataclasses import dataclass
from errno import EINVAL, ENOSYS, ENOTTY, EOPNOTSUPP
from pathlib import Path

from appliance.displayqa.connectors import request
from appliance.displayqa.connectors.device import Device, DeviceFile, Opening
from appliance.displayqa.connectors.hindrance import Hindrance, NoPictureError, hindered
from appliance.displayqa.connectors.mode import Mode
from appliance.displayqa.connectors.property import Property, described

FOLDER = Path("/dev/dri")
NO_DISPLAY_CARD = frozenset({EINVAL, ENOSYS, ENOTTY, EOPNOTSUPP})
"""How a card answers that computes pictures and shows none."""
PRIMARY = 1
LUT_TOP = 0xFFFF


@dataclass(frozen=True, slots=True)
class Connector:
    """One socket, and what is plugged in; ``encoders`` are the card's ways to it."""

    number: int
    name: str
    is_connected: bool
    modes: tuple[Mode, ...]
    encoders: tuple[int, ...]
    encoder: int


@dataclass(frozen=True, slots=True)
class Plane:
    """The layer that a whole picture is on; ``formats`` are the kernel's codes."""

    number: int
    formats: frozenset[int]


class Card:
    """One card. Every method raises OSError as the kernel answers."""

    def __init__(self, device: Device, name: str) -> None:
        self.device, self.name = device, name
        self._described: dict[int, Property] = {}
        self.crtcs, self._connectors = self._resources()

    def connectors(self) -> tuple[Connector, ...]:
        """Every one, each asked what is plugged in now."""
        return tuple(self.connector(number, probes=True) for number in self._connectors)

    def connector(self, number: int, *, probes: bool = False) -> Connector:
        """One; unless it ``probes`` the panel, as the kernel last knew it."""
        state = request.ConnectorState(connector_id=number, count_modes=0 if probes else 1)
        spare = request.ModeInfo()
        state.modes_ptr = 0 if probes else addressof(spare)
        self.device.ask(request.GET_CONNECTOR, state)
        while True:
            counts = state.count_modes, state.count_encoders
            modes, encoders = (request.ModeInfo * counts[0])(), (c_uint32 * counts[1])()
            state.count_props = 0
            state.modes_ptr, state.encoders_ptr = addressof(modes), addressof(encoders)
            self.device.ask(request.GET_CONNECTOR, state)
            if state.count_modes <= counts[0] and state.count_encoders <= counts[1]:
                return _connector(state, tuple(modes), tuple(encoders))

    def crtc_for(self, connector: Connector) -> int | None:
        """The scan-out that is on the way to ``connector`` now, or a free one; None without."""
        ways = {each: self._encoder(each) for each in connector.encoders}
        now = ways[connector.encoder].crtc_id if connector.encoder in ways else 0
        if now:
            return int(now)
        taken = self._taken()
        return next(
            (
                crtc
                for way in ways.values()
                for place, crtc in enumerate(self.crtcs)
                if way.possible_crtcs >> place & 1 and crtc not in taken
            ),
            None,
        )

    def plane_of(self, crtc: int) -> Plane | None:
        """The primary plane of a scan-out; None where the kernel names none."""
        self.device.ask(
            request.SET_CLIENT_CAPABILITY,
            request.Capability(capability=request.CLIENT_UNIVERSAL_PLANES, value=1),
        )
        planes = map(self._plane, self._planes())
        place = self.crtcs.index(crtc)
        return next(
            (plane for plane, crtcs in planes if crtcs >> place & 1 and self._is_primary(plane)),
            None,
        )

    def properties(self, kind: int, number: int) -> dict[str, Property]:
        """How an object is set, by name."""
        asked = request.ObjectProperties(obj_id=number, obj_type=kind)
        self.device.ask(request.OBJECT_GET_PROPERTIES, asked)
        keys, values = (c_uint32 * asked.count_props)(), (c_uint64 * asked.count_props)()
        asked.props_ptr, asked.prop_values_ptr = addressof(keys), addressof(values)
        self.device.ask(request.OBJECT_GET_PROPERTIES, asked)
        each = (self._property(key).having(value) for key, value in zip(keys, values, strict=True))
        return {found.name: found for found in each}

    def set_property(self, kind: int, number: int, key: int, value: int) -> None:
        """Set one."""
        wanted = request.ObjectProperty(value=value, prop_id=key, obj_id=number, obj_type=kind)
        self.device.ask(request.OBJECT_SET_PROPERTY, wanted)

    def blob(self, number: int) -> bytes:
        """The bytes that a property points to; none for 0."""
        if not number:
            return b""
        asked = request.Blob(blob_id=number)
        self.device.ask(request.GET_BLOB, asked)
        content = (c_uint8 * asked.length)()
        asked.data = addressof(content)
        self.device.ask(request.GET_BLOB, asked)
        return bytes(content)

    def edid(self, connector: int) -> bytes:
        """What the panel says of itself; empty where it says nothing."""
        found = self.properties(request.OBJECT_CONNECTOR, connector).get("EDID")
        return b"" if found is None else self.blob(found.value)

    def crtc(self, number: int) -> request.Crtc:
        """What a scan-out shows."""
        state = request.Crtc(crtc_id=number)
        self.device.ask(request.GET_CRTC, state)
        return state

    def light(self, crtc: int, connector: int, mode: Mode, framebuffer: int) -> None:
        """Show a framebuffer of the size of ``mode``; returns when it is on its way out."""
        to = c_uint32(connector)
        self.device.ask(
            request.SET_CRTC,
            request.Crtc(
                set_connectors_ptr=addressof(to),
                count_connectors=1,
                crtc_id=crtc,
                fb_id=framebuffer,
                mode_valid=1,
                mode=request.ModeInfo.from_buffer_copy(mode.info),
            ),
        )

    def darken(self, crtc: int) -> None:
        """Show nothing, so that the next mode is set anew with all that belongs to it."""
        self.device.ask(request.SET_CRTC, request.Crtc(crtc_id=crtc))

    def straighten(self, crtc: int) -> None:
        """A straight line for the card's table of levels, where it has one of the old kind."""
        size = self.crtc(crtc).gamma_size
        line = (c_uint16 * size)(*(step * LUT_TOP // max(1, size - 1) for step in range(size)))
        at = addressof(line)
        if size:
            self.device.ask(
                request.SET_GAMMA,
                request.Gamma(crtc_id=crtc, gamma_size=size, red=at, green=at, blue=at),
            )

    def _resources(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        found = request.Resources()
        self.device.ask(request.GET_RESOURCES, found)
        crtcs, connectors = (
            (c_uint32 * found.count_crtcs)(),
            (c_uint32 * found.count_connectors)(),
        )
        found.count_fbs = found.count_encoders = 0
        found.crtc_id_ptr, found.connector_id_ptr = addressof(crtcs), addressof(connectors)
        self.device.ask(request.GET_RESOURCES, found)
        return tuple(crtcs), tuple(connectors)

    def _encoder(self, number: int) -> request.Encoder:
        state = request.Encoder(encoder_id=number)
        self.device.ask(request.GET_ENCODER, state)
        return state

    def _taken(self) -> set[int]:
        """Scan-outs that other connectors have."""
        others = (self.connector(number).encoder for number in self._connectors)
        return {self._encoder(each).crtc_id for each in others if each}

    def _planes(self) -> tuple[int, ...]:
        found = request.PlaneResources()
        self.device.ask(request.GET_PLANE_RESOURCES, found)
        numbers = (c_uint32 * found.count_planes)()
        found.plane_id_ptr = addressof(numbers)
        self.device.ask(request.GET_PLANE_RESOURCES, found)
        return tuple(numbers)

    def _plane(self, number: int) -> tuple[Plane, int]:
        state = request.PlaneState(plane_id=number)
        self.device.ask(request.GET_PLANE, state)
        formats = (c_uint32 * state.count_format_types)()
        state.format_type_ptr = addressof(formats)
        self.device.ask(request.GET_PLANE, state)
        return Plane(number, frozenset(formats)), state.possible_crtcs

    def _is_primary(self, plane: Plane) -> bool:
        found = self.properties(request.OBJECT_PLANE, plane.number).get("type")
        return found is not None and found.value == PRIMARY

    def _property(self, key: int) -> Property:
        if key not in self._described:
            self._described[key] = described(self.device, key)
        return self._described[key]


def cards(folder: Path = FOLDER, opening: Opening = DeviceFile) -> tuple[Card, ...]:
    """Every card that can show pictures, open. Raises NoPictureError where there is none."""
    files = sorted(folder.glob("card[0-9]*"), key=lambda file: _numbers(file.name))
    found = tuple(card for file in files for card in _card(file, opening))
    if not found:
        raise NoPictureError.of(Hindrance.NO_DEVICE, where=str(folder))
    return found


def _card(file: Path, opening: Opening) -> Iterator[Card]:
    device = opening(file)
    try:
        card = Card(device, file.name)
    except OSError as failure:
        device.close()
        if failure.errno not in NO_DISPLAY_CARD:
            with hindered(file.name):
                raise
        return
    yield card


def _numbers(name: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"[0-9]+", name)]


def _connector(
    state: request.ConnectorState, modes: tuple[request.ModeInfo, ...], encoders: tuple[int, ...]
) -> Connector:
    kinds = request.CONNECTOR_TYPES
    kind = kinds[state.connector_type] if state.connector_type < len(kinds) else kinds[0]
    return Connector(
        number=state.connector_id,
        name=f"{kind}-{state.connector_type_id}",
        is_connected=state.connection == request.CONNECTED,
        modes=tuple(map(Mode.of, modes[: state.count_modes])),
        encoders=encoders[: state.count_encoders],
        encoder=state.encoder_id,
    )
