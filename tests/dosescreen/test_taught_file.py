"""What a draft is written as, and what of a header counts as identity."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset

from appliance.cli import main
from appliance.dosescreen.layout import parse_layout
from appliance.dosescreen.soundness import faults
from appliance.dosescreen.teaching import as_toml
from appliance.dosescreen.teaching.golden import identity
from appliance.dosescreen.teaching.vocabulary import vocabulary
from appliance.simulators.demo import Kind, demo_studies

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
"""Anything a console may print or a header may hold."""


@given(name=texts, words=st.dictionaries(texts, st.sampled_from(("SPIRAL", "SEQUENCED"))))
def test_a_draft_is_read_back_from_its_file(name: str, words: dict[str, str]) -> None:
    draft = {
        "name": "a-dose", "version": 1, "tier": "bronze", "title": name, "provenance": name,
        "match": {"phrases": [name], "manufacturer": "(?!)"}, "hints": {}, "identity": {},
        "page": {"foot": False}, "units": {"words": []}, "types": words, "total": [],
        "column": [
            {"name": "ctdi_vol_mgy", "headers": [name], "kind": "number", "anchor": True},
            {"name": "dlp_mgy_cm", "headers": ["DLP"], "kind": "number", "anchor": True},
        ],
    }  # fmt: skip
    again = tomllib.loads(as_toml(draft))
    assert {key: value for key, value in again.items() if value} == {
        key: value for key, value in draft.items() if value
    }
    assert list(faults(parse_layout(again), "a-dose")) == []


def test_every_form_of_who_it_is_counts() -> None:
    header = Dataset()
    header.PatientName = "YAMADA^TARO=山田^太郎=やまだ^たろう"
    header.PatientID = "00-12.345"
    header.PatientBirthDate = "19600102"
    header.OperatorsName = "SATO^HANAKO"
    header.InstitutionName = "St. Nowhere"
    told = {value for _, value in identity(header)}
    assert told >= {
        "yamada",
        "taro",
        "山田",
        "太郎",
        "やまだ",
        "たろう",
        "0012345",
        "sato",
        "hanako",
        "stnowhere",
    }
    assert told >= {"19600102", "02011960", "01021960", "02jan1960", "600102"}


def test_words_that_mean_different_things_to_different_makers_are_not_known() -> None:
    known = vocabulary()
    assert known.types["Helical"].name == "SPIRAL"
    assert "Volume" not in known.types
    assert known.unit("[mGy*cm]") is not None
    assert known.unit("THORAX") is None


@pytest.mark.parametrize("spoil", ["PixelData", "Rows"])
def test_an_object_without_a_picture_teaches_nothing(
    spoil: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (instance,) = demo_studies(6, (Kind.GE,))[0].objects
    del instance[spoil]
    instance.save_as(tmp_path / "screen.dcm")
    values = ["--set", "events[0].dlp_mgy_cm=1.00", "--set", "total_dlp_mgy_cm=1.00"]
    arguments = ["--data-dir", str(tmp_path), "teach", str(tmp_path / "screen.dcm"), *values]
    assert main(arguments) == 6
    assert capsys.readouterr().err.count("\n") == 1
