"""Settings that servers of files share, however they are reached."""

from dataclasses import dataclass

from appliance.config.setting import FILE, Form, setting

LOGIN = Form(r"[^\s:/@]*", "a user's name, without spaces, colons, slashes and @")
SERVER_FOLDER = Form(r"[^\\]*", "a path with slashes, without backslashes")
SUFFIX = Form(r"[A-Za-z0-9._-]{1,16}", "up to 16 ASCII letters, digits, dots, dashes, underscores")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileServer:
    """What ``[destination.ftps]`` and ``[destination.sftp]`` have in common."""

    user: str = setting("Name to log in with.", "", form=LOGIN)
    password_file: str = setting(
        "File that holds the password on its first line; empty: there is none.", "", form=FILE
    )
    folder: str = setting(
        "Folder on the server, made when it is not there; empty: the one a login begins in.",
        "",
        form=SERVER_FOLDER,
    )
    temporary_suffix: str = setting(
        "What the name of a file ends with, in the same folder, until it is there as a whole.",
        ".part",
        form=SUFFIX,
    )
    read_back: bool = setting(
        "Read each file back, and compare, before it gets its name; where the server tells a "
        "digest that is not needed.",
        default=False,
    )
