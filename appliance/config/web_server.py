"""Settings that web services share, whatever they are sent."""

from dataclasses import dataclass

from appliance.config.setting import FILE, OPTIONAL_HOST, Form, setting

NO_AUTHORIZATION, BASIC, BEARER = "none", "basic", "bearer"
WEB_PATH = Form(
    r"(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*",
    "empty, or a path such as /dicom-web, without a slash at its end",
)
_USER = Form(r"[^:\x00-\x1f]*", "a user's name, without colons")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebServer:
    """What ``[destination.stow]`` and ``[destination.fhir]`` have in common."""

    server_name: str = setting(
        "Name that its certificate must have, and that it is asked by; empty: `host`.",
        "",
        form=OPTIONAL_HOST,
    )
    authorization: str = setting(
        "How the box says who it is: not at all, by `user` and `password_file` (`basic`, "
        "RFC 7617), or by `token_file` (`bearer`, RFC 6750). A certificate is in "
        "`[destination.tls]`.",
        NO_AUTHORIZATION,
        choices=(NO_AUTHORIZATION, BASIC, BEARER),
    )
    user: str = setting("Name for `basic`.", "", form=_USER)
    password_file: str = setting("File that holds the password on its first line.", "", form=FILE)
    token_file: str = setting(
        "File that holds the token on its first line; read anew for each request.", "", form=FILE
    )
