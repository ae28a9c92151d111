"""What a page needs so that it can be used without a mouse, without colours, and read aloud."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest

from tests.console.axe import assert_accessible
from tests.console.browsers import chromium
from tests.console.past_tests import past
from tests.console.technologist import LEFT, NAME, Technologist, technologist

DISPLAY = f"/displayqa/displays/{LEFT.name}"
FIELDS = {"input", "select", "textarea"}


@dataclass
class Outline(HTMLParser):
    """Of a page: what is labelled, and what is not."""

    ids: list[str] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    fields: list[tuple[str, bool]] = field(default_factory=list)
    pictures_without_words: int = 0
    headings: list[int] = field(default_factory=list)
    described: list[str] = field(default_factory=list)
    inline: int = 0
    _labels: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.described += given.get("aria-describedby", "").split()
        self.inline += "style" in given or any(name.startswith("on") for name in given)
        self._labels += tag == "label"
        if tag == "label" and "for" in given:
            self.labelled.add(given["for"])
        if tag in FIELDS and given.get("type") != "hidden":
            self.fields.append((given.get("id", ""), self._labels > 0))
        if tag == "img" and not given.get("alt"):
            self.pictures_without_words += 1
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        self._labels -= tag == "label"


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Technologist]:
    with technologist(tmp_path_factory.mktemp("everybody")) as somebody:
        with somebody.desk.tests() as tests:
            past(tests, LEFT, replace(LEFT, name="other", workstation="ws-2"))
        somebody.begin()
        somebody.send("/displayqa/tests/6/equipment", meter=NAME)
        somebody.wait(6, "waiting")
        yield somebody


@pytest.mark.parametrize(
    "path",
    [
        "/displayqa",
        "/displayqa/due",
        "/displayqa/results",
        f"/displayqa/workstations/{LEFT.workstation}",
        "/displayqa/register",
        DISPLAY,
        *(f"{DISPLAY}/{page}" for page in ("begin", "daily", "change", "retire")),
        "/displayqa/tests/5",
        *(f"/displayqa/tests/6{page}" for page in ("", "/equipment", "/give-up")),
    ],
)
def test_everything_has_its_words_and_its_place(person: Technologist, path: str) -> None:
    outline = Outline()
    outline.feed(person.get(path).html)
    assert [name for name, is_within in outline.fields if not is_within and not name] == []
    named = {name for name, is_within in outline.fields if not is_within}
    assert named <= outline.labelled
    assert outline.pictures_without_words == 0
    assert outline.headings.count(1) == 1
    assert outline.ids
    steps = zip(outline.headings, outline.headings[1:], strict=False)
    assert all(after - before <= 1 for before, after in steps)
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.described) <= set(outline.ids)
    assert outline.inline == 0, "the pages' own policy forbids it"


@pytest.mark.parametrize(
    ("language", "width_px", "scheme"), [("en", 1180, "light"), ("ja", 820, "dark")]
)
def test_everybody_can_use_them_in_a_browser(
    person: Technologist, language: str, width_px: int, scheme: str
) -> None:
    with chromium("1400x900") as browser:
        page = browser.new_page()
        page.set_viewport_size({"width": width_px, "height": 820})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for path in ("", "/due", "/results", f"/displays/{LEFT.name}", "/tests/5", "/tests/6"):
            page.goto(f"{person.served.origin}/displayqa{path}?language={language}")
            assert_accessible(page)
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, path
