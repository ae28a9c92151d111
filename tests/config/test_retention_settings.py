import pytest

from appliance.config import parse_configuration
from appliance.errors import ConfigurationError

DESTINATION = '[[destination]]\nname = "pacs"\nhost = "192.0.2.1"\n'
ARCHIVE = '[archive]\nhost = "192.0.2.1"\n'
PRESERVED = '[preservation]\narchive_destination = "pacs"\n'


def test_destination_that_is_the_archive_is_taken() -> None:
    found = parse_configuration(PRESERVED + ARCHIVE + DESTINATION)
    assert found.preservation.archive_destination == "pacs"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PRESERVED + ARCHIVE, "no destination"),
        (PRESERVED + DESTINATION, "no archive"),
        (PRESERVED + ARCHIVE + DESTINATION + 'deidentify = "registry"\n', "other UIDs"),
        ("[retention]\nimages_days = -1\n", "images_days"),
        ('[preservation]\nhours = "late"\n', "hours"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        parse_configuration(text)
