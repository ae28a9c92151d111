"""What other de-identifiers leave of a dose report, beside this one.

``python -m tests.bench.deidentifiers PYTHON…`` prints a table. Each PYTHON is the interpreter of a
virtual environment with some of the tools; they want different versions of pydicom.
"""

import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from pydicom import Dataset, dcmread

from appliance.deidentify import Cleaned, cleaned
from tests.deidentify.reports import (
    PSEUDONYMS,
    REGISTRY,
    a_number,
    a_report,
    an_item,
    as_bytes,
    numbers,
)

PLANTED = {
    "name in a PNAME item": "CANARIA",
    "comment": "CNRYREMARK",
    "protocol": "CNRYPROTOCOL",
    "device serial": "CNRYSERIAL",
    "login": "CNRYLOGIN",
    "time of an event": "19450815101112",
    "private": "CNRYPRIVATE",
    "overlay": "CNRYOVERLAY",
    "patient ID": "CNRY4711",
}
TOOLS = {
    "dicom-anonymizer": """
import sys
from dicomanonymizer import anonymize
anonymize(sys.argv[1], sys.argv[2], {}, True)
""",
    "dicognito": """
import sys, pydicom
from dicognito.anonymizer import Anonymizer
dataset = pydicom.dcmread(sys.argv[1])
Anonymizer().anonymize(dataset)
dataset.save_as(sys.argv[2])
""",
    "idiscore": """
import sys, pydicom
from idiscore.defaults import create_default_core
create_default_core().deidentify(pydicom.dcmread(sys.argv[1])).save_as(sys.argv[2])
""",
}


def a_planted_report() -> Dataset:
    report = a_report()
    report.PatientID, report.PatientName = "CNRY4711", "CANARIA^HANAKO"
    report.private_block(0x0099, "CNRYPRIVATE", create=True).add_new(1, "LO", "CNRYPRIVATE")
    report.add_new(0x60000022, "LO", "CNRYOVERLAY")
    report.ContentSequence.extend(
        [
            an_item("PNAME", ("113870", "DCM", "Person Name"), PersonName="CANARIA^HANAKO"),
            an_item("TEXT", ("121106", "DCM", "Comment"), TextValue="CNRYREMARK"),
            an_item("TEXT", ("125203", "DCM", "Acquisition Protocol"), TextValue="CNRYPROTOCOL"),
            an_item("TEXT", ("113880", "DCM", "Device Serial Number"), TextValue="CNRYSERIAL"),
            an_item("TEXT", ("128774", "DCM", "Login Name"), TextValue="CNRYLOGIN"),
            an_item("DATETIME", ("111526", "DCM", "DateTime Started"), DateTime="19450815101112"),
            a_number("523.40", "mGy.cm"),
        ]
    )
    return report


def row(name: str, content: bytes) -> str:
    left = [what for what, canary in PLANTED.items() if canary.encode() in content]
    found, before = dcmread(BytesIO(content), force=True), numbers(a_planted_report())
    try:
        same = "all" if numbers(found) == before else "changed"
    except (AttributeError, IndexError, TypeError, ValueError):
        same = "destroyed"
    claims = [each.CodeValue for each in found.get("DeidentificationMethodCodeSequence") or ()]
    return f"| {name} | {', '.join(left) or 'nothing'} | {same} | {' '.join(claims) or 'nothing'} |"


def main(pythons: list[str]) -> None:
    report = as_bytes(a_planted_report())
    say("| tool | identity left | NUM items | claims (0012,0064) |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.dcm", Path(folder) / "out.dcm"
        source.write_bytes(report)
        for name, script in TOOLS.items():
            target.unlink(missing_ok=True)
            for python in pythons:
                command = [python, "-W", "ignore", "-c", script, str(source), str(target)]
                subprocess.run(command, capture_output=True, check=False)
                if target.exists():
                    say(row(f"{name} {version(python, name)}", target.read_bytes()))
                    break
            else:
                say(f"| {name} | does not run | | |")
    found = cleaned(report, REGISTRY, PSEUDONYMS)
    assert isinstance(found, Cleaned)
    say(row("this box, `registry`", found.content))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def version(python: str, name: str) -> str:
    script = f"import importlib.metadata; print(importlib.metadata.version({name!r}))"
    return subprocess.check_output([python, "-c", script], text=True).strip()


if __name__ == "__main__":
    main(sys.argv[1:])
