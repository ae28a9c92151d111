"""The radiation dose module: items, comments, and what is left out rather than guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.sequence import Sequence

from appliance.dose.coded import CTAcquisitionType, Phantom, SourceOfDoseInformation
from appliance.headers.exposure_dose import ExposureDose, LeftOut, read_exposure_dose

SOURCE = SourceOfDoseInformation.COPIED_FROM_IMAGE


def item(**values: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def module(*items: Dataset, comment: str = "") -> Dataset:
    dataset = Dataset()
    dataset.SOPInstanceUID = "1.2.3"
    dataset.ExposureDoseSequence = Sequence(items)
    if comment:
        dataset.CommentsOnRadiationDose = comment
    return dataset


def read(dataset: Dataset) -> ExposureDose:
    return read_exposure_dose(dataset, SOURCE, "dose module")


def scan(ctdi: float = 12.5, **more: object) -> Dataset:
    return item(AcquisitionType="SPIRAL", CTDIvol=ctdi, **more)


LOCALIZER = item(AcquisitionType="CONSTANT_ANGLE", CTDIvol=0.0, KVP="120")


def test_every_value_of_an_item_in_the_units_of_the_record() -> None:
    phantom = item(CodeValue="113691", CodingSchemeDesignator="DCM", CodeMeaning="Body")
    dataset = scan(
        KVP="120",
        XRayTubeCurrentInuA="200000",
        ExposureTime="3399",
        SingleCollimationWidth=0.625,
        TotalCollimationWidth=40.0,
        SpiralPitchFactor=0.984,
        ScanLength="412",
        CTDIPhantomTypeCodeSequence=Sequence([phantom]),
        SeriesDescription="Chest",
        SeriesNumber="3",
        IrradiationEventUID="1.2.9",
        AcquisitionDateTime="20251121101500",
    )
    dataset.private_block(0x00E1, "ELSCINT1", create=True).add_new(0x21, "DS", "512.30")
    (event,) = read(module(dataset)).events
    values = {name: sourced.value for name, sourced in event.sourced()}
    assert values == {
        "label": "Chest",
        "series": "3",
        "acquisition_type": CTAcquisitionType.SPIRAL,
        "ctdi_vol_mgy": Decimal("12.5"),
        "dlp_mgy_cm": Decimal("512.30"),
        "phantom": Phantom.BODY32,
        "kvp": Decimal(120),
        "tube_current_ma": Decimal(200),
        "exposure_time_s": Decimal("3.399"),
        "single_collimation_mm": Decimal("0.625"),
        "total_collimation_mm": Decimal(40),
        "pitch": Decimal("0.984"),
        "reconstructable_length_mm": Decimal(412),
        "irradiation_event_uid": "1.2.9",
        "started": "20251121101500",
    }
    assert event.ctdi_vol_mgy
    assert event.ctdi_vol_mgy.origin.sop_instance_uid == "1.2.3"


def test_a_makers_words_for_the_phantom() -> None:
    dataset = scan()
    dataset.private_block(0x01E1, "ELSCINT1", create=True).add_new(0x26, "LO", "16 cm")
    (event,) = read(module(dataset)).events
    assert event.phantom
    assert event.phantom.value is Phantom.HEAD16


COMMENT = "TotalDLP=630.50\r\nEvent=1 DLP=0.00\r\nEvent=2 DLP=130.5\r\nEvent=3 DLP=500.00"


def test_a_comments_dlps_go_to_the_items_they_can_only_be_of() -> None:
    found = read(module(LOCALIZER, scan(10), scan(20), comment=COMMENT))
    assert [e.dlp_mgy_cm and e.dlp_mgy_cm.text for e in found.events] == [None, "130.5", "500.00"]
    assert found.total_dlp_mgy_cm
    assert found.total_dlp_mgy_cm.value == Decimal("630.50")
    assert found.left_out == ()


BY_SERIES = "Series #3 PRE KIDNEYS Average CTDIvol=11.5 DLP=196.0\r\nTotal DLP=196.0\r\n"


def test_a_comment_by_series_says_less_finely_what_the_item_says() -> None:
    dataset = scan(11.329, SeriesNumber="3")
    dataset.private_block(0x00E1, "ELSCINT1", create=True).add_new(0x21, "UN", b"195.983426")
    whole = module(dataset, comment=BY_SERIES)
    whole.private_block(0x00E1, "ELSCINT1", create=True).add_new(0x21, "DS", "195.983426")
    found = read(whole)
    (event,) = found.events
    assert event.dlp_mgy_cm
    assert event.dlp_mgy_cm.text == "195.983426"
    assert found.total_dlp_mgy_cm
    assert found.total_dlp_mgy_cm.text == "195.983426"
    assert found.left_out == ()


def test_a_comment_by_series_gives_the_items_without_a_dlp_theirs() -> None:
    found = read(module(scan(SeriesNumber="3"), LOCALIZER, comment=BY_SERIES))
    assert [each.dlp_mgy_cm and each.dlp_mgy_cm.text for each in found.events] == ["196.0", None]


def test_a_comment_by_series_alone_is_a_record() -> None:
    dataset = Dataset()
    dataset.CommentsOnRadiationDose = BY_SERIES
    found = read(dataset)
    (event,) = found.events
    said = {name: value.text for name, value in event.sourced()}
    assert said == {
        "label": "PRE KIDNEYS",
        "series": "3",
        "ctdi_vol_mgy": "11.5",
        "dlp_mgy_cm": "196.0",
    }
    assert found.record is not None


def test_a_comment_whose_rows_do_not_add_up_is_no_record() -> None:
    dataset = Dataset()
    dataset.CommentsOnRadiationDose = BY_SERIES.replace("Total DLP=196.0", "Total DLP=1960")
    assert read(dataset).record is None


@pytest.mark.parametrize(
    ("items", "comment"),
    [
        ((LOCALIZER, scan()), COMMENT),  # three DLPs, two items
        ((scan(), LOCALIZER, scan()), COMMENT),  # the localizer's is another
        ((LOCALIZER, scan(), scan()), COMMENT.replace("500.00", "501.00")),  # not the total
        ((LOCALIZER, scan(), scan()), COMMENT.replace("Event=3", "Event=2")),  # twice
    ],
)
def test_dlps_of_which_it_is_not_certain_are_left_out(
    items: tuple[Dataset, ...], comment: str
) -> None:
    found = read(module(*items, comment=comment))
    assert all(event.dlp_mgy_cm is None for event in found.events)
    assert [each.field for each in found.left_out] == ["events"]
    assert found.total_dlp_mgy_cm


def test_totals_that_differ_are_none() -> None:
    dataset = module(scan(), comment="TotalDLP=100 TotalDLP=200 Event=1 DLP=100")
    assert read(dataset).total_dlp_mgy_cm is None
    assert read(dataset).events[0].dlp_mgy_cm is None


def test_an_item_and_a_comment_that_differ_give_no_dlp() -> None:
    dataset = scan()
    dataset.private_block(0x00E1, "ELSCINT1", create=True).add_new(0x21, "DS", "98")
    found = read(module(dataset, comment="TotalDLP=100 Event=1 DLP=100"))
    assert found.events[0].dlp_mgy_cm is None
    assert found.left_out == (LeftOut("events[0].dlp_mgy_cm", "the item and the comment differ"),)


def test_a_localizers_zero_is_no_dose_and_a_scans_is_left_out() -> None:
    found = read(module(LOCALIZER, scan(0)))
    assert [event.has_dose for event in found.events] == [False, False]
    assert [each.field for each in found.left_out] == ["events[1].ctdi_vol_mgy"]


def test_currents_that_differ_are_left_out() -> None:
    found = read(module(scan(XRayTubeCurrentInuA="200", XRayTubeCurrent="200")))
    assert found.events[0].tube_current_ma is None
    assert [each.field for each in found.left_out] == ["events[0].tube_current_ma"]


@pytest.mark.parametrize("codes", [["113690", "113691"], ["130541"]])
def test_a_phantom_that_is_not_one_of_the_two_is_none(codes: list[str]) -> None:
    sequence = Sequence([item(CodeValue=code) for code in codes])
    found = read(module(scan(CTDIPhantomTypeCodeSequence=sequence)))
    assert found.events[0].phantom is None
    assert [each.field for each in found.left_out] == ["events[0].phantom"]


def test_a_data_set_without_the_module_says_nothing() -> None:
    assert read(Dataset()) == ExposureDose((), None, None, ())
    assert read(Dataset()).record is None


@given(st.text(alphabet="TotalDLPEvent=0123456789. \r\n-E", max_size=200))
def test_any_comment_is_read_or_not(comment: str) -> None:
    found = read(module(scan(), comment=comment))
    if found.total_dlp_mgy_cm is not None:
        assert found.total_dlp_mgy_cm.text in comment


@given(
    st.dictionaries(
        st.sampled_from(
            ["KVP", "XRayTubeCurrentInuA", "ExposureTime", "ScanLength", "SeriesNumber"]
        ),
        st.text(max_size=12),
    )
)
def test_garbage_in_an_item_is_nothing_or_left_out(values: dict[str, str]) -> None:
    dataset = scan()
    for keyword, value in values.items():
        dataset.add_new(keyword, "UT", value)  # as a number of the wrong form is read
    (event,) = read(module(dataset)).events
    assert event.ctdi_vol_mgy
    for number in (event.kvp, event.tube_current_ma, event.exposure_time_s):
        assert number is None or number.value > 0
