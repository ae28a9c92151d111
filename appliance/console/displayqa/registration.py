"""The form that a display is registered by, and changed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields as dataclass_fields
from typing import Any

from appliance.console.displayqa.field import Answers, Field, Kind, Pair, complaints
from appliance.displayqa.level import DEPTHS
from appliance.displayqa.patterns.panel import GREATEST_PX, LEAST_PX
from appliance.displayqa.ruleset import Occasion, Ruleset
from appliance.displays.display import NAME, Display

NO_NAME: Pair = (
    "Small letters a-z, digits and dashes, such as reading1-left.",
    "半角の英小文字・数字・ハイフンで入力してください(例 reading1-left)。",
)
NO_PANEL: Pair = ("No panel has that size.", "画素数として正しくありません。")
NO_DAYS: Pair = ("At least one day.", "1日以上で入力してください。")
HALF_A_YEAR_DAYS = 182
"""Between constancy tests, where a ruleset says nothing; the register's own default."""


PLACE = (
    Field(
        name="workstation",
        label=("Workstation", "ワークステーション(端末)名"),
        hint=NO_NAME,
        is_required=True,
    ),
    Field(
        name="position",
        label=("Position", "位置"),
        hint=("left, right, alone …", "左、右、単独 など"),
    ),
    Field(
        name="name",
        label=("Identifier of the display", "モニタの識別名"),
        hint=(
            "left empty: workstation and position",
            "空欄なら端末名と位置から作成します",
        ),
    ),
    Field(name="room", label=("Room", "設置場所"), hint=("Reading room 1", "第1読影室 など")),
    Field(name="use", label=("Read from it", "用途"), hint=("CT, chest …", "CT、胸部 など")),
)
PANEL = (
    Field(name="make", label=("Make", "メーカー")),
    Field(name="model", label=("Model", "型式")),
    Field(name="serial_number", label=("Serial number", "製造番号")),
    Field(name="size_inch", label=("Size", "サイズ"), kind=Kind.FIGURE, unit="inch"),
    Field(
        name="width_px",
        label=("Width as it stands", "横の画素数(設置した向きで)"),
        kind=Kind.WHOLE,
        unit="px",
        is_required=True,
    ),
    Field(
        name="height_px",
        label=("Height as it stands", "縦の画素数(設置した向きで)"),
        kind=Kind.WHOLE,
        unit="px",
        is_required=True,
    ),
    Field(
        name="bits",
        label=("Depth of its levels", "階調のビット数"),
        kind=Kind.CHOICE,
        choices=tuple((str(each), (f"{each} bit", f"{each} bit")) for each in DEPTHS),
        is_required=True,
        hint=("8 for a page in a browser", "ブラウザで表示する場合は 8 bit"),
    ),
    Field(name="is_monochrome", label=("Monochrome", "モノクロモニタ"), kind=Kind.TICK),
    Field(
        name="target_cd_m2",
        label=("Calibrated to", "キャリブレーション目標輝度"),
        kind=Kind.FIGURE,
        unit="cd/m²",
        hint=("empty: not known", "不明なら空欄"),
    ),
    Field(
        name="reflection_cd_m2_lx",
        label=("Diffuse reflection Rd", "拡散反射係数 Rd"),
        kind=Kind.FIGURE,
        unit="cd/m²/lx",
        hint=(
            "from its data sheet; empty: not known",
            "モニタの資料の値。不明なら空欄",
        ),
    ),
    Field(
        name="constancy_days",
        label=("Days between constancy tests", "不変性試験の間隔(日)"),
        kind=Kind.WHOLE,
        hint=("empty: as its ruleset says, or 182", "空欄なら判定基準の間隔、なければ182日"),
    ),
)


def fields(rulesets: Iterable[Ruleset]) -> tuple[Field, ...]:
    """What is asked, in the order of the form; ``rulesets`` are those that a site can choose."""
    grades = tuple((each.name, each.title) for each in rulesets if not each.is_base)
    return (
        *PLACE,
        Field(
            name="ruleset",
            label=("Judged by", "判定基準(グレード)"),
            kind=Kind.CHOICE,
            choices=grades,
            is_required=True,
        ),
        *PANEL,
    )


def blank() -> dict[str, str]:
    """How the form begins."""
    return {"bits": "8"}


def filled(display: Display) -> dict[str, str]:
    """The form of a display that there is."""
    values = {each.name: getattr(display, each.name) for each in dataclass_fields(display)}
    return {name: _said(value) for name, value in values.items()}


def registered(
    asked: tuple[Field, ...], answers: Answers, rulesets: Mapping[str, Ruleset]
) -> Display | Mapping[str, Pair]:
    """The display, or what is wrong by field."""
    named = {**answers, "name": answers.get("name", "").strip() or proposed_name(answers)}
    wrong = complaints(asked, named)
    if not wrong:
        values: dict[str, Any] = {each.name: each.value(named) for each in asked}
        values["bits"] = int(values["bits"])
        if values["constancy_days"] is None:
            values["constancy_days"] = _interval(rulesets[values["ruleset"]])
        wrong = _impossible(values)
    return wrong or Display(**values)


def proposed_name(answers: Answers) -> str:
    """Workstation and position, as far as the position can be in a name."""
    position = _POSITIONS.get(answers.get("position", "").strip(), answers.get("position", ""))
    parts = (answers.get("workstation", "").strip(), *re.findall("[a-z0-9]+", position.lower()))
    return "-".join(filter(None, parts))


def _interval(ruleset: Ruleset) -> int:
    """Days between constancy tests."""
    interval = ruleset.interval(Occasion.CONSTANCY)
    return interval.days if interval else HALF_A_YEAR_DAYS


def _impossible(values: Mapping[str, Any]) -> dict[str, Pair]:
    wrong = {name: NO_NAME for name in ("name", "workstation") if not NAME.fullmatch(values[name])}
    for name in ("width_px", "height_px"):
        if not LEAST_PX <= values[name] <= GREATEST_PX:
            wrong[name] = NO_PANEL
    if values["constancy_days"] < 1:
        wrong["constancy_days"] = NO_DAYS
    return wrong


def _said(value: object) -> str:
    if value is None or value is False:
        return ""
    return "on" if value is True else str(value)


_POSITIONS = {"左": "left", "右": "right", "中央": "middle", "単独": ""}
