"""Every file of the system that follows from ``box.toml``."""

from collections.abc import Iterator

from appliance.config.reference import as_toml
from appliance.provisioning.access import access_files
from appliance.provisioning.box import Box
from appliance.provisioning.file import SystemFile, SystemLink, section, text_file
from appliance.provisioning.firewall import firewall_file
from appliance.provisioning.networkd import network_files
from appliance.provisioning.reading import BoxText, parse_box

HOST_NAME = "dose-appliance/hostname"
LOCAL_TIME = "dose-appliance/localtime"
SETTINGS = "dose-appliance/appliance.toml"
TIME_SERVERS = "systemd/timesyncd.conf.d/50-box.conf"
LISTENER = "systemd/system/dose-appliance-receiver.socket.d/50-box.conf"
ZONES = "/usr/share/zoneinfo"


def system_files(
    box: Box, *, host_key: str, shadow: str = "", password_hash: str | None = None
) -> tuple[SystemFile | SystemLink, ...]:
    """The files below /run; keys and other secrets are not among them.

    ``host_key`` is the path of sshd's private key; ``shadow`` the system's own shadow(5), to which
    ``password_hash`` is added.
    """
    files = [*_files(box), *access_files(box, host_key, shadow, password_hash)]
    return tuple(files)


def _files(box: Box) -> Iterator[SystemFile | SystemLink]:
    yield SystemFile(HOST_NAME, f"{box.hostname}\n".encode())
    yield SystemLink(LOCAL_TIME, f"{ZONES}/{box.timezone}")
    yield from network_files(box)
    if box.ntp:
        yield text_file(TIME_SERVERS, *section("Time", ("NTP", box.ntp), ("FallbackNTP", " ")))
    yield firewall_file(box)
    yield SystemFile(SETTINGS, as_toml(box.appliance).encode())
    listener = list(_listener(box))
    if listener != list(_listener(parse_box(BoxText("")))):
        yield text_file(LISTENER, *listener)


def _listener(box: Box) -> Iterator[str]:
    """Where systemd listens for the receiver; the empty entry takes back what the unit says."""
    receiver = box.appliance.receiver
    host = f"[{receiver.bind}]" if ":" in receiver.bind else receiver.bind
    plain = () if receiver.tls.instead else (receiver.port,)
    secure = (receiver.tls.port,) if receiver.tls.port else ()
    yield from ("", "[Socket]", "ListenStream=")
    yield from (f"ListenStream={host}:{port}" for port in (*plain, *secure))
