"""Tables of readings: what is tolerated, and what is refused with its line."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.displayqa.readings import read_measurements
from appliance.errors import UnreadableReadingsError

PLAIN = "level,luminance\n0,0.5\n15,1.25\n255,350\n"
EXPECTED = {0: Decimal("0.5"), 15: Decimal("1.25"), 255: Decimal(350)}


def luminances(content: str | bytes, bits: int | None = None) -> dict[int, Decimal]:
    raw = content.encode() if isinstance(content, str) else content
    scale = read_measurements(raw, "x.csv", bits).scale
    return {level: each.luminances_cd_m2[0] for level, each in scale.items()}


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", ";").replace(".", ","),
        PLAIN.replace("level,luminance", "階調,輝度"),
        PLAIN.replace("level,luminance", "DDL,Luminance (cd/m²)"),
        PLAIN.replace("level,luminance", "階調値,輝度[cd/㎡]"),
        PLAIN.replace("level,luminance", "Gray Level,cd/m2"),
        PLAIN.replace("350", "350,,").replace("luminance\n", "luminance,note\n"),
        PLAIN.replace("350", "3.5E+02"),
        PLAIN.replace("15,", "15.0,"),
        PLAIN.replace("0.5", " 0.5 ").replace("1.25", '"1.25"'),
        PLAIN.replace("0,0.5", "0,.5"),
        "\n# measured on Monday, 9:00\n\n" + PLAIN + "\n#end\n,\n",
        PLAIN + "30,\n45,  \n",
        "luminance,level\n350,255\n0.5,0\n1.25,15\n",
        "level,luminance,u,v\n0,0.5,,\n15,1.25,0.2,0.47\n255,350,0.2,0.47\n",
        "level,luminance,pattern,position\n0,0.5,TG18-LN01,\n15,1.25,BN-02,centre\n255,350,LN8-18,\n",
        "パターン,位置,level,luminance\nJIRA BN-01,中央,0,0.5\nBN2,中央,15,1.25\nBN18,上,255,350\n",
    ],
)
def test_the_same_readings(text: str) -> None:
    for ends, encoding in product(("\n", "\r\n", "\r"), ("utf-8", "utf-8-sig", "utf-16")):
        assert luminances(text.replace("\n", ends).encode(encoding)) == EXPECTED
    assert luminances(text.replace("²", "2").replace("㎡", "m2").encode("cp932")) == EXPECTED


def test_chromaticities_are_read() -> None:
    for heads in ("u,v", "u',v'", "u\u2032,v\u2032", "U_prime,V_prime"):
        content = f"level,luminance,{heads}\n0,1,0.19783,0.46833\n"
        point = read_measurements(content.encode(), "x.csv").scale[0].chromaticity
        assert point
        assert (point.u_prime, point.v_prime) == (Fraction("0.19783"), Fraction("0.46833"))


def test_rows_with_a_position_are_of_the_screen() -> None:
    content = (
        "level,luminance,position\n0,1,\n204,100,centre\n204,101,Top  Left\n204,103,top-left\n"
        "26,5,中央\n"
    )
    read = read_measurements(content.encode(), "x.csv")
    assert set(read.scale) == {0}
    assert {level: set(places) for level, places in read.screen.items()} == {
        204: {"centre", "top-left"},
        26: {"中央"},
    }
    assert read.screen[204]["top-left"].mean_cd_m2 == 102


def test_repeated_reads_are_kept() -> None:
    reading = read_measurements(b"level,luminance\n0,1\n15,2\n0,1.2\n", "x.csv").scale[0]
    assert reading.luminances_cd_m2 == (Decimal(1), Decimal("1.2"))


@pytest.mark.parametrize(
    ("most", "bits"), [(0, 8), (255, 8), (256, 10), (1023, 10), (1024, 12), (4080, 12), (65535, 16)]
)
def test_the_depth_is_the_least_that_has_the_levels(most: int, bits: int) -> None:
    content = f"level,luminance\n{most},1\n".encode()
    assert read_measurements(content, "x.csv").bits == bits
    assert read_measurements(content, "x.csv", 16).bits == 16


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", 1, "no column level"),
        ("# nothing\n", 1, "no column level"),
        ("0,0.5\n15,1\n", 1, "unknown column '0'"),
        ("level,brightness\n0,1\n", 1, "unknown column 'brightness'"),
        ("level,luminance (fL)\n0,1\n", 1, "unknown column"),
        ("level\n0\n", 1, "no column luminance"),
        ("level,luminance,輝度\n0,1,2\n", 1, "luminance is there twice"),
        ("level,luminance,u\n0,1,0.2\n", 1, "u and v belong together"),
        ("level,luminance,u,v\n0,1,0.2,\n", 2, "u and v belong together"),
        ("level,luminance,u,v\n0,1,2,3\n", 2, "no chromaticity"),
        ("level,luminance,u,v\n0,1,x,0.3\n", 2, "u 'x' is no number"),
        (PLAIN + "270,-1\n", 5, "luminance -1 is below 0"),
        (PLAIN + "-15,1\n", 5, "level -15 is below 0"),
        (PLAIN + "15,nan\n", 5, "'nan' is no number"),
        (PLAIN + "15,inf\n", 5, "'inf' is no number"),
        (PLAIN + "15,1e400\n", 5, "is no number"),
        (PLAIN + "15,1e99\n", 5, "no display has"),
        (PLAIN + "15,OL\n", 5, "'OL' is no number"),
        (PLAIN + "15,1.2 cd\n", 5, "is no number"),
        (PLAIN + "15,\u0661\n", 5, "is no number"),
        (PLAIN + "1.5,1\n", 5, "no level 1.5"),
        (PLAIN + "70000,1\n", 5, "no level 70000"),
        (PLAIN + ",1\n", 5, "level '' is no number"),
        (PLAIN + "30,2,5\n", 5, "more cells than columns"),
        ("level;luminance\n0;1,234\n15;2,345\n", 2, "'1,234' may be a decimal or thousands"),
        ("level;luminance\n0;0,5\n15;1.5\n", 2, "with a point and with a comma"),
        ("level,luminance,pattern\n0,1,QC\n", 2, "pattern 'QC' is none of"),
        ("level,luminance,pattern,position\n0,1,UN80,\n", 2, "UN80 needs a position"),
        ("# one\n\nlevel,luminance\n0,1\n\n15,x\n", 6, "'x' is no number"),
    ],
)
def test_what_may_be_meant_otherwise_is_refused(content: str, line: int, words: str) -> None:
    with pytest.raises(UnreadableReadingsError) as caught:
        luminances(content)
    assert words in caught.value.what
    assert caught.value.where == f"x.csv:{line}"
    assert caught.value.exit_code == 6


def test_a_decimal_comma_is_plain_from_one_cell_for_all() -> None:
    found = luminances("level;luminance\n0;0,512\n15;1,234\n30;350\n")
    assert found == {0: Decimal("0.512"), 15: Decimal("1.234"), 30: Decimal(350)}


def test_a_level_is_within_the_stated_depth() -> None:
    with pytest.raises(UnreadableReadingsError, match="no level 256 at 8 bits") as caught:
        luminances("level,luminance\n0,1\n256,2\n", bits=8)
    assert caught.value.where == "x.csv:3"


@pytest.mark.parametrize("content", [b"\x81\xff\xfe,\x00", b"\xff\xfe\x00\xd8\x00", b"\x81"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableReadingsError, match="neither UTF-8"):
        luminances(content)


def test_a_whole_disk_is_no_table() -> None:
    with pytest.raises(UnreadableReadingsError, match="more than"):
        luminances(PLAIN + "#" * 200_000)


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_anything_else_is_read_or_refused(content: bytes) -> None:
    for start in (b"", b"level,luminance\n", b"level;luminance;u;v;position\n"):
        try:
            read = read_measurements(start + content, "x.csv")
        except UnreadableReadingsError as refused:
            where = refused.where
        else:
            where = f"x.csv:{len(read.scale)}"
        assert where.startswith("x.csv:")
