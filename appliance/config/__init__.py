"""One strict TOML file, with a default for everything.

**Knows:** every setting: its type, default, bounds and meaning.
**Does not know:** what the services do with it.
"""

from appliance.config.archive import Archive, DoseSeries
from appliance.config.load import load_configuration, parse_configuration
from appliance.config.perspective import ConversionFactor, DoseAlert, Drl, EffectiveDose
from appliance.config.scanners import rule_for_label, rules_for, scanner_for
from appliance.config.schema import (
    JJ1017,
    Configuration,
    Destination,
    Receiver,
    Recogniser,
    Report,
    Rule,
    Scanner,
    Site,
)
from appliance.config.sources import Sources
from appliance.config.worklist import Worklist

__all__ = [
    "JJ1017",
    "Archive",
    "Configuration",
    "ConversionFactor",
    "Destination",
    "DoseAlert",
    "DoseSeries",
    "Drl",
    "EffectiveDose",
    "Receiver",
    "Recogniser",
    "Report",
    "Rule",
    "Scanner",
    "Site",
    "Sources",
    "Worklist",
    "load_configuration",
    "parse_configuration",
    "rule_for_label",
    "rules_for",
    "scanner_for",
]
