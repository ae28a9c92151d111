"""``reset.toml``: the file on the boot partition that asks for a factory reset, as settings."""

from dataclasses import dataclass

from appliance.config.load import read_settings
from appliance.config.setting import Form, setting
from appliance.config.source import Source

KEEP_BOX, KEEP_LOG = "box", "log"
KERNEL_ARGUMENT = "dose.reset"
_CODE = Form(r"|[0-9]{6}", "empty, or the six digits that the box wrote into reset-code.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """The whole file."""

    confirm: str = setting(
        "The code of reset-code.txt. Without it the reset is armed, and nothing is removed.",
        "",
        form=_CODE,
    )
    keep: tuple[str, ...] = setting(
        "What stays: the box's configuration, secrets and keys (`box`), its log (`log`).",
        (),
        choices=(KEEP_BOX, KEEP_LOG),
    )


def parse_reset(text: str, where: str = "reset.toml") -> Reset:
    """The settings in ``text``. Raises ConfigurationError naming the line and the key."""
    source = Source(text, where)
    return read_settings(Reset, source.document(), source)


def kernel_request(command_line: str) -> Reset | None:
    """What the kernel's arguments ask for: ``dose.reset=1``, or with the code; None: nothing."""
    for word in command_line.split():
        name, _, value = word.partition("=")
        if name == KERNEL_ARGUMENT:
            is_code = len(value) == 6 and value.isdecimal()  # noqa: PLR2004 - as _CODE
            return Reset(confirm=value if is_code else "")
    return None
