"""Settings of a DICOMweb origin server that objects are stored at (PS3.18 10.5)."""

from dataclasses import dataclass

from appliance.config.setting import setting
from appliance.config.web_server import WEB_PATH, WebServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Stow(WebServer):
    """``[destination.stow]``: STOW-RS; TLS is as in ``[destination.tls]``."""

    path: str = setting(
        "Path of the DICOMweb service; objects go to `/studies` below it.",
        "/dicom-web",
        form=WEB_PATH,
    )
