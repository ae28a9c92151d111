"""The box's first file, ``box.toml``: one strict TOML, and the system's files that follow from it.

**Knows:** what may stand in the file, what cannot be meant together, and what networkd, timesyncd,
nftables, sshd and the appliance are told when it is in force.
**Does not know:** partitions, folders and the order in which things are written (``services``);
nothing here reads or writes a file.
"""

from appliance.provisioning.box import Box, Recovery, Secret, Ssh
from appliance.provisioning.file import SystemFile, SystemLink
from appliance.provisioning.interface import Interface, Route
from appliance.provisioning.reading import BoxText, box_text, parse_box
from appliance.provisioning.rendering import system_files
from appliance.provisioning.wireguard import Peer, Wireguard

__all__ = [
    "Box",
    "BoxText",
    "Interface",
    "Peer",
    "Recovery",
    "Route",
    "Secret",
    "Ssh",
    "SystemFile",
    "SystemLink",
    "Wireguard",
    "box_text",
    "parse_box",
    "system_files",
]
