"""The example of docs/fleet, run: a box, its site's broker, the bridge, the centre, and figures."""

import json
import re
import subprocess
import urllib.request
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode
from appliance.status.schemas import schema
from tests.status.brokers import PATIENCE_S, wait_until
from tests.status.fleets import EXAMPLES, Fleet

METRIC = re.compile(r"dose_box_\w+")
BRIDGE = "dose-appliance/bridges/north"


def exported() -> set[str]:
    text = (EXAMPLES / "mqtt-exporter.yaml").read_text("utf-8")
    return set(re.findall(r"prom_name: (\w+)", text))


def figures_of(port: int) -> dict[str, float]:
    """Of box1, by name."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S) as answer:
        text = answer.read().decode()
    found = re.findall(r'^(dose_box_\w+){sensor="north/box1".*?} (\S+)$', text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def test_from_the_box_to_the_figures_at_the_centre(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    box = fleet.box()
    box.raise_(AlarmCode.DISK_LOW, "spool")
    topic = "alarms/disk-low/spool"
    with fleet.central.running(), fleet.watcher() as watcher, fleet.exporter() as port:
        with fleet.site.running():
            with box.telling():
                watcher.wait_for("availability", "state", "online")
                wait_until(lambda: bool(watcher.last(topic)))
                wait_until(lambda: figures_of(port).get("dose_box_alarms_critical") == 1)
                assert figures_of(port)["dose_box_health"] == 2
                assert figures_of(port)["dose_box_online"] == 1
                box.clear(AlarmCode.DISK_LOW, "spool")
                wait_until(lambda: not watcher.at(topic)[-1].payload)
                fleet.central.stop()
                box.raise_(AlarmCode.JOURNAL_BROKEN)
                box.clear(AlarmCode.JOURNAL_BROKEN)
                heard = len(watcher.events())
                fleet.central.start()
                wait_until(lambda: len(watcher.events()) >= heard + 2)
            watcher.wait_for("availability", "reason", "stopped")
            wait_until(lambda: figures_of(port).get("dose_box_online") == 0)
        wait_until(lambda: [e for e in watcher.heard if e.topic == BRIDGE][-1].payload == b"0")
        with fleet.watcher() as late:
            wait_until(lambda: bool(late.last("availability")))
            assert not late.at(topic)
    figures = schema("state/1")["properties"]["figures"]["properties"]
    mapped = {name.removeprefix("dose_box_") for name in exported()} - {"online", "health"}
    assert mapped <= set(figures)


def test_a_site_writes_of_itself_alone(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    with fleet.central.running(), fleet.watcher() as watcher:
        own = fleet.tls / "site-north"
        for topic in ("south", "north"):
            command = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(fleet.central_port)]
            command += ["--cafile", str(fleet.tls / "central-ca.pem"), "-q", "1"]
            command += ["--cert", f"{own}.pem", "--key", f"{own}.key", "-m", "hello"]
            subprocess.run(
                [*command, "-t", f"dose-appliance/v1/{topic}/box1/state"],
                check=True,
                timeout=PATIENCE_S,
            )
        wait_until(lambda: bool(watcher.at("state")))
        assert {each.topic for each in watcher.heard} == {"dose-appliance/v1/north/box1/state"}


def promtool(*words: str) -> None:
    ran = subprocess.run(["promtool", *words], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_prometheus_takes_the_files() -> None:
    promtool("check", "config", str(EXAMPLES / "prometheus.yml"))


CASES = """
rule_files: [{rules}]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {{series: 'dose_box_online{{site="north",box="gone"}}', values: '1 1 0x20'}}
      - {{series: 'dose_box_online{{site="north",box="silent"}}', values: '1 1 1 _x20'}}
      - {{series: 'dose_box_unsent_for_s{{site="north",box="full"}}', values: '90000x20'}}
      - {{series: 'dose_box_unsent_for_s{{site="north",box="well"}}', values: '60x20'}}
    alert_rule_test:
      - eval_time: 15m
        alertname: BoxGone
        exp_alerts:
          - exp_labels: {{severity: major, site: north, box: gone}}
            exp_annotations: {{summary: "north/gone is gone: power, network, or stopped"}}
      - eval_time: 15m
        alertname: BoxSilent
        exp_alerts:
          - exp_labels: {{severity: major, site: north, box: silent}}
            exp_annotations: {{summary: "nothing was heard of north/silent for ten minutes"}}
      - eval_time: 15m
        alertname: DosesUnsent
        exp_alerts:
          - exp_labels: {{severity: major, site: north, box: full}}
            exp_annotations: {{summary: "north/full has not got rid of something for a day"}}
"""


def test_the_rules_tell_of_what_they_are_for(tmp_path: Path) -> None:
    cases = tmp_path / "cases.yml"
    cases.write_text(CASES.format(rules=EXAMPLES / "rules.yml"), encoding="utf-8")
    promtool("test", "rules", str(cases))


def test_rules_ask_for_figures_that_there_are() -> None:
    asked = set(METRIC.findall((EXAMPLES / "rules.yml").read_text("utf-8")))
    assert asked <= exported()


@pytest.mark.parametrize("name", ["grafana-boxes.json", "grafana-box.json"])
def test_a_dashboard_asks_for_figures_that_there_are(tmp_path: Path, name: str) -> None:
    """Each of its questions is one that Prometheus understands."""
    dashboard = json.loads((EXAMPLES / name).read_text("utf-8"))
    asked = [each["expr"] for panel in dashboard["panels"] for each in panel["targets"]]
    assert asked
    assert set(METRIC.findall(json.dumps(dashboard))) <= exported()
    rules = [{"record": "asked", "expr": each} for each in asked]
    file = tmp_path / "rules.json"
    for number, rule in enumerate(rules):
        rule["record"] = f"asked:{number}"
    file.write_text(json.dumps({"groups": [{"name": "asked", "rules": rules}]}), encoding="utf-8")
    promtool("check", "rules", str(file))
