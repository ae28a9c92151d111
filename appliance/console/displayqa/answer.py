"""What a person answers on the page of a running test, as a happening; or what is wrong with it."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from appliance.console.displayqa.field import Answers, Field, Kind, Pair, complaints
from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.meters.reading import chromaticity_of_xy
from appliance.displayqa.sessions.happening import LightTold, Measured, Remarked, Seen
from appliance.displayqa.sessions.step import Look, Measure

Wrong = Mapping[str, Pair]
YES, NO = "yes", "no"
UNANSWERED: Pair = ("Please answer yes or no.", "「はい」か「いいえ」を選んでください。")
NO_LIGHT: Pair = (
    "Give one of them, or tick that neither can be had.",
    "どちらかを入力するか、「測定できない」にチェックしてください。",
)
EITHER: Pair = ("Either measured or not to be had.", "値と「測定できない」は両立しません。")
NO_COLOUR: Pair = (
    "x and y of CIE 1931 go together, each between 0 and 1.",
    "x、y(CIE 1931)は両方とも、0〜1の範囲で入力してください。",
)
NO_TEXT: Pair = ("There is nothing to keep.", "内容が入力されていません。")

LIGHT = (
    Field(
        name="illuminance_lx",
        label=("Illuminance at the screen", "画面上の照度"),
        hint=(
            "display off, meter upright on the screen, facing the room",
            "モニタ消灯、照度計を画面に当て、室内側に向けて測定",
        ),
        kind=Kind.FIGURE,
        unit="lx",
    ),
    Field(
        name="ambient_cd_m2",
        label=("Luminance that the screen reflects", "画面に反射する環境光輝度"),
        hint=(
            "display off, telescopic meter from where one reads",
            "モニタ消灯、読影位置から望遠型輝度計で測定",
        ),
        kind=Kind.FIGURE,
        unit="cd/m²",
    ),
    Field(
        name="not_to_be_had",
        label=("Neither can be measured here", "どちらも測定できない"),
        kind=Kind.TICK,
    ),
)
READING = (
    Field(
        name="luminance_cd_m2",
        label=("The meter shows", "輝度計の表示値"),
        kind=Kind.FIGURE,
        unit="cd/m²",
        is_required=True,
    ),
    Field(name="x", label=("x, if it shows one", "x(表示があれば)"), kind=Kind.FIGURE),
    Field(name="y", label=("y", "y"), kind=Kind.FIGURE),
)


def seen(step: Look, answers: Answers) -> Seen | Wrong:
    """Of ``answer`` and ``remark``; nothing is answered by itself."""
    answer = answers.get("answer")
    if answer not in {YES, NO}:
        return {"answer": UNANSWERED}
    return Seen(
        check=step.check.identifier,
        is_fulfilled=answer == YES,
        remark=answers.get("remark", "").strip(),
    )


def light_told(answers: Answers) -> LightTold | Wrong:
    """Of ``LIGHT``."""
    wrong = complaints(LIGHT, answers)
    if wrong:
        return wrong
    illuminance, ambient, is_absent = (each.value(answers) for each in LIGHT)
    if is_absent and not (illuminance is None and ambient is None):
        return {"not_to_be_had": EITHER}
    if not is_absent and illuminance is None and ambient is None:
        return {"illuminance_lx": NO_LIGHT}
    return LightTold(illuminance_lx=_decimal(illuminance), ambient_cd_m2=_decimal(ambient))


def measured(step: Measure, answers: Answers) -> Measured | Wrong:
    """Of ``READING``: what a person read off a meter."""
    wrong = complaints(READING, answers)
    if wrong:
        return wrong
    luminance, x, y = (_decimal(each.value(answers)) for each in READING)
    colours = _chromaticities(x, y)
    if luminance is None or colours is None:
        return {"x": NO_COLOUR}
    return Measured(
        pattern=step.pattern,
        ddl=step.ddl,
        place=step.place,
        luminances_cd_m2=(luminance,),
        chromaticities=colours,
        exchanges=1,
    )


def remarked(answers: Answers) -> Remarked | Wrong:
    """Of ``text``."""
    text = answers.get("text", "").strip()
    return Remarked(text=text) if text else {"text": NO_TEXT}


def _chromaticities(x: Decimal | None, y: Decimal | None) -> tuple[Chromaticity, ...] | None:
    """None or one; the answer None is for what is no chromaticity."""
    if x is None and y is None:
        return ()
    if x is None or y is None or not 0 < x < 1 or not 0 < y < 1:
        return None
    found = chromaticity_of_xy(x, y)
    if found is None or not all(0 <= each <= 1 for each in found):
        return None
    return (Chromaticity(*map(Fraction, found)),)


def _decimal(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None
