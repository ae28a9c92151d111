"""Every sentence that the box can say of what is wrong has its Japanese, and values do no harm."""

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.console.rendering import catalogue
from appliance.console.sentences import PLACE, entries, every_sentence, japanese, pair_of, told
from appliance.console.undelivered import undelivered
from appliance.destinations.outcome import Cause, Retry
from appliance.media.fault import Fault, failed
from appliance.texts import Texts
from tests.console.sayings import ROOT, every_saying, modules

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
WORD = re.compile("[A-Za-z]{2}")
IN_JAPANESE, IN_ENGLISH = Texts("ja", catalogue()), Texts("en", catalogue())
PARTS = {
    "greatest {}",
    "mean {}",
    "the date on the screen is no day near",
    "{} on the screen is not",
    "{} the one in its header",
    "a row {} in its column {}",
    "says two different things",
    "has more characters",
    "is printed as {} and as {}",
    "is printed by phantom, which is which is not clear",
}
"""What a module puts together of two of its own; the files have the whole."""
PUT_TOGETHER = {
    "the date on the screen is no day near the one in its header",
    "{keyword} on the screen is not the one in its header",
    "a row has nothing in its column {column}",
    "a row says two different things in its column {column}",
}
NOT_A_SENTENCE = {
    "HTTP 202",
    "HTTP 409",
    "HTTP {}",
    "Lv {} and Y {}",
    "STR,23 is 0",
    "Y {} and {}",
    "did you mean {}{}?",
    "events[{}].{}",
    "mAs by Exposure Time",
    "x {}, y {} of {}",
    "{} cd/m²",
    "{} in {}",
    "{} and {}",
    "{} times {}",
    "{} to {}",
    "{}.dlp_mgy_cm",
}
"""Names, codes and numbers, attributes of DICOM, and what is a sentence with its values only."""
SAME_IN_BOTH = {
    "mpps",
    "tls: {fault}",
    "HTTP 200 with {statuses}",
    "{hindrance} ({detail})",
    "{result}, {source}: {reason}",
}
"""Nothing in them is English but their values."""
SAYINGS = every_saying()


def template(english: str) -> str:
    return PLACE.sub("{}", english)


def test_every_sentence_that_can_be_said_has_its_japanese() -> None:
    known = {template(english) for english in every_sentence()}
    wanted = {each for each in SAYINGS if WORD.search(each.replace("{}", ""))}
    assert len(wanted) > 600
    left = wanted - known - PARTS - NOT_A_SENTENCE
    assert {each: SAYINGS[each] for each in left} == {}
    assert wanted >= PARTS | NOT_A_SENTENCE


def test_no_japanese_is_of_a_sentence_that_is_gone() -> None:
    """Every word of it stands somewhere in the source."""
    said = "\n".join(
        str(each.value)
        for tree in modules().values()
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )
    theirs = elsewhere()
    gone = [
        english
        for english in every_sentence()
        if english not in theirs | PUT_TOGETHER
        for piece in re.split(r"\{\w*\}|[^\w' ]|\bor\b", english)
        if piece.strip() not in said
    ]
    assert gone == []


def elsewhere() -> set[str]:
    """What others say that pages quote: the library of TOML, and PS3.8 as pynetdicom words it."""
    return {english for file, english, _ in entries() if file == "elsewhere.toml"}


def test_both_languages_have_the_same_places_and_no_sentence_is_there_twice() -> None:
    seen: dict[str, str] = {}
    for file, english, said in entries():
        places = [found[1] for found in PLACE.finditer(english)]
        assert sorted(places) == sorted(found[1] for found in PLACE.finditer(said)), english
        assert len(set(places)) == len(places) or set(places) == {""}, english
        assert "}{" not in english, "nobody can tell where one value ends"
        assert not said.endswith("。"), english
        assert (
            not PLACE.search(english)
            or WORD.search(template(english).replace("{}", ""))
            or (":word" in said)
        ), f"{english} could be anything"
        assert template(english) not in seen, (english, file, seen.get(template(english)))
        seen[template(english)] = file


def test_every_japanese_is_japanese() -> None:
    left = {english for _, english, said in entries() if not JAPANESE.search(said)}
    assert left == SAME_IN_BOTH


def test_every_sentence_is_known_again_with_values_in_it() -> None:
    for english, said in every_sentence().items():
        if ":word" in said:
            continue
        filled = PLACE.sub("⟦1⟧", english)
        assert japanese(filled) != filled, english


@pytest.mark.parametrize(
    ("english", "said"),
    [
        (
            "box.toml:12 receiver.port: must be a whole number, not text",
            "box.toml:12 receiver.port: 文字列ではなく、整数を指定してください",
        ),
        (
            "a.toml:3 x.y: unknown setting; did you mean `z`?",
            "a.toml:3 x.y: 存在しない設定項目です。`z` の誤りではありませんか",
        ),
        (
            "a.toml: cannot be read: No such file or directory",
            "a.toml: 読み取れません: No such file or directory",
        ),
        (
            (
                "x: must be an AE title: up to 16 printable ASCII characters, no backslash, not "
                "only spaces"
            ),
            (
                "x: 次の形式で指定してください: "
                "AE タイトル(半角16文字以内、バックスラッシュ不可、空白のみ不可)"
            ),
        ),
        (
            "12.3 by screen, 12.4 by headers",
            "線量画面では 12.3、画像ヘッダーでは 12.4",
        ),
        (
            "CTDIvol reads '1?'; a ? is a character that two readers do not agree on",
            "CTDIvol の読み取り結果は '1?' です(? は2つの読み取りが一致しない文字)",
        ),
        (
            "the configuration would not load: x:1 a: unknown setting; known are b",
            "設定を読み込めません: x:1 a: 存在しない設定項目です。使用できるもの: b",
        ),
        (
            "Rejected Permanent, Service User: Calling AE title not recognised",
            "恒久的な拒否(相手のアプリケーション): 送信元の AE タイトルが未登録",
        ),
        ("made by hand, as somebody said", "made by hand, as somebody said"),
    ],
)
def test_a_sentence_is_told_as_staff_would_write_it(english: str, said: str) -> None:
    assert pair_of(english) == (english, said)
    assert told(english, IN_ENGLISH) == english
    assert told(english, IN_JAPANESE) == said


VALUES = st.text(max_size=40) | st.sampled_from(
    ["{}", "{0}", "{name}", "{name:said}", "\\1", "\\g<0>", "%s", "; ", ": ", "<b>", "}", "{", "\0"]
)


@given(VALUES)
def test_a_value_that_looks_like_a_place_stays_as_it_is(value: str) -> None:
    assert japanese(f"there is no case {value}") in {
        f"保留 {value} はありません",
        *_in_pieces(value),
    }


def _in_pieces(value: str) -> set[str]:
    """A value with a semicolon ends the sentence; its rest is shown behind it, as it is."""
    first, *rest = value.split("; ")
    return {"。".join([f"保留 {first} はありません", *map(japanese, rest)])} if rest else set()


@given(VALUES, VALUES)
def test_values_are_put_where_they_belong(name: str, library: str) -> None:
    if "; " not in name + library and "`" not in name:
        said = japanese(f"another {library} is called `{name}`")
        assert said == f"{library} に同じ名前 `{name}` のものがあります"


@given(st.text(max_size=300))
def test_whatever_else_stays_itself(text: str) -> None:
    said = japanese(text)
    assert said == text or JAPANESE.search(said)


@pytest.mark.parametrize("text", ["; " * 30_000, ": " * 30_000, "`" * 30_000, "{}" * 2000])
def test_what_is_meant_to_take_long_is_shown_as_it_is(text: str) -> None:
    assert japanese(text) == text


@pytest.mark.parametrize("cause", list(Cause))
def test_an_attempt_is_told_in_one_language(cause: Cause) -> None:
    kept = Retry(cause, "timed out").text
    said = undelivered(kept, IN_JAPANESE)
    assert cause.remedy[1] in said
    assert cause.remedy[0] not in said
    assert "時間内に応答がありません" in said
    assert cause.remedy[1] not in undelivered(kept, IN_ENGLISH)


def test_a_medium_is_told_in_one_language() -> None:
    kept = failed(OSError(28, "No space left on device")).text
    assert undelivered(kept, IN_JAPANESE) == (
        f"{Fault.FULL.meaning[1]} (full: No space left on device)"
    )


def test_no_room_is_left_out_that_raises_errors() -> None:
    """The collection finds what it is to find: some of every kind."""
    said = {
        "`{}` is missing": "config/load.py",
        "not a certificate in PEM": "services/settings_certificates.py",
        "is fixed on a box": "provisioning/contradictions.py",
        "{} was not found": "dosescreen/page.py",
        "no answer to C-STORE": "destinations/c_store.py",
        "nobody kept them in time": "services/settings_trial.py",
    }
    assert {each for each in said if each not in SAYINGS} == set()
    assert all((ROOT / name).exists() for name in said.values())
