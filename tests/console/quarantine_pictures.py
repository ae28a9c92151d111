"""The pages of quarantine as pictures: ``python -m tests.console.quarantine_pictures FOLDER``.

``docs/pictures`` gets those of the documentation; another folder gets every page.
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from appliance.accounts import Role
from appliance.dose.doubt import Doubt, Reason
from tests.console.browsers import chromium
from tests.console.persons import Room
from tests.console.seeded_errors import every
from tests.console.waiting_studies import kept

DOCS = ("list-en", "case-ja", "wrong-en", "review-ja")
PAGES = {"list": "", "case": "/1", "wrong": "/2", "teach": "/4/teach"}
COLOURS = 128
DESKTOP, TABLET, PAPER = (1280, 900), (820, 1180), (794, 1123)
DOUBT = Doubt(Reason.SOURCES_DISAGREE, "the image says 12.0", "events[1].ctdi_vol_mgy")


def take(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as data, Room(Path(data)) as room, chromium() as context:
        room.staff.role = Role.ENGINEER
        error = next(each for each in every() if each.kind == "digit of a DLP")
        record, _ = error.put_into(kept("ge"))
        kept("ge").opened(room.quarantine, "1.2.1", DOUBT)
        kept("ge").opened(room.quarantine, "1.2.2", record=record)
        kept("toshiba").opened(room.quarantine, "1.2.3")
        kept("hitachi").opened(room.quarantine, "1.2.4")
        page = context.new_page()
        for language in ("en", "ja"):
            for name, path in PAGES.items():
                page.goto(f"{room.served.origin}/quarantine{path}?language={language}")
                _save(page, folder, f"{name}-{language}", DESKTOP)
            page.goto(f"{room.served.origin}/quarantine/3")
            page.click("#accept")
            page.wait_for_selector("form[action$=sign]")
            _save(page, folder, f"review-{language}", DESKTOP)
        page.goto(f"{room.served.origin}/quarantine/2")
        _save(page, folder, "wrong-tablet-dark", TABLET, "dark")
        _save(page, folder, "wrong-dark", DESKTOP, "dark")
        _save(page, folder, "wrong-print", PAPER, "print")


def _save(page: Page, folder: Path, name: str, size: tuple[int, int], how: str = "") -> None:
    medium = "print" if how == "print" else "screen"
    scheme = "dark" if how == "dark" else "light"
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme, media=medium)  # type: ignore[arg-type] # by name
    page.wait_for_load_state("networkidle")
    is_whole = size != DESKTOP or not name.startswith(("case", "wrong"))
    with Image.open(io.BytesIO(page.screenshot(full_page=is_whole))) as picture:
        file = folder / f"console-quarantine-{name}.png"
        picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    asked = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as somewhere:
        is_docs = asked.name == "pictures"
        taken = Path(somewhere) if is_docs else asked
        taken.mkdir(exist_ok=True)
        take(taken)
        for name in DOCS if is_docs else ():
            file = f"console-quarantine-{name}.png"
            (asked / file).write_bytes((taken / file).read_bytes())
