"""Rules of the house that neither the linter nor the import contracts can hold."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPLIANCE = ROOT / "appliance"
MODULES = sorted(APPLIANCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
NETWORK_HANDLERS = {
    "appliance/receive/commitment.py",
    "appliance/receive/display_system.py",
    "appliance/receive/performed_step.py",
    "appliance/receive/scp.py",
}
"""Called by a library's thread, which would otherwise answer for us."""
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
MAKERS = re.compile(
    r"\bGE\b|siemens|philips|toshiba|\bcanon\b|hitachi|fujifilm|shimadzu|neusoft|united.imaging",
    re.IGNORECASE,
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def trees(files: list[Path]) -> Iterator[tuple[Path, ast.Module]]:
    for file in files:
        yield file, ast.parse(file.read_text("utf-8"))


def rooms() -> list[Path]:
    """Packages, and the modules that are rooms of their own."""
    return [
        file
        for file in MODULES
        if file.name == "__init__.py" or (file.parent == APPLIANCE and file.stem != "__main__")
    ]


@pytest.mark.parametrize("room", rooms(), ids=name)
def test_every_room_says_what_it_knows_and_what_not(room: Path) -> None:
    docstring = ast.get_docstring(ast.parse(room.read_text("utf-8"))) or ""
    assert "**Knows:**" in docstring
    assert "**Does not know:**" in docstring


def test_no_file_is_too_long() -> None:
    lengths = {name(file): file.read_text("utf-8").count("\n") for file in MODULES + TESTS}
    assert {file: lines for file, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_every_function_fits_on_a_screen() -> None:
    long = [
        f"{name(file)}:{node.lineno} {node.name}"
        for file, tree in trees(MODULES)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_makers_are_data() -> None:
    named = [
        f"{name(file)}: {found[0]}"
        for file in MODULES
        if APPLIANCE / "simulators" not in file.parents
        for found in MAKERS.finditer(file.read_text("utf-8"))
    ]
    assert named == []


def test_only_services_and_handlers_in_network_threads_may_catch_everything() -> None:
    broad = [
        f"{name(file)}:{node.lineno}"
        for file, tree in trees(MODULES)
        if APPLIANCE / "services" not in file.parents and name(file) not in NETWORK_HANDLERS
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]
    assert broad == []


def test_nothing_is_passed_over() -> None:
    passed = [
        f"{name(file)}:{node.lineno}"
        for file, tree in trees(MODULES)
        for node in ast.walk(tree)
        if isinstance(node, ast.Pass)
    ]
    assert passed == []


def test_no_two_test_files_have_one_name() -> None:
    """Their folders are no packages: the second would not be collected, or not seen at all."""
    names = sorted(file.name for file in TESTS if file.name.startswith("test_"))
    assert [one for one, other in pairwise(names) if one == other] == []


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
    assert [name(file) for file in MODULES + TESTS if marks.search(file.read_text("utf-8"))] == []


def test_no_test_is_skipped() -> None:
    words = {"skip", "skipif", "xfail", "importorskip", "skipTest"}
    skipped = [
        f"{name(file)}:{node.lineno}"
        for file, tree in trees(TESTS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in words
    ]
    assert skipped == []


def test_the_receiver_loads_nothing_that_understands_pixels() -> None:
    script = (
        "import sys; from appliance.services.bytes_only import PIXEL_PACKAGES, leave_out;"
        "leave_out(PIXEL_PACKAGES); import appliance.services.receiver;"
        "loaded = {name.split('.')[0] for name, module in sys.modules.items() if module};"
        "sys.exit(', '.join(loaded & {'numpy', 'cv2', 'gdcm', 'PIL', 'highdicom', 'pytesseract'})"
        " or 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("service", ["frontpanel", "powerfail", "status"])
def test_the_services_beside_the_way_of_the_doses_load_no_dicom(service: str) -> None:
    """They are as small as the box is: what understands objects is 14 MiB of each process."""
    script = (
        f"import sys, appliance.services.{service};"
        "sys.exit(', '.join({'numpy', 'pydicom', 'pynetdicom'} & set(sys.modules)) or 0)"
    )
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
