"""[mqtt]: what cannot be meant is refused before anything starts."""

import pytest

from appliance.config import parse_configuration
from appliance.errors import ConfigurationError

TOLD = '[mqtt]\nenabled = true\nhost = "broker.example"\nsite = "north"\ndevice = "box1"\n'
ON_DEMAND = """[vpn]
interface = "wg0"
inner_address = "192.0.2.1"
mode = "on-demand"
"""
TLS = "[mqtt.tls]\nenabled = true\n"


def test_a_broker() -> None:
    mqtt = parse_configuration(f'{TOLD}username = "box1"\npassword_file = "/x"\n{TLS}').mqtt
    assert (mqtt.port, mqtt.protocol, mqtt.prefix) == (8883, "auto", "dose-appliance")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[mqtt]\nenabled = true\n", "is required where"),
        (TOLD.replace('site = "north"\n', ""), "is required where"),
        (TOLD.replace('"north"', '"north/east"'), "must be empty, or a name"),
        (TOLD.replace('"north"', '"+"'), "must be empty, or a name"),
        (f'{TOLD}prefix = "a/#"\n', "one to four levels"),
        (f'{TOLD}username = "box1"\n', "a password would go in the clear"),
        (f'{TOLD}password_file = "/x"\n{TLS}', "is of nobody"),
        (f"{TOLD}retry_first_s = 400\n", "must not be longer than retry_max_s"),
        (f"{TOLD}vpn = true\n", "there is no tunnel"),
        (
            f"{TOLD}vpn = true\n{ON_DEMAND}",
            "the tunnel is up during transfers only",
        ),
        (f'{TOLD}protocol = "3.1"\n', "must be one of"),
    ],
)
def test_what_cannot_be_meant(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        parse_configuration(text)


def test_a_password_may_go_to_this_machine_in_the_clear() -> None:
    text = TOLD.replace("broker.example", "127.0.0.1")
    assert parse_configuration(f'{text}username = "box1"\n').mqtt.username == "box1"


def test_a_broker_that_is_off_is_not_looked_at() -> None:
    assert not parse_configuration('[mqtt]\nusername = "box1"\n').mqtt.enabled
