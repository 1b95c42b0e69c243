"""The fonts that come along hold every letter that is printed; a missing one would go unseen."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import reli
from reli.reference.divisions import all_divisions
from reli.reference.universes import universe

FONTS = sorted(files("reli.report").joinpath("assets/fonts").iterdir(), key=str)
NAMES = [font.name for font in FONTS if font.name.endswith(".ttf")]
SOURCE = Path(reli.__file__).parent
PUNCTUATION = "，。、；：“”‘’《》（）—…–·％！？【】〔〕　"


@pytest.fixture(scope="module", params=NAMES)
def letters(request):
    font = TTFont(str(files("reli.report").joinpath("assets/fonts", request.param)))
    return {chr(point) for point in font.getBestCmap()}


def test_there_are_two_weights_and_a_serif():
    assert NAMES == [
        "NotoSansSC_400Regular.ttf",
        "NotoSansSC_700Bold.ttf",
        "NotoSerifSC_400Regular.ttf",
    ]


def test_all_names_of_divisions_of_any_year(letters):
    names = [division.name for division in all_divisions()]
    names += universe("districts-2021").units["county_name"].to_pylist()
    assert set("".join(names)) <= letters
    # The nine that GB 2312 lacks.
    assert set("埇埗氹沚浉瀍猇硚鄠") <= letters


def test_chinese_punctuation_and_figures(letters):
    assert set(PUNCTUATION) <= letters
    assert {chr(point) for point in range(0x20, 0x7F)} <= letters


def test_gb_2312(letters):
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                letter = bytes([row, cell]).decode("gb2312")
            except UnicodeDecodeError:
                continue
            assert letter in letters


@pytest.mark.parametrize("folder", ["report", "insight", "frameworks", "pipeline"])
def test_all_chinese_text_of_the_code(letters, folder):
    paths = [
        path for path in (SOURCE / folder).rglob("*") if path.suffix in {".py", ".toml", ".typ"}
    ]
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert paths
    beyond_ascii = set(re.findall(r"[^\x00-\x7f]", text))
    assert not beyond_ascii - letters


def test_the_family_keeps_its_name():
    for name in NAMES:
        font = TTFont(str(files("reli.report").joinpath("assets/fonts", name)))
        assert font["name"].getDebugName(1).startswith(("Noto Sans SC", "Noto Serif SC"))
    licence = files("reli.report").joinpath("assets/fonts/OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
