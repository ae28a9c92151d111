"""Settings of an FTP server that is reached by TLS (RFC 4217)."""

from dataclasses import dataclass

from appliance.config.file_server import FileServer
from appliance.config.setting import OPTIONAL_HOST, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Ftps(FileServer):
    """``[destination.ftps]``: explicit FTPS; certificates are those of ``[destination.tls]``."""

    server_name: str = setting(
        "Name that its certificate must have; empty: `host`.", "", form=OPTIONAL_HOST
    )
