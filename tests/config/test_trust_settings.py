"""Settings of TLS and commitment that cannot be meant, each with what to do."""

import pytest

from appliance.config import parse_configuration
from appliance.errors import ConfigurationError

TLS = '[receiver.tls]\nport = 2762\ncertificate_file = "/c.pem"\nprivate_key_file = "/k.pem"\n'
TRUSTED = f'{TLS}ca_file = "/ca.pem"\n'
PACS = '[[destination]]\nname = "pacs"\nhost = "pacs.example"\n'
SHARE = '[[destination]]\nname = "share"\nkind = "folder"\nfolder.path = "/srv"\n'
CT = '[[scanner]]\nname = "ct1"\n'


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[receiver.tls]\ninstead = true", "receiver.tls.instead"),
        (TRUSTED.replace("2762", "11112"), "receiver.tls.port"),
        ('[receiver.tls]\nport = 2762\nca_file = "/ca.pem"', "receiver.tls.certificate_file"),
        (TLS, "receiver.tls.ca_file"),
        (TRUSTED.replace('private_key_file = "/k.pem"', ""), "receiver.tls.private_key_file"),
        (TRUSTED.replace('certificate_file = "/c.pem"', ""), "receiver.tls.certificate_file"),
        ('[archive.tls]\ncertificate_file = "/c.pem"', "archive.tls.private_key_file"),
        ('[worklist.tls]\nprivate_key_file = "/k.pem"', "worklist.tls.certificate_file"),
        ('[worklist.tls]\nca_file = "relative.pem"', "worklist.tls.ca_file"),
        ('[worklist.tls]\nprofile = "sslv3"', "worklist.tls.profile"),
        (f'{CT}certificate_name = "ct1.example"', "scanner[0].certificate_name"),
        (f"{CT}[scanner.commitment]\nport = 0", "scanner[0].commitment.port"),
        (f'{CT}[scanner.commitment]\nwhen = "pacs"', "scanner[0].commitment.when"),
        ('[commitment]\nwhen = "pacs"', "commitment.when"),
        (f'[commitment]\nwhen = "pacs"\n{PACS}', "commitment.when"),
        (f'{PACS}[destination.tls]\ncertificate_file = "/c.pem"', "destination[0].tls"),
        (
            f"{SHARE}[destination.commitment]\nask = true",
            "destination[0].commitment.ask",
        ),
    ],
)
def test_what_cannot_be_meant(text: str, where: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse_configuration(text)
    assert where in refused.value.where


@pytest.mark.parametrize(
    "text",
    [
        TRUSTED,
        f'{TLS}client_certificate = "none"',
        TRUSTED.replace("2762", "11112") + "instead = true",
        f'{TRUSTED}{CT}certificate_name = "ct1.example"',
        f'{CT}[scanner.commitment]\nport = 0\nanswer = "same-association"',
        f'[commitment]\nwhen = "pacs"\n{PACS}[destination.commitment]\nask = true',
    ],
)
def test_what_can(text: str) -> None:
    parse_configuration(text)
