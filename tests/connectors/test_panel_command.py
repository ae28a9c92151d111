"""``appliance displayqa panel``: what is refused before any card is looked for."""

import pytest

from appliance.cli import main


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--show", "tg18-no"), 4, "tg18-qc"),
        (("--mode", "2048"), 2, "WIDTHxHEIGHT"),
        (("--mode", "0x2560"), 2, "WIDTHxHEIGHT"),
        (("--bits", "12"), 2, "--bits"),
        (("--turned", "45"), 2, "--turned"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    arguments: tuple[str, ...], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["displayqa", "panel", *arguments]) == code
    assert words in capsys.readouterr().err
