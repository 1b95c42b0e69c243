"""Which encoding a CSV file is in: UTF-8 or GB18030, decided by the lines that are not ASCII."""

import codecs
import io
from typing import IO, cast

__all__ = ["GB18030", "UTF8", "detect_encoding", "is_valid", "without_mark"]

UTF8 = "utf-8"
GB18030 = "gb18030"


def detect_encoding(block: bytes) -> str | None:
    """Encoding of a block of whole lines; None where it is all ASCII and tells nothing.

    A damaged line or two do not change the answer: lines vote. UTF-8 wins unless most lines speak
    against it, since text in GB18030 is hardly ever valid UTF-8 while the reverse is common.
    """
    if block.isascii():
        return None
    if is_valid(block, UTF8):
        return UTF8
    lines = [line for line in block.splitlines() if not line.isascii()]
    as_utf8 = sum(is_valid(line, UTF8) for line in lines)
    as_gb = sum(is_valid(line, GB18030) for line in lines)
    return UTF8 if 2 * as_utf8 >= as_gb else GB18030


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
    if head.startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return cast("IO[bytes]", io.BufferedReader(_FromUtf16(stream)))
    return stream


class _FromUtf16(io.RawIOBase):
    """Text in UTF-16 (what Excel calls Unicode text), read as UTF-8."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
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
