"""Text files that people write (settings, mappings, own paragraphs), in the encodings they use."""

import codecs
import tomllib
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from reli.errors import InvalidData, Problems

__all__ = ["read_toml", "remembered", "state_of", "written_text"]

P = ParamSpec("P")
R = TypeVar("R")

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


def remembered(make: Callable[P, R]) -> Callable[P, R]:
    """A function whose answers are kept as long as the files that it is given stay as they are.

    Its arguments can be keys of a dictionary.
    """
    kept: dict[object, R] = {}

    @wraps(make)
    def found(*args: P.args, **named: P.kwargs) -> R:
        given = (*args, *named.items())
        files = (each for each in (*args, *named.values()) if isinstance(each, Path))
        key = (given, tuple(map(state_of, files)))
        if key not in kept:
            kept[key] = make(*args, **named)
        return kept[key]

    return found


def state_of(path: Path | None) -> tuple[int, ...]:
    """What changes when a file is written anew; nothing where there is none."""
    if path is None or not path.exists():
        return ()
    told = path.stat()
    return (told.st_mtime_ns, told.st_size, told.st_ino)
