"""Properties: how the kernel lets a connector, a scan-out and a plane be set, by name."""

from ctypes import addressof, c_uint64
from dataclasses import dataclass, replace

from appliance.displayqa.connectors import request
from appliance.displayqa.connectors.device import Device


@dataclass(frozen=True, slots=True)
class Property:
    """One: its ``choices`` by name, or its ``limits``, and its value now."""

    key: int
    name: str
    flags: int
    choices: tuple[tuple[str, int], ...] = ()
    limits: tuple[int, ...] = ()
    value: int = 0

    def having(self, value: int) -> "Property":
        """The same with a value."""
        return replace(self, value=value)

    def number_for(self, wanted: str | int) -> int | None:
        """The value that means ``wanted``, a choice or a number; None where it cannot be set so."""
        if self.flags & request.PROPERTY_IMMUTABLE:
            return None
        if isinstance(wanted, str):
            number = dict(self.choices).get(wanted)
            if number is None:
                return None
            return 1 << number if self.flags & request.PROPERTY_BITMASK else number
        if self.flags & request.PROPERTY_RANGE and not self._allows(wanted):
            return None
        return wanted

    def _allows(self, number: int) -> bool:
        least, most = self.limits
        return least <= number <= most


def described(device: Device, key: int) -> Property:
    """What one may be, without a value. Raises OSError."""
    info = request.PropertyInfo(prop_id=key)
    device.ask(request.GET_PROPERTY, info)
    values = (c_uint64 * info.count_values)()
    choices = (request.PropertyEnum * info.count_enum_blobs)()
    info.values_ptr, info.enum_blob_ptr = addressof(values), addressof(choices)
    device.ask(request.GET_PROPERTY, info)
    named = info.flags & (request.PROPERTY_ENUM | request.PROPERTY_BITMASK)
    return Property(
        key=key,
        name=info.name.decode("ascii", "replace"),
        flags=info.flags,
        choices=tuple((each.name.decode("ascii", "replace"), each.value) for each in choices)
        if named
        else (),
        limits=tuple(values) if info.flags & request.PROPERTY_RANGE else (),
    )
