"""Tables under protocols, tables in other orders: what is drawn is what was told, and all of it."""

from random import Random

import pytest

from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles import hitachi, philips, toshiba
from appliance.simulators.consoles.canvas import Picture
from appliance.simulators.consoles.examination import Identity, dlp_sum
from appliance.simulators.consoles.hitachi import hitachi_examination
from appliance.simulators.consoles.philips import PhilipsStyle, philips_examination
from appliance.simulators.consoles.toshiba import Family, ToshibaStyle
from appliance.simulators.consoles.toshiba_examination import toshiba_examination
from tests.simulators.test_consoles import shows

FONT = load_font("helvR10-75dpi")
WHO = Identity("1.2.3")


def on(pages: list[Picture], text: str) -> bool:
    return any(shows(page, FONT, text) for page in pages)


@pytest.mark.parametrize("family", Family)
@pytest.mark.parametrize("seed", range(3))
def test_tables_under_protocols_show_everything(family: Family, seed: int) -> None:
    examination = toshiba_examination(Random(seed), decimals=2)
    pages = toshiba.draw(examination, WHO, FONT, ToshibaStyle(family=family, rows=768))
    texts = {"<<Dose Information>>", "<<Detail Information>>", "(Head):", "(Body):"}
    texts |= {heading for tier in family.value for heading in tier}
    for scan in examination.scans:
        texts |= {f"{scan.series}. {scan.label}", scan.mode or ""}
        if scan.phantom:
            behind = f"({toshiba.PHANTOMS[scan.phantom]})"
            texts |= {f"{scan.ctdi_vol_mgy}{behind}", f"{scan.dlp_mgy_cm}{behind}"}
    for text in texts - {""}:
        assert on(pages, text), text


def test_parts_of_the_total_add_up_and_a_phantom_without_scans_has_a_dash() -> None:
    examination = toshiba_examination(Random(1), 1)
    (scan, *_) = [scan for scan in examination.scans if scan.dlp_mgy_cm]
    only = [each for each in examination.scans if each.phantom in (None, scan.phantom)]
    drawn = toshiba.draw(type(examination)(tuple(only), dlp_sum(only)), WHO, FONT)
    other = next(word for phantom, word in toshiba.PHANTOMS.items() if phantom is not scan.phantom)
    assert shows(drawn[0], FONT, f"({other}):-")
    assert not shows(drawn[0], FONT, "Patient Name")


def test_a_name_in_kanji_is_ink_that_no_font_has() -> None:
    examination = toshiba_examination(Random(1), 1)
    plain = toshiba.draw(examination, WHO, FONT)
    named = toshiba.draw(examination, WHO, FONT, ToshibaStyle(kanji=4))
    assert not shows(plain[0], FONT, "(Multi-byte):")
    assert shows(named[0], FONT, "(Multi-byte):")
    assert shows(named[0], FONT, "<<Dose Information>>")


@pytest.mark.parametrize("seed", range(5))
def test_a_dose_info_shows_everything_in_any_order(seed: int) -> None:
    random = Random(seed)
    order = tuple(random.sample(range(8), 8))
    examination = philips_examination(random, ctdi_places=2, surview_dose=seed > 2)
    style = PhilipsStyle(order=order, more=("Images",), columns=640, right=632)
    pages = philips.draw(examination, WHO, FONT, style)
    texts = {"Description", "Scan mode", "[mGy*cm]", "Phantom Type", "Images"}
    texts.add(f"Total DLP [mGy*cm]: {examination.total_dlp_mgy_cm}")
    for scan in examination.scans:
        texts |= {
            scan.label,
            scan.series,
            scan.mode or "",
            scan.ctdi_vol_mgy or "-",
            scan.mas or "-",
        }
        texts |= {philips.PHANTOMS[scan.phantom] + " CM"} if scan.phantom else set()
    for text in texts:
        assert on(pages, text), text


def test_a_simple_dose_report_shows_everything() -> None:
    examination = hitachi_examination(Random(2))
    pages = hitachi.draw(examination, WHO, FONT)
    texts = {"Dose Report", "DLP(mGy.cm)", f"Total DLP  {examination.total_dlp_mgy_cm} mGy.cm"}
    for scan in examination.scans:
        texts |= {scan.label, scan.scan_range or "-", scan.dlp_mgy_cm or "-"}
    for text in texts:
        assert on(pages, text), text


def test_a_table_too_wide_or_too_tall_is_refused() -> None:
    large = load_font("helvB24-75dpi")
    with pytest.raises(ValueError, match="fit"):
        toshiba.draw(toshiba_examination(Random(1)), WHO, large)
    with pytest.raises(ValueError, match="fit"):
        philips.draw(philips_examination(Random(1), 40), WHO, FONT)
    with pytest.raises(ValueError, match="fit"):
        hitachi.draw(hitachi_examination(Random(1), 60), WHO, FONT)
