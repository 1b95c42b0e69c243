"""Cuts fonts down to what reports need: subset_fonts.py TARGET FONT...

Kept are GB 2312, all names of divisions, Latin, General Punctuation and CJK punctuation. The names
of enterprises may need more: then name the full fonts in the project's settings.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from reli.reference.divisions import all_divisions


def gb2312() -> set[int]:
    """Code points of GB/T 2312-1980, from its row and cell numbers."""
    found = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes([row, cell]).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def wanted() -> set[int]:
    ranges = [(0x20, 0x7F), (0xA0, 0x100), (0x2010, 0x2028), (0x2030, 0x205F), (0x3000, 0x3020)]
    points = {point for first, end in ranges for point in range(first, end)}
    points |= {*range(0xFF01, 0xFF5F), *range(0x2460, 0x2474)}
    # In names of districts of Hong Kong and Macau.
    points |= set(map(ord, "埗氹"))
    points |= set(map(ord, "≤≥≈−×÷→←↑↓■□●○▲△▼▽◆◇★☆"))
    return points | gb2312() | {ord(c) for each in all_divisions() for c in each.name}


def main() -> None:
    target, *fonts = map(Path, sys.argv[1:])
    options = subset.Options()
    options.layout_features = ["*"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    # Vertical metrics and alternates of vertical writing are not used.
    options.drop_tables += ["vhea", "vmtx", "VORG"]
    options.recalc_timestamp = False
    for path in fonts:
        font = TTFont(path)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=sorted(wanted()))
        cutter.subset(font)
        out = target / path.name
        font.save(out)
        print(f"{out}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
