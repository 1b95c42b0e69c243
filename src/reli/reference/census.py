"""The national census of 2020 by county: shape for synthetic data, never an indicator."""

from functools import cache

import pyarrow as pa

from reli.errors import InvalidData
from reli.reference.divisions import counties, division
from reli.reference.tables import read_shipped

__all__ = ["census", "check"]

_CENSUS_YEAR = 2020
_PERSONS_COUNTED = 1_370_400_000
"""The rest of 1,409.8 million lives in zones that the census lists apart."""


@cache
def census() -> pa.Table:
    """The census as it counts, a row a county of 2020.

    Returns:
        Table of division_code (2020), codes_2023 (joined by `;` where territory moved), and counts
        of persons (int64, null where the census leaves the cell blank): population,
        urban_population, edu_bachelor_or_above (aged 3 and over), and of the long form, about a
        tenth of households: occ_total, occ_professional, emp_sample_total, emp_manufacturing,
        emp_information_software, emp_research_technical.
    """
    table = read_shipped("census_2020.csv")
    text = {"division_code", "codes_2023"}
    return pa.table(
        {
            name: table[name] if name in text else table[name].cast(pa.int64())
            for name in table.column_names
        }
    )


def check() -> None:
    """Check the shipped table against the divisions and its declared sums.

    Raises:
        InvalidData: what does not hold, all together.
    """
    table = census()
    known = set(counties(2023)["division_code"].to_pylist())
    problems = [
        f"{code} was no county of {_CENSUS_YEAR}"
        for code in table["division_code"].to_pylist()
        if division(code, _CENSUS_YEAR) is None
    ]
    now = {code for cell in table["codes_2023"].to_pylist() for code in cell.split(";")}
    problems += [f"{code} is no county of 2023" for code in sorted(now - known)]
    persons = sum(table["population"].to_pylist())
    if table.num_rows != 2841 or round(persons, -5) != _PERSONS_COUNTED:
        problems.append(
            f"{table.num_rows} counties with {persons:,} persons, declared are 2,841 with "
            f"{_PERSONS_COUNTED:,}"
        )
    if problems:
        raise InvalidData("census_2020.csv: " + "; ".join(problems))
