"""What the kernel is asked of a display card, as its header states it (uapi ``drm/drm_mode.h``).

The names of structures and fields are the kernel's. Every structure has the same layout on all
machines of 64 bits and on those of 32.
"""

from ctypes import Structure, c_char, c_uint16, c_uint32, c_uint64, sizeof
from typing import Any

READ_WRITE, WRITE, NO_ARGUMENT = 3, 1, 0
NAME_LENGTH = 32

CONNECTED = 1
MODE_PREFERRED = 1 << 3
MODE_INTERLACED, MODE_DOUBLE_SCANNED = 1 << 4, 1 << 5
PROPERTY_RANGE, PROPERTY_IMMUTABLE, PROPERTY_ENUM = 1 << 1, 1 << 2, 1 << 3
PROPERTY_BLOB, PROPERTY_BITMASK = 1 << 4, 1 << 5
OBJECT_CRTC, OBJECT_CONNECTOR, OBJECT_PLANE = 0xCCCCCCCC, 0xC0C0C0C0, 0xEEEEEEEE
CAPABILITY_DUMB_BUFFER = 1
CLIENT_UNIVERSAL_PLANES = 2

CONNECTOR_TYPES = (
    *("Unknown", "VGA", "DVI-I", "DVI-D", "DVI-A", "Composite", "SVIDEO", "LVDS", "Component"),
    *("DIN", "DP", "HDMI-A", "HDMI-B", "TV", "eDP", "Virtual", "DSI", "DPI", "Writeback"),
    *("SPI", "USB"),
)
"""By number, named as the kernel names them under /sys/class/drm."""


class Capability(Structure):
    """``drm_get_cap`` and ``drm_set_client_cap``."""

    _fields_ = (("capability", c_uint64), ("value", c_uint64))


class Resources(Structure):
    """``drm_mode_card_res``."""

    _fields_ = (
        ("fb_id_ptr", c_uint64),
        ("crtc_id_ptr", c_uint64),
        ("connector_id_ptr", c_uint64),
        ("encoder_id_ptr", c_uint64),
        ("count_fbs", c_uint32),
        ("count_crtcs", c_uint32),
        ("count_connectors", c_uint32),
        ("count_encoders", c_uint32),
        ("min_width", c_uint32),
        ("max_width", c_uint32),
        ("min_height", c_uint32),
        ("max_height", c_uint32),
    )


class ModeInfo(Structure):
    """``drm_mode_modeinfo``: ``clock`` in kHz, the rest in pixels and lines."""

    _fields_ = (
        ("clock", c_uint32),
        ("hdisplay", c_uint16),
        ("hsync_start", c_uint16),
        ("hsync_end", c_uint16),
        ("htotal", c_uint16),
        ("hskew", c_uint16),
        ("vdisplay", c_uint16),
        ("vsync_start", c_uint16),
        ("vsync_end", c_uint16),
        ("vtotal", c_uint16),
        ("vscan", c_uint16),
        ("vrefresh", c_uint32),
        ("flags", c_uint32),
        ("type", c_uint32),
        ("name", c_char * NAME_LENGTH),
    )


class Crtc(Structure):
    """``drm_mode_crtc``."""

    _fields_ = (
        ("set_connectors_ptr", c_uint64),
        ("count_connectors", c_uint32),
        ("crtc_id", c_uint32),
        ("fb_id", c_uint32),
        ("x", c_uint32),
        ("y", c_uint32),
        ("gamma_size", c_uint32),
        ("mode_valid", c_uint32),
        ("mode", ModeInfo),
    )


class Gamma(Structure):
    """``drm_mode_crtc_lut``."""

    _fields_ = (
        ("crtc_id", c_uint32),
        ("gamma_size", c_uint32),
        ("red", c_uint64),
        ("green", c_uint64),
        ("blue", c_uint64),
    )


class Encoder(Structure):
    """``drm_mode_get_encoder``."""

    _fields_ = (
        ("encoder_id", c_uint32),
        ("encoder_type", c_uint32),
        ("crtc_id", c_uint32),
        ("possible_crtcs", c_uint32),
        ("possible_clones", c_uint32),
    )


class ConnectorState(Structure):
    """``drm_mode_get_connector``."""

    _fields_ = (
        ("encoders_ptr", c_uint64),
        ("modes_ptr", c_uint64),
        ("props_ptr", c_uint64),
        ("prop_values_ptr", c_uint64),
        ("count_modes", c_uint32),
        ("count_props", c_uint32),
        ("count_encoders", c_uint32),
        ("encoder_id", c_uint32),
        ("connector_id", c_uint32),
        ("connector_type", c_uint32),
        ("connector_type_id", c_uint32),
        ("connection", c_uint32),
        ("mm_width", c_uint32),
        ("mm_height", c_uint32),
        ("subpixel", c_uint32),
        ("pad", c_uint32),
    )


class PropertyEnum(Structure):
    """``drm_mode_property_enum``."""

    _fields_ = (("value", c_uint64), ("name", c_char * NAME_LENGTH))


class PropertyInfo(Structure):
    """``drm_mode_get_property``."""

    _fields_ = (
        ("values_ptr", c_uint64),
        ("enum_blob_ptr", c_uint64),
        ("prop_id", c_uint32),
        ("flags", c_uint32),
        ("name", c_char * NAME_LENGTH),
        ("count_values", c_uint32),
        ("count_enum_blobs", c_uint32),
    )


class ObjectProperties(Structure):
    """``drm_mode_obj_get_properties``."""

    _fields_ = (
        ("props_ptr", c_uint64),
        ("prop_values_ptr", c_uint64),
        ("count_props", c_uint32),
        ("obj_id", c_uint32),
        ("obj_type", c_uint32),
    )


class ObjectProperty(Structure):
    """``drm_mode_obj_set_property``."""

    _fields_ = (
        ("value", c_uint64),
        ("prop_id", c_uint32),
        ("obj_id", c_uint32),
        ("obj_type", c_uint32),
    )


class Blob(Structure):
    """``drm_mode_get_blob``."""

    _fields_ = (("blob_id", c_uint32), ("length", c_uint32), ("data", c_uint64))


class PlaneResources(Structure):
    """``drm_mode_get_plane_res``."""

    _fields_ = (("plane_id_ptr", c_uint64), ("count_planes", c_uint32))


class PlaneState(Structure):
    """``drm_mode_get_plane``."""

    _fields_ = (
        ("plane_id", c_uint32),
        ("crtc_id", c_uint32),
        ("fb_id", c_uint32),
        ("possible_crtcs", c_uint32),
        ("gamma_size", c_uint32),
        ("count_format_types", c_uint32),
        ("format_type_ptr", c_uint64),
    )


class DumbBuffer(Structure):
    """``drm_mode_create_dumb``."""

    _fields_ = (
        ("height", c_uint32),
        ("width", c_uint32),
        ("bpp", c_uint32),
        ("flags", c_uint32),
        ("handle", c_uint32),
        ("pitch", c_uint32),
        ("size", c_uint64),
    )


class DumbMap(Structure):
    """``drm_mode_map_dumb``."""

    _fields_ = (("handle", c_uint32), ("pad", c_uint32), ("offset", c_uint64))


class Handle(Structure):
    """``drm_mode_destroy_dumb``, and the number that ``RMFB`` takes."""

    _fields_ = (("handle", c_uint32),)


class Framebuffer(Structure):
    """``drm_mode_fb_cmd2``."""

    _fields_ = (
        ("fb_id", c_uint32),
        ("width", c_uint32),
        ("height", c_uint32),
        ("pixel_format", c_uint32),
        ("flags", c_uint32),
        ("handles", c_uint32 * 4),
        ("pitches", c_uint32 * 4),
        ("offsets", c_uint32 * 4),
        ("modifier", c_uint64 * 4),
    )


def _number(direction: int, number: int, structure: type[Any] | None) -> int:
    size = 0 if structure is None else sizeof(structure)
    return direction << 30 | size << 16 | ord("d") << 8 | number


GET_CAPABILITY = _number(READ_WRITE, 0x0C, Capability)
SET_CLIENT_CAPABILITY = _number(WRITE, 0x0D, Capability)
SET_MASTER = _number(NO_ARGUMENT, 0x1E, None)
GET_RESOURCES = _number(READ_WRITE, 0xA0, Resources)
GET_CRTC = _number(READ_WRITE, 0xA1, Crtc)
SET_CRTC = _number(READ_WRITE, 0xA2, Crtc)
SET_GAMMA = _number(READ_WRITE, 0xA5, Gamma)
GET_ENCODER = _number(READ_WRITE, 0xA6, Encoder)
GET_CONNECTOR = _number(READ_WRITE, 0xA7, ConnectorState)
GET_PROPERTY = _number(READ_WRITE, 0xAA, PropertyInfo)
GET_BLOB = _number(READ_WRITE, 0xAC, Blob)
REMOVE_FRAMEBUFFER = _number(READ_WRITE, 0xAF, Handle)
CREATE_DUMB = _number(READ_WRITE, 0xB2, DumbBuffer)
MAP_DUMB = _number(READ_WRITE, 0xB3, DumbMap)
DESTROY_DUMB = _number(READ_WRITE, 0xB4, Handle)
GET_PLANE_RESOURCES = _number(READ_WRITE, 0xB5, PlaneResources)
GET_PLANE = _number(READ_WRITE, 0xB6, PlaneState)
ADD_FRAMEBUFFER = _number(READ_WRITE, 0xB8, Framebuffer)
OBJECT_GET_PROPERTIES = _number(READ_WRITE, 0xB9, ObjectProperties)
OBJECT_SET_PROPERTY = _number(READ_WRITE, 0xBA, ObjectProperty)
