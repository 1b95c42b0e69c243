"""What several tests of sources need."""

import csv

import pyarrow.parquet as pq
import pytest

from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table


@pytest.fixture
def clean(tmp_path):
    """Clean files given by name and content; answers with rows, counts and the two lists."""

    def run(table, files, mapping=None):
        sources = []
        for name, content in files.items():
            path = tmp_path / name
            if isinstance(content, str):
                path.write_text(content, encoding="utf-8")
            sources.append(SourceFile(path, mapping))
        out, rejected = tmp_path / "out.parquet", tmp_path / "rejected.csv"
        counts = clean_table(table, sources, out, rejected)
        counts.check("clean")
        rows = pq.read_table(out).to_pylist()
        return rows, counts, listed(rejected), listed(tmp_path / "rejected.cells.csv")

    return run


def listed(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
