"""Results of tests as the QA Results module of a Display System (PS3.3 C.32.3).

Of each display the most recent of each kind: what was looked at, uniformity, luminance response.
Luminances are with the light of the room, as the module wants them; where that is not known, a
result that a contact meter read is left out. Reflected Ambient Light (2010,0160) is a whole number
of cd/m2 in DICOM and would be rounded to 0 in most rooms, so it is left out, too.
"""

from collections.abc import Callable, Mapping, Sequence

from pydicom import Dataset

from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.display_system import (
    CONFIGURATION,
    Subsystem,
    Test,
    knows_ambient,
    seen_cd_m2,
    term,
    white_ddl,
)
from appliance.displayqa.level import at_depth
from appliance.displayqa.measurement import Reading
from appliance.displayqa.sessions.places import FIVE, NINE, PLACES, places
from appliance.displayqa.sessions.step import Look

OVERALL = ("109701", "DCM", "Overall image quality evaluation")
"""CID 8300."""
OUR_SCHEME = "99DISPLAYQA"
"""Our patterns are equivalents of published ones, and our places were not compared with theirs, so
the codes of CID 8301 and 8302 are not said of them."""
UNIFORM_LEVELS = (204, 26)
"""8-bit levels of uniformity, the one that is told first first."""
FEWEST_POINTS = 2


def qa_results(subsystems: Sequence[Subsystem]) -> Dataset:
    """QA Results Sequence: an item for each display, in the order of the Display System."""
    results = Dataset()
    results.QAResultsSequence = list(map(_of_display, subsystems))
    return results


def _of_display(subsystem: Subsystem) -> Dataset:
    item = Dataset()
    item.DisplaySubsystemID = subsystem.number
    item.DisplaySubsystemQAResultsSequence = [_of_configuration(subsystem)]
    return item


def _of_configuration(subsystem: Subsystem) -> Dataset:
    item, results = Dataset(), Dataset()
    item.ConfigurationID = CONFIGURATION
    results.DisplayCalibrationResultSequence = []
    results.VisualEvaluationResultSequence = _latest(subsystem, _looks)
    results.LuminanceUniformityResultSequence = _latest(subsystem, _uniformity)
    results.LuminanceResultSequence = _latest(subsystem, _luminance)
    item.ConfigurationQAResultsSequence = [results]
    return item


def _latest(subsystem: Subsystem, made: Callable[[Test], Dataset | None]) -> list[Dataset]:
    """Of the most recent test that has such a result; none when none has."""
    for test in reversed(subsystem.tests):
        result = made(test)
        if result is not None:
            _add_context(result, test)
            return [result]
    return []


def _add_context(result: Dataset, test: Test) -> None:
    """Table C.32.3.1-1."""
    entries = test.session.entries
    result.PerformedProcedureStepStartDateTime = entries[0].at
    result.PerformedProcedureStepEndDateTime = entries[-1].at
    performer = Dataset()
    performer.HumanPerformerName = test.session.begun.operator
    performer.HumanPerformerOrganization = ""
    result.ActualHumanPerformersSequence = [performer] if test.session.begun.operator else []
    is_measured = "LuminanceResponseSequence" in result
    result.MeasurementEquipmentSequence = _equipment(test) if is_measured else []


def _equipment(test: Test) -> list[Dataset]:
    """The meter; none when its maker, or the term for its kind, is not known."""
    kind = term("MeasurementEquipmentType", test.session.begun.method)
    used = test.session.meter
    if used is None or not test.manufacturer or not kind:
        return []
    readings = test.measured.scale.values()
    measures = ["luminance"] + ["chromaticity"] * any(each.chromaticities for each in readings)
    item = Dataset()
    item.MeasurementFunctions = [term("MeasurementFunctions", each) for each in measures]
    item.MeasuredCharacteristics = [term("MeasuredCharacteristics", each) for each in measures]
    item.MeasurementEquipmentType = kind
    item.Manufacturer, item.ManufacturerModelName = test.manufacturer, used.model
    item.DeviceSerialNumber, item.DateTimeOfLastCalibration = used.serial_number, None
    return [item]


def _looks(test: Test) -> Dataset | None:
    """Table C.32.3.2-1: every check that was answered."""
    checks = [each.check for each in test.session.steps if isinstance(each, Look)]
    items = []
    for check in (each for each in checks if each.identifier in test.measured.seen):
        is_fulfilled = test.measured.seen[check.identifier]
        item = Dataset()
        item.TestResult = term("TestResult", "pass" if is_fulfilled else "fail")
        item.TestResultComment = check.identifier
        item.TestPatternCodeSequence = [_ours(check.pattern.lower())]
        items.append(item)
    if not items:
        return None
    result = Dataset()
    result.VisualEvaluationTestSequence = items
    result.VisualEvaluationMethodCodeSequence = [_code(*OVERALL)]
    return result


def _luminance(test: Test) -> Dataset | None:
    """Table C.32.3.4-1: from level 0 to the greatest."""
    ddls = sorted(test.measured.scale)
    if len(ddls) < FEWEST_POINTS or (ddls[0], ddls[-1]) != (0, white_ddl(test.measured)):
        return None
    items = []
    for ddl in ddls:
        luminance = seen_cd_m2(test.measured, ddl)
        if luminance is None:
            return None
        item = Dataset()
        item.DDLValue, item.LuminanceValue = ddl, luminance
        items.append(item)
    white = test.measured.scale[ddls[-1]].chromaticity
    if white is not None:
        items[-1].CIExyWhitePoint = _xy(white)
    result = Dataset()
    result.NumberOfLuminancePoints, result.LuminanceResponseSequence = len(items), items
    return result


def _uniformity(test: Test) -> Dataset | None:
    """Table C.32.3.3-1: of the bright level, else of the dark one, else of none."""
    if not knows_ambient(test.measured):
        return None
    for level in UNIFORM_LEVELS:
        ddl = at_depth(level, test.measured.bits)[0]
        readings = test.measured.screen.get(ddl, {})
        for count in (NINE, FIVE):
            if all(place in readings for place in places(count)):
                return _over_screen(test, ddl, {name: readings[name] for name in _rows(count)})
    return None


def _rows(count: int) -> list[str]:
    """Places row by row, from left to right."""
    wanted = set(places(count))
    return [name for name in PLACES if name in wanted]


def _over_screen(test: Test, ddl: int, readings: Mapping[str, Reading]) -> Dataset:
    whites = [each.chromaticity for each in readings.values()]
    has_whites = all(each is not None for each in whites)
    result, items = Dataset(), []
    for reading, white in zip(readings.values(), whites, strict=True):
        item = Dataset()
        item.LuminanceValue = float(test.measured.with_ambient(reading))
        if has_whites and white is not None:
            item.CIExyWhitePoint = _xy(white)
        items.append(item)
    result.NumberOfLuminancePoints, result.LuminanceResponseSequence = len(items), items
    meaning = f"middle and corners, {len(items)} places at sixths of the screen"
    result.MeasurementPatternCodeSequence = [_code(f"places-{len(items)}", OUR_SCHEME, meaning)]
    result.DDLValue = ddl
    result.WhitePointFlag = term("WhitePointFlag", "measured" if has_whites else "not-measured")
    return result


def _xy(white: Chromaticity) -> list[float]:
    """CIE 1931 x, y of u', v' (CIE 15)."""
    u_prime, v_prime = white.u_prime, white.v_prime
    whole = 6 * u_prime - 16 * v_prime + 12
    return [float(9 * u_prime / whole), float(4 * v_prime / whole)]


def _ours(pattern: str) -> Dataset:
    return _code(pattern, OUR_SCHEME, f"{pattern}, as this appliance draws it")


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item
