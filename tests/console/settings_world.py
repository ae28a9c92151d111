"""The pages of settings over a file in a folder, served in a thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import HTTPConnection

from appliance.accounts import ROLES, Role
from appliance.clock import SYSTEM_CLOCK
from appliance.config import load_configuration
from appliance.console import Person, application
from appliance.console.server import Server, listening
from appliance.console.settings import settings_section
from appliance.services.settings_desk import SettingsDesk

SETTINGS = """# Room 3
data_dir = "data"

[receiver]
ae_title = "DOSEBOX"  # as on the door
port = 11112

[[scanner]]
name = "ct1"
ae_title = "CT1"

[[scanner.rule]]
phantom = "BODY32"

[[destination]]
name = "archive"
host = "192.0.2.20"
"""


@dataclass
class Whoever:
    """Who asks is named by a header, or is ``name``."""

    name: str = "tanaka"
    role: Role = Role.ENGINEER

    def person(self, connection: HTTPConnection) -> Person:
        name = connection.headers.get("x-person", self.name)
        return Person(name=name, rights=ROLES[self.role])


@dataclass
class World:
    """``folder`` has appliance.toml."""

    folder: Path
    text: str = SETTINGS
    access: Whoever = field(default_factory=Whoever)
    port: int = 0

    @property
    def file(self) -> Path:
        return self.folder / "appliance.toml"

    @property
    def desk(self) -> SettingsDesk:
        configuration = load_configuration(self.file)
        configuration.data_dir.mkdir(exist_ok=True)
        return SettingsDesk(configuration=configuration, file=self.file, clock=SYSTEM_CLOCK)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def served(self) -> Iterator[str]:
        listener = listening("127.0.0.1", self.port)
        self.port = listener.getsockname()[1]
        ended = threading.Event()
        app = application((settings_section(self.desk),), self.access)
        thread = threading.Thread(target=Server(app, listener, None, ended).serve_until_ended)
        thread.start()
        try:
            yield self.origin
        finally:
            ended.set()
            thread.join()


def world(folder: Path, text: str = SETTINGS) -> World:
    made = World(folder)
    made.file.write_text(text, "utf-8")
    return made
