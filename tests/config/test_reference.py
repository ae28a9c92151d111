"""A configuration written as TOML is the configuration."""

from dataclasses import fields, replace
from pathlib import Path
from typing import get_type_hints

from hypothesis import given
from hypothesis import strategies as st

from appliance.config import Configuration, Destination, Receiver, Route, Site, parse_configuration
from appliance.config import schema as settings
from appliance.config.reference import EXAMPLE_SITE, as_markdown, as_toml, setting_names

CLASSES = (
    settings.Site,
    settings.Receiver,
    settings.Recogniser,
    settings.Report,
    settings.Rule,
    settings.Scanner,
    Destination,
    Route,
)


def test_the_example_loads_as_itself() -> None:
    assert parse_configuration(as_toml(EXAMPLE_SITE)) == EXAMPLE_SITE


@given(
    name=st.text(alphabet="病院 aé'\"#=[]", max_size=20),
    port=st.integers(1, 65535),
    timeout_s=st.floats(1, 60),
    strict=st.booleans(),
)
def test_a_written_configuration_reads_back(
    *, name: str, port: int, timeout_s: float, strict: bool
) -> None:
    configuration = replace(
        EXAMPLE_SITE,
        site=Site(institution_name=name),
        receiver=Receiver(port=port, acse_timeout_s=timeout_s, require_called_ae_title=strict),
    )
    assert parse_configuration(as_toml(configuration)) == configuration


def test_every_setting_has_a_row_with_a_meaning() -> None:
    rows = [line for line in as_markdown().splitlines() if line.startswith("| `")]
    assert len(rows) == len(list(setting_names()))
    assert all(row.count(" | ") == 3 and not row.endswith("|  |") for row in rows)


def test_every_number_is_bounded() -> None:
    for kind in CLASSES:
        types = get_type_hints(kind)
        for each in fields(kind):
            if types[each.name] in (int, float):
                assert None not in (each.metadata["minimum"], each.metadata["maximum"]), each


def test_every_default_is_valid() -> None:
    configuration = Configuration(destination=(Destination(name="a", host="b"),))
    assert parse_configuration(as_toml(configuration)) == configuration
    assert configuration.data_dir == Path("/var/lib/dose-appliance")
