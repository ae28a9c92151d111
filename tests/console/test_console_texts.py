"""Texts, templates and static files of every page: both languages, nothing from elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import appliance.console
from appliance.console.rendering import catalogue

HERE = Path(appliance.console.__file__).parent
TEMPLATES = sorted((HERE / "templates").rglob("*.html"))
STATIC = sorted(each for each in (HERE / "static").rglob("*") if each.is_file())
SAID = re.compile(r'texts\.say\(\s*"([\w-]+)\.([\w-]+)"\s*[,)]')
KANA_OR_KANJI = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
CODE = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)


def entries() -> Iterator[tuple[str, dict[str, str]]]:
    for section, names in catalogue().items():
        for name, languages in names.items():
            yield f"{section}.{name}", languages


def test_every_text_is_there_in_both_languages_with_the_same_places() -> None:
    for key, languages in entries():
        assert set(languages) == {"en", "ja"}, key
        places = [sorted(re.findall(r"{\w+}", languages[each])) for each in ("en", "ja")]
        assert places[0] == places[1], key


def test_no_text_was_left_in_the_other_language() -> None:
    same = [key for key, each in entries() if each["en"] == each["ja"] and len(each["en"]) > 12]
    assert same == []


def name(path: Path) -> str:
    return str(path.relative_to(HERE))


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_a_template_says_what_there_is_and_nothing_itself(template: Path) -> None:
    text = template.read_text("utf-8")
    texts = catalogue()
    missing = [each for each in SAID.findall(text) if each[1] not in texts.get(each[0], {})]
    assert missing == []
    bare = CODE.sub("", text)
    assert not KANA_OR_KANJI.search(bare)


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_no_script_and_no_style_stands_in_a_page(template: Path) -> None:
    text = template.read_text("utf-8")
    for script in re.findall(r"<script\b[^>]*>", text):
        assert 'src="/static/' in script
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b", text)


@pytest.mark.parametrize("file", [*TEMPLATES, *STATIC], ids=name)
def test_nothing_is_asked_for_from_elsewhere(file: Path) -> None:
    text = file.read_text("utf-8")
    addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"')]*", text)
    assert [each for each in addresses if "www.w3.org" not in each] == []
