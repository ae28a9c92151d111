"""What every command is given."""

from dataclasses import dataclass
from pathlib import Path

from appliance.cli.arguments import Arguments
from appliance.cli.texts import Texts
from appliance.config import Configuration


@dataclass(frozen=True, slots=True)
class Context:
    """The parsed arguments, the configuration in force, and the texts in its language."""

    arguments: Arguments
    configuration: Configuration
    texts: Texts

    def say(self, key: str, **values: object) -> None:
        """Print one text of the catalogue on standard output."""
        print(self.texts.say(key, **values))  # noqa: T201 - a command line prints

    @property
    def config_file(self) -> Path | None:
        """The file named on the command line."""
        file: Path | None = self.arguments.config
        return file
