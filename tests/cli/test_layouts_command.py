"""``appliance layouts``: what is known, how well, and what the site makes of it."""

from pathlib import Path

import pytest

from appliance.cli import main
from appliance.dosescreen.tier import Tier

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("", "the first 3 studies of a scanner"),
        ("confirm_first = 7", "the first 7 studies of a scanner"),
        ("confirm_first = 0", "nothing"),
        ("confirm_always = true", "every study"),
        ('trusted_tier = "bronze"', "nothing"),
    ],
)
def test_it_says_what_a_person_confirms(
    settings: str, words: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    file = tmp_path / "box.toml"
    file.write_text(f"[recogniser]\n{settings}\n", "utf-8")
    assert main(["-c", str(file), "layouts"]) == 0
    out = capsys.readouterr().out
    (row,) = [line for line in out.splitlines() if line.startswith("dose-report ")]
    assert f"bronze  {words}  " in row


@pytest.mark.parametrize(("language", "at"), [("en", 0), ("ja", 1)])
def test_every_tier_is_explained(
    language: str, at: int, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
    assert main(["layouts"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n{tier:6}  {tier.meaning[at]}\n" in out for tier in Tier)


def test_a_tier_is_below_those_that_are_proven_better() -> None:
    below = [(one, other) for one in Tier for other in Tier if one.is_below(other)]
    assert below == [
        (Tier.BRONZE, Tier.SILVER),
        (Tier.BRONZE, Tier.GOLD),
        (Tier.SILVER, Tier.GOLD),
    ]
