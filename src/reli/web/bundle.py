"""Whether the committed bundle was built from the committed sources."""

import hashlib
from pathlib import Path

__all__ = ["STAMP", "sources_hash"]

STAMP = "sources.sha256"
"""File beside the bundle: hash of the sources it was built from."""

_LEFT_OUT = {"node_modules", "dist"}


def sources_hash(folder: Path) -> str:
    """SHA-256 of the names and contents of the site's sources, whatever the line ends.

    Args:
        folder: src/reli/web/site.
    """
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_file() and not _LEFT_OUT & set(inner.parts):
            content = path.read_bytes().replace(b"\r\n", b"\n")
            whole.update(f"{inner.as_posix()} {hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()
