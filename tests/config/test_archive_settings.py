"""Settings of the archive that cannot be meant are refused, with the line."""

import pytest

from appliance.config import parse_configuration
from appliance.errors import ConfigurationError

REFUSED = {
    '[archive]\nhost = "127.0.0.1"\nport = 11112\n': "3 archive.port: this is the receiver's own",
    "[archive]\nmissing_every_min = 5\n": "2 archive.missing_every_min: there is no archive",
    "[[archive.series]]\n": "every series would be meant",
    '[[archive.series]]\ndescription = "("\n': "not a regular expression",
    '[archive]\nhours = "20-6"\n': "2 archive.hours: must be empty, or hours such as 20:00-06:00",
    '[archive]\nhours = "24:00-06:00"\n': "must be empty, or hours",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse_configuration(text)
    assert REFUSED[text] in str(refused.value)


def test_an_archive_is_configured_as_it_is_written() -> None:
    text = '[archive]\nhost = "pacs"\nhours = "20:00-06:00"\n[[archive.series]]\nnumber = 77\n'
    archive = parse_configuration(text).archive
    assert (archive.host, archive.hours, archive.series[0].number) == ("pacs", "20:00-06:00", 77)
