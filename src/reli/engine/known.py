"""Hashes of files, remembered by size and time, so that a file need not be read again."""

import json
import time
from dataclasses import dataclass
from hashlib import sha256 as sha256_of_bytes
from pathlib import Path

from reli.engine.files import atomic, sha256

__all__ = ["KnownFiles"]

_SETTLED_NS = 50_000_000
"""Clocks of file systems are coarse: a file that changes this soon after it was read could still
bear the same time, so that it is read again."""


@dataclass(frozen=True)
class _Known:
    size: int
    changed_ns: int
    read_ns: int
    sha256: str


class KnownFiles:
    """Remembers the hash of each file, so that old files need not be read again.

    A file is known if its size and the time of its last change are those it had when it was read.
    What is remembered is no result: without it, everything is read again.
    """

    def __init__(self, memory: Path, *, is_verifying: bool = False) -> None:
        """Open what was remembered.

        Args:
            memory: JSON file to remember in.
            is_verifying: trust nothing that was remembered: read every file again.
        """
        self._memory = memory
        self._known = {} if is_verifying else _read(memory)
        self._saved = dict(self._known)
        self._nodes: dict[tuple[int, int], _Known] = {}

    def hash(self, path: Path) -> str:
        """SHA-256 of a file, or of the names and contents of a folder, as hexadecimal digits."""
        if not path.is_dir():
            return self._hash_file(path)
        whole = sha256_of_bytes()
        for inner in sorted(path.rglob("*")):
            if inner.is_file():
                name = inner.relative_to(path).as_posix()
                whole.update(f"{name} {self._hash_file(inner)}\n".encode())
        return whole.hexdigest()

    def save(self) -> None:
        """Write down what is known now; files may be read beside."""
        known = dict(self._known)
        if known == self._saved:
            return
        rows = {
            name: [each.size, each.changed_ns, each.read_ns, each.sha256]
            for name, each in sorted(known.items())
            if Path(name).exists()
        }
        with atomic(self._memory) as place:
            place.write_text(json.dumps(rows, ensure_ascii=False) + "\n", encoding="utf-8")
        self._saved = known

    def _hash_file(self, path: Path) -> str:
        told = path.stat()
        # Tables put together have second names: what is on the disk once is read once.
        node = (told.st_dev, told.st_ino)
        known = self._known.get(str(path)), self._nodes.get(node) if told.st_ino else None
        same = [each for each in known if each and _is_same(each, told.st_size, told.st_mtime_ns)]
        found = same[0] if same else _read_now(path, told.st_size, told.st_mtime_ns)
        self._known[str(path)] = self._nodes[node] = found
        return found.sha256


def _read_now(path: Path, size: int, changed_ns: int) -> _Known:
    found = sha256(path)
    return _Known(size, changed_ns, time.time_ns(), found)


def _is_same(known: _Known, size: int, changed_ns: int) -> bool:
    is_settled = known.read_ns - changed_ns > _SETTLED_NS
    return is_settled and (known.size, known.changed_ns) == (size, changed_ns)


def _read(memory: Path) -> dict[str, _Known]:
    try:
        rows = json.loads(memory.read_text(encoding="utf-8"))
        return {name: _Known(*row) for name, row in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        # Nothing remembered, or spoilt: everything is read again.
        return {}
