"""Which encoding a CSV file is in: UTF-8 or GB18030, decided by the lines that are not ASCII."""

import codecs
import io
from typing import IO, cast

from reli.errors import InvalidData

__all__ = ["GB18030", "HEAD_BYTES", "UTF8", "detect_encoding", "is_valid", "without_mark"]

UTF8 = "utf-8"
GB18030 = "gb18030"
HEAD_BYTES = 512
"""As much of a file's beginning as tells its encoding."""


def detect_encoding(block: bytes, name: str = "the text") -> str | None:
    """Encoding of a block of whole lines; None where it is all ASCII and tells nothing.

    A damaged line or two do not change the answer: lines vote. UTF-8 wins unless most lines speak
    against it, since text in GB18030 is hardly ever valid UTF-8 while the reverse is common.

    Raises:
        InvalidData: it is in Big5, whose bytes are other characters in GB18030.
    """
    if block.isascii():
        return None
    if is_valid(block, UTF8):
        return UTF8
    lines = [line for line in block.splitlines() if not line.isascii()]
    as_utf8 = sum(is_valid(line, UTF8) for line in lines)
    as_gb = sum(is_valid(line, GB18030) for line in lines)
    if 2 * as_utf8 >= as_gb:
        return UTF8
    if _is_big5(b"\n".join(lines[:_LINES_OF_BIG5])):
        raise InvalidData(
            f"{name} is in Big5 (traditional characters), which is not read: save it as UTF-8"
        )
    return GB18030


_LINES_OF_BIG5 = 50
_USUAL = frozenset("公司有限股份市省区區路号號名称稱业業地址日期年月的中大人一二")
"""Characters of any list of firms; read in another encoding its bytes are rare ones."""


def _is_big5(text: bytes) -> bool:
    traditional, other = text.decode("big5", "ignore"), text.decode(GB18030, "ignore")
    usual, read_otherwise = (sum(each in _USUAL for each in said) for said in (traditional, other))
    return usual > 2 * read_otherwise


def is_valid(text: bytes, encoding: str) -> bool:
    """Whether all of the bytes can be decoded."""
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def without_mark(stream: IO[bytes], head: bytes) -> IO[bytes]:
    """The stream after its byte-order mark, in UTF-8 where it was in UTF-16.

    Args:
        stream: open at its beginning, with `peek`ed bytes unread.
        head: first bytes of the stream.
    """
    for mark in (codecs.BOM_UTF8, _MARK_OF_GB18030):
        if head.startswith(mark):
            stream.read(len(mark))
            return stream
    if kind := _utf16(head):
        return cast("IO[bytes]", io.BufferedReader(_FromUtf16(stream, kind)))
    return stream


_MARK_OF_GB18030 = "\ufeff".encode(GB18030)
_FEWEST_ZEROS = 0.03
_NEARLY_ALL = 0.9


def _utf16(head: bytes) -> str:
    """Which UTF-16 a text is in; empty where it is in none.

    Without a mark, the zeros of its commas and digits tell: nearly all stand in odd places, or in
    even ones (that of 一, which ends in one, in the others).
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros, odd = head.count(0), head[1::2].count(0)
    if not zeros or zeros < _FEWEST_ZEROS * len(head):
        return ""
    if odd >= _NEARLY_ALL * zeros:
        return "utf-16-le"
    return "utf-16-be" if zeros - odd >= _NEARLY_ALL * zeros else ""


class _FromUtf16(io.RawIOBase):
    """Text in UTF-16 (what Excel calls Unicode text), read as UTF-8."""

    def __init__(self, stream: IO[bytes], kind: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(kind)("replace")
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        while not self._waiting:
            raw = self._stream.read(1 << 16)
            self._waiting = self._decoder.decode(raw, final=not raw).encode()
            if not raw:
                break
        size = min(len(buffer), len(self._waiting))
        buffer[:size] = self._waiting[:size]
        self._waiting = self._waiting[size:]
        return size
