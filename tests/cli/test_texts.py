"""The catalogue speaks both languages, and says the same in both."""

import re
from collections.abc import Iterator

import pytest

from appliance.cli.columns import columns, width
from appliance.cli.texts import catalogue, texts_for


def entries() -> Iterator[tuple[str, dict[str, str]]]:
    for section, names in catalogue().items():
        for name, languages in names.items():
            yield f"{section}.{name}", languages


def test_every_text_is_there_in_both_languages_with_the_same_places() -> None:
    for key, languages in entries():
        assert set(languages) == {"en", "ja"}, key
        places = [sorted(re.findall(r"{\w+}", languages[each])) for each in ("en", "ja")]
        assert places[0] == places[1], key


def test_no_text_was_left_in_english() -> None:
    for key, languages in entries():
        assert any(ord(char) > 0x3000 for char in languages["ja"]), key
        assert languages["en"].isascii(), key


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LC_ALL": "ja_JP.UTF-8", "LANG": "en_US"}, "ja"),
        ({"LC_ALL": "", "LANG": "ja_JP"}, "ja"),
        ({"LC_ALL": "C", "LANG": "ja_JP"}, "en"),
        ({}, "en"),
    ],
)
def test_auto_asks_the_locale(environment: dict[str, str], language: str) -> None:
    assert texts_for("auto", environment).language == language
    assert texts_for("en", environment).language == "en"


def test_columns_line_up_for_wide_characters() -> None:
    lines = columns([("検査", "1"), ("study", "22")]).splitlines()
    assert lines == ["検査   1", "study  22"]
    assert width("ﾃｽﾄ検査") == 7
