"""A hash of all in the package that tables of words and names are made from."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from reli.engine.files import sha256

__all__ = ["package_digest"]

_MADE_FROM = ("reference", "classification", "linkage")
"""Packages whose data and code shape the tables."""


@cache
def package_digest() -> str:
    """Another one wherever a file of data or code changes that kept tables depend on."""
    whole = hashlib.sha256(f"polars {version('polars')}".encode())
    package = Path(__file__).parent.parent
    for name in _MADE_FROM:
        for path in sorted((package / name).rglob("*")):
            if path.suffix in {".py", ".csv", ".toml"}:
                whole.update(f"{path.relative_to(package).as_posix()} {sha256(path)}\n".encode())
    return whole.hexdigest()
