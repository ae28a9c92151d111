"""Which configured scanner a caller or an object belongs to.

**Knows:** how ``[[scanner]]`` entries are matched; an empty setting matches anything.
**Does not know:** whether a caller that matches none may store (``receive``).
"""

import ipaddress
import re

from appliance.config.schema import Configuration, Rule, Scanner


def scanner_for(configuration: Configuration, calling_ae: str, address: str) -> Scanner | None:
    """The first scanner with that calling AE title and IP address, or None."""
    for scanner in configuration.scanner:
        if _is_or_empty(scanner.ae_title, calling_ae) and within(scanner.address, address):
            return scanner
    return None


def rules_for(
    configuration: Configuration, manufacturer: str, device_serial_number: str
) -> tuple[Rule, ...]:
    """The rules for objects with that Manufacturer and Device Serial Number, in file order."""
    return tuple(
        rule
        for scanner in configuration.scanner
        if _is_or_empty(scanner.manufacturer.casefold(), manufacturer.casefold())
        and _is_or_empty(scanner.device_serial_number, device_serial_number)
        for rule in scanner.rule
    )


def rule_for_label(rules: tuple[Rule, ...], label: str) -> Rule | None:
    """The first rule whose pattern is the whole printed ``label``, case ignored, or None."""
    for rule in rules:
        if re.fullmatch(rule.label, label, re.IGNORECASE):
            return rule
    return None


def _is_or_empty(wanted: str, actual: str) -> bool:
    return wanted.strip() in ("", actual.strip())


def within(network: str, address: str) -> bool:
    """Whether an IP address is of ``network``, an address or CIDR; empty: any is."""
    if not network:
        return True
    actual = ipaddress.ip_address(address)
    mapped = getattr(actual, "ipv4_mapped", None)  # a dual-stack socket's name of an IPv4 caller
    return (mapped or actual) in ipaddress.ip_network(network)
