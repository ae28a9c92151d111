"""Why a panel shows no picture of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from errno import EACCES, EBUSY, ENODEV, ENOMEM, ENOSPC, EPERM

from appliance.errors import ApplianceError


class Hindrance(Enum):
    """A word, and sentences for people in English and Japanese."""

    NO_DEVICE = (
        "no device",
        "this machine has no display card that the kernel can drive (nothing in /dev/dri)",
        "利用できる表示デバイスがありません(/dev/dri が空です)",
    )
    NO_PERMISSION = (
        "no permission",
        "the display card may not be opened; the user has to be in the group video",
        "表示デバイスを開く権限がありません。ユーザーを video グループに追加してください",
    )
    OTHER_PROGRAM = (
        "other program",
        "another program holds the display, such as a desktop; end it first",
        "デスクトップなど別のプログラムが画面を使用中です。終了してから実行してください",
    )
    NOTHING_CONNECTED = (
        "nothing connected",
        "no panel is connected to the box, or it is off",
        "モニタが接続されていないか、電源が入っていません",
    )
    SEVERAL = (
        "several",
        "several panels are connected; say which with --connector",
        "複数のモニタが接続されています。--connector で指定してください",
    )
    NO_SUCH_CONNECTOR = (
        "no such connector",
        "there is no such connector",
        "該当するコネクタはありません",
    )
    NO_NATIVE_MODE = (
        "no native mode",
        "the panel does not say which size is its native one; give it with --mode",
        "モニタから画素数(ネイティブ解像度)を取得できません。--mode で指定してください",
    )
    NO_SUCH_MODE = (
        "no such mode",
        "the panel does not offer this size",
        "モニタがこの画素数に対応していません",
    )
    NO_SUCH_DEPTH = (
        "no such depth",
        "levels of this depth cannot be sent to this panel",
        "この階調ビット数ではモニタに出力できません",
    )
    NO_MEMORY = (
        "no memory",
        "the display card has no memory for a picture of this size",
        "表示デバイスのメモリが不足しています",
    )
    REFUSED = (
        "refused",
        "the display card refuses what it was asked",
        "表示デバイスが要求を拒否しました",
    )
    UNPLUGGED = (
        "unplugged",
        "the panel was unplugged or switched off while a pattern was shown",
        "表示中にモニタが外されたか、電源が切られました",
    )
    OTHER_PANEL = (
        "other panel",
        "another panel is connected now than when the first pattern was shown",
        "途中で別のモニタに接続が変わりました",
    )
    TAKEN = (
        "taken",
        "another program shows something else on the panel now",
        "別のプログラムがモニタの表示を変更しました",
    )

    @property
    def sentences(self) -> tuple[str, str]:
        """What a person is told, in English and in Japanese."""
        return self.value[1], self.value[2]

    def __str__(self) -> str:
        """The word of it."""
        return self.value[0]


@dataclass
class NoPictureError(ApplianceError):
    """Nothing of ours is shown, or no longer; ``detail`` is what the kernel or the panel said."""

    what: str = ""
    hindrance: Hindrance = Hindrance.REFUSED
    detail: str = ""

    @classmethod
    def of(cls, hindrance: Hindrance, detail: str = "", where: str = "") -> "NoPictureError":
        """With the English sentence."""
        said = f" ({detail})" if detail else ""
        sentence = f"{hindrance.sentences[0]}{said}"
        return cls(what=sentence, where=where, hindrance=hindrance, detail=detail)


BY_NUMBER = {
    EACCES: Hindrance.OTHER_PROGRAM,
    EBUSY: Hindrance.OTHER_PROGRAM,
    EPERM: Hindrance.OTHER_PROGRAM,
    ENODEV: Hindrance.UNPLUGGED,
    ENOMEM: Hindrance.NO_MEMORY,
    ENOSPC: Hindrance.NO_MEMORY,
}
"""What the kernel means on a card that is open already; anything else is a refusal."""


@contextmanager
def hindered(where: str) -> Iterator[None]:
    """An OSError of a card as a NoPictureError."""
    try:
        yield
    except OSError as failure:
        hindrance = BY_NUMBER.get(failure.errno or 0, Hindrance.REFUSED)
        raise NoPictureError.of(hindrance, str(failure.strerror), where) from failure
