"""A display card as the kernel speaks for it: what no card of QEMU has, and faults on demand.

The layout of each call is the kernel's own only in the tests with a virtual machine; here it is
what ``request`` says, so these tests are of what is asked and in which order.
"""

from collections.abc import Callable, Sequence
from ctypes import Array, Structure, c_uint8, c_uint16, c_uint32, c_uint64
from dataclasses import dataclass, field
from errno import EACCES, EINVAL, ENOENT, ENOMEM
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.displayqa.connectors import Card, request
from appliance.displayqa.connectors.pixels import PixelFormat

CONNECTOR, CRTC, PLANE, ENCODER = 40, 30, 20, 50
EDID_BLOB = 7
HDMI_A = 11
RANGE, ENUM, BLOB, IMMUTABLE, BITMASK = 1 << 1, 1 << 3, 1 << 4, 1 << 2, 1 << 5
OBJECTS = {
    CONNECTOR: request.OBJECT_CONNECTOR,
    CRTC: request.OBJECT_CRTC,
    PLANE: request.OBJECT_PLANE,
}


@dataclass
class Row:
    """A property of the simulated card."""

    of: int
    name: str
    flags: int
    value: int
    choices: Sequence[str] = ()
    limits: tuple[int, ...] = ()


def rows() -> list[Row]:
    """Those of a card with everything, as another program left them."""
    return [
        Row(CONNECTOR, "EDID", BLOB | IMMUTABLE, EDID_BLOB),
        Row(CONNECTOR, "link-status", ENUM, 0, ("Good", "Bad")),
        Row(CONNECTOR, "Broadcast RGB", ENUM, 0, ("Automatic", "Full", "Limited 16:235")),
        Row(CONNECTOR, "max bpc", RANGE, 12, limits=(8, 12)),
        Row(CONNECTOR, "left margin", RANGE, 20, limits=(0, 100)),
        Row(CONNECTOR, "underscan", ENUM, 1, ("off", "on", "auto")),
        Row(CRTC, "GAMMA_LUT", BLOB, 99),
        Row(PLANE, "type", ENUM | IMMUTABLE, 1, ("Overlay", "Primary", "Cursor")),
        Row(PLANE, "rotation", BITMASK, 4, ("rotate-0", "rotate-90", "rotate-180")),
        Row(PLANE, "alpha", RANGE, 100, limits=(0, 65535)),
    ]


def mode(width: int, height: int, kind: int = 0, flags: int = 0) -> request.ModeInfo:
    """One of about 60 Hz."""
    return request.ModeInfo(
        clock=(width + 100) * (height + 50) * 60 // 1000,
        hdisplay=width,
        htotal=width + 100,
        vdisplay=height,
        vtotal=height + 50,
        vrefresh=60,
        type=kind,
        flags=flags,
    )


@dataclass
class SimulatedCard:
    """Answers as a ``Device``; what it was told is in its fields."""

    edid: bytes = b""
    modes: Sequence[request.ModeInfo] = (
        mode(1024, 768),
        mode(2048, 1536, request.MODE_PREFERRED),
    )
    properties: list[Row] = field(default_factory=rows)
    formats: Sequence[int] = tuple(each.code for each in PixelFormat)
    is_connected: bool = True
    has_other_master: bool = False
    memory_left: int = 1 << 30
    refused: str = ""
    gamma_size: int = 0
    gamma: list[int] = field(default_factory=list)
    framebuffer: int = 0
    told: list[str] = field(default_factory=list)
    is_closed: bool = False
    _memory: dict[int, tuple[request.DumbBuffer, bytearray]] = field(default_factory=dict)
    _framebuffers: dict[int, request.Framebuffer] = field(default_factory=dict)
    _mode: request.ModeInfo = field(default_factory=request.ModeInfo)

    @property
    def card(self) -> Card:
        """As the code under test opens it."""
        return Card(self, "card7")

    def ask(self, number: int, argument: Structure | None = None) -> None:
        """One call."""
        answers: dict[int, Callable[[Any], None]] = {
            request.SET_MASTER: self._own,
            request.GET_RESOURCES: self._resources,
            request.GET_CONNECTOR: self._connector,
            request.GET_ENCODER: self._encoder,
            request.SET_CLIENT_CAPABILITY: lambda _: None,
            request.GET_PLANE_RESOURCES: self._planes,
            request.GET_PLANE: self._plane,
            request.OBJECT_GET_PROPERTIES: self._values,
            request.GET_PROPERTY: self._description,
            request.OBJECT_SET_PROPERTY: self._set,
            request.GET_BLOB: self._blob,
            request.CREATE_DUMB: self._create,
            request.MAP_DUMB: self._map,
            request.ADD_FRAMEBUFFER: self._add,
            request.GET_CRTC: self._crtc,
            request.SET_CRTC: self._light,
            request.SET_GAMMA: self._straighten,
        }
        answers[number](argument)

    def mapped(self, offset: int, size: int) -> bytearray:
        """Memory of a buffer."""
        memory = self._memory[offset][1]
        assert len(memory) == size
        return memory

    def close(self) -> None:
        """No longer."""
        self.is_closed = True

    def value(self, name: str) -> int:
        """Of a property."""
        return next(row.value for row in self.properties if row.name == name)

    def put(self, name: str, value: int) -> None:
        """As another program does, or the card by itself."""
        next(row for row in self.properties if row.name == name).value = value

    def picture(self) -> NDArray[np.uint32]:
        """The words that are scanned out."""
        shown = self._framebuffers[self.framebuffer]
        made, memory = self._memory[shown.handles[0]]
        lines = np.frombuffer(memory, "<u4").reshape(made.height, made.pitch // 4)
        return np.array(lines[:, : made.width])

    def pixel_format(self) -> int:
        """Of what is scanned out."""
        return int(self._framebuffers[self.framebuffer].pixel_format)

    def _own(self, _argument: None) -> None:
        if self.has_other_master:
            raise OSError(EACCES, "Permission denied")

    def _resources(self, found: request.Resources) -> None:
        _fill(found.crtc_id_ptr, c_uint32 * found.count_crtcs, (CRTC,))
        _fill(found.connector_id_ptr, c_uint32 * found.count_connectors, (CONNECTOR,))
        found.count_crtcs = found.count_connectors = 1

    def _connector(self, state: request.ConnectorState) -> None:
        assert state.connector_id == CONNECTOR
        modes = self.modes if self.is_connected else ()
        if state.count_modes >= len(modes):
            _fill(state.modes_ptr, request.ModeInfo * state.count_modes, modes)
        if state.count_encoders:
            _fill(state.encoders_ptr, c_uint32 * state.count_encoders, (ENCODER,))
        state.count_modes, state.count_encoders = len(modes), 1
        state.connection = 1 if self.is_connected else 2
        state.connector_type, state.connector_type_id = HDMI_A, 1

    def _encoder(self, state: request.Encoder) -> None:
        assert state.encoder_id == ENCODER
        state.possible_crtcs = 1

    def _planes(self, found: request.PlaneResources) -> None:
        _fill(found.plane_id_ptr, c_uint32 * found.count_planes, (PLANE,))
        found.count_planes = 1

    def _plane(self, state: request.PlaneState) -> None:
        _fill(state.format_type_ptr, c_uint32 * state.count_format_types, self.formats)
        state.count_format_types, state.possible_crtcs = len(self.formats), 1

    def _values(self, asked: request.ObjectProperties) -> None:
        keys = [key for key, row in enumerate(self.properties, 1) if row.of == asked.obj_id]
        assert asked.obj_type == OBJECTS[asked.obj_id]
        if asked.count_props:
            _fill(asked.props_ptr, c_uint32 * len(keys), keys)
            values = [self.properties[key - 1].value for key in keys]
            _fill(asked.prop_values_ptr, c_uint64 * len(keys), values)
        asked.count_props = len(keys)

    def _description(self, info: request.PropertyInfo) -> None:
        row = self.properties[info.prop_id - 1]
        info.flags, info.name = row.flags, row.name.encode()
        if row.limits and info.count_values:
            _fill(info.values_ptr, c_uint64 * len(row.limits), row.limits)
        if row.choices and info.count_enum_blobs:
            choices = [
                request.PropertyEnum(value=number, name=name.encode())
                for number, name in enumerate(row.choices)
            ]
            _fill(info.enum_blob_ptr, request.PropertyEnum * len(choices), choices)
        info.count_values, info.count_enum_blobs = len(row.limits), len(row.choices)

    def _set(self, wanted: request.ObjectProperty) -> None:
        row = self.properties[wanted.prop_id - 1]
        assert row.of == wanted.obj_id
        if (
            row.name == self.refused
            or row.flags & IMMUTABLE
            or (row.limits and not _within(wanted.value, row.limits))
        ):
            raise OSError(EINVAL, "Invalid argument")
        row.value = wanted.value
        self.told.append(row.name)

    def _blob(self, asked: request.Blob) -> None:
        if asked.blob_id != EDID_BLOB:
            raise OSError(ENOENT, "No such file or directory")
        if asked.length:
            _fill(asked.data, c_uint8 * asked.length, self.edid)
        asked.length = len(self.edid)

    def _create(self, made: request.DumbBuffer) -> None:
        made.pitch = (made.width * made.bpp // 8 + 255) // 256 * 256
        made.size = made.pitch * made.height
        if made.size > self.memory_left:
            raise OSError(ENOMEM, "Cannot allocate memory")
        self.memory_left -= made.size
        made.handle = len(self._memory) + 1
        self._memory[made.handle] = _copy(made), bytearray(made.size)

    def _map(self, asked: request.DumbMap) -> None:
        asked.offset = asked.handle

    def _add(self, added: request.Framebuffer) -> None:
        if added.pixel_format not in self.formats:
            raise OSError(EINVAL, "Invalid argument")
        added.fb_id = 100 + len(self._framebuffers)
        self._framebuffers[added.fb_id] = _copy(added)

    def _crtc(self, state: request.Crtc) -> None:
        state.fb_id, state.mode, state.gamma_size = self.framebuffer, self._mode, self.gamma_size
        state.mode_valid = bool(self.framebuffer)

    def _light(self, wanted: request.Crtc) -> None:
        assert wanted.crtc_id == CRTC
        if wanted.fb_id:
            assert c_uint32.from_address(wanted.set_connectors_ptr).value == CONNECTOR
            shown = self._framebuffers[wanted.fb_id]
            assert (shown.width, shown.height) == (wanted.mode.hdisplay, wanted.mode.vdisplay)
        self.framebuffer, self._mode = wanted.fb_id, _copy(wanted.mode)
        self.told.append("lit" if wanted.fb_id else "dark")

    def _straighten(self, wanted: request.Gamma) -> None:
        tables = [
            list((c_uint16 * wanted.gamma_size).from_address(at))
            for at in (wanted.red, wanted.green, wanted.blue)
        ]
        assert tables[0] == tables[1] == tables[2]
        self.gamma = tables[0]


def _fill(pointer: int, kind: type[Array[Any]], values: Sequence[Any]) -> None:
    """As the kernel does, only where there is room for all."""
    place = kind.from_address(pointer) if pointer else ()
    if len(place) >= len(values):
        for number, value in enumerate(values):
            place[number] = value  # type: ignore[index]


def _copy(structure: Any) -> Any:  # noqa: ANN401 - of any kind
    return type(structure).from_buffer_copy(bytes(structure))


def _within(value: int, limits: tuple[int, ...]) -> bool:
    return limits[0] <= value <= limits[1]
