"""What is refused on the pages of the settings, as a person reads it who reads Japanese."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.console.settings_world import world

ENGLISH = re.compile(r"\b(is|must|not|there|the|unknown|cannot)\b")
ALERT = re.compile(r'role="alert">(.*?)</div>', re.DOTALL)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with world(tmp_path_factory.mktemp("site")).served() as served:
        yield served


def alert(origin: str, path: str, language: str, **answers: str) -> str:
    """What the page says to a form, as it stands in the page."""
    head = {"origin": origin, "accept-language": language}
    asked = Request(f"{origin}{path}", urlencode(answers).encode(), head)  # noqa: S310 - loopback
    with pytest.raises(HTTPError) as refused:
        urlopen(asked).close()  # noqa: S310 - loopback
    found = ALERT.search(refused.value.read().decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[receiver\n", "TOML として正しくありません"),
        ("[receiver]\nprt = 1\n", "存在しない設定項目です。`port` の誤りではありませんか"),
        ('[receiver]\nport = "x"\n', "文字列ではなく、整数を指定してください"),
        ("[receiver]\nport = 0\n", "1~65535 の範囲で指定してください"),
        ('[[scanner]]\nae_title = "A"\n', "`name` が指定されていません"),
        ('[site]\nlanguage = "fr"\n', '次のいずれかを指定してください: "auto", "en", "ja"'),
        ("[receiver]\nport = 1\nport = 2\n", "同じ設定が重複しています"),
    ],
)
def test_a_text_that_is_no_settings_is_refused_in_the_language_of_who_wrote_it(
    origin: str, text: str, said: str
) -> None:
    shown = unescape(alert(origin, "/settings/text", "ja", main=text))
    assert said in shown
    assert not ENGLISH.search(re.sub("<.*?>|`.*?`", "", shown))
    assert said not in unescape(alert(origin, "/settings/text", "en", main=text))


@pytest.mark.parametrize("key", ["<b>", "{0}", "{name:said}", "{{7*7}}", "a table", "&lt;"])
def test_what_was_typed_stays_text(origin: str, key: str) -> None:
    shown = alert(origin, "/settings/text", "ja", main=f"'{key}' = 1\n")
    assert "存在しない設定項目です" in shown
    assert "<b>" not in shown
    assert key in unescape(shown)


def test_what_may_not_be_asked_for_is_refused_in_japanese(origin: str) -> None:
    assert "依頼できない操作です" in alert(origin, "/settings/ask/no-such", "ja")
    assert "nothing that may be asked for" in alert(origin, "/settings/ask/no-such", "en")
