"""Office files are archives: packed anew, so that identical content gives identical bytes."""

import zipfile
from io import BytesIO
from pathlib import Path

__all__ = ["repack"]

_WHEN = (1980, 1, 1, 0, 0, 0)


def repack(archive: bytes, out: Path) -> None:
    """Write an archive with its members in their order, and no time of day.

    Args:
        archive: bytes of a zip file.
        out: file to write.
    """
    with (
        zipfile.ZipFile(BytesIO(archive)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _WHEN)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
