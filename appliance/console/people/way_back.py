"""Where a person is led after the log-in: to the page that they came for, never off the box."""

from urllib.parse import urlsplit

HOME = "/"


def way_back(then: str) -> str:
    """``then`` if it is a path of the box, else the first page.

    Browsers read backslashes as slashes, leave out control characters, and take what begins with
    two slashes for another host (WHATWG URL).
    """
    if not then.startswith("/") or then.startswith("//") or "\\" in then:
        return HOME
    if not then.isascii() or not then.isprintable() or " " in then:
        return HOME
    parts = urlsplit(then)
    return HOME if parts.scheme or parts.netloc else then
