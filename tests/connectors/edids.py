"""EDIDs for tests, written by hand from their fields."""

import struct


def edid(
    name: str = "PANEL 1", serial: str = "SN-0042", bits: int | None = 8, deep: int | None = None
) -> bytes:
    """Of EDID 1.4 where ``bits`` are said, else 1.3; ``deep`` are the flags of HDMI's block."""
    depth = 0x80 if bits is None else 0x80 | (bits // 2 - 2) << 4
    maker = (ord("Q") - 64) << 10 | (ord("A") - 64) << 5 | (ord("X") - 64)
    head = struct.pack(
        ">8sHHIBB", bytes.fromhex("00ffffffffffff00"), maker, 0x3412, 0, 12, 2020 - 1990
    )
    version = bytes([1, 3 if bits is None else 4])
    timing = bytes([1]) + bytes(17)
    texts = descriptor(0xFC, name) + descriptor(0xFF, serial) + descriptor(0x10, "")
    base = head + version + bytes([depth]) + bytes(33) + timing + texts
    base += bytes([0 if deep is None else 1])
    return summed(base) + (b"" if deep is None else extension(deep))


def descriptor(kind: int, text: str) -> bytes:
    """One of a text, of 18 bytes."""
    padded = (text + "\n").ljust(13)[:13].encode("ascii")
    return bytes([0, 0, 0, kind, 0]) + padded


def extension(deep: int) -> bytes:
    """CTA-861 with an audio block, and HDMI's."""
    audio = bytes([1 << 5 | 3, 0, 0, 0])
    hdmi = bytes([3 << 5 | 6]) + bytes.fromhex("030c00") + bytes([0x10, 0x00, deep])
    blocks = audio + hdmi
    return summed((bytes([2, 3, 4 + len(blocks), 0]) + blocks).ljust(127, b"\0"))


def summed(block: bytes) -> bytes:
    """With its check sum."""
    return block + bytes([-sum(block) % 256])
