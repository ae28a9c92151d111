"""Patterns on the displays of a virtual machine, by a real kernel: what leaves by the connector."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.displayqa.patterns import Panel, drawn, found
from tests.connectors.machine import Machine, appliance, machine

pytestmark = pytest.mark.slow

TALL, WIDE = "tall", "wide"
"""One card of each of two kinds, driven by two drivers of the kernel."""
DISPLAYS = (
    f"virtio-gpu-pci,id={TALL},xres=1536,yres=2048",
    f"bochs-display,id={WIDE},xres=1280,yres=1024,vgamem=64M",
)
ON_TALL, ON_WIDE = ("--connector", "card0-Virtual-1"), ("--connector", "card1-Virtual-2")
TALL_PANEL, WIDE_PANEL = Panel(1536, 2048), Panel(1280, 1024)


@pytest.fixture(scope="module")
def up() -> Iterator[Machine]:
    with machine(*DISPLAYS) as made:
        yield made


@pytest.fixture
def box(up: Machine) -> Iterator[Machine]:
    """Nothing is shown before, and nothing after."""
    yield up
    up.end()


def picture(name: str, panel: Panel) -> NDArray[np.unsignedinteger]:
    return drawn(found(name)[0], panel)


def test_panels_are_listed_with_their_native_modes(box: Machine) -> None:
    code, said = box.appliance("displayqa", "panel")
    assert code == 0
    _, tall, wide, path = said.splitlines()[-4:]
    assert all(word in tall for word in ("card0-Virtual-1", "QEMU Monitor", "1536x2048"))
    assert all(word in wide for word in ("card1-Virtual-2", "QEMU Monitor", "1280x1024"))
    assert "not known" in tall
    assert "the panel alone" in path


def test_a_pattern_leaves_as_it_was_drawn(box: Machine) -> None:
    box.begin("displayqa", "panel", "--show", "tg18-qc", *ON_TALL)
    said = box.said("is shown")
    assert "tg18-qc is shown on card0-Virtual-1" in said
    assert "no setting for full range" in said
    wanted = picture("tg18-qc", TALL_PANEL)
    assert box.shows(TALL, wanted)
    assert box.picture(WIDE).shape == (1024, 1280, 3)
    box.enter()
    assert "ended with 0" in box.said("ended")
    assert not np.array_equal(box.picture(TALL)[:, :, 0], wanted)


def test_a_series_leaves_level_by_level(box: Machine) -> None:
    box.begin("displayqa", "panel", "--show", "tg18-ln12", *ON_WIDE)
    for member in found("tg18-ln12"):
        box.said(f"{member.name} is shown")
        assert box.shows(WIDE, drawn(member, WIDE_PANEL)), member.name
        box.enter()
    assert "ended with 0" in box.said("ended")


def test_a_turned_panel_shows_colours_in_their_places(box: Machine) -> None:
    box.begin("displayqa", "panel", "--show", "colour-steps", "--turned", "90", *ON_WIDE)
    box.said("is shown")
    assert box.shows(WIDE, np.rot90(picture("colour-steps", Panel(1024, 1280))))


def test_another_size_is_shown_and_said_not_to_be_native(box: Machine) -> None:
    box.begin("displayqa", "panel", "--show", "tg18-un80", "--mode", "1024x768", *ON_WIDE)
    assert "not say that this mode is its native one" in box.said("is shown")
    assert box.shows(WIDE, picture("tg18-un80", Panel(1024, 768)))


def test_a_panel_that_is_unplugged_ends_the_command(box: Machine) -> None:
    box.begin("displayqa", "panel", "--show", "tg18-qc", *ON_TALL)
    box.said("is shown")
    box.run("echo off >/sys/class/drm/card0-Virtual-1/status")
    said = box.said("ended")
    box.run("echo detect >/sys/class/drm/card0-Virtual-1/status")
    assert "card0-Virtual-1: the panel was unplugged or switched off" in said
    assert "ended with 1" in said


def test_a_display_that_another_program_holds_is_left_to_it(box: Machine) -> None:
    box.begin("displayqa", "panel", "--show", "tg18-qc", *ON_TALL)
    box.said("is shown")
    code, said = box.appliance("displayqa", "panel", "--show", "tg18-un10", *ON_TALL)
    assert (code, "another program holds the display" in said) == (1, True)
    assert box.appliance("displayqa", "panel")[0] == 0
    assert box.shows(TALL, picture("tg18-qc", TALL_PANEL))


def test_a_user_without_the_right_is_told_of_the_group(box: Machine) -> None:
    """Root, but for the right to open what is another's: any folder of this tree may be closed."""
    box.run("chown 65534 /dev/dri/card0")
    code, said = box.run(f"setpriv --bounding-set=-dac_override {appliance('displayqa', 'panel')}")
    box.run("chown 0 /dev/dri/card0")
    assert (code, "group video" in said) == (1, True)


def test_of_two_panels_none_is_taken_unasked(box: Machine) -> None:
    code, said = box.appliance("displayqa", "panel", "--show", "tg18-qc")
    assert (code, "several panels are connected" in said) == (1, True)
