"""The forms that a test is begun by: what is asked before, and with what it is measured."""

from appliance.console.displayqa.field import Field, Kind, Pair
from appliance.displayqa.measurement import Method
from appliance.displayqa.ruleset import Occasion, Ruleset
from appliance.displayqa.sessions.step import Way

OCCASIONS: dict[Occasion, Pair] = {
    Occasion.ACCEPTANCE: (
        "Acceptance test: when it is put into use, repaired or calibrated anew",
        "受入試験(導入時、修理・再キャリブレーション後)",
    ),
    Occasion.CONSTANCY: (
        "Constancy test: at its interval, against the acceptance test",
        "不変性試験(定期。受入試験の値と比較)",
    ),
}
METHODS: dict[Method, Pair] = {
    Method.CONTACT: (
        "Contact: the meter touches the screen and shuts out the room's light",
        "密着型(画面に密着、環境光を含まない)",
    ),
    Method.TELESCOPIC: (
        "Telescopic: from a distance, with the room's light",
        "望遠型(離れて測定、環境光を含む)",
    ),
    Method.FRONT_SENSOR: ("Front sensor of the display", "モニタ内蔵フロントセンサー"),
}
WAYS: dict[Way, Pair] = {
    Way.BROWSER: (
        "A page in a browser on the workstation, shown by the box",
        "端末のブラウザに本装置が表示(自動)",
    ),
    Way.ARCHIVE: (
        "In the viewer, from the archive, paged by you; readings are typed",
        "PACSのパターン画像をビューアで手動表示し、測定値を入力",
    ),
    Way.ELSEWHERE: (
        "Otherwise, shown by you; readings are typed",
        "その他の方法で手動表示し、測定値を入力",
    ),
}


def fields(ruleset: Ruleset) -> tuple[Field, ...]:
    """What is asked of a test of a display that ``ruleset`` judges."""
    occasions = tuple(
        (str(each), words) for each, words in OCCASIONS.items() if each in ruleset.tests
    )
    return (
        Field(
            name="occasion",
            label=("Which test", "試験の種類"),
            kind=Kind.CHOICE,
            choices=occasions,
            is_required=True,
        ),
        Field(
            name="way",
            label=("How the patterns are shown", "パターンの表示方法"),
            kind=Kind.CHOICE,
            choices=tuple((str(each), words) for each, words in WAYS.items()),
            is_required=True,
        ),
        Field(
            name="method",
            label=("How it is measured", "測定方法"),
            kind=Kind.CHOICE,
            choices=tuple((str(each), words) for each, words in METHODS.items()),
            is_required=True,
        ),
    )


def blank(ruleset: Ruleset, *, is_accepted: bool) -> dict[str, str]:
    """How the form begins: a display that was never accepted is accepted first."""
    known = [each for each in OCCASIONS if each in ruleset.tests]
    likely = Occasion.CONSTANCY if is_accepted else Occasion.ACCEPTANCE
    occasion = likely if likely in known else next(iter(known), "")
    return {"occasion": str(occasion), "way": str(Way.BROWSER), "method": str(Method.CONTACT)}
