"""Measures which characters the eye takes for one another: look_alikes.py FONT > look_alikes.csv

Each character of GB 2312 is drawn, blurred and made small; two are alike where their pictures
correlate and few others come as near. Columns: character, look_alikes (in one string, nearest
first). A pair stands under either of its characters, under the one that has it among its nearest.
"""

import csv
import sys
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from subset_fonts import gb2312

SIZE, SMALL, BLUR = 40, 24, 1.6
LEAST, NEAREST = 0.8, 10
SURELY = 0.92
COMMON_TO = b"\xd7"
"""The first part of GB 2312, the characters in common use, ends in this row."""


def characters() -> list[str]:
    found = sorted(chr(point).encode("gb2312") for point in gb2312() if point > 0x4E00)
    return [each.decode("gb2312") for each in found]


def picture(character: str, font: ImageFont.FreeTypeFont) -> np.ndarray:
    image = Image.new("L", (SIZE + 8, SIZE + 8), 0)
    ImageDraw.Draw(image).text((4, -4), character, font=font, fill=255)
    small = image.filter(ImageFilter.GaussianBlur(BLUR)).resize((SMALL, SMALL), Image.BILINEAR)
    pixels = np.asarray(small, np.float32).ravel()
    pixels = pixels - pixels.mean()
    return pixels / np.linalg.norm(pixels)


def neighbours(every: list[str], font: ImageFont.FreeTypeFont) -> Iterator[tuple[str, str]]:
    pictures = np.stack([picture(each, font) for each in every])
    likeness = pictures @ pictures.T
    np.fill_diagonal(likeness, 0)
    for at, character in enumerate(every):
        order = np.argsort(-likeness[at])
        near = [
            every[other]
            for rank, other in enumerate(order[: 4 * NEAREST])
            if likeness[at, other] >= (LEAST if rank < NEAREST else SURELY)
        ]
        yield character, "".join(near)


def main() -> None:
    every = characters()
    rows = dict(neighbours(every, ImageFont.truetype(sys.argv[1], SIZE)))
    common = {each for each in every if each.encode("gb2312")[:1] <= COMMON_TO}
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["character", "look_alikes"])
    for character, near in rows.items():
        # Two rare characters are in no name that anyone mistypes.
        kept = "".join(each for each in near if character in common or each in common)
        if kept:
            writer.writerow([character, kept])


if __name__ == "__main__":
    main()
