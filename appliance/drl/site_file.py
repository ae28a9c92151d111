"""A file that the site wrote."""

from pathlib import Path

from appliance.errors import ConfigurationError


def text_of(file: Path) -> str:
    """What it says. Raises ConfigurationError when it cannot be read, or is no UTF-8 text."""
    try:
        return file.read_text("utf-8-sig")
    except OSError as failure:
        raise ConfigurationError(f"cannot be read: {failure.strerror}", str(file)) from failure
    except UnicodeDecodeError as failure:
        raise ConfigurationError("not UTF-8 text", str(file)) from failure
