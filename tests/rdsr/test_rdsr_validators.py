"""The golden reports before three independent readers: dciodvfy, dsrdump and DicomSRValidator."""

import re
import shutil
import subprocess
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset, dcmread

from appliance.rdsr import completed_native
from tests.rdsr.cases import (
    BOX,
    GOLDEN,
    all_cases,
    case,
    code_item,
    encoded,
    evidence,
    reread,
)

RUNNER = Path(__file__).parents[1] / "validators" / "ValidateReports.java"
PIXELMED = "/usr/share/java/pixelmed.jar"
JAVA = (  # its XPath expressions are larger than Java's default limits allow
    "java",
    "-Djdk.xml.xpathTotalOpLimit=0",
    "-Djdk.xml.xpathExprOpLimit=0",
    "-Djdk.xml.xpathExprGrpLimit=0",
    "-Xss16m",
    "-Xmx1g",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
)
NOT_ABOUT_THE_REPORT = re.compile("Specific ?Character ?Set")  # dsrdump knows few of them
MESSAGE = re.compile(
    r"(?:Error|Warning): (?:.*?: )?(?:within )?(?P<place>[\d.]+): "
    r".*/(?P<item>[A-Z]+ \([^/]*?\)): (?P<says>.*)"
)


@dataclass(frozen=True)
class Message:
    """One complaint of DicomSRValidator; ``place`` is ``1.15.5.1``, from 1 at every level."""

    place: str
    item: str
    says: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every golden report as a file."""
    folder = tmp_path_factory.mktemp("reports")
    for one in all_cases():
        (folder / f"{one.name}.dcm").write_bytes(encoded(one.report))
    return folder


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", errors="replace", check=False
    )


def test_dciodvfy_finds_no_error(folder: Path) -> None:
    for file in sorted(folder.iterdir()):
        done = run("dciodvfy", file)
        assert "XRayRadiationDoseSR" in done.stderr, file.name
        assert [line for line in done.stderr.splitlines() if "Error" in line] == [], file.name


def test_dsrdump_reads_them_without_a_word(folder: Path) -> None:
    for file in sorted(folder.iterdir()):
        done = run("dsrdump", "+Pc", file)
        said = [line for line in done.stderr.splitlines() if not NOT_ABOUT_THE_REPORT.search(line)]
        assert (done.returncode, said) == (0, []), file.name
        assert '(113811,DCM,"CT Accumulated Dose Data")' in done.stdout, file.name


def test_a_completed_report_is_as_valid_as_it_was(tmp_path: Path) -> None:
    native = reread(case("complete_helical").report)
    for keyword in ("AccessionNumber", "ReferencedRequestSequence"):
        del native[keyword]
    codes = [code_item("6100001000000000", "JJ1017-16M", "CT chest plain", "3.4")]
    completed = completed_native(native, evidence(1)[0], codes, BOX)
    assert completed is not None
    file = tmp_path / "completed.dcm"
    file.write_bytes(encoded(completed))
    assert "Error" not in run("dciodvfy", file).stderr
    done = run("dsrdump", "+Pc", file)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def validated(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What DicomSRValidator prints, by the name of the report; one JVM for all of them."""
    classes = tmp_path_factory.mktemp("classes")
    javac = shutil.which("javac")
    assert javac is not None, "javac is missing: install default-jdk-headless"
    compiled = run(javac, "-cp", PIXELMED, "-d", classes, RUNNER)
    assert compiled.returncode == 0, compiled.stderr
    done = run(*JAVA, "-cp", f"{classes}:{PIXELMED}", RUNNER.stem, *sorted(folder.glob("*.dcm")))
    assert done.returncode == 0, done.stderr
    printed: dict[str, list[str]] = defaultdict(list)
    for line in done.stdout.splitlines():
        if line.startswith("== "):
            name = Path(line[3:]).stem
        else:
            printed[name].append(line)
    return printed


def test_dicom_sr_validator_finds_the_template_in_each(validated: dict[str, list[str]]) -> None:
    assert set(validated) == {one.name for one in all_cases()}
    for name, lines in validated.items():
        assert "Found XRayRadiationDoseSR IOD" in lines, name
        assert "Found Root Template TID_10011 (CTRadiationDose)" in lines, name
        assert "Root Template Validation Complete" in lines, name
        assert "IOD validation complete" in lines, name


def test_dicom_sr_validator_says_what_is_explained_and_nothing_else(
    validated: dict[str, list[str]], folder: Path
) -> None:
    said: set[tuple[str, str]] = set()
    empty: set[str] = set()
    known = explained()
    for name, lines in validated.items():
        report = dcmread(folder / f"{name}.dcm")
        for message in messages(lines):
            if message.says.startswith(tuple(known["empty_num"]["says"])):
                assert_is_empty_and_qualified(at(report, message.place), message)
                empty.add(message.item)
            else:
                said.add((message.item, message.says))
    assert said == {(each["item"], each["says"]) for each in known["message"]}
    assert empty == set(known["empty_num"]["items"])


def explained() -> dict[str, Any]:
    return tomllib.loads((GOLDEN / "validator-errors.toml").read_text("utf-8"))


def messages(lines: list[str]) -> list[Message]:
    complaints = [line for line in lines if line.startswith(("Error", "Warning"))]
    matches = [MESSAGE.fullmatch(line) for line in complaints]
    assert None not in matches, complaints
    return [Message(**match.groupdict()) for match in matches if match is not None]


def at(report: Dataset, place: str) -> Dataset:
    item = report
    for index in place.split(".")[1:]:
        item = item.ContentSequence[int(index) - 1]
    return item


def assert_is_empty_and_qualified(item: Dataset, message: Message) -> None:
    name = item.ConceptNameCodeSequence[0]
    named = f'{name.CodeValue},{name.CodingSchemeDesignator},"{name.CodeMeaning}"'
    assert message.item == f"NUM ({named})"
    assert len(item.MeasuredValueSequence) == 0
    (qualifier,) = item.NumericValueQualifierCodeSequence
    assert (qualifier.CodeValue, qualifier.CodingSchemeDesignator) == ("114010", "DCM")
