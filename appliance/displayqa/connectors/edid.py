"""What a panel says of itself: the EDID, VESA E-EDID 1.3 and 1.4, and HDMI's block in CTA-861.

Only who it is and how deep its levels are. The fields' places are from memory of these documents,
which were not at hand; EDIDs that QEMU writes are read back rightly.
"""

from dataclasses import dataclass

HEADER = bytes.fromhex("00ffffffffffff00")
BLOCK = 128
DESCRIPTORS = range(54, 126, 18)
NAME, SERIAL = 0xFC, 0xFF
DEPTHS = {1: 6, 2: 8, 3: 10, 4: 12, 5: 14, 6: 16}
"""By bits 6 to 4 of byte 20 of EDID 1.4."""
FIRST_YEAR = 1990
CTA = 0x02
VENDOR = 3
HDMI = bytes.fromhex("030c00")
DEEP = ((0x40, 16), (0x20, 12), (0x10, 10))
"""Deep colour flags of HDMI's block, the deepest first."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a panel says that it is; what it does not say is empty or None.

    ``maker`` is its three letters, ``bits`` the greatest depth that it says it takes.
    """

    maker: str
    product: int
    name: str = ""
    serial_number: str = ""
    year: int | None = None
    bits: int | None = None

    def __str__(self) -> str:
        """Maker, name and serial number."""
        name = self.name or f"{self.product:04X}"
        return " ".join(filter(None, (self.maker, name, self.serial_number)))


def identity(edid: bytes) -> Identity | None:
    """Of the whole EDID; None where it is none, or damaged."""
    if len(edid) < BLOCK or not edid.startswith(HEADER) or sum(edid[:BLOCK]) % 256:
        return None
    letters = int.from_bytes(edid[8:10], "big")
    number = int.from_bytes(edid[12:16], "little")
    depths = [depth for depth in (_base_bits(edid), _deep_bits(edid)) if depth is not None]
    return Identity(
        maker="".join(chr(64 + (letters >> shift & 31)) for shift in (10, 5, 0)),
        product=int.from_bytes(edid[10:12], "little"),
        name=_text(edid, NAME),
        serial_number=_text(edid, SERIAL) or (str(number) if number else ""),
        year=FIRST_YEAR + edid[17] if edid[17] else None,
        bits=max(depths, default=None),
    )


def _text(edid: bytes, kind: int) -> str:
    """Of a display descriptor, up to its line feed."""
    for start in DESCRIPTORS:
        if edid[start : start + 3] == b"\0\0\0" and edid[start + 3] == kind:
            text = edid[start + 5 : start + 18].split(b"\n")[0].decode("ascii", "replace").strip()
            return "".join(letter for letter in text if letter.isprintable())
    return ""


def _base_bits(edid: bytes) -> int | None:
    is_digital, has_depth = edid[20] & 0x80, tuple(edid[18:20]) >= (1, 4)
    return DEPTHS.get(edid[20] >> 4 & 7) if is_digital and has_depth else None


def _deep_bits(edid: bytes) -> int | None:
    """Of HDMI's block in an extension; 8 where it says nothing more."""
    for start in range(BLOCK, len(edid) - BLOCK + 1, BLOCK):
        block = edid[start : start + BLOCK]
        if block[0] == CTA:
            for data in _data_blocks(block):
                if data[:3] == HDMI:
                    flags = data[5] if len(data) > 5 else 0  # noqa: PLR2004 - its place
                    return next((bits for flag, bits in DEEP if flags & flag), 8)
    return None


def _data_blocks(block: bytes) -> list[bytes]:
    """Those for a vendor, without their heads."""
    found, at = [], 4
    while at < min(block[2], BLOCK - 1):
        kind, length = block[at] >> 5, block[at] & 31
        if kind == VENDOR:
            found.append(block[at + 1 : at + 1 + length])
        at += 1 + length
    return found
