"""What a meter says: a reading, what it is, or why there is none."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

CHROMATICITY_PLACES = Decimal("0.00001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading; what the meter does not measure is None. Raises ValueError when it has nothing.

    ``resolution`` is the last place that the meter sent, in the unit of the reading; ``digits`` is
    how many it sent, 0 where an answer that lost one could not be read.
    """

    luminance_cd_m2: Decimal | None = None
    illuminance_lx: Decimal | None = None
    u_prime: Decimal | None = None
    v_prime: Decimal | None = None
    resolution: Decimal = Decimal(0)
    digits: int = 0

    def __post_init__(self) -> None:
        if (self.luminance_cd_m2 is None) == (self.illuminance_lx is None):
            raise ValueError("a reading is either a luminance or an illuminance")
        if not self.value.is_finite() or self.value < 0:
            raise ValueError(f"no light is {self.value}")
        if (self.u_prime is None) != (self.v_prime is None):
            raise ValueError("u' comes with v'")

    @property
    def value(self) -> Decimal:
        """The luminance in cd/m², or the illuminance in lx."""
        value = self.illuminance_lx if self.luminance_cd_m2 is None else self.luminance_cd_m2
        return Decimal("NaN") if value is None else value


@dataclass(frozen=True, slots=True)
class Instrument:
    """A meter as it names itself; ``serial_number`` is empty when its dialogue has none.

    ``constants`` are what its readings are computed with, where it does not compute them itself.
    """

    model: str
    serial_number: str = ""
    constants: tuple[Decimal, ...] = ()


class Fault(Enum):
    """Why there is no reading: a word, and sentences for people in English and Japanese."""

    NO_REPLY = (
        "no reply",
        "the meter does not answer; switch it on, in the mode for communication",
        "測定器が応答しません。電源と通信モードを確認してください",
    )
    GARBLED = (
        "garbled",
        "the meter's answers arrive damaged; check cable and line settings",
        "測定器の応答が壊れています。ケーブルと通信設定を確認してください",
    )
    UNSTABLE = (
        "unstable",
        "readings do not agree with each other; keep the meter still, let the display warm up",
        "測定値が安定しません。測定器を固定し、モニタを暖機してください",
    )
    OVER_RANGE = (
        "over range",
        "there is more light than the meter can measure",
        "測定範囲の上限を超えています",
    )
    UNDER_RANGE = (
        "under range",
        "there is less light than the meter can measure",
        "測定範囲の下限を下回っています",
    )
    BATTERY = ("battery", "the meter's battery is empty", "測定器の電池が切れています")
    REFUSED = (
        "refused",
        "the meter refuses the command or reports a defect",
        "測定器が指令を拒否したか、異常を報告しています",
    )
    ZERO = (
        "zero calibration",
        "the meter asks for its zero calibration in the dark",
        "測定器のゼロ校正(遮光)が必要です",
    )
    UNPLUGGED = (
        "unplugged",
        "the meter was unplugged; plug it in again to go on",
        "測定器が外されました。再接続すると続行できます",
    )
    WRONG_MODEL = (
        "wrong model",
        "another meter answers than was expected",
        "想定と異なる測定器が応答しています",
    )
    CALIBRATION_EXPIRED = (
        "calibration expired",
        "the meter's calibration has expired; measure with another or have it calibrated",
        "測定器の校正期限が切れています。校正するか別の測定器を使用してください",
    )
    MISSING_TOOL = (
        "missing program",
        "the program that talks to this meter is not installed",
        "この測定器と通信するプログラムが導入されていません",
    )

    @property
    def sentences(self) -> tuple[str, str]:
        """What a person is told, in English and in Japanese."""
        return self.value[1], self.value[2]

    def __str__(self) -> str:
        """The word of it."""
        return self.value[0]


TRANSIENT = (Fault.GARBLED, Fault.NO_REPLY, Fault.REFUSED)
"""What may be a lost byte, of the answer or of the command."""


@dataclass(frozen=True, slots=True)
class Failure:
    """No reading; ``detail`` is what the meter or the line said, for the log."""

    fault: Fault
    detail: str = ""

    def __str__(self) -> str:
        """One line in English."""
        said = f" ({self.detail})" if self.detail else ""
        return f"{self.fault.sentences[0]}{said}"


def chromaticity_of_xyz(x: Decimal, y: Decimal, z: Decimal) -> tuple[Decimal, Decimal] | None:
    """u', v' of tristimulus values (CIE 15: 4X, 9Y over X + 15Y + 3Z); None without light."""
    whole = x + 15 * y + 3 * z
    return None if whole <= 0 else _rounded(4 * x / whole, 9 * y / whole)


def chromaticity_of_xy(x: Decimal, y: Decimal) -> tuple[Decimal, Decimal] | None:
    """u', v' of x, y (CIE 15: 4x, 9y over -2x + 12y + 3); None for no chromaticity."""
    whole = -2 * x + 12 * y + 3
    return None if whole <= 0 else _rounded(4 * x / whole, 9 * y / whole)


def _rounded(u_prime: Decimal, v_prime: Decimal) -> tuple[Decimal, Decimal]:
    return u_prime.quantize(CHROMATICITY_PLACES), v_prime.quantize(CHROMATICITY_PLACES)
