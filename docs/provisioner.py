"""What ``docs/provisioning.md`` is given of the code: every key, every port, an example."""

from collections.abc import Callable
from importlib.resources import files

from appliance.config.reference import as_markdown
from appliance.provisioning import Box
from appliance.provisioning.reset import Reset


def settings() -> str:
    """Every key of box.toml but the appliance's own."""
    return as_markdown(Box, ("appliance",))


def reset() -> str:
    """Every key of reset.toml."""
    return as_markdown(Reset)


def example() -> str:
    """The shipped example."""
    text = (files("appliance.provisioning") / "example.toml").read_text("utf-8")
    return f"```toml\n{text}```\n"


PROVISIONING: dict[str, Callable[[], str]] = {
    "box-settings": settings,
    "box-example": example,
    "reset-settings": reset,
}
