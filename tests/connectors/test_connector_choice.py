"""Which cards there are, which connector is meant, and which mode is the native one."""

from pathlib import Path

import pytest

from appliance.displayqa.connectors import Card, Hindrance, NoPictureError, cards, chosen, request
from appliance.displayqa.connectors.device import DeviceFile
from appliance.displayqa.connectors.mode import Mode, greater, native, of_size
from tests.connectors.simulated_card import SimulatedCard, mode

PREFERRED = request.MODE_PREFERRED
INTERLACED, DOUBLE = request.MODE_INTERLACED, request.MODE_DOUBLE_SCANNED


def why(*found: Card, name: str | None = None, size: tuple[int, int] | None = None) -> Hindrance:
    with pytest.raises(NoPictureError) as caught:
        chosen(found, name, size)
    return caught.value.hindrance


def modes(*each: request.ModeInfo) -> list[Mode]:
    return [Mode.of(one) for one in each]


def test_the_native_mode_is_the_first_that_the_panel_prefers() -> None:
    every = modes(mode(3840, 2160), mode(2560, 2048, PREFERRED), mode(1280, 1024, PREFERRED))
    own = native(every)
    assert own is not None
    assert own.size_px == (2560, 2048)
    assert greater(every, own) is every[0]
    assert greater(every[1:], own) is None


@pytest.mark.parametrize("flags", [INTERLACED, DOUBLE])
def test_a_mode_that_sends_half_the_lines_or_each_twice_is_none(flags: int) -> None:
    every = modes(mode(1920, 1080, PREFERRED, flags), mode(1920, 1080))
    assert native(every) is None
    assert of_size(every, (1920, 1080)) is every[1]


def test_of_one_size_the_preferred_mode_counts_and_then_the_fastest() -> None:
    slow, fast, preferred = mode(1920, 1080), mode(1920, 1080), mode(1920, 1080, PREFERRED)
    fast.clock *= 2
    every = modes(slow, fast)
    assert of_size(every, (1920, 1080)) is every[1]
    every = modes(slow, fast, preferred)
    assert of_size(every, (1920, 1080)) is every[2]


def test_a_mode_goes_back_as_it_came() -> None:
    info = mode(2048, 2560, PREFERRED)
    found = Mode.of(info)
    assert found.info == bytes(info)
    assert (round(found.refresh_hz), str(found)) == (60, "2048x2560, 60.00 Hz")
    assert Mode.of(request.ModeInfo(vrefresh=50)).refresh_hz == 50


def test_the_only_panel_is_chosen_in_its_native_mode() -> None:
    choice = chosen([SimulatedCard(is_connected=False).card, SimulatedCard().card])
    assert (choice.where, choice.mode.size_px) == ("card7-HDMI-A-1", (2048, 1536))
    assert choice.is_native


def test_a_size_that_was_asked_for_is_said_not_to_be_the_native_one() -> None:
    choice = chosen([SimulatedCard().card], size_px=(1024, 768))
    assert choice.mode.size_px == (1024, 768)
    assert not choice.is_native


@pytest.mark.parametrize("name", ["HDMI-A-1", "card7-HDMI-A-1"])
def test_a_connector_is_known_by_both_of_its_names(name: str) -> None:
    assert chosen([SimulatedCard().card], name).connector.number == 40


def test_what_is_in_doubt_is_not_guessed() -> None:
    lit, dark = SimulatedCard().card, SimulatedCard(is_connected=False).card
    unsaid = SimulatedCard(modes=(mode(1024, 768), mode(2048, 1536))).card
    assert why(lit, SimulatedCard().card) is Hindrance.SEVERAL
    assert why(lit, SimulatedCard().card, name="HDMI-A-1") is Hindrance.SEVERAL
    assert why(dark) is Hindrance.NOTHING_CONNECTED
    assert why() is Hindrance.NOTHING_CONNECTED
    assert why(dark, name="HDMI-A-1") is Hindrance.NOTHING_CONNECTED
    assert why(lit, name="HDMI-A-2") is Hindrance.NO_SUCH_CONNECTOR
    assert why(unsaid) is Hindrance.NO_NATIVE_MODE
    assert why(lit, size=(800, 600)) is Hindrance.NO_SUCH_MODE


def test_without_a_card_that_shows_pictures_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "card0").write_bytes(b"")  # a file that answers no call, as a card without display
    (tmp_path / "renderD128").symlink_to("/dev/null")
    with pytest.raises(NoPictureError) as caught:
        cards(tmp_path)
    assert caught.value.hindrance is Hindrance.NO_DEVICE
    assert caught.value.where == str(tmp_path)


def test_a_card_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    (tmp_path / "card0").mkdir()
    with pytest.raises(NoPictureError) as caught:
        cards(tmp_path)
    assert caught.value.hindrance is Hindrance.REFUSED
    assert "directory" in caught.value.what


def test_cards_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        (tmp_path / f"card{number}").touch()
    found = cards(tmp_path, lambda _file: SimulatedCard())
    assert [each.name for each in found] == ["card1", "card2", "card10"]


def test_a_device_answers_with_the_kernels_own_error() -> None:
    device = DeviceFile(Path("/dev/null"))
    with pytest.raises(OSError, match="ioctl"):
        device.ask(request.GET_RESOURCES, request.Resources())
    device.close()


@pytest.mark.parametrize("each", Hindrance)
def test_every_hindrance_is_told_in_both_languages(each: Hindrance) -> None:
    assert len(each.sentences) == 2
    assert each.sentences[0].isascii()
    assert not each.sentences[1].isascii()
    failure = NoPictureError.of(each, "a detail", "card0")
    assert str(failure) == f"card0: {each.sentences[0]} (a detail)"
