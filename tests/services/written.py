"""Reports as they are written of four makers' studies: which rows hold a value.

Each study has its console's dose screen, its images, a performed procedure step and an order, and
goes through the box as it would on a ward. What is counted stands in the file that leaves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pydicom import Dataset, dcmread

from appliance.config import Configuration, Recogniser
from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dosescreen.fonts import load_font
from appliance.rdsr.concepts import Concept, Fixed
from appliance.rdsr.conformance.table import Node, tree
from appliance.rdsr.conformance.values import measured_value
from appliance.rdsr.readback import children, is_coded
from appliance.services.order_search import order_search
from appliance.simulators.consoles import philips, toshiba
from appliance.simulators.consoles.examination import Examination, Scan, dlp_sum
from appliance.simulators.ct_series.acquisition import Reconstruction
from appliance.simulators.ct_series.makers import MAKERS
from appliance.simulators.ct_series.planning import study_of
from appliance.simulators.ct_series.series import Form, images
from appliance.simulators.performed_step import begun, ended
from appliance.simulators.secondary_capture import PHILIPS, TOSHIBA, secondary_capture
from tests.orders import ris
from tests.pipeline.studies import FONT, a_siemens_study, ge_screens, who, with_meta
from tests.services.desk import Desk
from tests.services.test_ordering import TEN, my_order, without_description
from tests.services.test_steps_of_a_study import tell

SPIRAL, SEQUENCED = CTAcquisitionType.SPIRAL, CTAcquisitionType.SEQUENCED
STATIONARY, CONSTANT_ANGLE = CTAcquisitionType.STATIONARY, CTAcquisitionType.CONSTANT_ANGLE
KINDS = (CONSTANT_ANGLE, SEQUENCED, STATIONARY, SPIRAL)
"""The scans of each study, in this order."""
HEAD, BODY = Phantom.HEAD16, Phantom.BODY32
DOSES = (
    ("", "", None),
    ("52.00", "832.00", HEAD),
    ("5.20", "5.20", BODY),
    ("6.80", "272.00", BODY),
)
"""CTDIvol, DLP and phantom of each scan."""
QUIET_S = 1000.0
RECONSTRUCTIONS = (Reconstruction(5),)
HOLDS, UNKNOWN, ABSENT = "●", "○", "-"
"""A value, "Value unknown" or the code Unknown, nothing."""


def _scans(*printed: dict[str, str]) -> Examination:
    """What is the same on every console, and what each prints of each scan."""
    rows = tuple(
        Scan(
            acquisition_type=kind,
            ctdi_vol_mgy=ctdi or None,
            dlp_mgy_cm=dlp or None,
            phantom=phantom,
            **{"series": str(at)} | each,
        )
        for at, (kind, (ctdi, dlp, phantom), each) in enumerate(
            zip(KINDS, DOSES, printed, strict=True), 1
        )
    )
    return Examination(rows, dlp_sum(rows), total_mas="500")


_GE = _scans(
    {"label": "Scout"},
    {"label": "Axial", "scan_range": "S100.000-I60.000"},
    {"label": "Stationary", "scan_range": "I90.000-I90.000"},
    {"label": "Helical", "scan_range": "I80.000-I430.000"},
)
_KV = {"kv": "120", "rotation_time_s": "0.5", "mas": "90"}
_SIEMENS = _scans(
    {"label": "Topogram", "kv": "120", "tube_current_ma": "35 mA"},
    {"label": "HeadSeq"} | _KV,
    {"label": "Monitoring"} | _KV,
    {"label": "Thorax"} | _KV,
)
_TOSHIBA = _scans(
    {"label": "BRAIN", "series": "1", "mode": "Scanoscope"},
    {"label": "BRAIN", "series": "1", "mode": "S&S", "mas": "600", "exposure_time_s": "4.0"},
    {"label": "CHEST", "series": "2", "mode": "Dynamic", "mas": "60", "exposure_time_s": "1.0"},
    {"label": "CHEST", "series": "2", "mode": "Helical", "mas": "900", "exposure_time_s": "6.3"},
)
_PHILIPS = _scans(
    {"label": "Surview", "mode": "Surview", "kv": "120"},
    {"label": "Brain", "mode": "Axial", "kv": "120", "mas": "300"},
    {"label": "Locator", "mode": "Locator", "kv": "120", "mas": "30"},
    {"label": "Chest", "mode": "Helical", "kv": "120", "mas": "90"},
)


@dataclass(frozen=True)
class Ward:
    """A console and the images that its CT makes."""

    examination: Examination
    images: str

    def screens(self) -> list[Dataset]:
        """The dose screens, as this console draws them."""
        seen, me, font = self.examination, who(1), load_font(FONT)
        match self.images:
            case "ge":
                return ge_screens(me, seen)
            case "siemens":
                return a_siemens_study(1, examination=seen, identity=me)
            case "toshiba":
                return secondary_capture(toshiba.draw(seen, me, font), TOSHIBA, me)
            case _:
                return secondary_capture(philips.draw(seen, me, font), PHILIPS, me)


WARDS = {
    "GE": Ward(_GE, "ge"),
    "Siemens": Ward(_SIEMENS, "siemens"),
    "Philips": Ward(_PHILIPS, "philips"),
    "Toshiba": Ward(_TOSHIBA, "toshiba"),
}


@cache
def report(maker: str) -> Dataset:
    """The report in the outbox, read from its file."""
    ward = WARDS[maker]
    with TemporaryDirectory() as folder:
        known = ris.ScriptedRIS([my_order()])
        desk = Desk(
            Path(folder),
            Configuration(
                recogniser=Recogniser(settle_s=60, confirm_first=0),
                worklist=ris.settings(known.port, wait_s=600.0),
            ),
        )
        desk.configuration.code_table.write_text(f"code,jj1017,meaning\nC001,{TEN},CT\n", "utf-8")
        made = study_of(ward.examination, who(1), MAKERS[ward.images], RECONSTRUCTIONS)
        shown = images(made, Form(slices=None, matrix=64))
        with known.running():
            tell(desk, begun(who(1)))
            tell(desk, ended(who(1), ward.examination))
            desk.get(*map(with_meta, without_description([*ward.screens(), *shown])))
            desk.work()
            desk.hands.wait(QUIET_S)
            errand = order_search(desk.configuration, desk.ledger, desk.hands.clock)
            while errand and errand.work_next():
                continue
            desk.work()
        (kept,) = desk.reports()
        found = dcmread(kept.path)
        desk.ledger.close()
        return found


Place = tuple[str, str]
"""TID and row."""


def states(maker: str) -> dict[Place, str]:
    """What stands in each row of the templates that this box ever writes.

    A character for each kind of scan; one for what is no scan's. Of several items one that holds a
    value counts.
    """
    (root,) = tree()
    return {place: state for node in root.below for place, state in _states(node, report(maker))}


def _states(node: Node, found: Dataset) -> Iterator[tuple[Place, str]]:
    items = list(children(found, node.concept))
    of_scans = node.concept is Concept.CT_ACQUISITION
    yield from _of_items(node, [[scan] for scan in items] if of_scans else [items])


def _of_items(node: Node, items: list[list[Dataset]]) -> Iterator[tuple[Place, str]]:
    yield (node.row.template, node.row.number), "".join(map(_state, items))
    for each in node.below:
        below = [
            [item for parent in found for item in children(parent, each.concept)] for found in items
        ]
        yield from _of_items(each, below)


def _state(items: list[Dataset]) -> str:
    if not items:
        return ABSENT
    return HOLDS if any(map(_holds, items)) else UNKNOWN


def _holds(item: Dataset) -> bool:
    if item.ValueType == "NUM":
        return measured_value(item) is not None
    return item.ValueType != "CODE" or not is_coded(item.ConceptCodeSequence, Fixed.UNKNOWN)
