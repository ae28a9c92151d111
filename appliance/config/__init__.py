"""One strict TOML file, with a default for everything.

**Knows:** every setting: its type, default, bounds and meaning.
**Does not know:** what the services do with it.
"""

from appliance.config.archive import Archive, DoseSeries
from appliance.config.audit import Audit
from appliance.config.backup import Backup
from appliance.config.certificate_files import CertificateFile, certificate_files
from appliance.config.commitment import Commitment, DestinationCommitment, ScannerCommitment
from appliance.config.console import Console
from appliance.config.destination import Destination
from appliance.config.folder import Folder
from appliance.config.load import load_configuration, parse_configuration
from appliance.config.media import Media, Medium
from appliance.config.mqtt import HomeAssistant, Mqtt
from appliance.config.perspective import ConversionFactor, DoseAlert, Drl, EffectiveDose
from appliance.config.retention import Preservation, Retention
from appliance.config.route import Route
from appliance.config.scanners import rule_for_label, rules_for, scanner_for, within
from appliance.config.schema import (
    JJ1017,
    Configuration,
    Receiver,
    Recogniser,
    Report,
    Rule,
    Scanner,
    Site,
)
from appliance.config.sources import Sources
from appliance.config.tls import Certificates, ReceiverTls, Tls
from appliance.config.updates import Updates
from appliance.config.vpn import Vpn
from appliance.config.worklist import Worklist

__all__ = [
    "JJ1017",
    "Archive",
    "Audit",
    "Backup",
    "CertificateFile",
    "Certificates",
    "Commitment",
    "Configuration",
    "Console",
    "ConversionFactor",
    "Destination",
    "DestinationCommitment",
    "DoseAlert",
    "DoseSeries",
    "Drl",
    "EffectiveDose",
    "Folder",
    "HomeAssistant",
    "Media",
    "Medium",
    "Mqtt",
    "Preservation",
    "Receiver",
    "ReceiverTls",
    "Recogniser",
    "Report",
    "Retention",
    "Route",
    "Rule",
    "Scanner",
    "ScannerCommitment",
    "Site",
    "Sources",
    "Tls",
    "Updates",
    "Vpn",
    "Worklist",
    "certificate_files",
    "load_configuration",
    "parse_configuration",
    "rule_for_label",
    "rules_for",
    "scanner_for",
    "within",
]
