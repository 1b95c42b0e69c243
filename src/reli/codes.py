"""Codes as types: a value of one of these has the form that its standard gives it."""

import re
from dataclasses import dataclass
from typing import Literal

from reli.errors import InvalidCode

__all__ = ["CREDIT_CODE_WEIGHTS", "DivisionCode", "DivisionLevel"]

DivisionLevel = Literal["province", "prefecture", "county"]

CREDIT_CODE_WEIGHTS = (*(pow(3, place, 31) for place in range(17)), 1)
"""GB 32100: the sum of a credit code's characters, so weighted, is a multiple of 31."""


@dataclass(frozen=True, order=True)
class DivisionCode:
    """Six-digit code of GB/T 2260, such as 330122."""

    value: str

    def __post_init__(self) -> None:
        # Not \d, which also accepts the full-width digits found in source tables.
        if not re.fullmatch("[1-9][0-9]{5}", self.value):
            raise InvalidCode(
                f"{self.value!r} is not a division code: expected six digits, such as '330122'"
            )

    def __str__(self) -> str:
        return self.value

    @property
    def level(self) -> DivisionLevel:
        """Level that the zeros of the code stand for."""
        if self.value.endswith("0000"):
            return "province"
        return "prefecture" if self.value.endswith("00") else "county"

    @property
    def province(self) -> "DivisionCode":
        """Code of the province that contains this division."""
        return DivisionCode(self.value[:2] + "0000")

    @property
    def prefecture(self) -> "DivisionCode":
        """Code of the prefecture by digits; there is none behind xx90xx."""
        return DivisionCode(self.value[:4] + "00")
