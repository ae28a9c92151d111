"""Every setting is explained in Japanese as well, and no explanation is of one that is gone."""

import re
import tomllib
from pathlib import Path

from appliance.console.sentences import japanese
from appliance.console.settings.meanings import every_setting, meaning_of

FILE = Path(__file__).parents[2] / "appliance/console/settings/meanings.toml"
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
TOLD = tomllib.loads(FILE.read_text("utf-8"))
EVERY = dict(every_setting())


def test_every_setting_and_table_is_explained() -> None:
    missing = [path for path, each in EVERY.items() if not JAPANESE.search(meaning_of(each)[1])]
    assert missing == []


def test_every_form_of_a_text_is_said() -> None:
    forms = {each.metadata["form"].words for each in EVERY.values()}
    assert [each for each in forms if not JAPANESE.search(japanese(each))] == []


def test_nothing_is_explained_that_is_not_there() -> None:
    assert set(TOLD["settings"]) <= set(EVERY)


def test_what_is_named_in_one_language_is_named_in_the_other() -> None:
    """Values, tags and other settings stand in both, as they are."""
    for path, each in EVERY.items():
        english, told = meaning_of(each)
        for tag in re.findall(r"\([0-9A-F]{4},[0-9A-F]{4}\)", english):
            assert tag in told, path
        for value in each.metadata["choices"]:
            assert (f"`{value}`" in english) <= (f"`{value}`" in told), path
