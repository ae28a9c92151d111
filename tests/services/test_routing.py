"""What was received goes on by the first rule it matches, once, to those that take its kind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import Dataset
from pydicom.uid import (
    CTImageStorage,
    EnhancedSRStorage,
    SecondaryCaptureImageStorage,
    XRayRadiationDoseSRStorage,
)

from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, Destination, Route
from appliance.ledger import open_ledger
from appliance.outbox import Kind, Outbox
from appliance.retrieve.retrievals import Retrievals
from appliance.services.routing import Router, Rules, kind_of, matches
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP
from appliance.spool import Instance, Spool
from tests.destinations.encoded import STUDY, arrival, explicit

PACS = Destination(
    name="pacs", host="p", send=("reports", "native-reports", "dose-screens", "images")
)
DOSE = Destination(name="dose", host="d", send=("reports", "native-reports", "dose-screens"))
ARCHIVE = Destination(name="long-term", host="l", send=("images",))
DESTINATIONS = (PACS, DOSE, ARCHIVE)
AN_IMAGE = Instance(
    id=7,
    sop_instance_uid="1.2.3",
    sop_class_uid=CTImageStorage,
    transfer_syntax_uid="1.2.840.10008.1.2",
    sha256="",
    size_bytes=1,
    path="a/b.dcm",
    calling_ae="CT1",
    called_ae="DOSEBOX",
    address="192.0.2.1",
    received_at=0.0,
    conflict=False,
)


def attributes(**values: object) -> Dataset:
    found = Dataset()
    found.Modality = "CT"
    found.SeriesDescription = "THIN SLICE 1.0"
    found.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    found.ImagePositionPatient = [0, 0, 0]
    for keyword, value in values.items():
        setattr(found, keyword, value)
    return found


@pytest.mark.parametrize(
    ("sop_class", "image_type", "kind"),
    [
        (CTImageStorage, ["ORIGINAL", "PRIMARY", "AXIAL"], Kind.IMAGE),
        (CTImageStorage, ["DERIVED", "SECONDARY", "REFORMATTED"], Kind.IMAGE),
        (SecondaryCaptureImageStorage, ["DERIVED", "SECONDARY"], Kind.DOSE_SCREEN),
        (EnhancedSRStorage, [], Kind.IMAGE),
        (XRayRadiationDoseSRStorage, [], Kind.NATIVE_REPORT),
        (PERFORMED_PROCEDURE_STEP, [], None),
    ],
)
def test_what_an_object_is_sent_as(
    sop_class: str, image_type: list[str], kind: Kind | None
) -> None:
    instance = replace(AN_IMAGE, sop_class_uid=str(sop_class))
    assert kind_of(instance, attributes(ImageType=image_type)) is kind


def test_a_picture_filed_as_a_ct_image_is_a_dose_screen() -> None:
    found = attributes(ImageType=["DERIVED", "SECONDARY", "OTHER"], ImagePositionPatient=None)
    assert kind_of(AN_IMAGE, found) is Kind.DOSE_SCREEN
    assert kind_of(AN_IMAGE, Dataset()) is Kind.IMAGE


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Route(name="all"), True),
        (Route(name="class", sop_class=("CTImageStorage",)), True),
        (Route(name="class", sop_class=("1.2.840.10008.5.1.4.1.1.2",)), True),
        (Route(name="class", sop_class=("EnhancedCTImageStorage", "1.2")), False),
        (Route(name="sender", calling_ae="CT1"), True),
        (Route(name="sender", calling_ae="CT2"), False),
        (Route(name="modality", modality="CT"), True),
        (Route(name="modality", modality="SR"), False),
        (Route(name="series", series_description="thin"), True),
        (Route(name="series", series_description="^thick"), False),
        (Route(name="type", image_type=("AXIAL", "ORIGINAL")), True),
        (Route(name="type", image_type=("AXIAL", "DERIVED")), False),
        (Route(name="both", modality="CT", series_description="thick"), False),
    ],
)
def test_a_rule_matches_when_all_it_names_fits(rule: Route, fits: bool) -> None:  # noqa: FBT001
    assert matches(rule, AN_IMAGE, attributes()) is fits


THIN = Route(name="thin", series_description="thin", destinations=("long-term",), keep_days=3)
DROP = Route(name="localizer", image_type=("LOCALIZER",), destinations=(), keep_days=0)
REST = Route(name="rest", destinations=("*",))


def routed(rules: tuple[Route, ...], found: Dataset, **of: object) -> tuple[str, tuple[str, ...]]:
    instance = replace(AN_IMAGE, **of)  # type: ignore[arg-type] # as the test says
    routing = Rules(rules, DESTINATIONS).routing(instance, found, of_the_past=False)
    return routing.rule, tuple(routing.destinations)


def test_without_rules_everything_goes_to_those_that_take_its_kind() -> None:
    assert routed((), attributes()) == ("", ("pacs", "long-term"))
    assert routed((), attributes(), sop_class_uid=SecondaryCaptureImageStorage) == (
        "",
        ("pacs", "dose"),
    )


def test_the_first_rule_that_matches_counts() -> None:
    rules = (DROP, THIN, REST)
    assert routed(rules, attributes()) == ("thin", ("long-term",))
    assert routed(rules, attributes(SeriesDescription="5 mm")) == ("rest", ("pacs", "long-term"))
    assert routed(rules, attributes(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])) == (
        "localizer",
        (),
    )


def test_a_rule_sends_nobody_what_it_does_not_take() -> None:
    screen = attributes(ImageType=["DERIVED", "SECONDARY"])
    assert routed((THIN,), screen, sop_class_uid=SecondaryCaptureImageStorage) == ("thin", ())


def test_how_long_it_is_kept_goes_along() -> None:
    rules = Rules((DROP, THIN), DESTINATIONS)
    kept = [
        rules.routing(AN_IMAGE, attributes(**each), of_the_past=False).keep_days
        for each in ({}, {"ImageType": ["LOCALIZER"]}, {"SeriesDescription": "5 mm"})
    ]
    assert kept == [3, 0, None]


def test_what_was_fetched_from_the_archive_is_not_sent_back() -> None:
    rules = Rules((), DESTINATIONS)
    assert rules.routing(AN_IMAGE, attributes(), of_the_past=True).destinations == ()
    native = replace(AN_IMAGE, sop_class_uid=str(XRayRadiationDoseSRStorage))
    assert rules.routing(native, attributes(), of_the_past=True).destinations == ("*",)


class Box:
    """A spool, an outbox and a router."""

    def __init__(self, folder: Path, *rules: Route, to: tuple[Destination, ...] = (PACS,)) -> None:
        self.configuration = Configuration(data_dir=folder, destination=to, rule=rules)
        self.ledger = open_ledger(self.configuration.ledger_path)
        spool_dir = self.configuration.spool_dir
        self.spool = Spool(spool_dir, self.ledger, SYSTEM_CLOCK)
        self.outbox = Outbox(self.configuration.outbox_dir, self.ledger, SYSTEM_CLOCK, spool_dir)
        self.retrievals = Retrievals(self.ledger, SYSTEM_CLOCK)
        self.router = Router(
            self.configuration, self.spool, self.outbox, self.retrievals, self.ledger
        )

    def receive(self, uid: str, form: str = "implicit") -> int:
        came, data_set = arrival(form, uid)
        return self.spool.keep(came, [data_set]).instance_id

    def waiting(self, destination: str = "pacs") -> list[str]:
        return [each.sop_instance_uid for each in self.outbox.queue(destination)]


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    box = Box(tmp_path)
    yield box
    box.ledger.close()


def test_each_object_is_routed_once(box: Box) -> None:
    box.receive("1.1")
    box.receive("1.2")
    assert box.router.route_next() == 2
    box.receive("1.3")
    assert box.router.route_next() == 1
    assert box.router.route_next() == 0
    assert box.waiting() == ["1.1", "1.2", "1.3"]


def test_an_object_that_cannot_be_read_goes_on_as_well(box: Box) -> None:
    came, _ = arrival("implicit", "1.1")
    box.spool.keep(came, [b"no data set at all"])
    box.router.route_next()
    delivery = box.outbox.lease("pacs", 60)
    assert delivery is not None
    assert delivery.outgoing.path.read_bytes().endswith(b"no data set at all")
    assert delivery.outgoing.study_instance_uid == "unreadable:1"


@pytest.mark.parametrize("vr", [b"US", b"DS", b"FD", b"AT", b"SQ", b"OB"])
def test_an_image_type_of_another_vr_holds_nothing_up(box: Box, vr: bytes) -> None:
    came, _ = arrival("explicit", "1.1")
    elements = [(0x0008, 0x0008, vr, b"1" * 8), (0x0020, 0x000D, b"UI", STUDY)]
    box.spool.keep(came, [b"".join(explicit(*each) for each in elements)])
    box.receive("1.2")
    assert box.router.route_next() == 2
    assert box.waiting() == ["1.1", "1.2"]


def test_a_destination_added_later_gets_what_comes_from_then_on(tmp_path: Path) -> None:
    before = Box(tmp_path)
    before.receive("1.1")
    before.router.route_next()
    after = Box(tmp_path, to=(PACS, ARCHIVE))
    after.receive("1.2")
    after.router.route_next()
    assert after.waiting("pacs") == ["1.1", "1.2"]
    assert after.waiting("long-term") == ["1.2"]


def test_two_contents_of_one_uid_both_go_on_in_their_order(box: Box) -> None:
    box.receive("1.1", "implicit")
    box.receive("1.1", "legacy")
    box.router.route_next()
    assert box.waiting() == ["1.1", "1.1"]


def test_what_was_asked_for_stays(box: Box) -> None:
    box.retrievals.note("9.9", ["1.1"])
    box.receive("1.1")
    box.router.route_next()
    assert box.waiting() == []


def test_a_native_report_waits_for_its_rule(tmp_path: Path) -> None:
    to_dose = Route(name="sr", sop_class=("XRayRadiationDoseSRStorage",), destinations=("dose",))
    box = Box(tmp_path, to_dose, to=(PACS, DOSE))
    came, data_set = arrival("implicit", "1.1")
    native = replace(came, sop_class_uid=str(XRayRadiationDoseSRStorage))
    row = box.spool.keep(native, [data_set]).instance_id
    box.outbox.put(b"native", native.sop_class_uid, "1.1", "9.9", received_as=row)
    box.outbox.plan(["pacs", "dose"])
    assert box.waiting("dose") == []
    box.router.route_next()
    box.outbox.plan(["pacs", "dose"])
    assert box.waiting("dose") == ["1.1"]
    assert box.waiting("pacs") == []
