"""What stands where a credit code should: masked codes, broken numbers, other kinds of numbers."""

import numpy as np
import polars as pl

from reli.reference.divisions import all_divisions

__all__ = ["mistaken"]

_NOTHING = "^(?:N/?A|NULL|NONE|NAN|/|0)?$"
_MASKED = r"[*#?×●○■□•·…_▇█]|X{4,}|\.{3,}"
_SCIENTIFIC = r"^[0-9](?:\.[0-9]*)?E\+?[0-9]{1,2}$|^[0-9]{15,18}\.0*$"
_ROUNDED = "^[0-9]{15}000$"
"""A spreadsheet keeps fifteen digits of a number."""
_MONTH_AND_DAY = (
    "(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)"
    "|02(?:0[1-9]|[12][0-9]))"
)
_PERSONAL = f"^[1-9][0-9]{{5}}(?:19|20)[0-9]{{2}}{_MONTH_AND_DAY}[0-9]{{3}}[0-9X]$"
_PERSONAL_15 = f"^[1-9][0-9]{{5}}[2-9][0-9]{_MONTH_AND_DAY}[0-9]{{3}}$"
"""Given out until 1999: a year of birth before 1920 is a registration number's beginning."""
_REGISTRATION = "^[0-9]{15}$"


def mistaken(texts: pl.Series) -> pl.Series:
    """Names of the reason for texts that are known to be something else, null for others.

    Args:
        texts: in capitals, without spaces and hyphens.
    """
    is_number = texts.str.contains(_REGISTRATION)
    is_checked = pl.Series("is_checked", is_number)
    is_checked = is_checked.scatter(is_number.arg_true(), _has_check(texts.filter(is_number)))
    text = pl.col("text")
    of_person = text.str.slice(0, 2).is_in(_provinces())
    reason = (
        pl.when(text.str.contains(_NOTHING))
        .then(pl.lit("empty"))
        .when(text.str.contains(_SCIENTIFIC) | text.str.contains(_ROUNDED))
        .then(pl.lit("spreadsheet_number"))
        .when(text.str.contains(_MASKED))
        .then(pl.lit("masked"))
        .when(text.str.contains(_PERSONAL) & of_person)
        .then(pl.lit("personal_number"))
        .when("is_checked")
        .then(pl.lit("registration_number_15"))
        .when(text.str.contains(_PERSONAL_15) & of_person)
        .then(pl.lit("personal_number"))
        .when(text.str.contains(_REGISTRATION))
        .then(pl.lit("registration_number_15"))
    )
    return pl.DataFrame({"text": texts, "is_checked": is_checked}).select(reason.alias("reason"))[
        "reason"
    ]


def _has_check(numbers: pl.Series) -> pl.Series:
    """Whether the last digit checks: ISO 7064, MOD 11,10, as GS 15-2006 prescribes."""
    digits = np.array([list(number) for number in numbers], np.int32).reshape(-1, 15)
    product = np.full(len(digits), 10)
    for place in digits.T[:14]:
        total = (place + product) % 10
        product = np.where(total == 0, 10, total) * 2 % 11
    return pl.Series((product + digits[:, 14]) % 10 == 1)


def _provinces() -> list[str]:
    return sorted({each.code[:2] for each in all_divisions() if each.level == "province"})
