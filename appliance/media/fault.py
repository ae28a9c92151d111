"""Why a medium did not take what it was given, as a value."""

import errno
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with a medium."""

    FULL = "full"
    WRITE_PROTECTED = "write-protected"
    FAILING = "failing"
    GONE = "gone"
    DAMAGED = "damaged"
    NOT_EMPTY = "not-empty"

    @property
    def meaning(self) -> tuple[str, str]:
        """What happened and what to do: English, Japanese."""
        return _MEANINGS[self]


_MEANINGS: dict[Fault, tuple[str, str]] = {
    Fault.FULL: (
        "The medium is full. What fitted is on it; plug in the next one, the rest goes there.",
        "媒体の空き容量が不足しています。書き込めた分は有効です。次の媒体を挿入してください。",
    ),
    Fault.WRITE_PROTECTED: (
        "The medium is write-protected. Move its switch, or use another one.",
        "媒体が書き込み禁止です。スイッチを解除するか、別の媒体を使用してください。",
    ),
    Fault.FAILING: (
        "The medium fails while it is written or read. Do not use it again; take another one.",
        "媒体の読み書きに失敗しました。この媒体は使用せず、別の媒体を使用してください。",
    ),
    Fault.GONE: (
        "The medium was taken out before it was done. Plug it in again, or another one.",
        "書き込み中に媒体が取り外されました。再度挿入するか、別の媒体を使用してください。",
    ),
    Fault.DAMAGED: (
        "What was read back is not what was written. Do not use the medium again.",
        "書き込んだ内容と読み戻した内容が一致しません。この媒体は使用しないでください。",
    ),
    Fault.NOT_EMPTY: (
        "The medium is not empty. A patient's medium holds nothing of anybody else.",
        "媒体が空ではありません。患者に渡す媒体には他のデータを含めないでください。",
    ),
}

_BY_ERROR = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EFBIG: Fault.FULL,
    errno.EROFS: Fault.WRITE_PROTECTED,
    errno.EACCES: Fault.WRITE_PROTECTED,
    errno.EPERM: Fault.WRITE_PROTECTED,
    errno.ENODEV: Fault.GONE,
    errno.ENXIO: Fault.GONE,
    errno.ENOTCONN: Fault.GONE,
    errno.ENOENT: Fault.GONE,
    errno.ESTALE: Fault.GONE,
}


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing of what was given counts; ``detail`` names no patient."""

    fault: Fault
    detail: str = ""

    @property
    def text(self) -> str:
        """For people: what happened, in English and Japanese."""
        return f"{self.fault} ({self.detail}). {' '.join(self.fault.meaning)}"


def failed(error: OSError) -> Failed:
    """What an error of the operating system says of the medium; any unknown one is FAILING."""
    return Failed(_BY_ERROR.get(error.errno or 0, Fault.FAILING), error.strerror or "")
