"""Settings of a folder that objects are put into."""

from dataclasses import dataclass

from appliance.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """``[destination.folder]``: a folder, on a disk of the box or mounted from a server."""

    path: str = setting("The folder, from `/` on. It has to be there: none is made.", "")
    marker: str = setting(
        "A file that has to be in the folder, so that nothing is written where a server's folder "
        "is not mounted; empty: none.",
        "",
    )
