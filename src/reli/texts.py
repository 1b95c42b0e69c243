"""Text files that people write (settings, mappings, own paragraphs), in the encodings they use."""

import codecs
import tomllib
from pathlib import Path
from typing import Any

from reli.errors import InvalidData, Problems

__all__ = ["read_toml", "written_text"]

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def written_text(path: Path) -> str:
    """A file's text: UTF-8 with or without a mark, UTF-16 with one, or GB18030.

    Raises:
        InvalidData: the file is none of these, such as a workbook.
    """
    raw = path.read_bytes()
    encodings = ("utf-16",) if raw.startswith(_UTF16) else ("utf-8-sig", "gb18030")
    for encoding in encodings if b"\0" not in raw or len(encodings) == 1 else ():
        try:
            # Line ends as Python's text files give them.
            return raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise InvalidData(f"{path} is no text: expected UTF-8; save it from an editor as plain text")


def read_toml(path: Path) -> dict[str, Any]:
    """A settings file.

    Raises:
        InvalidData: no text.
        Problems: no TOML.
    """
    try:
        return tomllib.loads(written_text(path))
    except tomllib.TOMLDecodeError as error:
        raise Problems(str(path), [f"is no TOML: {error}"]) from error
