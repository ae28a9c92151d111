"""A bare panel on a simulated card: what is asked of the kernel, and what can go wrong."""

import numpy as np
import pytest

from appliance.displayqa.connectors import BarePanel, Hindrance, NoPictureError, chosen, request
from appliance.displayqa.connectors.choice import depths, is_range_settable
from appliance.displayqa.connectors.neutral import settings
from appliance.displayqa.connectors.pixels import PixelFormat
from appliance.displayqa.patterns import Panel, drawn, found
from tests.connectors.edids import edid
from tests.connectors.simulated_card import CRTC, Row, SimulatedCard, mode, rows

TEN = edid(bits=10)
QC = found("tg18-qc")[0]


def bare(card: SimulatedCard, bits: int = 8, turns: int = 0) -> BarePanel:
    return BarePanel(chosen([card.card]), bits, turns)


def hindrance(card: SimulatedCard, panel: BarePanel) -> Hindrance:
    with pytest.raises(NoPictureError) as caught:
        panel.confirm()
    assert caught.value.where == "card7-HDMI-A-1"
    assert card.framebuffer
    return caught.value.hindrance


def showing(card: SimulatedCard) -> BarePanel:
    panel = bare(card)
    panel.show(drawn(QC, panel.panel))
    return panel


def test_the_native_size_is_shown_pixel_for_pixel() -> None:
    card = SimulatedCard()
    panel = showing(card)
    assert panel.panel == Panel(2048, 1536, 8)
    assert np.array_equal(card.picture(), drawn(QC, panel.panel).astype(np.uint32) * 0x010101)
    assert card.pixel_format() == PixelFormat.XRGB8888.code


def test_a_panel_says_who_it_is_or_nothing() -> None:
    assert str(bare(SimulatedCard(edid=edid())).identity) == "QAX PANEL 1 SN-0042"
    assert bare(SimulatedCard()).identity is None


def test_ten_bits_reach_the_card_as_ten() -> None:
    card = SimulatedCard(edid=TEN)
    panel = bare(card, bits=10)
    raster = drawn(found("jira-bn-10")[0], panel.panel)
    panel.show(raster)
    assert np.array_equal(card.picture(), raster.astype(np.uint32) * (1 << 20 | 1 << 10 | 1))
    assert card.pixel_format() == PixelFormat.XRGB2101010.code
    assert card.value("max bpc") == 10


def test_what_another_program_left_is_put_back_to_neutral() -> None:
    card = SimulatedCard()
    panel = bare(card)
    values = ("Broadcast RGB", "max bpc", "left margin", "underscan", "GAMMA_LUT", "rotation")
    assert [card.value(name) for name in values] == [1, 8, 0, 0, 0, 1]
    assert card.value("alpha") == 65535
    assert "Broadcast RGB=Full" in panel.settings
    assert panel.is_full_range_forced


def test_properties_are_set_while_nothing_is_shown_so_that_the_mode_is_set_anew() -> None:
    card = SimulatedCard()
    showing(card)
    assert card.told[0] == "dark"
    assert card.told[-1] == "lit"
    assert {"Broadcast RGB", "max bpc"} <= set(card.told[1:-1])


@pytest.mark.parametrize(
    "row",
    [
        None,
        Row(40, "Broadcast RGB", 1 << 3, 0, ("Automatic", "Limited 16:235")),
        Row(40, "Broadcast RGB", 1 << 3 | 1 << 2, 0, ("Automatic", "Full")),
    ],
)
def test_where_full_range_cannot_be_forced_it_is_not_said_to_be(row: Row | None) -> None:
    others = [each for each in rows() if each.name != "Broadcast RGB"]
    card = SimulatedCard(properties=others + ([row] if row else []))
    choice = chosen([card.card])
    assert not is_range_settable(choice.card, choice.connector)
    assert not bare(card).is_full_range_forced


@pytest.mark.parametrize("size", [256, 4096])
def test_an_old_table_of_levels_is_made_straight(size: int) -> None:
    others = [each for each in rows() if each.of != CRTC]
    card = SimulatedCard(properties=others, gamma_size=size)
    bare(card)
    assert (card.gamma[0], card.gamma[-1], len(card.gamma)) == (0, 0xFFFF, size)
    assert len(set(np.diff(card.gamma))) <= 2


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (SimulatedCard(edid=TEN), (8, 10)),
        (SimulatedCard(edid=edid(bits=None, deep=0x30)), (8, 10)),
        (SimulatedCard(edid=edid(bits=8)), (8,)),
        (SimulatedCard(edid=edid(bits=None)), (8,)),
        (SimulatedCard(), (8,)),
        (SimulatedCard(edid=TEN, formats=(PixelFormat.XRGB8888.code,)), (8,)),
        (
            SimulatedCard(edid=TEN, properties=[r for r in rows() if r.name != "max bpc"]),
            (8,),
        ),
    ],
)
def test_ten_bits_are_offered_only_where_card_connector_and_panel_say_so(
    card: SimulatedCard, expected: tuple[int, ...]
) -> None:
    choice = chosen([card.card])
    assert depths(choice.card, choice.connector) == expected
    if expected == (8,):
        with pytest.raises(NoPictureError) as caught:
            bare(card, bits=10)
        assert caught.value.hindrance is Hindrance.NO_SUCH_DEPTH


@pytest.mark.parametrize("turns", range(4))
def test_a_turned_panel_shows_the_picture_upright(turns: int) -> None:
    card = SimulatedCard()
    panel = bare(card, turns=turns)
    size = (panel.panel.width_px, panel.panel.height_px)
    assert size == ((1536, 2048) if turns % 2 else (2048, 1536))
    raster = drawn(QC, panel.panel)
    panel.show(raster)
    glass = np.rot90(card.picture(), -turns)  # as it is turned with the panel, clockwise
    assert np.array_equal(glass, raster.astype(np.uint32) * 0x010101)


def test_the_picture_before_is_not_touched_until_the_next_is_whole() -> None:
    card = SimulatedCard()
    panel = showing(card)
    first = card.framebuffer
    panel.show(drawn(found("tg18-un10")[0], panel.panel))
    second = card.framebuffer
    panel.show(drawn(found("tg18-un80")[0], panel.panel))
    assert first != second
    assert card.framebuffer == first
    assert card.picture()[0, 0] == 204 * 0x010101


def test_what_was_not_drawn_for_the_panel_is_refused() -> None:
    panel = bare(SimulatedCard())
    with pytest.raises(ValueError, match="size"):
        panel.show(drawn(QC, Panel(1024, 768)))
    with pytest.raises(ValueError, match="above 255"):
        panel.show(drawn(QC, Panel(2048, 1536, 10)))


def test_a_panel_that_was_unplugged_is_noticed() -> None:
    card = SimulatedCard()
    panel = showing(card)
    card.is_connected = False
    assert hindrance(card, panel) is Hindrance.UNPLUGGED


def test_a_cable_that_fails_is_noticed() -> None:
    card = SimulatedCard()
    panel = showing(card)
    card.put("link-status", 1)
    assert hindrance(card, panel) is Hindrance.UNPLUGGED


def test_another_panel_at_the_same_connector_is_noticed() -> None:
    card = SimulatedCard(edid=edid(serial="SN-1"))
    panel = showing(card)
    card.edid = edid(serial="SN-2")
    assert hindrance(card, panel) is Hindrance.OTHER_PANEL


def test_another_program_that_shows_something_is_noticed() -> None:
    card = SimulatedCard()
    panel = showing(card)
    card.framebuffer += 1
    assert hindrance(card, panel) is Hindrance.TAKEN


def test_a_desktop_that_holds_the_card_is_not_disturbed() -> None:
    card = SimulatedCard(has_other_master=True)
    with pytest.raises(NoPictureError) as caught:
        bare(card)
    assert caught.value.hindrance is Hindrance.OTHER_PROGRAM
    assert card.told == []


def test_a_card_without_memory_says_so() -> None:
    with pytest.raises(NoPictureError) as caught:
        showing(SimulatedCard(memory_left=1 << 20))
    assert caught.value.hindrance is Hindrance.NO_MEMORY


def test_a_card_that_refuses_a_setting_shows_nothing() -> None:
    card = SimulatedCard()
    card.properties = [*card.properties, Row(CRTC, "CTM", 1 << 4, 5)]
    card.refused = "CTM"
    with pytest.raises(NoPictureError) as caught:
        showing(card)
    assert caught.value.hindrance is Hindrance.REFUSED
    assert card.framebuffer == 0


def test_it_lets_go_when_it_is_left() -> None:
    card = SimulatedCard()
    with bare(card) as panel:
        panel.show(drawn(QC, panel.panel))
        assert not card.is_closed
    assert card.is_closed


def test_a_size_that_no_pattern_has_is_refused() -> None:
    card = SimulatedCard(modes=(mode(640, 480, request.MODE_PREFERRED),))
    with pytest.raises(ValueError, match="480 px"):
        bare(card)


def test_every_setting_says_why_and_from_where() -> None:
    assert len({(each.of, each.name) for each in settings()}) == len(settings())
    for each in settings():
        assert all(each.why)
        assert len(each.why) == 2
        assert each.source
