"""Comparisons in pairs (AHP): read, checked, and turned into weights."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reli.errors import MissingFile, Problems
from reli.index.panel import Matrix, Vector
from reli.texts import written_text

__all__ = ["Comparisons", "ahp_weights", "consistency_ratio", "read_comparisons"]

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean consistency index of random matrices of 1 to 10 rows. Saaty (1980), The Analytic
Hierarchy Process, p. 21."""

_TOLERANCE = 0.05
"""People write 0.33 for a third."""


@dataclass(frozen=True)
class Comparisons:
    """How many times more important the node of the row is than the node of the column."""

    codes: tuple[str, ...]
    cells: tuple[tuple[float, ...], ...]

    @property
    def matrix(self) -> Matrix:
        """The comparisons as numbers."""
        return np.array(self.cells)


def ahp_weights(matrix: Matrix) -> Vector:
    """Principal right eigenvector of a positive reciprocal matrix, summing to one. Saaty (1980)."""
    values, vectors = np.linalg.eig(matrix)
    principal = np.abs(vectors[:, int(np.argmax(values.real))].real)
    weights: Vector = principal / principal.sum()
    return weights


def consistency_ratio(matrix: Matrix) -> float:
    """(largest eigenvalue - n) / (n - 1), over that of random matrices; up to 0.1 is usual."""
    n = len(matrix)
    if n <= 2:
        return 0.0
    largest = float(np.linalg.eigvals(matrix).real.max())
    random = RANDOM_INDEX[min(n, len(RANDOM_INDEX)) - 1]
    return (largest - n) / (n - 1) / random


def read_comparisons(path: Path) -> Comparisons:
    """Comparisons from CSV: codes in the first line and the first column; `1/3` may be written.

    Raises:
        MissingFile: no such file.
        Problems: not square, not positive, or not reciprocal (a[j, i] = 1 / a[i, j]).
    """
    if not path.is_file():
        raise MissingFile(f"{path} does not exist: it is named as matrix in the recipe")
    lines = written_text(path).splitlines()
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines) if any(row)]
    codes = tuple(rows[0][1:]) if rows else ()
    problems = _shape_problems(rows, codes)
    if problems:
        raise Problems(str(path), problems)
    cells = tuple(tuple(_number(cell) for cell in row[1:]) for row in rows[1:])
    found = Comparisons(codes, cells)
    problems = _reciprocity_problems(found)
    if problems:
        raise Problems(str(path), problems)
    return found


def _number(cell: str) -> float:
    over, _, under = cell.partition("/")
    try:
        return float(over) / float(under or 1)
    except (ValueError, ZeroDivisionError):
        return float("nan")


def _shape_problems(rows: list[list[str]], codes: tuple[str, ...]) -> list[str]:
    if not codes:
        return ["is empty: expected codes in the first line and the first column"]
    named = [row[0] for row in rows[1:]]
    if named != list(codes):
        return [f"rows are {', '.join(named)}, but columns are {', '.join(codes)}"]
    return [
        f"row {row[0]!r} has {len(row) - 1} values: expected {len(codes)}"
        for row in rows[1:]
        if len(row) != len(codes) + 1
    ]


def _reciprocity_problems(found: Comparisons) -> list[str]:
    a, codes = found.matrix, found.codes
    problems = []
    for i, first in enumerate(codes):
        for j, second in enumerate(codes[i:], i):
            if not (a[i, j] > 0 and a[j, i] > 0):
                problems.append(f"{first} against {second}: expected a number above 0")
            elif abs(a[i, j] * a[j, i] - 1) > _TOLERANCE:
                problems.append(
                    f"{first} against {second} is {a[i, j]:g}, but {second} against {first} is "
                    f"{a[j, i]:g}: expected its reciprocal"
                )
    return problems
