"""Unified social credit codes: whether they are right, and if not, what is wrong with them.

GB 32100-2015 with its first amendment: department, category, region (GB/T 2260), organisation code
(GB 11714, modulus 11) and a check character (modulus 31). A failed check flags a firm and never
drops it.
"""

from functools import cache
from string import ascii_uppercase, digits
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.codes import CREDIT_CODE_WEIGHTS
from reli.linkage.credit_code_mistaken import mistaken
from reli.reference.divisions import all_divisions
from reli.reference.zones import zones

_Matrix = np.ndarray[Any, Any]

__all__ = ["ALPHABET", "REASONS", "check_credit_codes", "known_regions"]

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Values 0 to 30: no I, O, S, V, Z."""

REASONS = (
    "valid",
    "empty",
    "length",
    "alphabet",
    "department",
    "region",
    "check_18",
    "check_organisation",
    "masked",
    "spreadsheet_number",
    "registration_number_15",
    "personal_number",
    "structure",
)

_CATEGORIES = {
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "1239",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "123",
    "A": "19",
    "N": "1239",
    "Y": "1",
}
"""Categories by department of registration: GB 32100-2015, table 1, as amended."""

_LENGTH, _BODY = 18, slice(8, 16)
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2], np.float32)
_CHECK_WEIGHTS = np.array(CREDIT_CODE_WEIGHTS, np.float32)

_STATE = 100_000
"""Registered with the State itself."""
_DISTRICTS_TOGETHER = 1
"""xxxx01 was 市辖区, all districts of a city together: offices of the city still use it."""
_ZONES = range(71, 100)
"""The last digits that GB/T 2260 leaves free under each city; zones register with them."""
_OTHER_OFFICES = (
    *(110302, 110304, 210231, 210242, 210244, 310141, 440003, 500903, 500905),
    *range(610131, 610140),
    *(611100, 611102, 611103, 611104, 611105, 641100),
)
"""Zones whose codes follow no rule: 北京, 大连, 上海自贸区, 横琴, 两江新区, 西安, 杨凌, 宁东."""


def check_credit_codes(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Judge each credit code of a batch.

    Args:
        batch: `credit_code`, as written.

    Returns:
        Row for row: valid (1: right exactly as written), normalized (without label, spaces,
        hyphens, width and case; empty if it then is no valid code), valid_normalized, reason (of
        REASONS, about the normalised code) and region_code (digits 3-8 where they are a region).
    """
    normalized = pc.fill_null(batch.column("credit_code").cast(pa.string()), "")
    reasons, regions = _judge_all(normalized)
    is_valid = reasons == 0
    if not is_valid.all():
        tidy = _tidy(normalized.filter(pa.array(~is_valid)))
        reasons[~is_valid], regions[~is_valid] = _judge_all(tidy)
        _tell_mistaken(reasons, regions, np.flatnonzero(~is_valid), tidy)
        normalized = pc.replace_with_mask(normalized, pa.array(~is_valid), tidy)
    return _verdicts(is_valid, normalized, reasons, regions)


def _verdicts(
    is_valid: _Matrix,
    normalized: pa.Array,
    reasons: _Matrix,
    regions: _Matrix,
) -> pa.RecordBatch:
    is_right = reasons == 0
    names = pa.DictionaryArray.from_arrays(pa.array(reasons), pa.array(REASONS))
    codes = pc.if_else(pa.array(regions > 0), pa.array(regions).cast(pa.string()), "")
    return pa.RecordBatch.from_pydict(
        {
            "valid": pa.array(is_valid.astype(np.int8)),
            "normalized": pc.if_else(pa.array(is_right), normalized, ""),
            "valid_normalized": pa.array(is_right.astype(np.int8)),
            "reason": names.cast(pa.string()),
            "region_code": codes,
        }
    )


def _tidy(written: pa.Array) -> pa.Array:
    """Without label, width, case, spaces, hyphens, quotation marks and what cannot be seen."""
    text = pl.Series(pc.utf8_normalize(written, form="NFKC")).cast(pl.String)
    text = text.str.replace_all(r"[\s\p{Cf}\p{Pd}'\"`‘’“”−]+", "").str.to_uppercase()
    text = text.str.replace(r"^[\p{Han}(][^:*]{0,30}:", "")
    text = text.str.replace(r"^(?:USCC|USCI|CREDIT_?CODE):?", "")
    text = text.str.replace(r"^[\p{Han}()\[\]:]+", "").str.replace(r"[)\]]+$", "")
    return text.to_arrow().cast(pa.string())


def _judge_all(texts: pa.Array) -> tuple[_Matrix, _Matrix]:
    """Reasons and regions of codes of any length and letters."""
    length = pc.utf8_length(texts).to_numpy(zero_copy_only=False)
    reasons = np.where(length == _LENGTH, REASONS.index("alphabet"), REASONS.index("length"))
    reasons = np.where(length == 0, REASONS.index("empty"), reasons).astype(np.int8)
    regions = np.zeros(len(texts), np.int32)
    is_code = pc.match_substring_regex(texts, f"^[{ALPHABET}]{{18}}$")
    where = is_code.to_numpy(zero_copy_only=False)
    reasons[where], regions[where] = _judge(texts.filter(is_code))
    return reasons, regions


def _tell_mistaken(reasons: _Matrix, regions: _Matrix, rows: _Matrix, texts: pa.Array) -> None:
    """What else is not a code at all gets that as its reason."""
    found = mistaken(pl.Series(texts).cast(pl.String))
    is_open = ~np.isin(reasons[rows], [REASONS.index("valid"), REASONS.index("structure")])
    is_other = found.is_not_null().to_numpy() & is_open
    reasons[rows[is_other]] = [REASONS.index(name) for name in found.to_numpy()[is_other]]
    regions[rows[is_other]] = 0


def _judge(codes: pa.Array) -> tuple[_Matrix, _Matrix]:
    """Reasons and regions of codes of 18 characters of the alphabet."""
    letters = _letters(codes)
    region = _digits(letters[:, 2:8])
    is_known = known_regions()[region]
    reasons = np.full(len(codes), REASONS.index("valid"), np.int8)
    # Later lines win: the first thing that is wrong is the one that is told.
    reasons[_is_sequence(letters[:, _BODY])] = REASONS.index("structure")
    reasons[~_is_organisation(letters[:, 8:17])] = REASONS.index("check_organisation")
    reasons[~_is_checked(letters)] = REASONS.index("check_18")
    reasons[~is_known] = REASONS.index("region")
    reasons[~_is_department(letters)] = REASONS.index("department")
    reasons[_is_sequence(letters)] = REASONS.index("structure")
    return reasons, np.where(is_known, region, 0)


def _letters(codes: pa.Array) -> _Matrix:
    """A row of bytes for each code."""
    if not len(codes):
        return np.zeros((0, _LENGTH), np.uint8)
    _, offsets, text = codes.buffers()
    begin = np.frombuffer(offsets, np.int32)[codes.offset]
    letters = np.frombuffer(text, np.uint8)[begin : begin + _LENGTH * len(codes)]
    return letters.reshape(-1, _LENGTH)


def _digits(letters: _Matrix) -> _Matrix:
    """Rows of six digits as numbers; one million where a letter is among them."""
    places = letters.astype(np.int32) - ord("0")
    number = places @ np.array([100_000, 10_000, 1_000, 100, 10, 1])
    return np.where((places > 9).any(axis=1), 1_000_000, number)


def _is_department(letters: _Matrix) -> _Matrix:
    return _departments()[letters[:, 0], letters[:, 1]]


@cache
def _departments() -> _Matrix:
    known = np.zeros((256, 256), bool)
    for department, categories in _CATEGORIES.items():
        known[ord(department), [ord(each) for each in categories]] = True
    return known


def _is_checked(letters: _Matrix) -> _Matrix:
    """GB 32100: the weighted sum of all characters is a multiple of 31."""
    is_right: _Matrix = _values(ALPHABET)[letters] @ _CHECK_WEIGHTS % 31 == 0
    return is_right


def _is_organisation(letters: _Matrix) -> _Matrix:
    """GB 11714: the weighted sum with its check digit, X for ten, is a multiple of 11."""
    values = _values(digits + ascii_uppercase)[letters]
    check = np.where(letters[:, 8] == ord("X"), 10, values[:, 8])
    total = values[:, :8] @ _ORGANISATION_WEIGHTS + check
    is_right: _Matrix = (check <= 10) & (total % 11 == 0)
    return is_right


def _is_sequence(letters: _Matrix) -> _Matrix:
    """One character repeated, or counting up or down; 0 follows on 9."""
    known = _sequences(letters.shape[1])
    begin = np.ascontiguousarray(letters[:, :8]).view(np.uint64).ravel()
    found = np.isin(begin, np.ascontiguousarray(known[:, :8]).view(np.uint64).ravel())
    rows = np.flatnonzero(found)
    found[rows] = (letters[rows, None] == known).all(axis=2).any(axis=1)
    return found


@cache
def _sequences(length: int) -> _Matrix:
    around = digits * 4
    lines = [around, around[::-1], ALPHABET[10:], ALPHABET[:9:-1], ALPHABET]
    known = {line[at : at + length] for line in lines for at in range(len(line) - length + 1)}
    known |= {letter * length for letter in ALPHABET}
    return np.array([list(each.encode()) for each in sorted(known)], np.uint8)


@cache
def _values(letters: str) -> _Matrix:
    """Value of each letter by its byte; as floats, whose products are fast and still exact."""
    values = np.zeros(256, np.float32)
    values[[ord(letter) for letter in letters]] = np.arange(len(letters))
    return values


@cache
def known_regions() -> _Matrix:
    """Whether each number of six digits is a division or zone that registered enterprises.

    The last place, one million, stands for what is no number.
    """
    known = np.zeros(1_000_001, bool)
    known[[_STATE, *_OTHER_OFFICES]] = True
    of_zones = zones()["nbs_code"].drop_null().to_pylist()
    known[[int(code) for code in of_zones if len(code) == len("330171")]] = True
    for each in all_divisions():
        number = int(each.code)
        known[number] = True
        if each.level == "prefecture":
            known[number + _DISTRICTS_TOGETHER] = True
            known[[number + last for last in _ZONES]] = True
    return known
