"""An archive's matrix undone, or left alone."""

import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling

from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.native import is_two_level, native, views
from appliance.dosescreen.screen import Screen


def a_console_screen(font: str = "helvB10-100dpi") -> NDArray[np.uint8]:
    picture = np.zeros((512, 512), np.uint8)
    letters = load_font(font)
    for line, text in enumerate(("Dose Report", "Helical 12.34 567.89", "Total Exam DLP: 580.13")):
        drawn = letters.draw(text)
        top = 100 + 24 * line
        picture[top : top + drawn.shape[0], 30 : 30 + drawn.shape[1]] = drawn * np.uint8(255)
    return picture


def resampled(picture: NDArray[np.uint8], px: int, how: int) -> Screen:
    ink = cv2.resize(picture, (px, px), interpolation=how).astype(np.uint8)
    return Screen("1.2.3", 0, ink, lossless=True)


@pytest.mark.parametrize(
    ("px", "how"),
    [
        (640, cv2.INTER_LINEAR),
        (614, cv2.INTER_CUBIC),
        (520, cv2.INTER_CUBIC),
        (520, cv2.INTER_LINEAR),
        (700, cv2.INTER_LANCZOS4),
        (768, cv2.INTER_LINEAR),
        (900, cv2.INTER_CUBIC),
        (900, cv2.INTER_LINEAR),
    ],
)
def test_an_enlarged_screen_comes_back_pixel_for_pixel(px: int, how: int) -> None:
    picture = a_console_screen()
    assert np.array_equal(native(resampled(picture, px, how)).ink, picture)


@pytest.mark.parametrize("px", [448, 480, 500])
def test_a_slightly_reduced_screen_comes_back_pixel_for_pixel(px: int) -> None:
    picture = a_console_screen()
    assert np.array_equal(native(resampled(picture, px, cv2.INTER_LINEAR)).ink, picture)


@pytest.mark.parametrize("px", [430, 461])
@pytest.mark.parametrize("how", [cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4])
def test_strokes_that_single_pixels_do_not_mend_come_back(px: int, how: int) -> None:
    picture = a_console_screen("helvR08-100dpi")
    assert np.array_equal(native(resampled(picture, px, how)).ink, picture)


@pytest.mark.parametrize("scale", [0.9, 1.123, 1.4])
@pytest.mark.parametrize("how", [cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_AREA])
def test_a_factor_that_gives_no_whole_pixels_is_found(scale: float, how: int) -> None:
    picture = a_console_screen()
    ink = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how).astype(np.uint8)
    screen = Screen("1.2.3", 0, ink, lossless=True)
    assert np.array_equal(native(screen).ink, picture)


@pytest.mark.parametrize("px", [460, 700])
@pytest.mark.parametrize("how", [Resampling.BILINEAR, Resampling.BICUBIC, Resampling.LANCZOS])
def test_another_library_is_undone_too(px: int, how: Resampling) -> None:
    picture = a_console_screen()
    ink = np.asarray(Image.fromarray(picture).resize((px, px), how))
    screen = Screen("1.2.3", 0, ink, lossless=True)
    assert np.array_equal(native(screen).ink, picture)


def test_linear_algebra_keeps_to_one_core() -> None:
    counted = "print(open('/proc/self/status').read().split('Threads:')[1].split()[0])"
    work = "import numpy as np; a = np.ones((600, 600)); a @ a"
    command = [sys.executable, "-c", f"import appliance.dosescreen.native; {work}; {counted}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1\n"


def test_a_screen_as_drawn_is_left_alone() -> None:
    screen = Screen("1.2.3", 0, a_console_screen(), lossless=True)
    assert native(screen) is screen


def test_a_compressed_screen_is_left_alone() -> None:
    screen = replace(resampled(a_console_screen(), 640, cv2.INTER_LINEAR), lossless=False)
    assert native(screen) is screen


def test_what_was_never_drawn_with_two_levels_is_left_alone() -> None:
    soft = cv2.GaussianBlur(a_console_screen(), (5, 5), 1.5).astype(np.uint8)
    screen = resampled(soft, 640, cv2.INTER_LINEAR)
    assert native(screen) is screen


def test_noise_over_an_enlarged_screen_is_left_alone() -> None:
    screen = resampled(a_console_screen(), 640, cv2.INTER_LINEAR)
    noise = np.random.default_rng(1).integers(-20, 21, screen.ink.shape)
    noisy = replace(screen, ink=np.clip(screen.ink + noise, 0, 255).astype(np.uint8))
    assert native(noisy) is noisy


def test_two_levels_are_told_from_more() -> None:
    picture = a_console_screen()
    assert is_two_level(picture)
    assert not is_two_level(resampled(picture, 640, cv2.INTER_LINEAR).ink)


def test_a_screen_that_came_back_is_read_in_no_other_way() -> None:
    (only,) = views(resampled(a_console_screen(), 640, cv2.INTER_LINEAR))
    assert np.array_equal(only.ink, a_console_screen())
    (drawn,) = views(Screen("1.2.3", 0, a_console_screen(), lossless=True))
    assert np.array_equal(drawn.ink, a_console_screen())


def test_grey_levels_that_stay_may_be_read_twice_as_large() -> None:
    soft = cv2.GaussianBlur(a_console_screen(), (5, 5), 1.5).astype(np.uint8)
    screen = Screen("1.2.3", 0, soft, lossless=True)
    as_it_came, twice, *bold = views(screen)
    assert as_it_came is screen
    assert twice.ink.shape == (1024, 1024)
    assert [view.ink.shape for view in bold] == [(512, 512), (1024, 1024)]
    assert bold[0].ink.mean() > soft.mean()


def test_text_at_full_brightness_gets_no_bolder() -> None:
    edge = a_console_screen()
    edge[0, 0] = 100
    assert len(list(views(Screen("1.2.3", 0, edge, lossless=True)))) == 2
