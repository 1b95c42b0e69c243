"""The running numbers of a list, and the total that its document announces."""

from collections.abc import Iterator
from pathlib import Path

from reli.sources.csvfile import FindHeader
from reli.sources.documents import announced_total, read_document
from reli.sources.files import open_table, part_names
from reli.sources.mapping import plain

__all__ = ["read_sequence"]

_HEADERS = ("序号", "编号", "no", "no.", "no．")
_LONGEST = 200_000


def read_sequence(
    path: Path, find_header: FindHeader
) -> Iterator[tuple[str, list[str], int | None]]:
    """For each sheet or table with a column 序号: its name, the numbers, the announced total."""
    announced = _announced(path)
    parts = part_names(path)
    for part in parts or [""]:
        table = open_table(path, find_header, part)
        column = next((name for name in table.columns if plain(name) in _HEADERS), None)
        if column is None:
            continue
        numbers: list[str] = []
        for rows in table.rows():
            numbers += [
                "" if cell is None else str(cell) for cell in rows.batch[column].to_pylist()
            ]
            if len(numbers) > _LONGEST:
                break
        yield part if len(parts) > 1 else "", numbers, announced


def _announced(path: Path) -> int | None:
    is_document = path.suffix.lower() in (".docx", ".html", ".htm", ".pdf")
    return announced_total(read_document(path).text) if is_document else None
