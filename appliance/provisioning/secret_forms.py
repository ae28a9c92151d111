"""Secrets of ``box.toml``: what each has to look like, and the file without them."""

import re
from collections.abc import Iterator, Mapping, Sequence

from appliance.config.contradiction import Contradiction
from appliance.config.files import file_settings
from appliance.config.source import Source
from appliance.errors import ConfigurationError
from appliance.provisioning.box import Box
from appliance.provisioning.credentials import tunnel_bytes

SECRETS = "dose-appliance/secrets"
"""Where the appliance finds them, relative to /run; a setting names one by this path."""
KEPT = "# value: moved into the box"
LARGEST_BYTES = 1 << 16
_HASH = re.compile(rb"\$(6|5|y|gy|2b|7)\$[!-~]+\s*")
"""crypt(5): SHA-512, SHA-256, yescrypt, gost-yescrypt, bcrypt, scrypt."""
_SHORTEST_TO_LOOK_FOR = 6


def secret_path(name: str) -> str:
    """What a setting such as ``password_file`` names the secret ``name`` by."""
    return f"/run/{SECRETS}/{name}"


def malformed_secrets(box: Box, contents: Mapping[str, bytes]) -> Iterator[Contradiction]:
    """Which of ``contents``, by name, are not what ``box`` needs them for."""
    where = {each.name: ("secret", at, "value") for at, each in enumerate(box.secret)}
    for name, content in contents.items():
        if len(content) > LARGEST_BYTES:
            yield where[name], f"`{name}` is larger than {LARGEST_BYTES // 1024} KiB", ""
        if not content.strip(b"\0 \t\r\n"):
            yield where[name], f"`{name}` holds nothing", "write it anew"
    for path, name in box.referred_secrets:
        if name in contents and path[-1] == "password_hash_secret":
            if not _HASH.fullmatch(contents[name]):
                what = f"`{name}` is not the hash of a password"
                yield where[name], what, "make one with `openssl passwd -6`"
        elif name in contents and not _is_key(contents[name]):
            yield where[name], f"`{name}` is not a WireGuard key", "44 characters of base64"


def _is_key(content: bytes) -> bool:
    try:
        tunnel_bytes(content)
    except ValueError:
        return False
    return True


def undeclared_secrets(box: Box) -> Iterator[Contradiction]:
    """Files of the appliance's settings that would have to be a ``[[secret]]`` and are none."""
    names = {each.name for each in box.secret}
    for path, file in file_settings(box.appliance, ("appliance",)):
        folder, _, name = file.rpartition("/")
        if folder == f"/run/{SECRETS}" and name not in names:
            yield path, f"there is no [[secret]] called `{name}`", "names are as in [[secret]]"


def without_values(text: str, box: Box, where: str) -> str:
    """The text of ``box.toml`` with no secret in it.

    Raises ConfigurationError where a value does not stand on a line of its own, or once more
    elsewhere: then it cannot be removed without touching what somebody else wrote.
    """
    source = Source(text, where)
    given = [(at, each) for at, each in enumerate(box.secret) if each.value]
    lines = text.split("\n")
    for at, _ in given:
        number = source.line_of(("secret", at, "value")) or 1
        ending = "\r" if lines[number - 1].endswith("\r") else ""
        lines[number - 1] = KEPT + ending
    rest = "\n".join(lines)
    _expect_only_values_gone(source, rest, [at for at, _ in given])
    for at, each in given:
        if len(each.value) >= _SHORTEST_TO_LOOK_FOR and each.value in rest:
            what = f"the value of `{each.name}` stands elsewhere in the file as well"
            raise source.fault(("secret", at, "value"), what, "remove it there")
    return rest


def _expect_only_values_gone(source: Source, rest: str, given: Sequence[int]) -> None:
    wanted = source.document()
    for at in given:
        del wanted["secret"][at]["value"]
    try:
        is_so = Source(rest, source.name).document() == wanted
    except ConfigurationError:
        is_so = False
    if not is_so:
        what = "cannot be removed from the file"
        raise source.fault(("secret",), what, "write each value on a line of its own")
