"""One setting: a dataclass field with its bounds and its meaning, and the forms of texts."""

from collections.abc import Callable
from dataclasses import field
from typing import Any, NamedTuple


class Form(NamedTuple):
    """What a text must look like: a regular expression, and the same in words."""

    pattern: str
    words: str


ANY_TEXT = Form(".*", "text on one line")


def setting(  # noqa: PLR0913 - one keyword a bound
    meaning: str,
    default: Any = None,  # noqa: ANN401 - the field's own annotation says the type
    *,
    factory: Callable[[], Any] | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] = (),
    form: Form = ANY_TEXT,
    required: bool = False,
) -> Any:  # noqa: ANN401
    """A dataclass field that carries its meaning and bounds."""
    metadata = {
        "meaning": meaning,
        "minimum": minimum,
        "maximum": maximum,
        "choices": choices,
        "form": form,
    }
    if required:
        return field(metadata=metadata)
    if factory is not None:
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


AE_TITLE = Form(
    r"(?=.*\S)[\x20-\x5b\x5d-\x7e]{1,16}",
    "an AE title: up to 16 printable ASCII characters, no backslash, not only spaces",
)
"""PS3.5 6.2, VR AE."""
OPTIONAL_AE_TITLE = Form(f"|{AE_TITLE.pattern}", f"empty, or {AE_TITLE.words}")
LONG_STRING = Form(r"[^\\]{0,64}", "up to 64 characters, no backslash")
"""PS3.5 6.2, VR LO."""
REQUIRED_LONG_STRING = Form(r"(?=.*\S)[^\\]{1,64}", "1 to 64 characters, no backslash")
NAME = Form(
    "[A-Za-z0-9][A-Za-z0-9._-]{0,31}",
    "a name: up to 32 ASCII letters, digits, dots, dashes and underscores",
)
OPTIONAL_NAME = Form(f"|{NAME.pattern}", f"empty, or {NAME.words}")
SHORT_STRING = Form(r"(?=.*\S)[^\\]{1,16}", "1 to 16 characters, no backslash")
"""PS3.5 6.2, VR SH."""
OPTIONAL_SHORT_STRING = Form(r"[^\\]{0,16}", "up to 16 characters, no backslash")
OPTIONAL_HOST = Form(r"\S*", "empty, or a host name or an IP address, without spaces")
PATH = Form(r".*\S.*", "a path, not empty")
FILE = Form(r"|/.*", "empty, or an absolute path")
HOURS = Form(
    r"|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d",
    "empty, or hours such as 20:00-06:00",
)
CODE_NAME = Form("[A-Z0-9_]*", "capitals, digits and underscores")
WORD = Form(r"[A-Z0-9_ ]{1,16}", "up to 16 capitals, digits, underscores and spaces")
"""PS3.5 6.2, VR CS."""
OPTIONAL_CODE_STRING = Form(f"|{WORD.pattern}", f"empty, or {WORD.words}")
SOP_CLASS = Form(r"[A-Za-z][A-Za-z0-9]*|[0-9.]{1,64}", "a UID, or a keyword such as CTImageStorage")
EVERY_DESTINATION = Form(rf"\*|{NAME.pattern}", f"`*`, or {NAME.words}")
FILE_NAME = Form(
    r"(?!\.)[A-Za-z0-9._{}-]+(/(?!\.)[A-Za-z0-9._{}-]+){0,3}",
    "a relative path of ASCII letters, digits, dots, dashes, underscores and placeholders, of "
    "which no part begins with a dot",
)
PORT_MAXIMUM = 65535
CHARACTER_SETS = ("", "shift_jis", "euc_jp", "utf-8")
