"""Reading the file, strictly: one clear message for whatever is wrong first."""

from pathlib import Path

from appliance.config.schema import Configuration


def load_configuration(path: Path | None) -> Configuration:
    """The configuration in the TOML file at ``path``; the defaults when it is None.

    Raises ConfigurationError naming the file and the line or key.
    """
    raise NotImplementedError


def parse_configuration(text: str, where: str = "configuration") -> Configuration:
    """The configuration in TOML ``text``; ``where`` names it in messages."""
    raise NotImplementedError
