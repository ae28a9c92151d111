"""What the pages may ask of root: a closed list of requests, as values and as JSON.

**Knows:** every kind of request and what may stand in it; what came from a file is checked anew.
**Does not know:** how one is carried out (``settings_carrying``), and where its file lies.
"""

import json
import re
import secrets
import types
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, ClassVar, Union, get_args, get_type_hints

from appliance.config.setting import NAME, OPTIONAL_NAME
from appliance.errors import RefusedError
from appliance.texts import LANGUAGES

LARGEST_BYTES = 1 << 20
LARGEST_TEXT = 1 << 18
LONGEST_LINE = 500
_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]*")
_TEXT = re.compile(r"[^\x00\ud800-\udfff]*")
"""Neither has a surrogate, which no file could hold."""
_TEXTS = ("main", "beside", "chain", "key", "value")
_FORMS = {
    "device": r"|/dev/[a-z][a-z0-9]{1,15}",
    "backup": r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.dosebackup",
    "studies": r"[0-9]+(\.[0-9]+){1,31}",
    "name": NAME.pattern,
    "destination": OPTIONAL_NAME.pattern,
    "base": "[0-9a-f]{64}",
}
_IDENTIFIER = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplySettings:
    """Have these texts be the settings, if those that ``base`` is the digest of are in force.

    ``beside`` is the ``appliance.toml`` beside a ``box.toml``; None: there is none.
    """

    KIND: ClassVar[str] = "apply-settings"
    main: str
    beside: str | None = None
    base: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBackSettings:
    """The same with the texts of a version that was kept."""

    KIND: ClassVar[str] = "roll-back-settings"
    version: int
    base: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSecret:
    """A password or key, new or anew."""

    KIND: ClassVar[str] = "set-secret"
    name: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSecret:
    """One that no setting names."""

    KIND: ClassVar[str] = "remove-secret"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCertificate:
    """A new certificate of the box's own, with a new key."""

    KIND: ClassVar[str] = "new-certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSigning:
    """A request to an authority (PKCS #10) for the key that the box has."""

    KIND: ClassVar[str] = "request-signing"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCertificate:
    """A certificate, then those between it and its authority; an empty key is that of the box."""

    KIND: ClassVar[str] = "take-certificate"
    chain: str
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeBackup:
    """A backup onto the stick in ``device``; empty: where the settings say."""

    KIND: ClassVar[str] = "make-backup"
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBackups:
    """Which are on that stick, or in the folder of the settings."""

    KIND: ClassVar[str] = "list-backups"
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyBackup:
    """Read one to its end, opened by the passphrase of the settings."""

    KIND: ClassVar[str] = "verify-backup"
    device: str = ""
    backup: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReports:
    """Reports onto the stick in ``device``: what waits, or those of studies or since a day."""

    KIND: ClassVar[str] = "export-reports"
    device: str
    destination: str = ""
    since: str = ""
    studies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallUpdate:
    """The bundle on the stick in ``device``; empty: the one that the site's server offers.

    Never an older one than runs: that is for the keyboard.
    """

    KIND: ClassVar[str] = "install-update"
    device: str = ""
    restart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBackUpdate:
    """Start the version in the other slot."""

    KIND: ClassVar[str] = "roll-back-update"
    reason: str
    restart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeUpdate:
    """Somebody knows that an update failed."""

    KIND: ClassVar[str] = "acknowledge-update"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartServices:
    """All of them."""

    KIND: ClassVar[str] = "restart-services"


Wanted = (
    ApplySettings
    | RollBackSettings
    | SetSecret
    | RemoveSecret
    | NewCertificate
    | RequestSigning
    | TakeCertificate
    | MakeBackup
    | ListBackups
    | VerifyBackup
    | ExportReports
    | InstallUpdate
    | RollBackUpdate
    | AcknowledgeUpdate
    | RestartServices
)
KINDS: Mapping[str, type[Any]] = {each.KIND: each for each in get_args(Wanted)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``by`` is the account of who asks; ``asked_at`` in seconds since the epoch."""

    identifier: str
    by: str
    asked_at: float
    wanted: Wanted
    language: str = LANGUAGES[0]
    """Of who asks; a command that does it speaks so."""


MEDIA = (MakeBackup, ListBackups, VerifyBackup, ExportReports, RollBackUpdate)


def is_of_media(wanted: Wanted) -> bool:
    """Whether it takes the right to mount: sticks, and the slots of updates."""
    if isinstance(wanted, InstallUpdate):
        return bool(wanted.device)
    return isinstance(wanted, MEDIA)


def new_request(by: str, asked_at: float, wanted: Wanted, language: str = LANGUAGES[0]) -> Request:
    """With an identifier that no other has. Raises RefusedError for what may not be asked."""
    request = Request(
        identifier=secrets.token_hex(8),
        by=by,
        asked_at=asked_at,
        wanted=wanted,
        language=language,
    )
    return request_of(content_of(request))


def content_of(request: Request) -> bytes:
    """The request as JSON."""
    whole = {
        "identifier": request.identifier,
        "by": request.by,
        "asked_at": request.asked_at,
        "kind": request.wanted.KIND,
        "wanted": asdict(request.wanted),
        "language": request.language,
    }
    return json.dumps(whole, ensure_ascii=False).encode()


def request_of(content: bytes) -> Request:
    """The request in JSON, if it is one of the list. Raises RefusedError."""
    if len(content) > LARGEST_BYTES:
        raise RefusedError("larger than a request may be")
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError) as failure:
        raise RefusedError("not JSON") from failure
    if not isinstance(whole, dict) or not isinstance(whole.get("wanted"), dict):
        raise RefusedError("not a request")
    identifier, by, at = (whole.get(name) for name in ("identifier", "by", "asked_at"))
    if not isinstance(identifier, str) or not _IDENTIFIER.fullmatch(identifier):
        raise RefusedError("no identifier")
    if not isinstance(by, str) or not by.strip() or not _is_line(by):
        raise RefusedError("nobody asks")
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at < 1 << 40:
        raise RefusedError("no time")
    language = whole.get("language", LANGUAGES[0])
    if language not in LANGUAGES:
        raise RefusedError("no language")
    kind = KINDS.get(str(whole.get("kind")))
    if kind is None:
        raise RefusedError("nothing that may be asked for", str(whole.get("kind"))[:40])
    wanted = _wanted(kind, whole["wanted"])
    return Request(
        identifier=identifier, by=by, asked_at=float(at), wanted=wanted, language=language
    )


def _wanted(kind: type[Any], content: dict[str, Any]) -> Any:  # noqa: ANN401 - one of Wanted
    known = {each.name for each in fields(kind)}
    if not set(content) <= known:
        raise RefusedError("unknown field", f"{kind.KIND}: {min(set(content) - known)[:40]}")
    hints = get_type_hints(kind)
    values = {name: _value(hints[name], value, name) for name, value in content.items()}
    try:
        return kind(**values)
    except TypeError as failure:
        raise RefusedError("a field is missing", kind.KIND) from failure


def _value(hint: Any, value: Any, name: str) -> Any:  # noqa: ANN401 - whatever stands in the file
    options = get_args(hint) if isinstance(hint, types.UnionType) or hint is Union else (hint,)
    if value is None and types.NoneType in options:
        return None
    if tuple[str, ...] in options:
        if not isinstance(value, list):
            raise RefusedError("not a list", name)
        value = tuple(value)
        fits = all(isinstance(each, str) and _fits(name, each) for each in value)
    else:
        fits = type(value) in options and (not isinstance(value, str) or _fits(name, value))
    if not fits:
        raise RefusedError("not what may stand here", name)
    return value


def _fits(name: str, text: str) -> bool:
    if name in _TEXTS:
        return len(text) <= LARGEST_TEXT and bool(_TEXT.fullmatch(text))
    if name == "since":
        return _is_day(text)
    return bool(re.fullmatch(_FORMS[name], text)) if name in _FORMS else _is_line(text)


def _is_line(text: str) -> bool:
    return len(text) <= LONGEST_LINE and bool(_LINE.fullmatch(text))


def _is_day(text: str) -> bool:
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False
