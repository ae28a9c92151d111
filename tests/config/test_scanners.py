"""Which scanner a caller is, and which rules an object's scanner has."""

import pytest

from appliance.config import parse_configuration, rule_for_label, rules_for, scanner_for

TWO_SCANNERS = parse_configuration("""
[[scanner]]
name = "old"
ae_title = "CT1"
address = "192.0.2.0/24"
manufacturer = "Maker"
rule = [{label = "head.*", phantom = "HEAD16"}, {label = "abd|chest", phantom = "BODY32"}]

[[scanner]]
name = "lan"
address = "2001:db8::/32"
device_serial_number = "4711"
rule = [{acquisition_type = "SPIRAL"}]
""")


@pytest.mark.parametrize(
    ("calling_ae", "address", "name"),
    [
        ("CT1", "192.0.2.7", "old"),
        (" CT1 ", "::ffff:192.0.2.7", "old"),
        ("ct1", "192.0.2.7", None),
        ("CT1", "198.51.100.1", None),
        ("ANY", "2001:db8::7", "lan"),
    ],
)
def test_a_caller_is_found_by_title_and_address(
    calling_ae: str, address: str, name: str | None
) -> None:
    found = scanner_for(TWO_SCANNERS, calling_ae, address)
    assert (found.name if found else None) == name


def test_rules_belong_to_the_maker_or_the_serial_number() -> None:
    assert len(rules_for(TWO_SCANNERS, "MAKER ", "1")) == 2
    assert len(rules_for(TWO_SCANNERS, "maker", "4711")) == 3
    assert rules_for(TWO_SCANNERS, "Other", "1") == ()


def test_the_first_rule_that_matches_the_whole_label_counts() -> None:
    rules = rules_for(TWO_SCANNERS, "Maker", "")
    found = [rule_for_label(rules, label) for label in ("HeadSeq", "Chest", "Chest 2")]
    assert [rule.phantom if rule else None for rule in found] == ["HEAD16", "BODY32", None]
