"""The first page as pictures; run as a module, those of the docs are made anew.

``python -m tests.console.overview_pictures docs/pictures``
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.console.browsers import chromium
from tests.console.overview_box import a_day, a_machine, configured, looked

COLOURS = 128
SHOTS = {
    "console-overview": ("/", "en", "light", 1280, 900),
    "console-overview-ja": ("/", "ja", "light", 1024, 768),
    "console-overview-dark": ("/", "en", "dark", 1920, 1080),
    "console-overview-phone-ja": ("/", "ja", "light", 390, 844),
    "console-overview-wall": ("/?view=wall", "en", "dark", 1920, 1080),
    "console-overview-wall-ja": ("/?view=wall", "ja", "light", 1920, 1080),
}
GONE = "console-overview-gone"


def take(folder: Path) -> None:
    """Every picture into ``folder``."""
    with tempfile.TemporaryDirectory() as data:
        configuration = configured(Path(data) / "data")
        configuration.data_dir.mkdir()
        a_day(configuration)
        with looked(configuration, a_machine(Path(data) / "root")) as box, chromium() as browser:
            page = browser.new_page()
            for name, (path, language, scheme, width, height) in SHOTS.items():
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # a list of both
                page.goto(f"{box.origin}{path}{'&' if '?' in path else '?'}language={language}")
                _save(page.screenshot(full_page=True), folder / f"{name}.png")
            page.set_viewport_size({"width": 1280, "height": 600})
            page.goto(f"{box.origin}/?language=en")
            box.stop()
            page.wait_for_selector("#away:not([hidden])")
            _save(page.screenshot(), folder / f"{GONE}.png")
            box.start()


def _save(taken: bytes, file: Path) -> None:
    with Image.open(io.BytesIO(taken)) as picture:
        picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
